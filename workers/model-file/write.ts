import { type Attribute, type ElementType, type GraphNode, IR_VERSION, ML_OPSET, type ModelFile, OPSET, type Port, type Tensor } from './graph';
import { MessageWriter } from './protobuf';

/**
 * Writes a model as ONNX (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto): field numbers below are
 * those of that file.
 */

/** TensorProto.DataType. */
export const DATA_TYPE: Record<ElementType, number> = { float: 1, int64: 7, string: 8, bool: 9, double: 11 };

/** AttributeProto.AttributeType. */
export const ATTRIBUTE = { float: 1, int: 2, string: 3, floats: 6, ints: 7, strings: 8 } as const;

/** A model that cannot be stored in one file: protocol buffers end there. */
export const MOST_BYTES = 2 ** 31 - 1;

const UTF8 = new TextEncoder();

/** Numbers as the file has them: little-endian, integers of 64 bits. */
function rawBytes({ data }: Tensor): Uint8Array {
  if (data instanceof Int32Array) return new Uint8Array(BigInt64Array.from(data, BigInt).buffer);
  if (Array.isArray(data)) throw new Error('texts have no raw bytes');
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function writeTensor(out: MessageWriter, name: string, tensor: Tensor): void {
  for (const size of tensor.dims) out.integer(1, size);
  out.integer(2, DATA_TYPE[tensor.type]);
  if (Array.isArray(tensor.data)) for (const text of tensor.data) out.text(6, text);
  out.text(8, name);
  if (!Array.isArray(tensor.data)) out.bytes(9, rawBytes(tensor));
}

function writeAttribute(out: MessageWriter, name: string, value: Attribute): void {
  out.text(1, name);
  if (typeof value === 'number') out.integer(3, value).integer(20, ATTRIBUTE.int);
  else if (typeof value === 'string') out.text(4, value).integer(20, ATTRIBUTE.string);
  else if ('float' in value) out.float(2, value.float).integer(20, ATTRIBUTE.float);
  else if ('floats' in value) {
    for (const one of value.floats) out.float(7, one);
    out.integer(20, ATTRIBUTE.floats);
  } else if (value.every((one) => typeof one === 'string')) {
    for (const one of value) out.bytes(9, UTF8.encode(one));
    out.integer(20, ATTRIBUTE.strings);
  } else {
    for (const one of value) out.integer(8, one as number);
    out.integer(20, ATTRIBUTE.ints);
  }
}

function writeNode(out: MessageWriter, { op, inputs, outputs, attributes = {}, domain }: GraphNode): void {
  for (const input of inputs) out.text(1, input);
  for (const output of outputs) out.text(2, output);
  out.text(4, op);
  for (const [name, value] of Object.entries(attributes)) out.message(5, (inner) => writeAttribute(inner, name, value));
  if (domain) out.text(7, domain);
}

function writePort(out: MessageWriter, { name, type, dims }: Port): void {
  out.text(1, name);
  out.message(2, (value) =>
    value.message(1, (tensor) => {
      tensor.integer(1, DATA_TYPE[type]);
      tensor.message(2, (shape) => {
        for (const size of dims) shape.message(1, (one) => (typeof size === 'string' ? one.text(2, size) : one.integer(1, size)));
      });
    }),
  );
}

/** The bytes of a model file. */
export function writeModel({ graph, metadata }: ModelFile, version: string): Uint8Array<ArrayBuffer> {
  const out = new MessageWriter();
  out.integer(1, IR_VERSION).text(2, 'mmbeddings-lab').text(3, version);
  out.message(7, (inner) => {
    for (const node of graph.nodes) inner.message(1, (one) => writeNode(one, node));
    inner.text(2, graph.name);
    for (const [name, tensor] of graph.constants) inner.message(5, (one) => writeTensor(one, name, tensor));
    for (const port of graph.inputs) inner.message(11, (one) => writePort(one, port));
    for (const port of graph.outputs) inner.message(12, (one) => writePort(one, port));
  });
  out.message(8, (opset) => opset.text(1, '').integer(2, OPSET));
  out.message(8, (opset) => opset.text(1, 'ai.onnx.ml').integer(2, ML_OPSET));
  for (const [key, value] of metadata) out.message(14, (entry) => entry.text(1, key).text(2, value));
  return out.finish() as Uint8Array<ArrayBuffer>;
}

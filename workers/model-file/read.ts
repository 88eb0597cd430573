import type { Attribute, ElementType, Graph, GraphNode, ModelFile, Port, Tensor } from './graph';
import { sizeOf } from './graph';
import { damaged, type Field, MessageReader } from './protobuf';
import { ATTRIBUTE, DATA_TYPE } from './write';

/**
 * Reads a model file that the lab has written. The bytes may be anything: what is not as `writeModel` has it
 * is refused, and nothing is computed here.
 */

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const TYPES = new Map<number, ElementType>(Object.entries(DATA_TYPE).map(([name, id]) => [id, name as ElementType]));

function text(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw damaged('a text is not UTF-8');
  }
}

/** Every field of a message, to the one that knows it. */
function eachField(bytes: Uint8Array, take: (field: Field) => void): void {
  const reader = new MessageReader(bytes);
  while (!reader.done) take(reader.next());
}

const bytesOf = (field: Field): Uint8Array => {
  if (field.wire !== 2) throw damaged(`field ${field.field} is no text`);
  return field.bytes;
};
const textOf = (field: Field): string => text(bytesOf(field));
const numberOf = (field: Field): number => {
  if (field.wire !== 0) throw damaged(`field ${field.field} is no whole number`);
  return field.value;
};

function sizeFrom(value: number): number {
  if (value < 0 || value > 2 ** 31) throw damaged('a dimension is negative or too large');
  return value;
}

function typeOf(id: number): ElementType {
  const type = TYPES.get(id);
  if (!type) throw damaged(`values of the type ${id} are not written by the lab`);
  return type;
}

/** Numbers of a type from little-endian bytes. */
function elements(type: Exclude<ElementType, 'string'>, raw: Uint8Array, count: number): Tensor['data'] {
  const width = { float: 4, double: 8, int64: 8, bool: 1 }[type];
  if (raw.length !== count * width) throw damaged('a constant has another size than its dimensions');
  // A copy, whose numbers begin where numbers may.
  const { buffer } = new Uint8Array(raw);
  if (type === 'float') return new Float32Array(buffer);
  if (type === 'double') return new Float64Array(buffer);
  if (type === 'bool') return new Uint8Array(buffer);
  return Int32Array.from(new BigInt64Array(buffer), (value) => {
    if (value < -0x80000000n || value > 0x7fffffffn) throw damaged('a whole number does not fit into 32 bits');
    return Number(value);
  });
}

function readTensor(bytes: Uint8Array): [string, Tensor] {
  const dims: number[] = [];
  const texts: string[] = [];
  let type: ElementType | null = null;
  let name = '';
  let raw: Uint8Array | null = null;
  eachField(bytes, (field) => {
    if (field.field === 1) dims.push(sizeFrom(numberOf(field)));
    else if (field.field === 2) type = typeOf(numberOf(field));
    else if (field.field === 6) texts.push(textOf(field));
    else if (field.field === 8) name = textOf(field);
    else if (field.field === 9) raw = bytesOf(field);
    else throw damaged(`a constant has the unknown field ${field.field}`);
  });
  if (type === null || name === '' || dims.length > 8) throw damaged('a constant has no type or no name');
  const count = sizeOf(dims);
  if (type === 'string') {
    if (texts.length !== count || raw) throw damaged('a constant has another size than its dimensions');
    return [name, { type, dims, data: texts }];
  }
  return [name, { type, dims, data: elements(type, raw ?? new Uint8Array(0), count) }];
}

function readAttribute(bytes: Uint8Array): [string, Attribute] {
  let name = '';
  let kind = 0;
  let [int, float, string] = [0, 0, ''];
  const lists = { floats: [] as number[], ints: [] as number[], strings: [] as string[] };
  eachField(bytes, (field) => {
    if (field.field === 1) name = textOf(field);
    else if (field.field === 20) kind = numberOf(field);
    else if (field.field === 3) int = numberOf(field);
    else if (field.field === 4) string = textOf(field);
    else if (field.field === 8) lists.ints.push(numberOf(field));
    else if (field.field === 9) lists.strings.push(textOf(field));
    else if (field.field === 2 && field.wire === 5) float = field.value;
    else if (field.field === 7 && field.wire === 5) lists.floats.push(field.value);
    else throw damaged(`an attribute has the unknown field ${field.field}`);
  });
  const { floats, ints, strings } = lists;
  switch (kind) {
    case ATTRIBUTE.float:
      return [name, { float }];
    case ATTRIBUTE.int:
      return [name, int];
    case ATTRIBUTE.string:
      return [name, string];
    case ATTRIBUTE.floats:
      return [name, { floats }];
    case ATTRIBUTE.ints:
      return [name, ints];
    case ATTRIBUTE.strings:
      return [name, strings];
    default:
      throw damaged('an attribute has no known type');
  }
}

function readNode(bytes: Uint8Array): GraphNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: [string, Attribute][] = [];
  let [op, domain] = ['', ''];
  eachField(bytes, (field) => {
    if (field.field === 1) inputs.push(textOf(field));
    else if (field.field === 2) outputs.push(textOf(field));
    else if (field.field === 4) op = textOf(field);
    else if (field.field === 5) attributes.push(readAttribute(bytesOf(field)));
    else if (field.field === 7) domain = textOf(field);
    else throw damaged(`an operation has the unknown field ${field.field}`);
  });
  if (domain !== '' && domain !== 'ai.onnx.ml') throw damaged(`it uses operations of "${domain}"`);
  return {
    op,
    inputs,
    outputs,
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
    ...(domain && { domain }),
  } as GraphNode;
}

function readPort(bytes: Uint8Array): Port {
  const dims: (number | string)[] = [];
  let name = '';
  let type: ElementType | null = null;
  const only = (outer: Uint8Array, wanted: number, take: (inner: Uint8Array) => void): void =>
    eachField(outer, (field) => {
      if (field.field === wanted) take(bytesOf(field));
      else throw damaged(`an input or output has the unknown field ${field.field}`);
    });
  eachField(bytes, (field) => {
    if (field.field === 1) name = textOf(field);
    else if (field.field !== 2) throw damaged(`an input or output has the unknown field ${field.field}`);
    else
      only(bytesOf(field), 1, (tensor) =>
        eachField(tensor, (part) => {
          if (part.field === 1) type = typeOf(numberOf(part));
          else if (part.field !== 2) throw damaged(`an input or output has the unknown field ${part.field}`);
          else only(bytesOf(part), 1, (one) => eachField(one, (size) => dims.push(size.field === 2 ? textOf(size) : sizeFrom(numberOf(size)))));
        }),
      );
  });
  if (name === '' || type === null) throw damaged('an input or output has no name or no type');
  return { name, type, dims };
}

function readGraph(bytes: Uint8Array): Graph {
  const graph: Graph = { name: '', inputs: [], outputs: [], constants: new Map(), nodes: [] };
  eachField(bytes, (field) => {
    if (field.field === 1) graph.nodes.push(readNode(bytesOf(field)));
    else if (field.field === 2) graph.name = textOf(field);
    else if (field.field === 5) {
      const [name, tensor] = readTensor(bytesOf(field));
      if (graph.constants.has(name)) throw damaged(`two constants are named "${name}"`);
      graph.constants.set(name, tensor);
    } else if (field.field === 11) graph.inputs.push(readPort(bytesOf(field)));
    else if (field.field === 12) graph.outputs.push(readPort(bytesOf(field)));
    else throw damaged(`the graph has the unknown field ${field.field}`);
  });
  return graph;
}

/** A model from the bytes of a file. @throws LabFailure 'model-damaged', whatever the bytes are */
export function readModel(bytes: Uint8Array): ModelFile {
  const metadata = new Map<string, string>();
  let graph: Graph | null = null;
  eachField(bytes, (field) => {
    if (field.field === 7) {
      if (graph) throw damaged('it has two graphs');
      graph = readGraph(bytesOf(field));
    } else if (field.field === 14) {
      const entry = ['', ''];
      eachField(bytesOf(field), (part) => {
        if (part.field !== 1 && part.field !== 2) throw damaged('its metadata have an unknown field');
        entry[part.field - 1] = textOf(part);
      });
      metadata.set(entry[0], entry[1]);
    } else if (field.field !== 1 && field.field !== 2 && field.field !== 3 && field.field !== 8)
      throw damaged(`it has the unknown field ${field.field}`);
  });
  if (!graph) throw damaged('it has no graph');
  return { graph, metadata };
}

import { integers, sizeOf, type Tensor } from '../graph';
import { damaged } from '../protobuf';
import { around, axisOf, integerOf, integersOf, type Kernels, numbersOf, room, wholeNumbers } from './kernel';
import { copy } from './shape';

/** Places of an axis that are asked for, counted from the front. */
function indices(tensor: Tensor, length: number): Int32Array {
  if (tensor.type !== 'int64') throw damaged('places in a table are no whole numbers');
  return (tensor.data as Int32Array).map((index) => {
    const from = index < 0 ? index + length : index;
    if (from < 0 || from >= length) throw damaged('a place in a table does not exist');
    return from;
  });
}

function gather([table, asked]: readonly Tensor[], axis: number): Tensor[] {
  const { before, length, after } = around(table.dims, axis);
  const taken = indices(asked, length);
  const dims = [...table.dims.slice(0, axis), ...asked.dims, ...table.dims.slice(axis + 1)];
  const data = room(table.type, dims);
  for (let i = 0; i < before; i++)
    for (let j = 0; j < taken.length; j++) copy(data, (i * taken.length + j) * after, table.data, (i * length + taken[j]) * after, after);
  return [{ type: table.type, dims, data }];
}

/** Places of texts, found once for each list of a file. */
const known = new WeakMap<readonly string[], Map<string, number>>();

function placesOf(keys: readonly string[], values: readonly number[]): Map<string, number> {
  const found = known.get(keys) ?? new Map(keys.map((key, i) => [key, values[i]]));
  known.set(keys, found);
  return found;
}

/** Tables by place and by text, and orders. */
export const LOOKUP: Kernels = {
  Gather: { inputs: [2, 2], attributes: ['axis'], run: (inputs, node) => gather(inputs, axisOf(integerOf(node, 'axis', 0), inputs[0].dims.length)) },
  GatherElements: {
    inputs: [2, 2],
    attributes: ['axis'],
    run([table, asked], node) {
      const axis = axisOf(integerOf(node, 'axis', 0), table.dims.length);
      const { before, length, after } = around(table.dims, axis);
      const wanted = around(asked.dims, axis);
      if (wanted.before !== before || wanted.after !== after) throw damaged('places in a table do not fit it');
      const taken = indices(asked, length);
      const data = room(table.type, asked.dims) as Float32Array;
      const x = numbersOf(table);
      for (let i = 0; i < before; i++)
        for (let l = 0; l < wanted.length; l++)
          for (let j = 0; j < after; j++) {
            const at = (i * wanted.length + l) * after + j;
            data[at] = x[(i * length + taken[at]) * after + j];
          }
      return [{ type: table.type, dims: asked.dims, data }];
    },
  },
  TopK: {
    inputs: [2, 2],
    outputs: [2, 2],
    attributes: ['axis', 'largest', 'sorted'],
    run([input, asked], node) {
      const rank = input.dims.length;
      const width = input.dims[rank - 1];
      const [k] = wholeNumbers(asked);
      if (axisOf(integerOf(node, 'axis', -1), rank) !== rank - 1 || integerOf(node, 'largest', 1) !== 1 || !(k >= 0 && k <= width))
        throw damaged('an order is not of the last axis');
      const dims = [...input.dims.slice(0, -1), k];
      const values = room(input.type, dims) as Float32Array;
      const places = new Int32Array(sizeOf(dims));
      const x = numbersOf(input);
      for (let from = 0, to = 0; to < values.length; from += width, to += k) {
        const order = Array.from({ length: width }, (_, j) => j).sort((a, b) => x[from + b] - x[from + a] || a - b);
        for (let j = 0; j < k; j++) {
          values[to + j] = x[from + order[j]];
          places[to + j] = order[j];
        }
      }
      return [{ type: input.type, dims, data: values }, integers(places, dims)];
    },
  },
  LabelEncoder: {
    inputs: [1, 1],
    domain: 'ai.onnx.ml',
    attributes: ['keys_strings', 'values_int64s', 'default_int64'],
    run([input], node) {
      const keys = node.attributes?.keys_strings;
      const values = integersOf(node, 'values_int64s');
      if (!Array.isArray(keys) || !values || keys.length !== values.length || !Array.isArray(input.data)) throw damaged('its labels are no texts');
      const places = placesOf(keys as string[], values);
      const other = integerOf(node, 'default_int64', -1);
      return [
        integers(
          Int32Array.from(input.data, (text) => places.get(text) ?? other),
          input.dims,
        ),
      ];
    },
  },
};

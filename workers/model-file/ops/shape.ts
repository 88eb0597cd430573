import { type Elements, integers, sizeOf, type Tensor } from '../graph';
import { damaged } from '../protobuf';
import { around, axisOf, integerOf, integersOf, type Kernels, room, wholeNumbers } from './kernel';

const SHORT = 32;

/** Copies a stretch of elements, numbers or texts. */
export function copy(to: Elements, at: number, from: Elements, start: number, count: number): void {
  // For a short one a view costs several times what its numbers do: most are the vector of a level.
  if (count < SHORT || Array.isArray(to) || Array.isArray(from))
    for (let i = 0; i < count; i++) (to as string[])[at + i] = (from as string[])[start + i];
  else to.set(from.subarray(start, start + count), at);
}

function concat(parts: readonly Tensor[], axis: number): Tensor {
  const [{ type, dims: first }] = parts;
  const dims = [...first];
  dims[axis] = parts.reduce((sum, part) => sum + part.dims[axis], 0);
  for (const part of parts)
    if (part.type !== type || part.dims.length !== dims.length || part.dims.some((size, a) => a !== axis && size !== dims[a]))
      throw damaged('tables that do not fit are put side by side');
  const data = room(type, dims);
  const whole = around(dims, axis);
  let at = 0;
  for (const part of parts) {
    const { length, after } = around(part.dims, axis);
    for (let i = 0; i < whole.before; i++) copy(data, (i * whole.length + at) * after, part.data, i * length * after, length * after);
    at += length;
  }
  return { type, dims, data };
}

/** Entries `start` … `start + count` − 1 of an axis. */
function stretch(input: Tensor, axis: number, start: number, count: number): Tensor {
  const { before, length, after } = around(input.dims, axis);
  if (start < 0 || count < 0 || start + count > length) throw damaged('it takes more of a table than there is');
  const dims = input.dims.map((size, a) => (a === axis ? count : size));
  const data = room(input.type, dims);
  for (let i = 0; i < before; i++) copy(data, i * count * after, input.data, (i * length + start) * after, count * after);
  return { type: input.type, dims, data };
}

function reshape(input: Tensor, asked: number[]): Tensor {
  const dims = asked.map((size, axis) => (size === 0 ? (input.dims[axis] ?? 0) : size));
  const open = dims.indexOf(-1);
  const size = sizeOf(input.dims);
  if (open >= 0) {
    const known = -sizeOf(dims);
    dims[open] = known === 0 ? 0 : size / known;
  }
  if (dims.some((one) => !Number.isInteger(one) || one < 0) || sizeOf(dims) !== size) throw damaged('a table does not fit into its new shape');
  return { type: input.type, dims, data: input.data };
}

function transpose(input: Tensor, order: readonly number[]): Tensor {
  const rank = input.dims.length;
  if (order.length !== rank || [...order].sort((a, b) => a - b).some((axis, i) => axis !== i)) throw damaged('axes are exchanged that do not exist');
  const dims = order.map((axis) => input.dims[axis]);
  const strides = order.map((axis) => sizeOf(input.dims.slice(axis + 1)));
  const data = room(input.type, dims);
  const at = new Array<number>(rank).fill(0);
  for (let to = 0, from = 0; to < data.length; to++) {
    (data as Float32Array)[to] = (input.data as Float32Array)[from];
    for (let axis = rank - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++at[axis] < dims[axis]) break;
      from -= strides[axis] * dims[axis];
      at[axis] = 0;
    }
  }
  return { type: input.type, dims, data };
}

/** Operations that move values and compute none. */
export const SHAPE: Kernels = {
  Reshape: { inputs: [2, 2], attributes: ['allowzero'], run: ([input, shape]) => [reshape(input, wholeNumbers(shape))] },
  Transpose: {
    inputs: [1, 1],
    attributes: ['perm'],
    run: ([input], node) => [transpose(input, integersOf(node, 'perm') ?? [...input.dims.keys()].reverse())],
  },
  Concat: {
    inputs: [1, 2 ** 16],
    attributes: ['axis'],
    run: (parts, node) => [concat(parts, axisOf(integerOf(node, 'axis', 0), parts[0].dims.length))],
  },
  Split: {
    inputs: [2, 2],
    outputs: [1, 2 ** 10],
    attributes: ['axis'],
    run([input, sizes], node) {
      const axis = axisOf(integerOf(node, 'axis', 0), input.dims.length);
      const counts = wholeNumbers(sizes);
      if (counts.length !== node.outputs.length) throw damaged('a table is divided into another number of parts');
      let at = 0;
      return counts.map((count) => {
        const part = stretch(input, axis, at, count);
        at += count;
        return part;
      });
    },
  },
  Slice: {
    inputs: [4, 4],
    run([input, starts, ends, axes]) {
      const [from, to] = [wholeNumbers(starts), wholeNumbers(ends)];
      return [
        wholeNumbers(axes).reduce(
          (part, axis, i) => stretch(part, axisOf(axis, part.dims.length), from[i], Math.min(to[i], part.dims[axis]) - from[i]),
          input,
        ),
      ];
    },
  },
  Shape: {
    inputs: [1, 1],
    attributes: ['start', 'end'],
    run: ([{ dims }], node) => {
      const part = dims.slice(integerOf(node, 'start', 0), integerOf(node, 'end', dims.length));
      return [integers(part, [part.length])];
    },
  },
  Tile: {
    inputs: [2, 2],
    run([input, repeats]) {
      const times = wholeNumbers(repeats);
      if (times.length !== input.dims.length || times.some((count) => count < 0 || count > 2 ** 16)) throw damaged('a table is repeated without end');
      room(
        input.type,
        input.dims.map((size, axis) => size * times[axis]),
      );
      return [times.reduce((sum, count, axis) => (count === 1 ? sum : concat(new Array<Tensor>(Math.max(1, count)).fill(sum), axis)), input)];
    },
  },
};

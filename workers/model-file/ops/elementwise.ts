import { type ElementType, sizeOf, type Tensor } from '../graph';
import { damaged } from '../protobuf';
import { type Kernel, type Kernels, numbersOf, room } from './kernel';

/** The shape that these have together, by the rules of numpy. */
export function commonShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1;
    for (const dims of shapes) {
      const own = dims[axis - rank + dims.length] ?? 1;
      if (own === 1) continue;
      if (size !== 1 && size !== own) throw damaged('shapes do not fit together');
      size = own;
    }
    return size;
  });
}

/**
 * For each element of the common shape which one of a smaller tensor it takes; null where that is the same
 * one.
 */
function places(dims: readonly number[], common: readonly number[]): Int32Array | null {
  const size = sizeOf(common);
  if (sizeOf(dims) === size) return null;
  const rank = common.length;
  const found = new Int32Array(size);
  // Axis by axis from the last one: what is there so far is repeated along the axis.
  let [done, stride] = [1, 1];
  for (let axis = rank - 1; axis >= 0; axis--) {
    const own = dims[axis - rank + dims.length] ?? 1;
    const step = own === 1 ? 0 : stride;
    for (let i = 1; i < common[axis]; i++) for (let j = 0; j < done; j++) found[i * done + j] = found[j] + i * step;
    done *= common[axis];
    stride *= own;
  }
  return found;
}

function binary(a: Tensor, b: Tensor, type: ElementType, of: (x: number, y: number) => number): Tensor {
  if (a.type !== b.type) throw damaged('an operation has inputs of two types');
  const dims = commonShape(a.dims, b.dims);
  const data = room(type, dims) as Float32Array;
  const [x, y] = [numbersOf(a), numbersOf(b)];
  const [left, right] = [places(a.dims, dims), places(b.dims, dims)];
  if (!left && !right) for (let i = 0; i < data.length; i++) data[i] = of(x[i], y[i]);
  else if (!left && y.length === 1) for (let i = 0; i < data.length; i++) data[i] = of(x[i], y[0]);
  else for (let i = 0; i < data.length; i++) data[i] = of(x[left ? left[i] : i], y[right ? right[i] : i]);
  return { type, dims, data };
}

const arithmetic = (of: (x: number, y: number) => number): Kernel => ({ inputs: [2, 2], run: ([a, b]) => [binary(a, b, a.type, of)] });
const folded = (of: (x: number, y: number) => number): Kernel => ({
  inputs: [1, 2 ** 10],
  run: ([first, ...others]) => [others.reduce((sum, more) => binary(sum, more, sum.type, of), first)],
});
const comparison = (of: (x: number, y: number) => boolean): Kernel => ({
  inputs: [2, 2],
  run: ([a, b]) => [binary(a, b, 'bool', (x, y) => Number(of(x, y)))],
});

function unary(of: (x: number) => number): Kernel {
  return {
    inputs: [1, 1],
    run([input]) {
      const data = room(input.type, input.dims) as Float32Array;
      const x = numbersOf(input);
      for (let i = 0; i < data.length; i++) data[i] = of(x[i]);
      return [{ type: input.type, dims: input.dims, data }];
    },
  };
}

/** Abramowitz & Stegun 7.1.26 has seven digits; this series and fraction have those of a double. */
function erf(x: number): number {
  const z = Math.abs(x);
  if (z > 6) return Math.sign(x);
  if (z < 2.5) {
    let [term, sum] = [z, z];
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= (-z * z) / n;
      sum += term / (2 * n + 1);
    }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = z;
  for (let n = 60; n > 0; n--) fraction = z + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-z * z) / (fraction * Math.sqrt(Math.PI)));
}

/** Texts are equal or not; numbers too. */
function equal([a, b]: readonly Tensor[]): Tensor[] {
  if (!Array.isArray(a.data) || !Array.isArray(b.data)) return [binary(a, b, 'bool', (x, y) => Number(x === y))];
  const dims = commonShape(a.dims, b.dims);
  const [left, right] = [places(a.dims, dims), places(b.dims, dims)];
  const data = room('bool', dims) as Uint8Array;
  for (let i = 0; i < data.length; i++) data[i] = Number(a.data[left ? left[i] : i] === b.data[right ? right[i] : i]);
  return [{ type: 'bool', dims, data }];
}

function where([condition, a, b]: readonly Tensor[]): Tensor[] {
  if (condition.type !== 'bool' || a.type !== b.type) throw damaged('an operation has inputs of the wrong type');
  const dims = commonShape(condition.dims, a.dims, b.dims);
  const [test, left, right] = [condition, a, b].map((tensor) => places(tensor.dims, dims));
  const data = room(a.type, dims) as Float32Array;
  const [is, x, y] = [numbersOf(condition), numbersOf(a), numbersOf(b)];
  for (let i = 0; i < data.length; i++) data[i] = is[test ? test[i] : i] ? x[left ? left[i] : i] : y[right ? right[i] : i];
  return [{ type: a.type, dims, data }];
}

const CAST: ReadonlyMap<number, ElementType> = new Map([
  [1, 'float'],
  [7, 'int64'],
  [9, 'bool'],
  [11, 'double'],
]);

/** Operations of each element, with the shapes of numpy. */
export const ELEMENTWISE: Kernels = {
  Add: arithmetic((x, y) => x + y),
  Sub: arithmetic((x, y) => x - y),
  Mul: arithmetic((x, y) => x * y),
  Div: arithmetic((x, y) => x / y),
  Pow: arithmetic((x, y) => x ** y),
  // NaN stays NaN.
  Max: folded((x, y) => Math.max(x, y)),
  Min: folded((x, y) => Math.min(x, y)),
  Sum: folded((x, y) => x + y),
  Equal: { inputs: [2, 2], run: equal },
  Less: comparison((x, y) => x < y),
  LessOrEqual: comparison((x, y) => x <= y),
  Greater: comparison((x, y) => x > y),
  GreaterOrEqual: comparison((x, y) => x >= y),
  And: comparison((x, y) => x !== 0 && y !== 0),
  Or: comparison((x, y) => x !== 0 || y !== 0),
  Not: unary((x) => Number(x === 0)),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Tanh: unary(Math.tanh),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Relu: unary((x) => (x < 0 ? 0 : x)),
  Erf: unary(erf),
  Identity: { inputs: [1, 1], run: ([input]) => [input] },
  Where: { inputs: [3, 3], run: where },
  IsNaN: {
    inputs: [1, 1],
    run([input]) {
      const data = room('bool', input.dims) as Uint8Array;
      const x = numbersOf(input);
      for (let i = 0; i < data.length; i++) data[i] = Number(Number.isNaN(x[i]));
      return [{ type: 'bool', dims: input.dims, data }];
    },
  },
  Cast: {
    inputs: [1, 1],
    attributes: ['to'],
    run([input], node) {
      const type = CAST.get(Number(node.attributes?.to));
      if (!type) throw damaged('it changes values into an unknown type');
      const data = room(type, input.dims) as Float32Array;
      const x = numbersOf(input);
      for (let i = 0; i < data.length; i++) data[i] = type === 'bool' ? Number(x[i] !== 0) : x[i];
      return [{ type, dims: input.dims, data }];
    },
  },
  Clip: {
    inputs: [1, 3],
    run([input, least, most]) {
      const data = room(input.type, input.dims) as Float32Array;
      const x = numbersOf(input);
      const low = least ? numbersOf(least)[0] : Number.NEGATIVE_INFINITY;
      const high = most ? numbersOf(most)[0] : Number.POSITIVE_INFINITY;
      for (let i = 0; i < data.length; i++) data[i] = Math.min(Math.max(x[i], low), high);
      return [{ type: input.type, dims: input.dims, data }];
    },
  },
  Expand: {
    inputs: [2, 2],
    run([input, shape]) {
      const dims = commonShape(input.dims, (shape.data as Int32Array).length > 8 ? [] : [...numbersOf(shape)]);
      const data = room(input.type, dims) as Float32Array;
      const x = numbersOf(input);
      const from = places(input.dims, dims);
      for (let i = 0; i < data.length; i++) data[i] = x[from ? from[i] : i];
      return [{ type: input.type, dims, data }];
    },
  },
};

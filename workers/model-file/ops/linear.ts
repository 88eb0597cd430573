import { sizeOf, type Tensor } from '../graph';
import { damaged } from '../protobuf';
import { commonShape } from './elementwise';
import { around, axisOf, integerOf, type Kernel, type Kernels, numbersOf, room, wholeNumbers } from './kernel';

/** Sums are in double precision and rounded once. */
function matMul([a, b]: readonly Tensor[]): Tensor[] {
  if (a.type !== b.type || a.dims.length < 2 || b.dims.length < 2) throw damaged('it multiplies what are no matrices');
  const [m, k] = a.dims.slice(-2);
  const [inner, n] = b.dims.slice(-2);
  if (inner !== k) throw damaged('it multiplies matrices that do not fit');
  const outer = commonShape(a.dims.slice(0, -2), b.dims.slice(0, -2));
  const dims = [...outer, m, n];
  const data = room(a.type, dims) as Float32Array;
  const [x, y] = [numbersOf(a), numbersOf(b)];
  const batches = sizeOf(outer);
  const [left, right] = [sizeOf(a.dims.slice(0, -2)), sizeOf(b.dims.slice(0, -2))];
  if ((left !== batches && left !== 1) || (right !== batches && right !== 1)) throw damaged('it multiplies lists of matrices that do not fit');
  const row = new Float64Array(n);
  for (let batch = 0; batch < batches; batch++) {
    const from = left === 1 ? 0 : batch * m * k;
    const other = right === 1 ? 0 : batch * k * n;
    for (let i = 0; i < m; i++) {
      row.fill(0);
      for (let l = 0; l < k; l++) {
        const factor = x[from + i * k + l];
        if (factor === 0) continue;
        const at = other + l * n;
        for (let j = 0; j < n; j++) row[j] += factor * y[at + j];
      }
      data.set(row, (batch * m + i) * n);
    }
  }
  return [{ type: a.type, dims, data }];
}

/** A fold along axes, in double precision. */
function reduction(start: number, of: (sum: number, x: number) => number, mean = false): Kernel {
  return {
    inputs: [1, 2],
    attributes: ['keepdims'],
    run([input, asked], node) {
      const rank = input.dims.length;
      const axes = asked ? wholeNumbers(asked).map((axis) => axisOf(axis, rank)) : [...input.dims.keys()];
      const keep = integerOf(node, 'keepdims', 1) === 1;
      let [values, dims]: [ArrayLike<number>, number[]] = [numbersOf(input), [...input.dims]];
      for (const axis of axes) {
        const { before, length, after } = around(dims, axis);
        const sums = new Float64Array(before * after).fill(start);
        for (let i = 0; i < before; i++)
          for (let l = 0; l < length; l++)
            for (let j = 0; j < after; j++) sums[i * after + j] = of(sums[i * after + j], values[(i * length + l) * after + j]);
        if (mean) for (let i = 0; i < sums.length; i++) sums[i] /= length;
        values = sums;
        dims = dims.map((size, a) => (a === axis ? 1 : size));
      }
      const shape = keep ? dims : dims.filter((_, axis) => !axes.includes(axis));
      const data = room(input.type, shape) as Float32Array;
      data.set(values);
      return [{ type: input.type, dims: shape, data }];
    },
  };
}

function softmax([input]: readonly Tensor[], axis: number): Tensor[] {
  const { before, length, after } = around(input.dims, axis);
  const data = room(input.type, input.dims) as Float32Array;
  const x = numbersOf(input);
  for (let i = 0; i < before; i++)
    for (let j = 0; j < after; j++) {
      const at = (l: number): number => (i * length + l) * after + j;
      let largest = Number.NEGATIVE_INFINITY;
      for (let l = 0; l < length; l++) largest = Math.max(largest, x[at(l)]);
      let sum = 0;
      for (let l = 0; l < length; l++) sum += Math.exp(x[at(l)] - largest);
      for (let l = 0; l < length; l++) data[at(l)] = Math.exp(x[at(l)] - largest) / sum;
    }
  return [{ type: input.type, dims: input.dims, data }];
}

/** Products, sums and what else goes along axes. */
export const LINEAR: Kernels = {
  MatMul: { inputs: [2, 2], run: matMul },
  ReduceSum: reduction(0, (sum, x) => sum + x),
  ReduceMean: reduction(0, (sum, x) => sum + x, true),
  ReduceMax: reduction(Number.NEGATIVE_INFINITY, (most, x) => Math.max(most, x)),
  ReduceMin: reduction(Number.POSITIVE_INFINITY, (least, x) => Math.min(least, x)),
  ReduceProd: reduction(1, (product, x) => product * x),
  Softmax: {
    inputs: [1, 1],
    attributes: ['axis'],
    run: (inputs, node) => softmax(inputs, axisOf(integerOf(node, 'axis', -1), inputs[0].dims.length)),
  },
  CumSum: {
    inputs: [2, 2],
    run([input, asked]) {
      const { before, length, after } = around(input.dims, axisOf(wholeNumbers(asked)[0], input.dims.length));
      const data = room(input.type, input.dims) as Float32Array;
      const x = numbersOf(input);
      for (let i = 0; i < before; i++)
        for (let j = 0; j < after; j++) {
          let sum = 0;
          for (let l = 0; l < length; l++) {
            const at = (i * length + l) * after + j;
            sum += x[at];
            data[at] = sum;
          }
        }
      return [{ type: input.type, dims: input.dims, data }];
    },
  },
};

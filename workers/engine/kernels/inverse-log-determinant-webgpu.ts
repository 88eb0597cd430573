import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { INVERSE_LOG_DETERMINANT } from './inverse-log-determinant';

/** Rows and columns of a block, and of a workgroup. */
const BLOCK = 16;

/**
 * WGSL of the sweep over one block of pivots P (Goodnight 1979, in blocks): A_ij − A_iP A_PP⁻¹ A_Pj outside
 * them, A_PP⁻¹ A_Pj and −A_iP A_PP⁻¹ next to them, A_PP⁻¹ at them. After all blocks A is its inverse. A
 * workgroup computes one tile; each inverts the pivots' block for itself, so that a dispatch needs no other.
 * Positive definite matrices need no pivoting. The pivots' logarithms add up in the first entry of the last
 * row.
 */
const SWEEP = `
var<workgroup> pivots: array<array<f32, ${BLOCK}>, ${BLOCK}>;
var<workgroup> left: array<array<f32, ${BLOCK}>, ${BLOCK}>;
var<workgroup> right: array<array<f32, ${BLOCK}>, ${BLOCK}>;

fn entry(row: i32, column: i32) -> f32 {
  let m = uniforms.aShape.y;
  return select(0.0, a[min(row, m - 1) * m + min(column, m - 1)], row < m && column < m);
}

fn main() {
  let m = uniforms.aShape.y;
  let first = uniforms.block * ${BLOCK};
  let r = i32(localId.y);
  let c = i32(localId.x);
  let row = i32(workgroupId.y) * ${BLOCK} + r;
  let column = i32(workgroupId.x) * ${BLOCK} + c;
  // Beyond the matrix, pivots of 1.
  pivots[r][c] = select(entry(first + r, first + c), select(0.0, 1.0, r == c), first + r >= m || first + c >= m);
  left[r][c] = entry(row, first + c);
  right[r][c] = entry(first + r, column);
  workgroupBarrier();
  var logDeterminant = 0.0;
  for (var k = 0; k < ${BLOCK}; k++) {
    let pivot = pivots[k][k];
    let inRow = pivots[k][c];
    let inColumn = pivots[r][k];
    let old = pivots[r][c];
    workgroupBarrier();
    logDeterminant += select(uniforms.NAN, log(pivot), pivot > 0.0);
    var swept = old - inColumn * inRow / pivot;
    if (r == k) { swept = inRow / pivot; }
    if (c == k) { swept = -inColumn / pivot; }
    if (r == k && c == k) { swept = 1.0 / pivot; }
    pivots[r][c] = swept;
    workgroupBarrier();
  }
  let atRow = i32(workgroupId.y) == uniforms.block;
  let atColumn = i32(workgroupId.x) == uniforms.block;
  // One row of A_iP A_PP⁻¹ (or A_PP⁻¹ itself) and one column of A_Pj.
  var value = select(entry(row, column), 0.0, atRow || atColumn);
  var scaled: array<f32, ${BLOCK}>;
  for (var k = 0; k < ${BLOCK}; k++) {
    var sum = 0.0;
    for (var l = 0; l < ${BLOCK}; l++) { sum += left[r][l] * pivots[l][k]; }
    scaled[k] = select(-sum, pivots[r][k], atRow);
  }
  if (atColumn) { value = scaled[c]; } else {
    for (var k = 0; k < ${BLOCK}; k++) { value += scaled[k] * right[k][c]; }
  }
  if (row < m && column < m) { result[row * m + column] = value; }
  if (workgroupId.y == 0u && r == 0 && column < m) {
    var before = 0.0;
    if (uniforms.block > 0) { before = a[m * m]; }
    result[m * m + column] = select(0.0, before + logDeterminant, column == 0);
  }
}`;

/**
 * Registers the kernel on WebGPU: a dispatch for each 16 pivots, all in one pass, so that a captured step
 * holds it.
 */
export function registerInverseLogDeterminantWebGpu(): void {
  if (tf.getKernel(INVERSE_LOG_DETERMINANT, 'webgpu')) return;
  tf.registerKernel({
    kernelName: INVERSE_LOG_DETERMINANT,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, backend }) => {
      const gpu = backend as WebGPUBackend;
      const { a } = inputs as Record<'a', tf.TensorInfo>;
      const m = a.shape[0];
      const tiles = Math.ceil(m / BLOCK);
      const program = {
        outputShape: [m + 1, m],
        variableNames: ['a'],
        uniforms: 'block : i32,',
        workgroupSize: [BLOCK, BLOCK, 1] as [number, number, number],
        dispatchLayout: { x: [1], y: [0] },
        dispatch: [tiles, tiles, 1] as [number, number, number],
        shaderKey: 'inverseLogDeterminant',
        getUserCode: () => SWEEP,
      };
      let swept = a;
      for (let block = 0; block < tiles; block++) {
        const next = gpu.runWebGPUProgram({ ...program }, [swept], 'float32', [{ type: 'int32', data: [block] }]);
        if (block > 0) gpu.disposeData(swept.dataId);
        swept = next;
      }
      return swept;
    },
  });
}

import * as tf from '@tensorflow/tfjs';
import { memoryUse } from '../engine/memory';
import { drawNoise } from '../engine/noise';
import { nextState } from '../engine/step-loss';
import { disposeBatch, makeBatch } from './batches';
import type { EagerPlanOptions } from './plan';

/**
 * Bytes of WebAssembly's memory that tensors may take: tfjs asks for at most 4 GiB, and what is freed leaves
 * gaps.
 */
export const TENSOR_LIMIT = 3.5 * 2 ** 30;
/** Batches of fewer rows are not looked at. */
export const SMALL_BATCH = 1_024;
/** Rows of the batches that are measured. */
const MEASURED = [32, 64, 128] as const;

/** Bytes by which tensors grow at each kernel of a step, in the order of its kernels. */
export async function bytesOfStep({ dataset, parameters, state = new Map(), loss, noiseShapes, noiseSeed }: EagerPlanOptions, rows: Uint32Array) {
  const before = tf.memory().numBytes;
  const batch = makeBatch(dataset, rows);
  const noise = drawNoise(noiseShapes(rows.length), noiseSeed, 0);
  try {
    const { kernels } = await tf.profile(() => {
      tf.tidy(() => {
        const variables = [...parameters.values()];
        tf.variableGrads(() => {
          const step = loss(batch, noise);
          nextState(state, step);
          return step.total;
        }, variables);
      });
      return [];
    });
    return kernels.map(({ totalBytesSnapshot }) => totalBytesSnapshot - before);
  } finally {
    disposeBatch(batch);
    tf.dispose(noise);
  }
}

/** The parabola through the measured numbers, at so many rows. */
function extrapolated([a, b, c]: readonly number[], rows: number): number {
  const [x, y, z] = MEASURED;
  const at = (one: number, two: number): number => (rows - one) * (rows - two);
  return (a * at(y, z)) / ((x - y) * (x - z)) + (b * at(x, z)) / ((y - x) * (y - z)) + (c * at(x, y)) / ((z - x) * (z - y));
}

/**
 * Bytes that a training step of a tfjs loss takes by the rows of its batch, besides what is held already.
 * Three steps of few rows are computed and dropped; every kernel's tensors grow with the rows along a line,
 * or with their square (a covariance of the batch), so that a large step is known without being tried.
 * Weights, moments and random numbers of training know nothing of it.
 *
 * @param order training rows, at least 128
 */
export async function stepMemory(options: EagerPlanOptions, order: Uint32Array): Promise<(rows: number) => number> {
  const measured: number[][] = [];
  for (const rows of MEASURED) measured.push(await bytesOfStep(options, order.subarray(0, rows)));
  const kernels = Math.min(...measured.map(({ length }) => length));
  return (rows) => {
    const at = (kernel: number) =>
      extrapolated(
        measured.map((bytes) => bytes[kernel]),
        rows,
      );
    return Array.from({ length: kernels }, (_, kernel) => at(kernel)).reduce((most, bytes) => Math.max(most, bytes), 0);
  };
}

/** The most rows, in two figures, whose step takes no more than `room` bytes; 0 where none does. */
export function rowsThatFit(bytes: (rows: number) => number, room: number, most: number): number {
  let [fits, over] = [0, most];
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    if (bytes(middle) <= room) fits = middle;
    else over = middle;
  }
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, fits))) - 1);
  return Math.floor(fits / unit) * unit;
}

/** What a step of so many rows takes, where it does not fit into what is left; null where it does. */
export async function lackOfMemory(
  options: EagerPlanOptions,
  order: Uint32Array,
  limit = TENSOR_LIMIT,
): Promise<{ rows: number; bytes: number; fits: number } | null> {
  const rows = Math.min(options.batchSize, order.length);
  if (rows < SMALL_BATCH) return null;
  const bytes = await stepMemory(options, order);
  const room = limit - memoryUse().bytes;
  return bytes(rows) <= room ? null : { rows, bytes: bytes(rows), fits: rowsThatFit(bytes, room, rows) };
}

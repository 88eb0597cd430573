import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { installNodeWebGpu } from '../engine/node';
import { NODE_BACKENDS, useBackend as startBackend } from '../engine/testing';
import { startTestWebGpu } from '../engine/testing-webgpu';
import { EMPTY_CASES, type Right } from './empty-cases';

const lack = await installNodeWebGpu();
/** What WebGPU refuses is told to the device, not to the caller. */
const refused: string[] = [];

async function startDevice(): Promise<void> {
  await startTestWebGpu();
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  device.addEventListener('uncapturederror', (event) => {
    refused.push(event.error.message);
    event.preventDefault();
  });
}

const sizeOf = ({ shape }: Right): number => shape.reduce((size, n) => size * n, 1);

/**
 * Leaves memory behind that holds no numbers, of the sizes that the case will ask for: what is not written is
 * then seen.
 */
function leaveTrash(right: readonly Right[]): void {
  const sizes = [1, 2, 3, 4, 6, 9, 12, ...right.map(sizeOf), 300_000];
  tf.dispose(sizes.flatMap((size) => [tf.fill([size], Number.NaN), tf.fill([size], Number.NaN)]));
}

/** Zero and what is no number exactly; else within rounding of single precision. */
const near = (got: number, want: number): boolean =>
  Object.is(got, want) || got === want || (want !== 0 && Math.abs(got - want) < 1e-6 * Math.abs(want));

describe.each([...NODE_BACKENDS, 'webgpu'] as const)('with an empty dimension, on %s', (backend) => {
  beforeAll(async () => {
    if (backend !== 'webgpu') return startBackend(backend);
    if (!lack) await startDevice();
  });

  it.skipIf(backend === 'webgpu' && Boolean(lack)).each(EMPTY_CASES.map((tried) => ({ name: tried.name, tried })))('$name', async ({ tried }) => {
    leaveTrash(tried.right);
    const tensors = tf.memory().numTensors;
    const results = tf.tidy(() => [tried.run()].flat());
    expect(results.map(({ shape }) => shape)).toEqual(tried.right.map(({ shape }) => shape));
    for (const [i, right] of tried.right.entries()) {
      const got = await results[i].data();
      const { values } = right;
      const want = Array.isArray(values) ? values : new Array<number>(sizeOf(right)).fill(values);
      expect(got.length).toBe(want.length);
      expect(
        want.every((value, j) => near(got[j], value)),
        `${[...got]} instead of ${want}`,
      ).toBe(true);
    }
    tf.dispose(results);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(refused.splice(0)).toEqual([]);
  });
});

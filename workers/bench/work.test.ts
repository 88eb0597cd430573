import { describe, expect, it } from 'vitest';
import { describe as describeStep, doneBy, flopsOfKernels, flopsOfRow, leastBytes, workOf } from './work';

/**
 * Counted by hand: a product of [1, a] and [a, b] is 2ab operations, and so are each of its two gradients.
 */
const HAND = {
  // 20 → 10 → 10 → 1; of the inputs' gradient only the 10 columns of the level vector.
  decoder: 2 * 20 * 10 + 2 * 20 * 10 + 2 * 10 * 10 + (2 * 10 * 10 + 2 * 10 * 10 + 2 * 10 * 10) + (2 * 10 + 2 * 10 + 2 * 10),
  // 11 → 100 → 100 → 20; no gradient with respect to [x, y].
  encoder: 4 * 11 * 100 + 6 * 100 * 100 + 6 * 100 * 20,
};

describe('what a step cannot do without', () => {
  it('counts the operations of a row as by hand', () => {
    expect(HAND.decoder).toBe(1_660);
    expect(flopsOfRow(describeStep('embeddings'), 10, 1)).toBe(HAND.decoder);
    expect(flopsOfRow(describeStep('mmbeddings'), 10, 1)).toBe(HAND.encoder + HAND.decoder);
    expect(HAND.encoder + HAND.decoder).toBe(78_060);
  });

  it('counts more features: wider heads, wider decoder input', () => {
    const encoder = 4 * 11 * 100 + 6 * 100 * 100 + 6 * 100 * 60;
    const decoder = 4 * 40 * 10 + 2 * 30 * 10 + 6 * 10 * 10 + 6 * 10;
    expect(flopsOfRow(describeStep('mmbeddings'), 10, 3)).toBe(encoder + decoder);
  });

  it('counts neither gradients nor columns of levels where there are none', () => {
    expect(flopsOfRow({ kind: 'no-levels', decoder: [10, 10] }, 10, 0)).toBe(4 * 100 + 6 * 100 + 6 * 10);
  });

  it('shares them among the kernels of a WebGPU step without rest', () => {
    for (const method of ['mmbeddings', 'embeddings'] as const) {
      const shares = Object.values(flopsOfKernels(method, 7));
      expect(shares.reduce((a, b) => a + b)).toBe(7 * flopsOfRow(describeStep(method), 10, 1));
    }
    expect(flopsOfKernels('mmbeddings', 1).encode).toBe(2 * (11 * 100 + 100 * 100 + 100 * 20));
  });

  it('counts the bytes of rows and of Adam as by hand', () => {
    // A row: its number, 10 x, y, one level. A parameter: itself and two moments, read and written.
    expect(leastBytes(100, 7, 10, 1)).toBe(7 * 13 * 4 + 100 * 6 * 4);
  });

  it('counts what the plans do: never less than the least', () => {
    for (const method of ['mmbeddings', 'embeddings'] as const) {
      const least = workOf(method, 1_000);
      for (const { flops, bytes } of Object.values(least.done)) {
        expect(flops).toBeGreaterThanOrEqual(least.flops);
        expect(bytes).toBeGreaterThan(least.bytes);
      }
    }
    expect(doneBy('webgpu', 'mmbeddings', 3).flops).toBe(3 * 78_060);
    // 13 of a row, 33 packed inputs, 600 of hidden layers, 20 of noise, 72 of records, 48 through the
    // decoder; 8 a parameter.
    expect(doneBy('wasm', 'mmbeddings', 1).bytes).toBe(4 * (13 + 33 + 600 + 20 + 72 + 48 + 8 * 13_651));
    // 48 through the decoder, its 40 inputs and 21 slopes out and in.
    expect(doneBy('webgpu', 'embeddings', 1).bytes).toBe(4 * (48 + 80 + 42 + 8 * 341));
    // Next to them 13 of a row, 22 inputs, 600 of hidden layers, 440 of slopes, 110 of draws and levels.
    expect(doneBy('webgpu', 'mmbeddings', 1).bytes).toBe(4 * (48 + 80 + 42 + 13 + 22 + 600 + 440 + 110 + 8 * 13_651));
  });

  it('scales with the batch, and with q only where a table grows', () => {
    expect(workOf('mmbeddings', 1_000)).toMatchObject({
      method: 'mmbeddings',
      q: 1_000,
      parameters: 13_651,
      flops: 78_060_000,
      bytes: 1_000 * 52 + 13_651 * 24,
    });
    expect(workOf('embeddings', 1_000)).toMatchObject({ parameters: 10_331, flops: 1_660_000 });
    expect(workOf('embeddings', 10_000).parameters).toBe(100_331);
  });
});

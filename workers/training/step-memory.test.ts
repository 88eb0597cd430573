import { beforeAll, describe, expect, it } from 'vitest';
import { memoryUse } from '../engine/memory';
import { useBackend } from '../engine/testing';
import { buildModel } from '../methods/registry';
import { testDataset, testSettings } from '../methods/testing/test-model';
import { RandomStream } from '../random/random';
import type { EagerPlanOptions } from './plan';
import { bytesOfStep, lackOfMemory, rowsThatFit, stepMemory } from './step-memory';

const ROWS = 3_000;

function optionsOf(id: string, batchSize = ROWS, levels = [40, 50]): EagerPlanOptions & { dispose(): void } {
  const dataset = testDataset('regression', 2, levels, ROWS, 3);
  const problem = { task: 'regression' as const, p: 2, levels, batchSize };
  const model = buildModel(id, problem, testSettings(id, { d: 4, decoder: [8], encoder: [8] }), new RandomStream(1, 'weights'), dataset);
  return {
    ...{ dataset, batchSize, parameters: model.parameters, state: model.state },
    loss: (batch, noise) => model.loss(batch, noise, true),
    noiseShapes: (rows) => model.noiseShapes(rows),
    ...{ learningRate: 0.01, noiseSeed: 1, dispose: () => model.dispose() },
  };
}

const firstRows = (rows: number): Uint32Array => Uint32Array.from({ length: rows }, (_, i) => i);

describe('what a step of a tfjs loss takes', () => {
  beforeAll(() => useBackend('wasm'));

  it.each(['tabnet', 'tabtransformer', 'deepfm', 'mmbeddings-v2', 'ncf-mmbeddings', 'lmmnn'])(
    '%s: as many bytes at 500 rows as three small steps say',
    async (id) => {
      const options = optionsOf(id);
      try {
        const bytes = await stepMemory(options, firstRows(ROWS));
        const measured = Math.max(...(await bytesOfStep(options, firstRows(500))));
        expect(bytes(500) / measured).toBeGreaterThan(0.98);
        expect(bytes(500) / measured).toBeLessThan(1.05);
      } finally {
        options.dispose();
      }
    },
  );

  it('a batch that does not fit is told with one that does, small ones are not looked at', async () => {
    const options = optionsOf('deepfm');
    try {
      const bytes = await stepMemory(options, firstRows(ROWS));
      // Besides what other tests of this process hold.
      const lack = await lackOfMemory(options, firstRows(ROWS), memoryUse().bytes + bytes(1_500) * 1.1);
      expect(lack?.bytes).toBe(bytes(ROWS));
      expect(lack?.fits).toBeGreaterThan(1_200);
      expect(lack?.fits).toBeLessThan(1_700);
      expect(await lackOfMemory(options, firstRows(ROWS))).toBeNull();
      expect(await lackOfMemory({ ...options, batchSize: 500 }, firstRows(ROWS), 1)).toBeNull();
    } finally {
      options.dispose();
    }
  });

  it('rows that fit are told in two figures', () => {
    const bytes = (rows: number): number => 100 + 8 * rows;
    expect(rowsThatFit(bytes, 100 + 8 * 12_345, 100_000)).toBe(12_000);
    expect(rowsThatFit(bytes, 50, 100_000)).toBe(0);
  });
});

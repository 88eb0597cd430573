import { describe, expect, it } from 'vitest';
import { experimentSchema } from '../spec/experiment';
import { PRESETS } from '../spec/presets';
import { checkMemory, checkTable } from './memory-check';

const large = (q: number, trainRows: number, methods: string[]) =>
  experimentSchema.parse({
    dataset: { kind: 'simulated', task: 'regression', levels: [q], trainRows, testRows: 100_000 },
    methods: methods.map((id) => ({ id })),
  });

describe('checkMemory', () => {
  it('lets every preset pass', () => {
    for (const spec of PRESETS.values()) expect(() => checkMemory(spec, 8)).not.toThrow();
  });

  it('lets a million levels on ten million rows pass, one method at a time', () => {
    const spec = large(1_000_000, 10_000_000, ['embeddings']);
    expect(() => checkMemory(spec, 16)).not.toThrow();
  });

  it('refuses with the numbers and a suggestion', () => {
    const spec = large(1_000_000, 10_000_000, ['ignore', 'embeddings', 'embeddings-l2', 'regbeddings', 'mmbeddings']);
    expect(() => checkMemory(spec, 4)).toThrow(
      expect.objectContaining({
        code: 'memory-run',
        message: expect.stringMatching(/needs about \d+\.\d GiB \(data \d\.\d, ignore .*mmbeddings \d\.\d\); about 2\.4 GiB can be used here\.$/),
        hint: 'Train fewer methods at once, or choose fewer rows or levels.',
      }),
    );
  });

  it('refuses a single plan beyond 4 GiB whatever the machine has', () => {
    const spec = large(1_000_000, 10_000_000, ['mmbeddings']);
    spec.training.batchSize = 9_000_000;
    expect(() => checkMemory(spec, 1000)).toThrow(expect.objectContaining({ code: 'memory-plan' }));
  });

  it('refuses a table whose plans cannot fit, by the rows that its roles leave', () => {
    const spec = large(1_000, 1_000, ['embeddings', 'mmbeddings']);
    const rows = (length: number) => ({ length }) as Uint32Array;
    const table = (count: number) => ({
      task: 'regression' as const,
      p: 2,
      categorical: [{ name: 'user', cardinality: 1_000_000, codes: new Int32Array(), labels: [] }],
      split: { train: rows(0.72 * count), validation: rows(0.08 * count), test: rows(0.2 * count) },
    });
    expect(() => checkTable(table(10_000_000), spec, 16)).not.toThrow();
    expect(() => checkTable(table(10_000_000), spec, 1)).toThrow(expect.objectContaining({ code: 'memory-run' }));
  });
});

import { describe, expect, it } from 'vitest';
import type { TableDataset } from '../../../workers/data/schema';
import { PUBLISHED_DIVISION } from '../../../workers/spec/division';
import { type ExperimentSpec, experimentSchema } from '../../../workers/spec/experiment';
import { DEFAULT_PRESET, PRESETS } from '../../../workers/spec/presets';
import { adaptSpec } from './adapt-spec';

const TABLE: TableDataset = {
  kind: 'table',
  name: 'ratings.csv',
  fingerprint: '0123456789abcdef',
  task: 'regression',
  columns: [
    { name: 's', role: 'categorical' },
    { name: 'y', role: 'target' },
  ],
  missing: { numeric: 'mean', categorical: 'own-level' },
  scaling: 'standardized',
  testFraction: 0.2,
  ...PUBLISHED_DIVISION,
};
const preset = (id: string) => structuredClone(PRESETS.get(id) as ExperimentSpec);
const adapted = (spec: ExperimentSpec, ownBatch: number | null = null) => experimentSchema.parse(adaptSpec(spec, TABLE, 256, ownBatch));

describe('the experiment with a table', () => {
  it('keeps methods and seeds', () => {
    const spec = preset('regression-1000');
    spec.seeds = { data: 7, split: 8, weights: 9 };
    spec.methods = spec.methods.slice(0, 2);
    expect(adapted(spec)).toEqual({ ...spec, dataset: TABLE, training: { ...spec.training, batchSize: 256 } });
  });

  it('drops what a preset had set for its own dataset', () => {
    const { methods, training } = adapted(preset('orange-trees'));
    expect(methods).toEqual(DEFAULT_PRESET.methods);
    expect(training).toEqual({ ...DEFAULT_PRESET.training, batchSize: 256 });
  });

  it('keeps what the person changed', () => {
    const spec = preset('orange-trees');
    spec.methods[1].settings = { ...spec.methods[1].settings, d: 3 };
    spec.training = { ...spec.training, epochs: 77, batchSize: 12 };
    const { methods, training } = adapted(spec);
    expect(methods[1].settings.d).toBe(3);
    expect(methods[2].settings.d).toBe(DEFAULT_PRESET.methods[2].settings.d);
    expect(training).toMatchObject({ epochs: 77, batchSize: 12, patience: DEFAULT_PRESET.training.patience });
  });

  it('replaces the batch size that an earlier table had set', () => {
    const first = adapted(preset('regression-1000'));
    expect(adapted({ ...first, training: { ...first.training, batchSize: 1024 } }, 1024).training.batchSize).toBe(256);
    expect(adapted({ ...first, training: { ...first.training, batchSize: 512 } }, 1024).training.batchSize).toBe(512);
  });
});

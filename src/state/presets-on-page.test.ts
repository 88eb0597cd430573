import { describe, expect, it } from 'vitest';
import type { SimulatedDataset, TableDataset } from '../../workers/data/schema';
import { experimentSchema } from '../../workers/spec/experiment';
import { ABOUTS } from '../../workers/spec/methods';
import { DEFAULT_PRESET, PRESETS } from '../../workers/spec/presets';
import { CARDS, freshTraining, presetOf, publishedSimulator, withCard, withKnob, withLevels, withMethod } from './presets-on-page';

describe('changing the dataset', () => {
  it('gives the published experiment of every card and q, from any other', () => {
    for (const { id: from } of CARDS) {
      const start = withCard(DEFAULT_PRESET, from);
      expect(withCard(start, 'orange-trees')).toEqual(PRESETS.get('orange-trees'));
      expect(withCard(withCard(start, 'orange-trees'), 'three-features')).toEqual(PRESETS.get('three-features'));
    }
    for (const q of [100, 1_000, 10_000, 100_000]) {
      expect(withLevels(DEFAULT_PRESET, q)).toEqual(PRESETS.get(`regression-${q}`));
      expect(withCard(withLevels(DEFAULT_PRESET, q), 'classification')).toEqual(PRESETS.get(`classification-${q}`));
    }
  });

  it('finds every published experiment by its data', () => {
    for (const [id, { dataset, methods, training }] of PRESETS) expect(presetOf(dataset), id).toMatchObject({ methods, training });
  });

  it('keeps what the person changed', () => {
    const changed = experimentSchema.parse({
      ...DEFAULT_PRESET,
      dataset: { ...DEFAULT_PRESET.dataset, noiseVariance: 4 },
      methods: [{ id: 'mmbeddings', settings: { beta: 0.02 } }],
      training: { ...DEFAULT_PRESET.training, epochs: 42 },
    });
    const moved = withCard(withCard(changed, 'orange-trees'), 'three-features');
    expect(moved.training).toMatchObject({ epochs: 42, batchSize: 'q', patience: 10 });
    expect(moved.methods[0].settings).toMatchObject({ beta: 0.02, d: 10 });
    expect(withLevels(changed, 100).dataset).toMatchObject({ noiseVariance: 4, levels: [100], trainRows: 1_000 });
  });

  it('brings the methods of a preset that has its own, and leaves chosen ones alone', () => {
    const ids = ({ methods }: typeof DEFAULT_PRESET) => methods.map(({ id }) => id);
    const growth = withCard(DEFAULT_PRESET, 'growth-curves');
    expect(ids(growth)).toEqual([
      'ignore',
      'embeddings',
      'embeddings-l2',
      'regbeddings',
      'mmbeddings',
      'growth-embeddings',
      'growth-regbeddings',
      'growth-mmbeddings',
      'lindstrom-bates',
    ]);
    expect(growth).toEqual(PRESETS.get('growth'));
    expect(withCard(growth, 'regression')).toEqual(DEFAULT_PRESET);
    const order = ABOUTS.map(({ id }) => id);
    const chosen = withMethod(DEFAULT_PRESET, 'lmmnn', true, order);
    expect(ids(withCard(chosen, 'growth-curves'))).toEqual(ids(chosen));
  });

  it('leaves methods out and puts them back in their order', () => {
    const order = ABOUTS.map(({ id }) => id);
    const without = withMethod(DEFAULT_PRESET, 'embeddings', false, order);
    expect(without.methods.map(({ id }) => id)).not.toContain('embeddings');
    expect(withMethod(without, 'embeddings', true, order)).toEqual(DEFAULT_PRESET);
  });
});

describe('resetting a form', () => {
  it('puts the simulator back to what is published for the levels and the task chosen', () => {
    for (const id of ['regression-10000', 'classification-100000', 'three-features']) {
      const published = PRESETS.get(id)?.dataset as SimulatedDataset;
      expect(publishedSimulator({ ...published, noiseVariance: 4, skew: 1, trainRows: 77 })).toEqual(published);
    }
  });

  it('leaves no number of a feature that the simulation does not have', () => {
    const divided = { ...(PRESETS.get('three-features')?.dataset as SimulatedDataset), split: 'by-level' as const, splitFeature: 3 };
    expect(withKnob(divided, 'noiseVariance', 4)).toEqual({ ...divided, noiseVariance: 4 });
    expect(withKnob(divided, 'levels', [200])).toMatchObject({ levels: [200], split: 'by-level', splitFeature: null });
    expect(publishedSimulator({ ...divided, levels: [1000] })).toMatchObject({ split: 'by-level', splitFeature: null });
  });

  it('puts training back to that of the dataset, a table with the batch by its rows', () => {
    const training = { ...DEFAULT_PRESET.training, epochs: 42, batchSize: 32 };
    const orange = PRESETS.get('orange-trees') as typeof DEFAULT_PRESET;
    expect(freshTraining({ dataset: DEFAULT_PRESET.dataset, training })).toEqual(DEFAULT_PRESET.training);
    expect(freshTraining({ dataset: orange.dataset, training })).toEqual(orange.training);
    const table = { kind: 'table' } as TableDataset;
    expect(freshTraining({ dataset: table, training })).toEqual({ ...DEFAULT_PRESET.training, batchSize: 'auto' });
  });
});

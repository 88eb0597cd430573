import { describe, expect, it } from 'vitest';
import type { TableDataset } from '../../../workers/data/schema';
import { PUBLISHED_DIVISION } from '../../../workers/spec/division';
import { type ExperimentSpec, experimentSchema } from '../../../workers/spec/experiment';
import { DEFAULT_PRESET, methodsForTable, PRESETS } from '../../../workers/spec/presets';
import { PROTOCOLS } from '../../../workers/spec/protocol';
import { withCard, withProtocol } from '../presets-on-page';
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
const SHAPE = { p: 0, levels: [30] };
const adapted = (spec: ExperimentSpec, dataset = TABLE, shape = SHAPE) => experimentSchema.parse(adaptSpec(spec, dataset, shape));
const RECOMMENDED = { ...DEFAULT_PRESET.training, protocol: 'recommended', ...PROTOCOLS.recommended };

describe('the experiment with a table', () => {
  it('keeps chosen methods and seeds, and trains as recommended', () => {
    const spec = preset('regression-1000');
    spec.seeds = { data: 7, split: 8, weights: 9 };
    spec.methods = spec.methods.slice(0, 2);
    expect(adapted(spec)).toEqual({ ...spec, dataset: TABLE, training: RECOMMENDED });
  });

  it('drops what a preset had set for its own dataset, its list of methods included', () => {
    const { methods, training } = adapted(preset('orange-trees'));
    expect(methods.map(({ id }) => id)).toEqual(methodsForTable({ task: 'regression', ...SHAPE }));
    expect(methods[0].id).toBe('mean');
    expect(methods.find(({ id }) => id === 'mmbeddings')?.settings.d).toBe(10);
    expect(training).toEqual(RECOMMENDED);
  });

  it('offers no method that refuses the table', () => {
    const ids = adapted(preset('regression-1000'), TABLE, { p: 1, levels: [] }).methods.map(({ id }) => id);
    expect(ids).not.toContain('linear-mixed-model');
    expect(ids).not.toContain('embeddings');
    expect(ids).toContain('ignore');
  });

  it('keeps what the person changed', () => {
    const spec = preset('orange-trees');
    spec.methods[1].settings = { ...spec.methods[1].settings, d: 3 };
    spec.training = { ...spec.training, epochs: 77, batchSize: 12 };
    const { methods, training } = adapted(spec);
    const dOf = (id: string) => methods.find((method) => method.id === id)?.settings.d;
    expect([dOf('embeddings'), dOf('mmbeddings')]).toEqual([3, 10]);
    expect(training).toMatchObject({ epochs: 77, batchSize: 12, protocol: 'recommended', patience: 'auto' });
  });

  it('adds the methods of tags where a column holds them', () => {
    const facts = {
      name: 'genres',
      separator: ';' as const,
      tags: 12,
      places: 4,
      parents: new Int32Array(12).fill(-1),
      mean: 2,
      most: 4,
      first: ['a'],
    };
    const shape = { p: 1, levels: [], tags: [{ ...facts, ancestors: 0, children: 0, empty: 0, cut: 0, missingAsZero: 0 }] };
    const ids = adapted(preset('regression-1000'), TABLE, shape).methods.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['mean', 'ignore', 'tag-sum', 'tag-mmbeddings']));
    expect(adapted(preset('regression-1000')).methods.some(({ id }) => id.startsWith('tag-'))).toBe(false);
  });

  it('after a table leaves methods and training as they are', () => {
    const first = adapted(preset('regression-1000'));
    const published = experimentSchema.parse({ ...first, methods: first.methods.slice(1), training: { ...first.training, protocol: 'published' } });
    const second = adapted(published, { ...TABLE, name: 'other.csv' });
    expect(second).toEqual({ ...published, dataset: { ...TABLE, name: 'other.csv' } });
  });

  it('goes back to as published with a card of the papers, unless another was chosen by hand', () => {
    const first = adapted(preset('regression-1000'));
    expect(withCard(first, 'regression').training).toEqual(DEFAULT_PRESET.training);
    const chosen = withProtocol(preset('regression-1000'), 'recommended');
    expect(withCard(chosen, 'orange-trees').training).toMatchObject({ protocol: 'recommended', epochs: 500, patience: 'auto' });
    expect(withProtocol(withCard(chosen, 'orange-trees'), 'published')).toEqual(withCard(preset('regression-1000'), 'orange-trees'));
  });
});

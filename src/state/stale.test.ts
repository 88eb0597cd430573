import { describe, expect, it } from 'vitest';
import { experimentSchema } from '../../workers/spec/experiment';
import { DEFAULT_PRESET, PRESETS } from '../../workers/spec/presets';
import { changedSince } from '../../workers/spec/study-plans';
import { isStale, sameRows, staleness } from './stale';

const run = DEFAULT_PRESET;
const kindOf = (form: typeof run) => staleness(run, form).kind;
const table = (fingerprint: string) =>
  experimentSchema.parse({
    ...run,
    dataset: {
      kind: 'table',
      name: 'ratings.csv',
      fingerprint,
      task: 'regression',
      columns: [
        { name: 'user', role: 'categorical' },
        { name: 'stars', role: 'target' },
      ],
    },
  });

describe('results and the settings on the page', () => {
  it('belong together where every number would be the same', () => {
    expect(kindOf(structuredClone(run))).toBe('current');
    expect(kindOf({ ...run, training: { ...run.training, drawPastStop: !run.training.drawPastStop, order: 'sequential' } })).toBe('current');
    expect(staleness(null, run).kind).toBe('current');
  });

  it('are of other data when anything that draws or divides rows differs', () => {
    expect(kindOf(PRESETS.get('regression-100') as typeof run)).toBe('data');
    expect(kindOf({ ...run, seeds: { ...run.seeds, data: 7 } })).toBe('data');
    expect(kindOf({ ...run, seeds: { ...run.seeds, split: 7 } })).toBe('data');
  });

  it('are of the same rows whatever is trained on them, and of no others', () => {
    expect(sameRows(run, { ...run, training: { ...run.training, epochs: 7 } })).toBe(true);
    expect(sameRows(run, { ...run, seeds: { ...run.seeds, data: 7 } })).toBe(false);
    expect(sameRows(run, { ...run, seeds: { ...run.seeds, split: 7 } })).toBe(false);
  });

  it('are of another table when the file differs, whatever its name; a table knows no data seed', () => {
    const [first, second] = [table('0123456789abcdef'), table('fedcba9876543210')];
    expect(staleness(first, second).kind).toBe('data');
    expect(staleness(first, { ...first, seeds: { ...first.seeds, data: 7 } }).kind).toBe('current');
    expect(staleness(first, { ...first, seeds: { ...first.seeds, split: 7 } }).kind).toBe('data');
  });

  it('are trained otherwise when a setting of all methods differs', () => {
    for (const form of [
      { ...run, training: { ...run.training, epochs: 7 } },
      { ...run, seeds: { ...run.seeds, weights: 7 } },
    ]) {
      expect(kindOf(form)).toBe('training');
      expect(isStale(staleness(run, form))).toBe(true);
    }
  });

  it('are of other methods where these began from another file of level vectors, whatever its name', () => {
    const from = (fingerprint: string, name = 'v.csv', start = 'given') =>
      experimentSchema.parse({
        ...run,
        vectors: [{ column: 'feature 1', name, fingerprint: fingerprint.repeat(16) }],
        methods: [{ id: 'ignore' }, { id: 'embeddings', settings: { start: { from: start } } }],
      });
    expect(staleness(from('a'), from('b'))).toEqual({ kind: 'methods', changed: ['embeddings'], missing: [] });
    expect(staleness(from('a'), from('a', 'renamed.csv')).kind).toBe('current');
    // Nobody began from either.
    expect(staleness(from('a', 'v.csv', 'random'), from('b', 'v.csv', 'random')).kind).toBe('current');
    const study = { spec: from('a'), plan: { kind: 'repeat' as const, times: 5 } };
    expect([changedSince(study, from('a')), changedSince(study, from('b'))]).toEqual(['nothing', 'settings']);
  });

  it('leave alone the methods that did not change', () => {
    const [ignore, ...others] = run.methods;
    const form = {
      ...run,
      methods: [{ ...ignore, settings: { ...ignore.settings, decoder: [3] } }, ...others.slice(0, -1), { id: 'lmmnn', settings: {} }],
    };
    const found = staleness(run, form);
    expect(found).toEqual({ kind: 'methods', changed: [ignore.id, others.at(-1)?.id], missing: ['lmmnn'] });
    expect(isStale(found)).toBe(false);
  });
});

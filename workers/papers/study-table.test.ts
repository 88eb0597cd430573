import { describe, expect, test } from 'vitest';
import { experimentSchema } from '../spec/experiment';
import { DEFAULT_PRESET } from '../spec/presets';
import { type Study, studyId, studySpec } from '../spec/study';
import type { MethodResult } from '../training/method-result';
import { overlapOf, studyTable } from './study-table';
import type { UnitRecord } from './types';

const simulated: Study = { spec: { ...DEFAULT_PRESET, seeds: { data: 4, split: 5, weights: 6 } }, plan: { kind: 'repeat', times: 5 } };
const trees: Study = {
  spec: experimentSchema.parse({ dataset: { kind: 'orange' }, methods: DEFAULT_PRESET.methods }),
  plan: { kind: 'folds', of: 5 },
};

/** Records of two methods with these test scores; null: failed. */
const records = (ignore: (number | null)[], embeddings: (number | null)[]): UnitRecord[] =>
  ignore.map((_, i) => {
    const outcome = (value: number | null) =>
      value === null ? { failure: 'diverged' } : { result: { metrics: { mse: value, r2: 1 - value / 20 } } as unknown as MethodResult };
    return {
      version: 1,
      experiment: 'study',
      cell: 'spec',
      repetition: i + 1,
      lab: '1',
      backend: 'wasm',
      threads: 2,
      finished: '2026-11-28T00:00:00Z',
      fingerprint: '',
      difference: null,
      rows: { train: 25, validation: 3, test: 7 },
      outcomes: { ignore: outcome(ignore[i]), embeddings: outcome(embeddings[i]) },
    };
  });

describe('the specs of a study', () => {
  test('the first is the run of the page, each next one has other seeds; nothing is drawn past the stop', () => {
    expect(studySpec(simulated, 1)).toEqual({ ...simulated.spec, training: { ...simulated.spec.training, drawPastStop: false } });
    expect(studySpec(simulated, 3).seeds).toEqual({ data: 6, split: 7, weights: 8 });
    const last = { ...simulated, spec: { ...simulated.spec, seeds: { data: 4_294_967_295, split: 1, weights: 1 } } };
    expect(studySpec(last, 2).seeds.data).toBe(0);
  });

  test('folds share the split seed and have weights of their own', () => {
    expect([1, 5].map((repetition) => studySpec(trees, repetition).dataset)).toMatchObject([
      { fold: { index: 1, of: 5 } },
      { fold: { index: 5, of: 5 } },
    ]);
    expect(studySpec(trees, 5).seeds).toEqual({ data: 1, split: 1, weights: 5 });
    expect(() => studySpec({ ...simulated, plan: { kind: 'folds', of: 5 } }, 1)).toThrow('drawn anew');
  });

  test('values of a column test in turn', () => {
    const dataset = {
      kind: 'table',
      name: 'mine.csv',
      fingerprint: '0123456789abcdef',
      task: 'regression',
      columns: [
        { name: 'a', role: 'categorical' },
        { name: 'y', role: 'target' },
      ],
      split: 'by-column',
      splitColumn: 'fold',
    };
    const spec = experimentSchema.parse({ dataset, methods: [{ id: 'ignore' }] });
    const study: Study = { spec, plan: { kind: 'values', values: ['a', 'b'] } };
    expect(studySpec(study, 2).dataset).toMatchObject({ split: 'by-column', splitColumn: 'fold', testValue: 'b' });
  });

  test('studies are told apart by spec and plan', () => {
    const others = [
      simulated,
      trees,
      { ...trees, plan: { kind: 'folds', of: 10 } as const },
      { ...trees, plan: { kind: 'repeat', times: 5 } as const },
    ];
    expect(new Set(others.map(studyId)).size).toBe(4);
    expect(studyId(structuredClone(trees))).toBe(studyId(trees));
    expect(studyId({ ...simulated, plan: { kind: 'repeat', times: 10 } })).toBe(studyId(simulated));
  });
});

describe('the table of a study', () => {
  // Differences to Ignore −1 … −5: mean −3, variance 2.5; R: qt(0.975, 4) = 2.776445.
  const found = records([3, 5, 7, 9, 11], [2, 3, 4, 5, 6]);

  test('new data: plain paired t', () => {
    const [ignore, embeddings] = studyTable(simulated, found, 'mse', 'ignore');
    expect(overlapOf(simulated, found)).toBe(0);
    expect(ignore).toMatchObject({ n: 5, mean: 7, difference: null });
    // sd of 3, 5, … 11 is √10.
    expect(ignore.se).toBeCloseTo(Math.sqrt(10 / 5), 12);
    expect(embeddings.difference).toMatchObject({ n: 5, mean: -3, verdict: 'better' });
    expect(embeddings.difference?.high).toBeCloseTo(-3 + 1.963243, 5);
  });

  test('folds of one table: corrected by test rows over training rows, 7 / 28', () => {
    const [ignore, embeddings] = studyTable(trees, found, 'mse', 'ignore');
    expect(overlapOf(trees, found)).toBe(1 / 4);
    expect(ignore.se).toBeCloseTo(Math.sqrt(10 * (1 / 5 + 1 / 4)), 12);
    expect(embeddings.difference?.high).toBeCloseTo(-3 + 2.944864, 5);
    expect(embeddings.difference?.verdict).toBe('better');
  });

  test('no clear winner while the interval holds 0; higher is better where it is; the reference can be any method', () => {
    const close = records([3, 5, 7], [2, 6, 6]);
    expect(studyTable(simulated, close, 'mse', 'ignore')[1].difference?.verdict).toBe('no clear winner');
    expect(studyTable(simulated, found, 'r2', 'ignore')[1].difference).toMatchObject({ verdict: 'better' });
    expect(studyTable(simulated, found, 'mse', 'embeddings')[0].difference).toMatchObject({ mean: 3, verdict: 'worse' });
    const same = records([3, 5], [3, 5]);
    expect(studyTable(simulated, same, 'mse', 'ignore')[1].difference?.verdict).toBe('no clear winner');
  });

  test('a method that leaks is compared with no other, as the reference neither', () => {
    const spec = {
      ...simulated.spec,
      methods: [...simulated.spec.methods.slice(0, 2), { id: 'target-encoding', settings: { means: 'leaking-before-the-split' } }],
    };
    const leaking = { ...simulated, spec };
    const both = found.map((record) => ({ ...record, outcomes: { ...record.outcomes, 'target-encoding': record.outcomes.embeddings } }));
    const [, embeddings, target] = studyTable(leaking, both, 'mse', 'ignore');
    expect([embeddings.leaks, embeddings.difference?.verdict]).toEqual([false, 'better']);
    expect(target).toMatchObject({ leaks: true, mean: 4, difference: null });
    expect(studyTable(leaking, both, 'mse', 'target-encoding').map(({ difference }) => difference)).toEqual([null, null, null]);
  });

  test('a failure is counted, named, and leaves its pair out', () => {
    const [, embeddings] = studyTable(simulated, records([3, 5, 7], [2, null, 4]), 'mse', 'ignore');
    expect(embeddings).toMatchObject({ n: 2, values: [2, null, 4], failures: [{ repetition: 2, reason: 'diverged' }] });
    expect(embeddings.difference).toMatchObject({ n: 2, mean: -2 });
  });
});

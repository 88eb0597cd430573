/**
 * The claims of the lessons on results made by hand: where they hold, and each part of them broken in turn.
 */
import { describe, expect, it } from 'vitest';
import { LESSONS, lessonOf } from '.';
import { holds, type RunNumbers } from './evaluate';

interface Made {
  mse?: number;
  r2?: number;
  parameters?: number;
  /** Loss of levels with one or two training rows, and with more than twenty. */
  few?: number;
  many?: number;
  /** Loss of rows with one tag, and with four. */
  oneTag?: number;
  fourTags?: number;
  estimates?: Record<string, number>;
  curves?: Partial<Record<'training' | 'predictive' | 'objective', number[]>>;
  /** Lengths of the vectors of a level with one row and one with a hundred. */
  lengths?: [number, number];
}

function numbers(made: Record<string, Made>): RunNumbers {
  const results = Object.entries(made).map(([method, { mse = 1, r2 = 0, parameters = 1, few, many, oneTag, fourTags, estimates = {} }]) => {
    const bin = (least: number, most: number | null, loss = Number.NaN) => ({ least, most, rows: 9, levels: 3, loss, standardError: 0.1 });
    const size = (tags: number, loss = Number.NaN) => ({ tags, orMore: false, rows: 9, loss, standardError: 0.1 });
    return [
      method,
      {
        metrics: { mse, r2 },
        parameters,
        estimates: Object.entries(estimates).map(([name, value]) => ({ name, value })),
        byCount: [[bin(1, 2, few), bin(21, null, many)]],
        tagErrors: [{ bySize: [size(1, oneTag), size(4, fourTags)] }],
      },
    ];
  });
  const curves = Object.entries(made).map(([method, { curves: own = {} }]) => [method, { training: [], predictive: [], objective: [], ...own }]);
  const embeddings = Object.entries(made).map(([method, { lengths = [1, 1] }]) => [method, { counts: [1, 100], lengths }]);
  return {
    curves: Object.fromEntries(curves),
    results: Object.fromEntries(results),
    embeddings: Object.fromEntries(embeddings),
  } as unknown as RunNumbers;
}

type Runs = Record<string, Record<string, Made>>;

function held(id: string, runs: Runs): boolean {
  const lesson = lessonOf(id);
  if (!lesson) throw new Error(`no lesson ${id}`);
  const all = Object.fromEntries(Object.entries(runs).map(([run, made]) => [run, numbers(made)]));
  return holds(lesson.measured.holds, { now: null, runs: all, spec: lesson.runs[0].spec, view: {}, selected: 0, answers: {} });
}

/** Twenty epochs of one loss, then what follows. */
const after20 = (then: number[], before = 3): number[] => [...Array(20).fill(before), ...then];

interface Case {
  /** Results with which the claim holds. */
  good: Runs;
  /** Changes with which it does not, by what they are. */
  bad: Record<string, Runs>;
}

const table = (predictive: number[], training: number[]): Runs => ({ table: { embeddings: { curves: { predictive, training } } } });
const both = (a: Made, b: Made): Runs => ({ both: { embeddings: a, mmbeddings: b } });
const levels = (ignore: number, oneHot: Made, mixed: Made): Runs => ({
  levels: { ignore: { mse: ignore }, 'one-hot': oneHot, 'linear-mixed-model': mixed },
});
const five = { five: { 'one-hot': { mse: 4.1 }, 'linear-mixed-model': { mse: 4.08 } } };
const mixedOf = (mse: number, residual = 4, between = 1): Made => ({
  mse,
  estimates: { 'Residual variance': residual, 'Variance of z1': between },
});
const many = { many: { 'one-hot': { mse: 5.7 }, 'linear-mixed-model': mixedOf(4.7) } };
const fresh = (mse: number) => ({ new: { 'one-hot': { mse: 5.3 }, 'linear-mixed-model': { mse } } });
const ends = (objective: number, predictive: number): Made['curves'] => ({ objective: [9, objective], predictive: [9, predictive] });
const three = (ignore: number, embeddings: number, mmbeddings: number): Record<string, Made> => ({
  ignore: { mse: ignore },
  embeddings: { mse: embeddings },
  mmbeddings: { mse: mmbeddings },
});
const leaks = (before: number, own: number, honest: number): Runs => ({
  'before-split': { 'target-encoding': { r2: before } },
  'own-row': { 'target-encoding': { r2: own } },
  honest: { 'target-encoding': { r2: honest } },
});
const tagged = (sum: Made, mean: Made, attention: Made): Runs => ({
  tags: { 'tag-sum': sum, embeddings: mean, 'tag-attention': attention },
});

const CASES: Record<string, Case> = {
  memorise: {
    good: table(after20([3.2, 3.8]), after20([2, 1], 2)),
    bad: {
      'validation does not rise': table(after20([2.9, 2.8]), after20([2, 1], 2)),
      'training does not fall': table(after20([3.2, 3.8]), after20([2, 1.9], 2)),
    },
  },
  parameters: {
    good: both({ parameters: 25_331, mse: 4.2 }, { parameters: 13_651, mse: 4.1 }),
    bad: {
      'the table is ahead': both({ parameters: 25_331, mse: 4 }, { parameters: 13_651, mse: 4.1 }),
      'the table is the smaller': both({ parameters: 5_331, mse: 4.2 }, { parameters: 13_651, mse: 4.1 }),
    },
  },
  shrinkage: {
    good: levels(5.3, { few: 7, many: 4.2 }, { mse: 4.4, few: 4.4, many: 4.2 }),
    bad: {
      'own means are as good with few rows': levels(5.3, { few: 4.5, many: 4.2 }, { mse: 4.4, few: 4.4, many: 4.2 }),
      'own means are worse with many rows': levels(5.3, { few: 7, many: 5 }, { mse: 4.4, few: 4.4, many: 4.2 }),
      'levels do not matter': levels(4.3, { few: 7, many: 4.2 }, { mse: 4.4, few: 4.4, many: 4.2 }),
    },
  },
  'fixed-random': {
    good: { ...five, ...many, ...fresh(5.2) },
    bad: {
      'five levels differ': { five: { 'one-hot': { mse: 4.3 }, 'linear-mixed-model': { mse: 4.08 } }, ...many, ...fresh(5.2) },
      'five levels differ the other way': { five: { 'one-hot': { mse: 3.9 }, 'linear-mixed-model': { mse: 4.08 } }, ...many, ...fresh(5.2) },
      'many do not differ': { ...five, many: { 'one-hot': { mse: 4.7 }, 'linear-mixed-model': mixedOf(4.7) }, ...fresh(5.2) },
      'the error is larger than foretold': { ...five, ...many, ...fresh(6) },
      'the error is smaller than foretold': { ...five, ...many, ...fresh(4.2) },
    },
  },
  encoder: {
    good: both({}, { lengths: [4, 2.5], curves: ends(0.3, 3) }),
    bad: {
      'rare levels have short vectors': both({}, { lengths: [2, 2.5], curves: ends(0.3, 3) }),
      'the two losses agree': both({}, { lengths: [4, 2.5], curves: ends(2.8, 3) }),
    },
  },
  'new-level': {
    good: { known: three(6, 4, 3.7), new: three(5.5, 6.3, 6) },
    bad: {
      'Embeddings is no better on known levels': { known: three(6, 6.1, 3.7), new: three(5.5, 6.3, 6) },
      'MMbeddings is no better on known levels': { known: three(6, 4, 6.2), new: three(5.5, 6.3, 6) },
      'Embeddings is ahead on new levels': { known: three(6, 4, 3.7), new: three(5.5, 5.4, 6) },
      'MMbeddings is ahead on new levels': { known: three(6, 4, 3.7), new: three(5.5, 6.3, 5) },
    },
  },
  leakage: {
    good: leaks(0.43, -0.5, 0.001),
    bad: {
      'the whole table does not leak': leaks(0.02, -0.5, 0.001),
      'the own row does no harm': leaks(0.43, 0, 0.001),
      'out of fold explains noise': leaks(0.43, -0.5, 0.2),
      'out of fold does harm': leaks(0.43, -0.5, -0.2),
    },
  },
  tags: {
    good: tagged({ oneTag: 1.3, fourTags: 1.3 }, { oneTag: 8, fourTags: 1.4 }, { oneTag: 8, fourTags: 1.4 }),
    bad: {
      'the mean is as good with one tag': tagged({ oneTag: 1.3, fourTags: 1.3 }, { oneTag: 1.4, fourTags: 1.4 }, { oneTag: 8, fourTags: 1.4 }),
      'attention is as good with one tag': tagged({ oneTag: 1.3, fourTags: 1.3 }, { oneTag: 8, fourTags: 1.4 }, { oneTag: 1.4, fourTags: 1.4 }),
      'the mean is bad everywhere': tagged({ oneTag: 1.3, fourTags: 1.3 }, { oneTag: 8, fourTags: 3 }, { oneTag: 8, fourTags: 1.4 }),
    },
  },
};

describe('the claim of each lesson', () => {
  it('has a case', () => expect(Object.keys(CASES)).toEqual(LESSONS.map(({ id }) => id)));

  it.each(Object.entries(CASES))('%s: holds where all of it is so, and not without results', (id, { good }) => {
    expect(held(id, good)).toBe(true);
    expect(held(id, {})).toBe(false);
  });

  it.each(Object.entries(CASES).flatMap(([id, { bad }]) => Object.entries(bad).map(([what, runs]) => [id, what, runs] as const)))(
    '%s: does not hold where %s',
    (id, _, runs) => expect(held(id, runs)).toBe(false),
  );
});

describe('a line against a constant', () => {
  it('crosses at 1,332 levels by the counts of the methods themselves', async () => {
    const { aboutMethod } = await import('../methods');
    const count = (method: string, q: number) => aboutMethod(method).parameterCount({ p: 10, levels: [q] }, aboutMethod(method).settings.parse({}));
    expect([1_331, 1_332, 1_333].map((q) => count('embeddings', q) - count('mmbeddings', q))).toEqual([-10, 0, 10]);
    expect(count('mmbeddings', 1_000_000)).toBe(13_651);
  });
});

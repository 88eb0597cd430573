import { describe, expect, it } from 'vitest';
import type { TestMetrics } from '../../metrics/scores';
import { DEFAULT_PRESET } from '../presets';
import { awaited, drawn, holds, type LessonContext, measured, type RunNumbers, sketchAt } from './evaluate';
import { predicateSchema, valueSchema } from './measure';

const NONE = { mse: null, mae: null, r2: null, auc: null, logLoss: null, accuracy: null, rmseD: null, frobenius: null, spearman: null, aucB: null };
const bin = (least: number, most: number | null, loss: number | null) => ({ least, most, loss, rows: 5, levels: 2, standardError: null });
const loss = (value: number) => ({ rows: 4, loss: value, standardError: null });

/** By hand: two epochs past the best, one unseen bin, two levels with a weight of 0.5 and 0.75. */
const RUN: RunNumbers = {
  spec: DEFAULT_PRESET,
  curves: { embeddings: { training: [3, 2, 1], predictive: [3, 1, 4], objective: [Number.NaN, 2, 5] } },
  results: {
    embeddings: {
      metrics: { ...NONE, mse: 0.5 } satisfies TestMetrics,
      parameters: 100,
      estimates: [],
      byCount: [[bin(0, 0, 9), bin(1, 4, 3), bin(5, null, 1)]],
      tagErrors: [
        {
          feature: 'tags',
          bySize: [
            { tags: 1, orMore: false, ...loss(1) },
            { tags: 8, orMore: true, ...loss(2) },
          ],
          seen: loss(1),
          unseen: loss(2),
        },
      ],
    },
  },
  embeddings: {
    embeddings: {
      width: 1,
      drawn: 2,
      counts: Float32Array.of(1, 3),
      lengths: Float32Array.of(2, 4),
      posterior: { means: Float32Array.of(0, 0), variances: Float32Array.of(1, 0.5), prior: [2], noise: null },
    },
  },
};

const CONTEXT: LessonContext = {
  now: RUN,
  runs: { table: RUN },
  spec: DEFAULT_PRESET,
  view: { loss: 'predictive' },
  selected: 1,
  answers: {
    guess: { kind: 'number', value: 4 },
    curve: {
      kind: 'sketch',
      curves: {
        a: [
          [0, 0],
          [10, 20],
        ],
        b: [
          [0, 7],
          [1, 7],
        ],
      },
    },
    cross: { kind: 'mark', marks: { here: [3, 5] } },
  },
};

describe('measured', () => {
  it.each([
    [{ metric: 'mse', method: 'embeddings' }, 0.5],
    [{ metric: 'auc', method: 'embeddings' }, null],
    [{ parameters: 'embeddings' }, 100],
    [{ curve: 'training', method: 'embeddings', take: 'first' }, 3],
    [{ curve: 'predictive', method: 'embeddings', take: 'last' }, 4],
    [{ curve: 'objective', method: 'embeddings', take: 'least' }, 2],
    [{ curve: 'objective', method: 'embeddings', take: 1 }, null],
    [{ curve: 'predictive', method: 'embeddings', take: 2 }, 1],
    [{ bestEpoch: 'predictive', method: 'embeddings' }, 2],
    [{ epochs: 'embeddings' }, 3],
    [{ lossOfLevels: 'embeddings', rows: 'unseen' }, 9],
    [{ lossOfLevels: 'embeddings', rows: 4 }, 3],
    [{ lossOfLevels: 'embeddings', rows: 5 }, 1],
    [{ lossOfTags: 'embeddings', tags: 'fewest' }, 1],
    [{ lossOfTags: 'embeddings', tags: 'most' }, 2],
    [{ lossOfTags: 'embeddings', tags: 3 }, null],
    [{ ownWeight: 'embeddings', rows: 1 }, 0.5],
    [{ ownWeight: 'embeddings', rows: 3 }, 0.75],
    [{ ownWeight: 'embeddings', rows: 2 }, null],
    [{ vectorLength: 'embeddings', least: 2 }, 4],
    [{ vectorLength: 'embeddings' }, 3],
    [{ answer: 'guess' }, 4],
    [{ answer: 'curve', item: 'a', take: 5 }, 10],
    [{ answer: 'cross', take: 'y' }, 5],
    [{ answer: 'cross' }, 3],
    [{ answer: 'none' }, null],
    [{ minus: [{ number: 3 }, { parameters: 'embeddings' }] }, -97],
    [{ over: [{ number: 3 }, { number: 0 }] }, null],
    [{ parameters: 'ignore' }, null],
    [{ parameters: 'embeddings', at: 'other' }, null],
  ])('%j is %j', (value, expected) => {
    expect(measured(valueSchema.parse(value), CONTEXT)).toBe(expected);
  });
});

describe('holds', () => {
  it.each([
    [{ answered: 'guess' }, true],
    [{ answered: 'none' }, false],
    [{ finished: true }, true],
    [{ finished: true, at: 'other' }, false],
    [{ spec: 'dataset.levels.0', is: 1000 }, true],
    [{ spec: 'dataset.nothing.0', is: 1000 }, false],
    [{ view: 'loss', is: 'objective' }, false],
    [{ selected: 1 }, true],
    [{ selected: 2 }, false],
    [{ less: [{ number: 1 }, { number: 2 }] }, true],
    [{ less: [{ number: 2 }, { number: 2 }] }, false],
    [{ less: [{ number: 1 }, { number: 2 }], by: 1.5 }, false],
    [{ less: [{ number: 1 }, { parameters: 'ignore' }] }, false],
    [{ not: { less: [{ number: 2 }, { number: 1 }] } }, true],
    [{ all: [{ answered: 'guess' }, { answered: 'none' }] }, false],
    [{ any: [{ answered: 'none' }, { answered: 'guess' }] }, true],
  ])('%j is %j', (predicate, expected) => {
    expect(holds(predicateSchema.parse(predicate), CONTEXT)).toBe(expected);
  });
});

it('a predicate names the runs that it waits for', () => {
  const done = predicateSchema.parse({
    all: [{ answered: 'guess' }, { finished: true, at: 'table' }, { any: [{ finished: true, at: 'other' }, { finished: true }] }],
  });
  expect(awaited(done)).toEqual(['table', 'other']);
  expect(awaited({ not: { finished: true, at: 'table' } })).toEqual([]);
});

describe('sketchAt', () => {
  it('is straight between points and level beyond them', () => {
    const points = [
      [1, 10],
      [2, 20],
      [4, 0],
    ] as const;
    expect([0, 1, 1.5, 2, 3, 4, 9].map((x) => sketchAt(points, x))).toEqual([10, 10, 15, 20, 10, 0, 0]);
  });
});

describe('drawn', () => {
  const x = { label: 'x', min: 1, max: 100, log: false };

  it('gives lines by epoch, dots by rows, and nothing that is not there', () => {
    expect(drawn({ curve: 'objective', method: 'embeddings' }, CONTEXT, x)).toEqual({
      look: 'line',
      points: [
        [2, 2],
        [3, 5],
      ],
    });
    expect(drawn({ ownWeights: 'embeddings' }, CONTEXT, x)).toEqual({
      look: 'dots',
      points: [
        [1, 0.5],
        [3, 0.75],
      ],
    });
    expect(drawn({ lossByTags: 'embeddings' }, CONTEXT, x)?.points).toEqual([
      [1, 1],
      [8, 2],
    ]);
    expect(drawn({ curve: 'training', method: 'ignore' }, CONTEXT, x)).toBeNull();
    expect(drawn({ curve: 'training', method: 'embeddings', at: 'other' }, CONTEXT, x)).toBeNull();
  });

  it('counts parameters over the levels of the axis: ten numbers more for each level', () => {
    const line = drawn({ parametersByLevels: 'embeddings' }, { ...CONTEXT, now: null }, x);
    const [first, last] = [line?.points[0], line?.points.at(-1)] as [number, number][];
    expect([first[0], last[0]]).toEqual([1, 100]);
    expect(last[1] - first[1]).toBe(990);
  });
});

import { describe, expect, it } from 'vitest';
import { intervalWords } from '../../workers/papers/study-scores';
import { studyTable } from '../../workers/papers/study-table';
import type { UnitRecord } from '../../workers/papers/types';
import type { MethodResult } from '../../workers/protocol';
import { experimentSchema } from '../../workers/spec/experiment';
import type { Study } from '../../workers/spec/study';
import { openRepetition, secondsLeft } from '../state/study';
import { chartRows, curveLines, curvesTwin, failureWords, referenceShown, studyTwin, studyVerdict } from './view';
import { studyAbout, studyOrigin, studyStatus, studyTitle } from './words';

const dataset = { kind: 'simulated', task: 'regression', levels: [100], trainRows: 1000, testRows: 500 };
const spec = experimentSchema.parse({ dataset, methods: [{ id: 'embeddings' }, { id: 'ignore' }, { id: 'mmbeddings' }] });
const study: Study = { spec, plan: { kind: 'repeat', times: 5 } };

interface Fit {
  mse: number;
  curve?: number[];
  every?: number;
  epochs?: number;
}

function record(repetition: number, fits: Record<string, Fit | string>): UnitRecord {
  const outcomes = Object.fromEntries(
    Object.entries(fits).map(([id, fit]) => {
      if (typeof fit === 'string') return [id, { failure: fit }];
      const curve = fit.curve ?? [3, 2];
      const result = {
        method: id,
        metrics: { mse: fit.mse },
        epochs: fit.epochs ?? curve.length,
        seconds: { epochs: 3, finishing: 1 },
        estimates: [],
      };
      return [
        id,
        {
          result: result as unknown as MethodResult,
          kept: { curves: { objective: curve, predictive: curve, ...(fit.every && { every: fit.every }) } },
        },
      ];
    }),
  );
  const about = { version: 1, experiment: 'study-x', cell: 'spec', lab: '1', backend: 'wasm', threads: 2, finished: '', fingerprint: '' } as const;
  return { ...about, repetition, difference: null, rows: { train: 900, validation: 100, test: 500 }, outcomes };
}

const records = [
  record(1, { embeddings: { mse: 4 }, ignore: { mse: 6 }, mmbeddings: { mse: 3.9 } }),
  record(2, { embeddings: { mse: 5 }, ignore: { mse: 7.1 }, mmbeddings: { mse: 5.1 } }),
  record(3, { embeddings: { mse: 4.5 }, ignore: { mse: 6.4 }, mmbeddings: { mse: 4.4 } }),
];

describe('the words of a study', () => {
  it('name it, its data and its seeds', () => {
    expect(studyTitle(study)).toBe('Five repetitions');
    expect(studyTitle({ spec, plan: { kind: 'folds', of: 10 } })).toBe('Ten-fold cross-validation');
    expect(studyOrigin(study)).toBe('Regression, q = 100; five repetitions; seeds from 1, 1, 1');
    expect(studyAbout(study)).toBe(
      'Regression, q = 100. Test rows are 500 of the simulated rows, at random; a random tenth of the others validates. Seeds from 1, 1 and 1 on, one higher each time.',
    );
  });

  it('say who is ahead only where every interval leaves out 0', () => {
    const verdict = (some: UnitRecord[]) => studyVerdict(study, 'mse', some);
    expect(verdict(records)).toBe(
      'No clear winner. In 3 repetitions the least mean test MSE is 4.47, MMbeddings; the interval of its difference to Embeddings holds 0.',
    );
    const clear = records.map((one) => ({ ...one, outcomes: { ...one.outcomes, embeddings: one.outcomes.ignore } }));
    expect(verdict(clear)).toMatch(/MMbeddings: ahead of every other method, as the interval of each difference leaves out 0\.$/);
    expect(verdict(records.slice(0, 1))).toBe('');
  });

  it('say who is ahead by the repetitions that the methods share: a mean over the easy ones alone is no better', () => {
    // Two repetitions of easy data and three of hard ones, in which MMbeddings fail. On the easy ones
    // Embeddings have 1.015 on average.
    const [easy, hard] = [1, 50];
    const some = [easy, easy, hard, hard, hard].map((base, i) =>
      record(i + 1, {
        embeddings: { mse: base + 0.01 * (i + 1) },
        ignore: { mse: base + 3 + 0.1 * (i + 1) },
        mmbeddings: i < 2 ? { mse: base + 0.5 + 0.012 * (i + 1) } : 'diverged',
      }),
    );
    expect(studyVerdict(study, 'mse', some)).toBe(
      'In the 2 repetitions that all methods have the least mean test MSE is 1.0150, Embeddings: ahead of every other method, as the interval of each difference leaves out 0.',
    );
    // With one repetition there is no difference to judge.
    const one = some.map((each, i) => (i === 1 ? { ...each, outcomes: { ...each.outcomes, mmbeddings: { failure: 'diverged' } } } : each));
    expect(studyVerdict(study, 'mse', one)).toMatch(
      /^In 5 repetitions the .* Embeddings: ahead of Ignore, .* leaves out 0\. Not compared, for too few repetitions in common: MMbeddings\.$/,
    );
    // Embeddings are the best of the two repetitions that all have, and level with Ignore, or worse, in more.
    const torn = [
      record(1, { ignore: { mse: 1 }, mmbeddings: { mse: 9 } }),
      ...[2, 3, 4, 5].map((i) => record(i, { embeddings: { mse: 4 + 0.01 * i }, ignore: { mse: i < 4 ? 5 : 3 - 0.01 * i } })),
      ...[6, 7].map((i) => record(i, { embeddings: { mse: 2 + 0.01 * i }, ignore: { mse: 3 }, mmbeddings: { mse: 5 + 0.1 * i } })),
    ];
    expect(studyVerdict(study, 'mse', torn)).toMatch(
      /^No clear winner\. In the 2 repetitions that all methods have .* Embeddings; the interval of its difference to Ignore holds 0\.$/,
    );
    const lost = [...torn.slice(-2), ...[1, 2, 3, 4, 5].map((i) => record(i, { embeddings: { mse: 9 + 0.01 * i }, ignore: { mse: 3 } }))];
    expect(studyVerdict(study, 'mse', lost)).toMatch(/^No clear winner\. .* Embeddings; in all repetitions that both have, Ignore is better\.$/);
  });

  it('say which interval it is, and why', () => {
    const orange = experimentSchema.parse({ dataset: { kind: 'orange' }, methods: [{ id: 'ignore' }] });
    expect(intervalWords(study)).toMatch(/new data.*paired t-test/);
    expect(intervalWords({ spec: orange, plan: { kind: 'folds', of: 5 } })).toMatch(/corrected resampled t-test/);
    expect(intervalWords({ spec: orange, plan: { kind: 'repeat', times: 5 } })).toMatch(/divide one table.*corrected resampled t-test/);
  });

  it('name repetitions without results', () => {
    const lost = [records[0], record(2, { embeddings: 'the loss is not a number.', ignore: { mse: 7 }, mmbeddings: { mse: 5 } })];
    expect(failureWords(study, studyTable(study, lost, 'mse', 'ignore'))).toBe(
      'Embeddings have no results in repetition 2: the loss is not a number.',
    );
    expect(failureWords(study, studyTable(study, records, 'mse', 'ignore'))).toBe('');
  });
});

describe('tables of repetitions', () => {
  const diverged = record(1, { embeddings: 'the loss is not a number.', ignore: { mse: 6 }, mmbeddings: { mse: 3.9 } });

  it('name curves by their repetition, in any order and where one has none', () => {
    const { columns } = curvesTwin(study, [records[2], diverged, records[1]], true);
    expect(columns.filter((name) => name.startsWith('Embeddings, rep'))).toEqual(['Embeddings, repetition 2', 'Embeddings, repetition 3']);
    expect(columns.filter((name) => name.startsWith('Ignore, rep'))).toHaveLength(3);
  });

  it('leave the place of a repetition free that is not there', () => {
    const { columns, rows } = studyTwin(study, studyTable(study, [records[2], records[0]], 'mse', 'ignore'), 'mse', 'ignore');
    const from = columns.indexOf('repetition 1');
    expect(rows[0].slice(from)).toEqual([4, null, 4.5]);
    expect(rows[0].slice(1, 4)).toEqual([4.25, expect.closeTo(0.25, 10), 2]);
  });
});

describe('what is drawn', () => {
  it('the reference is Ignore unless another is chosen', () => {
    expect(referenceShown(study, null)).toBe('ignore');
    expect(referenceShown(study, 'mmbeddings')).toBe('mmbeddings');
    expect(referenceShown(study, 'lmmnn')).toBe('ignore');
    expect(referenceShown({ ...study, spec: { ...spec, methods: spec.methods.slice(0, 1) } }, null)).toBe('embeddings');
  });

  it('mean ± one standard error, with every repetition', () => {
    const [first] = chartRows(studyTable(study, records, 'mse', 'ignore'));
    expect(first.ours?.repetitions).toEqual([4, 5, 4.5]);
    // sd of 4, 5, 4.5 is 0.5.
    expect(first.ours?.high).toBeCloseTo(4.5 + 0.5 / Math.sqrt(3), 12);
  });

  it('a mean curve in which what has stopped keeps its last loss; thinned epochs where they belong', () => {
    const curves = [
      record(1, { embeddings: { mse: 1, curve: [4, 2] } }),
      record(2, { embeddings: { mse: 1, curve: [6, 4, 3, 1], every: 2, epochs: 6 } }),
    ];
    const [line] = curveLines(study, curves);
    expect(line.faint?.[1].map(({ x }) => x)).toEqual([1, 3, 5, 6]);
    expect(line.points).toEqual([
      { x: 1, y: 5 },
      { x: 2, y: 4 },
      { x: 3, y: 3 },
      { x: 5, y: 2.5 },
      { x: 6, y: 1.5 },
    ]);
    const twin = curvesTwin(study, curves, true);
    expect(twin.columns).toEqual(['Epoch', 'Embeddings, mean', 'Embeddings, repetition 1', 'Embeddings, repetition 2']);
    expect(twin.rows[2]).toEqual([3, 3, null, 4]);
  });

  it('a table with the difference, its interval and the word', () => {
    const twin = studyTwin(study, studyTable(study, records, 'mse', 'ignore'), 'mse', 'ignore');
    expect(twin.columns.slice(4, 9)).toEqual(['Minus Ignore', '95 % from', '95 % to', 'Verdict', 'repetition 1']);
    expect(twin.rows.map((row) => row[7])).toEqual(['better', 'reference', 'better']);
  });
});

describe('how far it is', () => {
  it('the first repetition that lacks a method is open', () => {
    expect(openRepetition(study, records)).toBe(4);
    expect(openRepetition(study, records, (repetition) => repetition === 4)).toBe(5);
    expect(openRepetition(study, [record(1, { embeddings: { mse: 4 } })])).toBe(1);
    expect(openRepetition({ ...study, plan: { kind: 'repeat', times: 3 } }, records)).toBeNull();
  });
  it('time left is that of the methods still to be trained', () => {
    // 4 s a method: two whole repetitions of three, and two methods of the one that trains.
    const now = { repetition: 4, method: 'ignore', lanes: {} };
    expect(secondsLeft({ study, records, now })).toBe(12 + 8);
    expect(secondsLeft({ study, records: [], now })).toBeNull();
  });
});

it('says that another page fits the study, and only while this one waits for it', () => {
  const error = { code: 'fitted-elsewhere', message: 'Another page fits it.', hint: 'It comes here.' };
  expect(studyStatus({ study, status: 'running', error }).words).toEqual([{ b: 'Another page fits it.' }, ' It comes here.']);
  for (const state of [
    { study, status: 'running' as const, error: null },
    { study, status: 'stopping' as const, error },
  ])
    expect(JSON.stringify(studyStatus(state).words)).not.toContain('Another page');
});

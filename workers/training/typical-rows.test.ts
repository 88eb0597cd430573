import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { memoryUse } from '../engine/memory';
import { useBackend } from '../engine/testing';
import { orderedByRows } from './level-order';
import { Run } from './run';
import { trainingSchema } from './schema';
import { SnapshotSchedule } from './snapshot-schedule';
import { caseTitle, datasetOf, type MethodCase, methodCases, settingsOf } from './testing/every-method';
import { levelCounts } from './views';

const plan = ({ id, ...rest }: MethodCase) => ({
  methods: [{ id, settings: settingsOf({ id, ...rest }) }],
  training: trainingSchema.parse({ batchSize: 30, epochs: 3, patience: null, learningRate: 0.02, drawPastStop: false }),
  seeds: { data: 1, split: 1, weights: 5 },
  // Nobody looks at them here.
  levelShares: false as const,
});

/**
 * The data with its first test row made typical: the mean of x, `level` of feature k, the usual one of
 * others.
 */
function withTypicalTestRow(data: Dataset, k: number, level: number): Dataset {
  const row = data.split.test[0];
  const parts = [...data.split.train, ...data.split.validation];
  const x = data.x.slice();
  for (let j = 0; j < data.p; j++) x[row * data.p + j] = parts.reduce((sum, other) => sum + data.x[other * data.p + j], 0) / parts.length;
  const usual = levelCounts(data).map((counts) => orderedByRows(counts)[0]);
  const categorical = data.categorical.map((column, at) => {
    const codes = column.codes.slice();
    codes[row] = at === k ? level : usual[at];
    return { ...column, codes };
  });
  const tags = data.tags?.map((column, at) => {
    const tag = data.categorical.length + at === k ? level : usual[data.categorical.length + at];
    const sets = Array.from({ length: data.rows }, (_, i) =>
      i === row ? [tag] : [...column.ids.subarray(column.offsets[i], column.offsets[i + 1])],
    );
    const offsets = new Uint32Array(data.rows + 1);
    for (let i = 0; i < data.rows; i++) offsets[i + 1] = offsets[i] + sets[i].length;
    return { ...column, offsets, ids: Int32Array.from(sets.flat()) };
  });
  return { ...data, x, categorical, ...(tags && { tags }), exact: undefined };
}

describe('predictions of a typical row', () => {
  beforeAll(() => useBackend('wasm'));

  // A prediction that draws is another one each time.
  const drawing = (id: string): boolean => id.includes('regbeddings');
  // A level's place is the mean of the coordinates of all its rows: the changed test row would move it.
  const ofPlaces = (id: string): boolean => id === 'lmmnn-spatial' || id === 'mmbeddings-correlated';
  const cases = [...new Map(methodCases().map((tried) => [tried.id, tried])).values()].filter(({ id }) => !drawing(id) && !ofPlaces(id));

  it.each(cases.map((tried) => [caseTitle(tried), tried] as const))('of %s are those of a test row like it', async (_, tried) => {
    const data = { ...datasetOf(tried), exact: undefined };
    const before = memoryUse();
    const run = new Run(data, plan(tried), () => {}, null, new SnapshotSchedule());
    await run.train();
    expect(memoryUse()).toEqual(before);
    const { typical } = run.finished.get(tried.id) as NonNullable<ReturnType<typeof run.finished.get>>;
    expect(typical).toHaveLength(data.categorical.length + (data.tags?.length ?? 0));
    const k = (typical as Float32Array[]).length - 1;
    const counts = levelCounts(data)[k];
    expect((typical as Float32Array[])[k]).toHaveLength(counts.length);
    expect([...(typical as Float32Array[])[k]].every(Number.isFinite)).toBe(true);
    // Training does not see test rows, so the same weights predict it.
    const level = orderedByRows(counts)[1];
    const like = withTypicalTestRow(data, k, level);
    const again = new Run(like, plan(tried), () => {});
    await again.train();
    const finished = again.finished.get(tried.id);
    const standardised = ((finished?.predictions[0] ?? Number.NaN) - data.targetMean) / (data.task === 'binary' ? 1 : data.targetScale);
    expect(Math.abs((typical as Float32Array[])[k][level] - standardised)).toBeLessThan(1e-3 * Math.max(1, Math.abs(standardised)));
  });
});

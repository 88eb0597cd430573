import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import type { LabFailure } from '../data/failure';
import { memoryUse } from '../engine/memory';
import { useBackend } from '../engine/testing';
import { aboutMethod } from '../methods/registry';
import { pearson, spearman } from '../metrics/rank';
import { RandomStream } from '../random/random';
import { Run } from '../training/run';
import { trainingSchema } from '../training/schema';
import { SnapshotSchedule } from '../training/snapshot-schedule';
import type { Snapshot } from '../training/snapshots';
import { FeatureLevels } from './feature';
import { LevelsRoom } from './room';
import type { LevelMapStep } from './types';

const ROWS = 1200;
const CITIES = 40;
const HOSTILE = '=HYPERLINK("http://x","y")\t<b>\n';

/**
 * 40 cities with effects of two numbers, the last without training rows, and six colours; y in another unit.
 */
function data(): Dataset {
  const random = new RandomStream(11, 'room test');
  const effects = Float32Array.from({ length: 2 * CITIES }, () => random.normal());
  const codes = Int32Array.from({ length: ROWS }, (_, i) => (i < 1000 ? Math.floor((CITIES - 1) * random.uniform() ** 2) : i % CITIES));
  const colours = Int32Array.from(codes, (city) => (random.uniform() < 0.8 ? city % 6 : random.integer(6)));
  const x = Float32Array.from({ length: 2 * ROWS }, (_, at) =>
    at % 2 === 0 ? effects[2 * codes[at >> 1]] + 0.3 * random.normal() : random.normal(),
  );
  const y = Float32Array.from({ length: ROWS }, (_, i) => effects[2 * codes[i]] + effects[2 * codes[i] + 1] * x[2 * i + 1] + 0.3 * random.normal());
  const rows = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const labels = Array.from({ length: CITIES }, (_, j) => (j === 3 ? HOSTILE : `Çity ${j}`));
  return {
    ...{
      task: 'regression',
      rows: ROWS,
      x,
      p: 2,
      xScales: [
        { mean: 5, scale: 10 },
        { mean: 0, scale: 1 },
      ],
      xNames: ['age', 'height'],
      y,
    },
    categorical: [
      { name: 'city', cardinality: CITIES, codes, labels },
      { name: 'colour', cardinality: 6, codes: colours, labels: null },
    ],
    ...{ targetScale: 100, targetMean: 1000, targetName: 'score', classLabels: null, fingerprint: '0'.repeat(16) },
    split: { train: rows(0, 900), validation: rows(900, 1000), test: rows(1000, ROWS) },
    truth: {
      ...{ effects: [effects, new Float32Array(12)], d: 2, labels: [new Uint8Array(CITIES), new Uint8Array(6)] },
      components: { noiseVariance: null, effectVariances: [], fixed: [] },
    },
  };
}

async function trained(weights = 1, methods = ['one-hot', 'embeddings', 'linear-mixed-model', 'mmbeddings']): Promise<Run> {
  const settings: Record<string, object> = {
    embeddings: { d: 4, decoder: [16] },
    mmbeddings: { d: 3, encoder: [12], decoder: [12], postTraining: false },
  };
  const run = new Run(
    data(),
    {
      methods: methods.map((id) => ({ id, settings: aboutMethod(id).settings.parse(settings[id] ?? {}) as Record<string, unknown> })),
      training: trainingSchema.parse({ batchSize: 50, epochs: 12, patience: null, learningRate: 0.01, drawPastStop: false }),
      seeds: { data: 1, split: 1, weights },
    },
    () => {},
    null,
    new SnapshotSchedule(),
  );
  await run.train();
  return run;
}

const refused = (work: () => unknown): string => {
  try {
    work();
    return '';
  } catch (thrown) {
    return (thrown as LabFailure).code;
  }
};

describe('the Levels room', () => {
  let run: Run;
  let room: LevelsRoom;
  const steps: LevelMapStep[] = [];

  beforeAll(async () => {
    await useBackend('cpu');
    run = await trained();
    expect(run.finished.size).toBe(4);
    room = new LevelsRoom(
      () => run,
      (step) => steps.push(step),
    );
  }, 60_000);

  it('says what there is', () => {
    expect(room.overview()).toEqual({
      features: [
        { name: 'city', kind: 'levels', levels: CITIES, seen: CITIES - 1 },
        { name: 'colour', kind: 'levels', levels: 6, seen: 6 },
      ],
      methods: [
        { method: 'one-hot', widths: [0, 0], posterior: [false, false], snapshots: 0 },
        { method: 'embeddings', widths: [4, 4], posterior: [false, false], snapshots: expect.any(Number) },
        { method: 'linear-mixed-model', widths: [1, 1], posterior: [true, true], snapshots: expect.any(Number) },
        { method: 'mmbeddings', widths: [3, 3], posterior: [true, true], snapshots: expect.any(Number) },
      ],
      ...{ numeric: ['age', 'height'], categorical: ['city', 'colour'], trueWidth: 2, task: 'regression', targetName: 'score' },
    });
  });

  it('has a table of levels whose means, counts and ranks are those of the rows', () => {
    const { dataset } = run;
    const view = room.table({ method: 'linear-mixed-model', feature: 0 });
    const { codes } = dataset.categorical[0];
    const learned = [...dataset.split.train, ...dataset.split.validation];
    for (const level of [0, 5, 20, CITIES - 1]) {
      const own = learned.filter((row) => codes[row] === level);
      expect(view.rows[level]).toBe(own.length);
      const mean = own.reduce((sum, row) => sum + dataset.y[row] * 100 + 1000, 0) / own.length;
      if (own.length === 0) expect(view.meanResponse[level]).toBeNaN();
      else expect(view.meanResponse[level]).toBeCloseTo(mean, 4);
      const tested = [...dataset.split.test.keys()].filter((at) => codes[dataset.split.test[at]] === level);
      expect(view.testRows[level]).toBe(tested.length);
      const predictions = run.finished.get('linear-mixed-model')?.predictions as Float64Array;
      const residual = tested.reduce((sum, at) => sum + dataset.y[dataset.split.test[at]] * 100 + 1000 - predictions[at], 0) / tested.length;
      expect(view.meanResidual[level]).toBeCloseTo(residual, 3);
    }
    // Of times, a censored row has no residual.
    const { test } = dataset.split;
    const predictions = run.finished.get('linear-mixed-model')?.predictions as Float64Array;
    const seen = new Float32Array(dataset.rows).fill(1);
    const [censored, other] = [...test.keys()].filter((at) => codes[test[at]] === 5);
    seen[test[censored]] = 0;
    const times = new FeatureLevels({ ...dataset, events: { name: 'event', seen } }, 0).meanResidual(predictions);
    expect(times[20]).toBe(view.meanResidual[20]);
    const residual = (at: number) => dataset.y[test[at]] * 100 + 1000 - predictions[at];
    expect(view.testRows[5] * view.meanResidual[5] - (view.testRows[5] - 1) * times[5]).toBeCloseTo(residual(censored), 3);
    expect(residual(censored)).not.toBeCloseTo(residual(other), 3);
    // Effects and their deviations are in the response's own unit.
    expect(view.effect?.kind).toBe('effect');
    const intercepts = run.finished.get('linear-mixed-model')?.vectors[0].values as Float32Array;
    expect(view.effect?.values[7]).toBeCloseTo(100 * intercepts[7], 4);
    expect(view.posteriorSd?.[CITIES - 1]).toBeGreaterThan(view.posteriorSd?.[0] as number);
    const { expected, low, high } = view.rank as { expected: Float64Array; low: Float64Array; high: Float64Array };
    expect(expected[CITIES - 1]).toBeNaN();
    const effects = Array.from(view.effect?.values as Float64Array).slice(0, -1);
    expect(spearman(expected.slice(0, -1), Float64Array.from(effects))).toBeGreaterThan(0.97);
    expect(expected.slice(0, -1).reduce((sum, rank) => sum + rank, 0)).toBeCloseTo(((CITIES - 1) * CITIES) / 2, 2);
    expect(low.slice(0, -1).every((value, j) => value <= expected[j] && expected[j] <= high[j])).toBe(true);
    expect(view.typical.map(({ method }) => method)).toEqual(['one-hot', 'embeddings', 'linear-mixed-model', 'mmbeddings']);
    for (const { values } of view.typical) expect(values.every(Number.isFinite)).toBe(true);
    // A mixed model without slopes adds its intercepts to the rest of a row.
    expect(pearson(view.typical[2].values.slice(0, -1), Float64Array.from(effects))).toBeCloseTo(1, 6);
    const vectors = room.table({ method: 'embeddings', feature: 0 });
    expect(vectors.effect?.kind).toBe('length');
    expect(vectors.rank).toBeNull();
    const none = room.table({ method: 'one-hot', feature: 0 });
    expect([none.width, none.effect, none.posteriorSd, none.rank]).toEqual([0, null, null, null]);
    expect(none.typical).toHaveLength(4);
  });

  it('searches, filters and sorts', () => {
    const of = { method: 'linear-mixed-model', feature: 0 };
    const all = room.search({ ...of, text: '', sort: { by: 'rows', descending: true } });
    const { rows } = room.table(of);
    for (let i = 1; i < CITIES; i++) expect(rows[all.levels[i - 1]]).toBeGreaterThanOrEqual(rows[all.levels[i]]);
    expect([...room.search({ ...of, text: 'city 1', sort: { by: 'label', descending: false } }).levels]).toEqual([
      1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
    ]);
    expect([...room.search({ ...of, text: '<B>', sort: { by: 'order', descending: true } }).levels]).toEqual([3]);
    const some = { seen: true, leastRows: 10, mostRows: 30, among: Uint32Array.of(39, 38, 20, 21, 0, 400) };
    const found = room.search({ ...of, text: '', sort: { by: 'typical', of: 'embeddings', descending: false }, filter: some }).levels;
    expect([...found].every((level) => [38, 20, 21, 0].includes(level) && rows[level] >= 10 && rows[level] <= 30)).toBe(true);
    expect([...room.search({ ...of, text: '', sort: { by: 'meanResponse', descending: false }, filter: { seen: false } }).levels]).toEqual([
      CITIES - 1,
    ]);
    expect(room.search({ ...of, text: '', sort: { by: 'meanResponse', descending: true } }).levels.at(-1)).toBe(CITIES - 1);
    expect(refused(() => room.search({ method: 'embeddings', feature: 0, text: '', sort: { by: 'rank', descending: false } }))).toBe(
      'no-such-column',
    );
  });

  it('maps by components, numbers and the truth', async () => {
    const of = { method: 'embeddings', feature: 0, job: 1 };
    const map = await room.map({ ...of, view: { kind: 'pca', dimensions: [0, 1] } });
    expect(map.levels).toHaveLength(CITIES);
    expect(map.axes[0].share).toBeGreaterThan(map.axes[1].share as number);
    expect((await room.map({ ...of, view: { kind: 'pca', dimensions: [1, 3] } })).x).toEqual(map.y);
    // An axis' directions take the difference of two vectors to that of their points.
    const { values, d } = run.finished.get('embeddings')?.vectors[0] ?? { values: new Float32Array(0), d: 0 };
    for (const view of [
      { kind: 'pca', dimensions: [1, 0] },
      { kind: 'numbers', dimensions: [2, 0] },
      { kind: 'truth', dimensions: [0, 1] },
    ] as const) {
      const { x, y, directions } = await room.map({ ...of, view: { ...view, dimensions: [...view.dimensions] } });
      const along = (axis: number) =>
        Array.from({ length: d }).reduce<number>((sum, _, m) => sum + (directions?.[axis * d + m] ?? 0) * (values[3 * d + m] - values[8 * d + m]), 0);
      expect(along(0)).toBeCloseTo(x[3] - x[8], 4);
      expect(along(1)).toBeCloseTo(y[3] - y[8], 4);
    }
    const numbers = await room.map({ ...of, view: { kind: 'numbers', dimensions: [2, 0] } });
    expect(numbers.x[5]).toBe(run.finished.get('embeddings')?.vectors[0].values[22]);
    const truth = await room.map({ ...of, view: { kind: 'truth', dimensions: [0, 1] } });
    expect(truth.axes[0].r2).toBeGreaterThan(0.7);
    // R² is that of the levels in training rows; the last one has none.
    const r = pearson(truth.x.slice(0, -1), truth.truth?.x.slice(0, -1) ?? []);
    expect(r * r).toBeCloseTo(truth.axes[0].r2 as number, 4);
    const sampled = await room.map({ ...of, limit: 15, view: { kind: 'pca', dimensions: [0, 1] } });
    expect([sampled.levels.length, sampled.of]).toEqual([15, CITIES]);
    expect([...sampled.x]).toEqual(Array.from(sampled.levels, (level) => map.x[level]));
    expect((await room.map({ ...of, limit: 15, rest: true, view: { kind: 'pca', dimensions: [0, 1] } })).levels).toHaveLength(CITIES);
    const line = await room.map({ method: 'linear-mixed-model', feature: 0, job: 2, view: { kind: 'pca', dimensions: [0, 1] } });
    expect(line.y.every((value) => value === 0)).toBe(true);
    expect(line.axes[1].dimension).toBeNull();
    await expect(room.map({ ...of, view: { kind: 'pca', dimensions: [0, 4] } })).rejects.toMatchObject({ code: 'no-such-dimension' });
    await expect(room.map({ ...of, method: 'one-hot', view: { kind: 'pca', dimensions: [0, 1] } })).rejects.toMatchObject({
      code: 'no-level-vectors',
    });
  });

  it.each(['tsne', 'umap'] as const)('maps by %s step by step, the same for a seed, with the rest put in', async (kind) => {
    steps.length = 0;
    const request = { method: 'embeddings', feature: 0, job: 7, limit: 25, rest: true, view: { kind, seed: 3, steps: 60 } };
    const map = await room.map(request);
    expect(map.levels).toHaveLength(CITIES);
    expect(new Set(map.levels).size).toBe(CITIES);
    expect(map.projectedFrom).toBe(25);
    expect([...map.x, ...map.y].every(Number.isFinite)).toBe(true);
    expect(steps.at(-1)).toMatchObject({ job: 7, phase: 'layout', step: 60, of: 60 });
    expect(steps.at(-1)?.points?.levels).toHaveLength(25);
    expect([map.sampled, map.of]).toEqual([25, CITIES]);
    // The rest is put into the layout that is there: nothing is laid out again, whichever is drawn.
    steps.length = 0;
    const sampled = await room.map({ ...request, rest: false });
    expect([sampled.levels.length, sampled.projectedFrom]).toEqual([25, 25]);
    expect(sampled.x).toEqual(map.x.slice(0, 25));
    expect((await room.map(request)).x).toEqual(map.x);
    expect(steps).toEqual([]);
    room.close();
    expect((await room.map(request)).x).toEqual(map.x);
    expect(steps.some(({ phase }) => phase === 'layout')).toBe(true);
    // A level that is put in lies within the map of its neighbours.
    const reach = Math.max(...map.x.slice(0, 25).map(Math.abs));
    expect(map.x.slice(25).every((value) => Math.abs(value) <= reach + 1e-3)).toBe(true);
  });

  it('stops a map when it is cancelled, and when another is asked for', async () => {
    const request = (job: number) => ({ method: 'embeddings', feature: 0, job, view: { kind: 'tsne' as const, seed: 1, steps: 1_000_000 } });
    const first = expect(room.map(request(1))).rejects.toMatchObject({ code: 'cancelled' });
    const second = room.map(request(2));
    await first;
    room.cancelMap(1);
    setTimeout(() => room.cancelMap(2), 50);
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('finds neighbours by three distances', () => {
    const of = { method: 'mmbeddings', feature: 0, level: 2, count: 5 };
    const near = room.neighbours({ ...of, distance: 'mahalanobis' });
    const { posterior, vectors } = run.finished.get('mmbeddings') as NonNullable<ReturnType<typeof run.finished.get>>;
    const { values, d } = vectors[0];
    const variances = posterior?.variances[0].values as Float32Array;
    const at = near.levels[0];
    let squares = 0;
    for (let m = 0; m < d; m++) squares += (values[2 * d + m] - values[at * d + m]) ** 2 / (variances[2 * d + m] + variances[at * d + m]);
    expect(near.distances[0]).toBeCloseTo(Math.sqrt(squares), 5);
    expect(room.neighbours({ ...of, distance: 'cosine' }).levels).toHaveLength(5);
    expect(refused(() => room.neighbours({ ...of, method: 'embeddings', distance: 'mahalanobis' }))).toBe('no-posterior');
    expect(refused(() => room.neighbours({ ...of, level: CITIES, distance: 'euclidean' }))).toBe('no-such-level');
  });

  it('has a card with rows, vector, truth and intervals that hold about as many test rows as they say', () => {
    const card = room.card({ method: 'linear-mixed-model', feature: 0, level: 3 });
    expect(card).toMatchObject({ label: HOSTILE, rows: card.responses.length });
    expect(card.vector).toHaveLength(1);
    expect(card.trueEffect).toHaveLength(2);
    expect(card.predictions.map(({ interval }) => interval?.from)).toEqual(['validation', 'validation', 'posterior', 'validation']);
    for (const { value, interval } of card.predictions) expect((interval?.low as number) < value && value < (interval?.high as number)).toBe(true);
  });

  it('compares methods, and seeds through kept vectors, after a rotation', async () => {
    const own = { method: 'embeddings' };
    const same = room.compare({ feature: 0, first: own, second: own, scale: false });
    expect([same.r2, same.r2Unrotated, same.common.share]).toEqual([expect.closeTo(1, 9), expect.closeTo(1, 9), 1]);
    expect(same.of).toBe(CITIES - 1);
    const kept = room.keep({ method: 'embeddings', feature: 0 });
    expect(kept).toMatchObject({ method: 'embeddings', width: 4, weightSeed: 1, levels: CITIES });
    const first = run;
    run = await trained(2, ['embeddings']);
    const seeds = room.compare({ feature: 0, first: own, second: { kept: kept.id }, scale: true });
    // The same method with other seeds: alike after a rotation, and not before.
    expect(seeds.r2).toBeGreaterThan(0.6);
    expect(seeds.r2).toBeGreaterThan(seeds.r2Unrotated + 0.2);
    expect(seeds.common.share).toBeGreaterThan(seeds.common.byChance);
    expect(seeds.levels).toHaveLength(CITIES - 1);
    for (let i = 1; i < seeds.most.length; i++) expect(seeds.moved[seeds.most[i]]).toBeLessThanOrEqual(seeds.moved[seeds.most[i - 1]]);
    run = first;
    expect(room.kept()).toEqual([kept]);
    room.forget(kept.id);
    expect(refused(() => room.compare({ feature: 0, first: own, second: { kept: kept.id }, scale: true }))).toBe('nothing-kept');
  });

  it('colours by every choice', () => {
    const of = { method: 'linear-mixed-model', feature: 0 };
    const { dataset } = run;
    const age = room.colour({ ...of, colour: { by: 'numeric', column: 0 } });
    const own = [...dataset.split.train, ...dataset.split.validation].filter((row) => dataset.categorical[0].codes[row] === 4);
    if (age.kind !== 'number') throw new Error('a number was asked for');
    expect(age.values[4]).toBeCloseTo(own.reduce((sum, row) => sum + 5 + 10 * dataset.x[2 * row], 0) / own.length, 3);
    expect(age.values[CITIES - 1]).toBeNaN();
    const colour = room.colour({ ...of, colour: { by: 'categorical', column: 1 } });
    if (colour.kind !== 'category') throw new Error('a category was asked for');
    expect(colour.names.at(-1)).toBe('No rows');
    expect(Array.from(colour.codes.slice(0, 20), (code) => colour.names[code])).toEqual(Array.from({ length: 20 }, (_, j) => String(j % 6)));
    const cities = room.colour({ method: 'embeddings', feature: 1, colour: { by: 'categorical', column: 0 } });
    expect(cities.kind === 'category' && cities.names.length).toBeLessThanOrEqual(12);
    for (const by of ['rows', 'posteriorSd', 'meanResponse', 'meanResidual', 'effect'] as const)
      expect(room.colour({ ...of, colour: { by } })).toMatchObject({ kind: 'number' });
    expect(room.colour({ ...of, colour: { by: 'seen' } })).toMatchObject({ kind: 'category' });
    const truth = room.colour({ ...of, colour: { by: 'trueEffect', dimension: 1 } });
    expect(truth.kind === 'number' && truth.values[3]).toBe(dataset.truth?.effects[0][7]);
    expect(refused(() => room.colour({ method: 'embeddings', feature: 0, colour: { by: 'posteriorSd' } }))).toBe('no-such-column');
  });

  it('has a history that ends in the vectors of the results and comes nearer to them', () => {
    const history = room.history({ method: 'embeddings', feature: 0, level: 6 });
    const pictures = history.epochs.length;
    expect(pictures).toBeGreaterThan(1);
    expect(history.frames).toHaveLength(pictures * history.levels.length * 2);
    expect(history.epochs.at(-1)).toBe(run.finished.get('embeddings')?.result.weightsFrom);
    expect(history.r2.at(-1)).toBe(1);
    expect(history.r2[0]).toBeLessThan(1);
    expect(history.path?.slice(-4)).toEqual(run.finished.get('embeddings')?.vectors[0].values.slice(24, 28));
    expect(history.bytes).toBeGreaterThan(0);
  });

  it('shows every method after an epoch, with its own vectors, predictions and scores of that epoch', async () => {
    const overview = room.epochs();
    expect(overview).toMatchObject({ last: 12, levels: [40, 6], testRows: 200 });
    expect([...overview.epochs]).toEqual(run.finished.get('embeddings')?.snapshots?.pictures.map(({ epoch }) => epoch));
    expect(overview.methods.filter(({ stands }) => stands).map(({ method }) => method)).toEqual(['linear-mixed-model']);
    const [at] = [...overview.epochs].slice(-1);
    const { epoch, methods } = await room.epoch({ epoch: at, feature: 0 });
    expect(epoch).toBe(at);
    expect(methods.map(({ method, kind, epoch: own }) => [method, kind, own])).toEqual([
      ['one-hot', 'snapshot', at],
      ['embeddings', 'snapshot', at],
      ['linear-mixed-model', 'stands', run.finished.get('linear-mixed-model')?.result.weightsFrom],
      ['mmbeddings', 'snapshot', at],
    ]);
    const { dataset } = run;
    const actual = Array.from(dataset.split.test, (row) => dataset.y[row] * dataset.targetScale + dataset.targetMean);
    for (const { method, embedding, prediction } of methods.filter(({ kind }) => kind === 'snapshot')) {
      const kept = run.finished.get(method)?.snapshots?.pictures.find((picture) => picture.epoch === at) as Snapshot;
      const predicted = kept.predictions as Float64Array;
      const mse = actual.reduce((sum, y, i) => sum + (y - predicted[i]) ** 2, 0) / actual.length;
      expect(prediction?.metrics.mse).toBeCloseTo(mse, 4);
      expect(prediction?.view.predicted).toEqual(predicted);
      expect(embedding?.epoch ?? at).toBe(at);
      if (!embedding) continue;
      // A turn leaves lengths, and the fit of the truth on all dimensions, as they are.
      const { values, d } = kept.tables[0] as { values: Float32Array; d: number };
      for (const level of [0, 7, 38]) {
        const own = values.subarray(level * d, (level + 1) * d);
        expect(embedding.lengths[level]).toBeCloseTo(Math.hypot(...own), 4);
      }
    }
    const posterior = methods[3].embedding?.posterior;
    const before = run.finished.get('mmbeddings')?.snapshots?.pictures.find((picture) => picture.epoch === at)?.posteriors[0];
    const trace = (values: ArrayLike<number>, level: number) => values[3 * level] + values[3 * level + 1] + values[3 * level + 2];
    expect(trace(posterior?.variances as Float32Array, 5)).toBeCloseTo(trace(before?.variances.values as Float32Array, 5), 5);
    // At the end every method is what its results are.
    expect((await room.epoch({ epoch: 12, feature: 0 })).methods.map(({ kind }) => kind)).toEqual(['final', 'final', 'stands', 'final']);
    expect((await room.epoch({ epoch: at, feature: 7 })).methods[1].embedding).toBeNull();
  });

  it('turns the vectors of an epoch onto those of the results, and their posterior with them', async () => {
    // The vectors of the results with their dimensions in another order, which is a turn: turned back, they
    // are the same.
    const finished = run.finished.get('mmbeddings') as NonNullable<ReturnType<typeof run.finished.get>>;
    const picture = finished.snapshots?.pictures.at(-1) as NonNullable<typeof finished.snapshots>['pictures'][number];
    const turned = ({ values }: { values: ArrayLike<number> }) =>
      Float32Array.from({ length: values.length }, (_, i) => values[i % 3 === 2 ? i - 2 : i + 1]);
    const whole = { ...picture };
    const [vectors] = finished.vectors;
    const variances = { values: Float32Array.from({ length: 120 }, (_, i) => 1 + (i % 3)), d: 3 };
    picture.tables = [{ values: turned(vectors), d: 3 }, picture.tables[1]];
    picture.late = undefined;
    picture.posteriors = [{ means: picture.tables[0], variances: { values: turned(variances), d: 3 }, prior: [1, 1, 1], noise: null }, null];
    const { embedding } = (await room.epoch({ epoch: picture.epoch, feature: 0 })).methods[3];
    Object.assign(picture, whole);
    for (const i of [0, 1, 2, 60, 61]) {
      expect(embedding?.posterior?.means[i]).toBeCloseTo(vectors.values[i], 4);
      expect(embedding?.posterior?.variances[i]).toBeCloseTo(1 + (i % 3), 4);
    }
  });

  it('writes files: exact digits, formulas guarded, tabs and line ends gone where nothing quotes them', () => {
    const text = ({ bytes }: { bytes: Uint8Array }): string => new TextDecoder().decode(bytes);
    const [vectors] = room.files({ method: 'mmbeddings', feature: 0, what: 'vectors' });
    const lines = text(vectors).split('\n');
    expect(lines[0]).toBe('feature,level,training_rows,test_rows,e1,e2,e3,sd1,sd2,sd3');
    const values = run.finished.get('mmbeddings')?.vectors[0].values as Float32Array;
    const row = (lines.find((line) => line.startsWith('city,Çity 9,')) as string).split(',');
    expect(row.slice(4, 7).map((cell) => Math.fround(Number(cell)))).toEqual([...values.slice(27, 30)]);
    expect(text(vectors)).toContain(`city,"'=HYPERLINK(""http://x"",""y"")`);
    const [points, metadata] = room.files({ method: 'mmbeddings', feature: 0, what: 'projector', levels: Uint32Array.of(3, 9) });
    expect(
      text(points)
        .trim()
        .split('\n')
        .map((line) => line.split('\t').map((cell) => Math.fround(Number(cell)))),
    ).toEqual([[...values.slice(9, 12)], [...values.slice(27, 30)]]);
    expect(text(metadata).split('\n')[0]).toBe('level\ttraining_rows\tposterior_sd');
    expect(text(metadata).split('\n')[1].split('\t')[0]).toBe(`'=HYPERLINK("http://x","y") <b> `);
    const [table] = room.files({ method: 'linear-mixed-model', feature: 1, what: 'table' });
    expect(text(table).split('\n')[0]).toContain('expected_rank,rank_low,rank_high,typical row by One-hot');
    expect(text(table).trim().split('\n')).toHaveLength(7);
  });

  it('refuses what is not there, and holds nothing on the device', () => {
    expect(refused(() => room.table({ method: 'ncf-embeddings', feature: 0 }))).toBe('no-results');
    expect(refused(() => room.table({ method: 'embeddings', feature: 2 }))).toBe('no-such-feature');
    const before = memoryUse();
    room.close();
    expect(memoryUse()).toEqual(before);
  });
});

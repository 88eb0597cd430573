import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { drawing } from '../data/prepare';
import { type DrawnDataset, datasetSchema } from '../data/schema';
import { runToEnd } from '../data/simulation-parts';
import { shapeOf } from '../data/tag-rows';
import { useBackend } from '../engine/testing';
import { covarianceInOwnTime, polynomialEffects } from '../mixed/random-polynomials';
import { drawNumbers } from '../random/draw-numbers';
import { RandomStream } from '../random/random';
import type { Batch } from './method';
import { aboutMethod, buildModel } from './registry';
import { placesOf } from './shared/places';

const golden = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, `../../golden/${name}.json`), 'utf8'));
const drawn = (effects: Partial<DrawnDataset> & Record<string, unknown>): Dataset =>
  runToEnd(
    drawing(datasetSchema.parse({ kind: 'lmmnn', task: 'regression', levels: [40], trainRows: 400, testRows: 100, ...effects }) as DrawnDataset, {
      data: 2,
      split: 3,
    }),
  );
const built = (id: string, dataset: Dataset, settings: Record<string, unknown> = {}) =>
  buildModel(
    id,
    { ...shapeOf(dataset), batchSize: 50 },
    aboutMethod(id).settings.parse(settings) as Record<string, unknown>,
    new RandomStream(1, 'w'),
    dataset,
  );

beforeAll(() => useBackend('cpu'));

describe('LMMNN in time', () => {
  it.each(['lmmnn-longitudinal', 'lmmnn-longitudinal-slope', 'lmmnn-longitudinal-cholesky'])('%s: effects as published, before their fix', (name) => {
    const { config, inputs, expected } = golden(name);
    const after = expected.parametersAfter;
    const k = config.degree + 1;
    const [width] = config.network;
    const residuals = Array.from({ length: config.n }, (_, i) => {
      let sum = after['network/output/bias'].values[0];
      for (let h = 0; h < width; h++) {
        let unit = after['network/dense0/bias'].values[h];
        for (let j = 0; j < config.p; j++) unit += inputs.X.values[i * config.p + j] * after['network/dense0/kernel'].values[j * width + h];
        sum += Math.max(0, unit) * after['network/output/kernel'].values[h];
      }
      return inputs.y.values[i] - sum;
    });
    const design = inputs.time.values.flatMap((t: number) => Array.from({ length: k }, (_, a) => t ** a));
    const [variance] = after.sigma2e.values;
    const rows = { design, width: k, residuals, codes: inputs.Z[0], levels: config.qs[0] };
    const near = (values: ArrayLike<number>, right: number[]): void =>
      right.forEach((value, i) => {
        expect(values[i]).toBeCloseTo(value, 6);
      });
    near(polynomialEffects(rows, expected.covarianceAfter.values, variance).means, expected.blup[0].values);
    const added = expected.covarianceAfter.values.map((value: number, at: number) => value + (at % (k + 1) === 0 ? variance : 0));
    near(
      polynomialEffects(rows, added, variance).means,
      expected.blupAsPublished.values?.length ? expected.blupAsPublished.values : expected.blupAsPublished[0].values,
    );
  });

  it('of correlations that exclude each other it tells a variance below 0, and no correlation that is none', async () => {
    const dataset = drawn({ effects: 'polynomials', interceptVariances: [1, 1, 1] });
    const { p } = dataset;
    const xScales = Array.from({ length: p }, (_, j) => ({ mean: j === p - 1 ? 1 : 0, scale: 1 }));
    const model = built('lmmnn-longitudinal', { ...dataset, xScales }, { degree: 2, covariance: 'correlations' });
    const tell = async () => (await model.estimates?.([])) ?? [];
    expect((await tell()).map(({ name }) => name).filter((name) => name.startsWith('Correlation'))).toHaveLength(3);
    tf.tidy(() => model.parameters.get('rho')?.assign(tf.tensor1d([1, -1])));
    const told = await tell();
    // 1 + 1 + 1 − 2 − 2 at the time 0, which is 1 below the mean.
    expect(told[1]).toMatchObject({ name: 'Variance of the intercept of z1', value: -1, note: expect.stringContaining('below 0') });
    expect(told.map(({ name }) => name).filter((name) => name.startsWith('Correlation'))).toHaveLength(1);
    expect(told.every(({ value }) => Number.isFinite(value))).toBe(true);
    model.dispose();
  });

  it('has the variance of a coefficient at the border too, and none where D leaves a negative one', () => {
    // A correlation of 1: both coefficients are multiples of one number a ~ N(0, 1), of which the rows tell.
    const random = new RandomStream(3, 'border');
    const [v, levels, each, residual] = [[1.3, 0.7], 40, 60, 1e-9];
    const rows = Array.from({ length: levels * each }, (_, i) => ({ code: Math.floor(i / each), h: [1, 10 * random.normal()] }));
    const D = v.flatMap((left) => v.map((right) => left * right));
    const { variances } = polynomialEffects(
      { design: rows.flatMap(({ h }) => h), width: 2, residuals: new Float64Array(rows.length), codes: rows.map(({ code }) => code), levels },
      D,
      residual,
    );
    for (let j = 0; j < levels; j++) {
      const known = rows.reduce((sum, { code, h }) => sum + (code === j ? (v[0] * h[0] + v[1] * h[1]) ** 2 / residual : 0), 1);
      for (const a of [0, 1]) {
        expect(variances[2 * j + a]).toBeGreaterThanOrEqual(0);
        expect(variances[2 * j + a]).toBeCloseTo(v[a] ** 2 / known, 7);
      }
    }
    // One row at t = 1, and correlations 1 and −1: V = D − Dhh'D / (σ² + h'Dh), whose second entry is 1 − 4 /
    // 3.1.
    const excluding = [1, 1, -1, 1, 1, 0, -1, 0, 1];
    const one = polynomialEffects({ design: [1, 1, 1], width: 3, residuals: [1], codes: [0], levels: 1 }, excluding, 0.1);
    expect([...one.variances]).toEqual([expect.closeTo(1 - 1 / 3.1, 9), Number.NaN, expect.closeTo(1, 9)]);
  });

  it('tells the covariance in the own unit of time: the curves are the same', () => {
    const [mean, scale] = [50, 8];
    const random = new RandomStream(1, 'curves');
    const b = [0.3, -1.2, 0.7];
    // b b' is the covariance of one curve, and stays that of its coefficients in the other unit.
    const own = covarianceInOwnTime(
      b.flatMap((left) => b.map((right) => left * right)),
      3,
      mean,
      scale,
    );
    const years = Array.from({ length: 3 }, () => 40 + 20 * random.uniform());
    for (const year of years) {
      const t = (year - mean) / scale;
      const square = [1, year, year ** 2].flatMap((left, i) => [1, year, year ** 2].map((right, j) => left * right * own[3 * i + j]));
      expect(square.reduce((sum, value) => sum + value, 0)).toBeCloseTo((b[0] + b[1] * t + b[2] * t * t) ** 2, 6);
    }
  });

  it('refuses a time that does not vary, and a column that is not there', () => {
    const dataset = drawn({ effects: 'polynomials' });
    const still = { ...dataset, x: dataset.x.map((value, i) => (i % dataset.p === dataset.p - 1 ? 2 : value)) };
    expect(() => built('lmmnn-longitudinal', still)).toThrow('t is the same in every row that trains');
    expect(() => built('lmmnn-longitudinal', dataset, { time: 'year' })).toThrow('no numeric column of that name');
    const two = { ...dataset, x: dataset.x.map((value, i) => (i % dataset.p === dataset.p - 1 ? Math.round(value) : value)) };
    expect(() => built('lmmnn-longitudinal', two, { degree: 2 })).toThrow('too few for a square');
  });

  it('its simulation has times within levels, true coefficients, and the latest rows as test where asked for', () => {
    const dataset = drawn({ effects: 'polynomials', interceptVariances: [1, 2, 3], testTimes: 'latest' });
    const { x, p, rows, xNames, split, truth, categorical } = dataset;
    expect([p, xNames?.[p - 1], truth?.d]).toEqual([11, 't', 3]);
    const time = (row: number): number => x[row * p + p - 1];
    const earliestTest = Math.min(...Array.from(split.test, time));
    expect(Math.max(...Array.from(split.train, time))).toBeLessThanOrEqual(earliestTest);
    expect(split.test).toHaveLength(100);
    // The times of a level are 0, 1, 2, … over the rows of the longest level.
    const counts = new Map<number, number>();
    for (let i = 0; i < rows; i++) counts.set(categorical[0].codes[i], (counts.get(categorical[0].codes[i]) ?? 0) + 1);
    const longest = Math.max(...counts.values());
    for (let i = 0; i < rows; i++) expect((time(i) * longest) % 1).toBeCloseTo(Math.round((time(i) * longest) % 1), 4);
  });
});

describe('LMMNN of places', () => {
  it('takes the mean of a place’s rows, says how many differ or are shared, and refuses a map of one point', async () => {
    const dataset = drawn({ effects: 'places' });
    const { p } = dataset;
    const columns = [p - 2, p - 1] as const;
    expect(placesOf(dataset, columns, 'LMMNN of places')).toMatchObject({ shared: 0, spread: 0 });
    const moved = { ...dataset, x: dataset.x.slice() };
    const code = dataset.categorical[0].codes[0];
    moved.x[p - 2] += 1;
    const count = dataset.categorical[0].codes.filter((own) => own === code).length;
    const found = placesOf(moved, columns, 'LMMNN of places');
    expect(found.spread).toBe(1);
    expect(found.points[2 * code]).toBeCloseTo(placesOf(dataset, columns, 'LMMNN of places').points[2 * code] + 1 / count, 4);
    const model = built('lmmnn-spatial', moved);
    expect((await model.estimates?.([]))?.[1].note).toContain('rows of one place differ');
    model.dispose();
    // Two places with the same coordinates are told, and have one effect.
    const { codes } = dataset.categorical[0];
    const twin = codes.findIndex((own) => own !== code);
    const here = dataset.x.slice(p - 2, p);
    const alike = {
      ...dataset,
      x: dataset.x.map((value, i) => (codes[Math.floor(i / p)] === codes[twin] && i % p >= p - 2 ? here[(i % p) - p + 2] : value)),
    };
    expect(placesOf(alike, columns, 'LMMNN of places')).toMatchObject({ shared: 2, spread: 0 });
    const same = built('lmmnn-spatial', alike);
    expect((await same.estimates?.([]))?.[1].note).toBe('2 places have the coordinates of another one, and its effect');
    same.dispose();
    const point = { ...dataset, x: dataset.x.map((value, i) => (i % p >= p - 2 ? 1 : value)) };
    expect(() => built('lmmnn-spatial', point)).toThrow('have the same coordinates');
    expect(() => built('lmmnn-spatial', dataset, { east: 'north' })).toThrow('one column for both coordinates');
    // The hint names the method whose settings are meant.
    for (const [id, settings, label] of [
      ['lmmnn-spatial', {}, 'LMMNN of places'],
      ['mmbeddings-correlated', {}, 'MMbeddings of places'],
      ['lmmnn-embedded', { g: 'locations' }, 'LMMNN with learned g'],
    ] as const)
      expect(() => built(id, point, settings)).toThrow(
        expect.objectContaining({ hint: `Choose the columns of the coordinates in the settings of ${label}.` }),
      );
  });

  it('the simulation of many places rests between its waves, so that a cancel comes through', () => {
    const rests = (effects: string) =>
      [
        ...drawing(
          datasetSchema.parse({ kind: 'lmmnn', task: 'regression', levels: [600], trainRows: 400, testRows: 100, effects }) as DrawnDataset,
          {
            data: 1,
            split: 1,
          },
        ),
      ].length;
    expect(rests('places') - rests('intercepts')).toBe(4);
  });

  it('the simulated field has the covariance that was asked for, over many draws of the data', () => {
    let [near, pairs, square, places] = [0, 0, 0, 0];
    for (let data = 1; data <= 12; data++) {
      const spec = {
        kind: 'lmmnn',
        task: 'regression',
        levels: [150],
        trainRows: 400,
        testRows: 50,
        effects: 'places',
        interceptVariances: [2],
        squaredLength: 4,
      };
      const { truth, categorical, x, p } = runToEnd(drawing(datasetSchema.parse(spec) as DrawnDataset, { data, split: 1 }));
      const points = new Map<number, [number, number]>();
      categorical[0].codes.forEach((code, i) => {
        points.set(code, [x[i * p + p - 2], x[i * p + p - 1]]);
      });
      const [effects] = truth?.effects ?? [];
      for (const [a, [ax, ay]] of points) {
        square += effects[a] ** 2;
        places++;
        for (const [b, [bx, by]] of points) {
          const distance = Math.hypot(ax - bx, ay - by);
          if (b <= a || Math.abs(distance - 2) > 0.4) continue;
          near += effects[a] * effects[b];
          pairs++;
        }
      }
    }
    // κ₀ and κ₀ exp(−2² / 2·4) at a distance of 2; a field of this length has some 20 independent patches a
    // draw.
    expect(square / places).toBeGreaterThan(1.6);
    expect(square / places).toBeLessThan(2.5);
    expect(near / pairs / (square / places)).toBeCloseTo(Math.exp(-0.5), 1);
  });
});

describe('LMMNN with learned g', () => {
  it('the two forms of the likelihood are the same where both can be taken', async () => {
    const { embeddedNll } = await import('../nn/random-embeddings');
    const random = new RandomStream(5, 'embedded');
    const matrix = (rows: number, columns: number) =>
      tf.tensor2d(
        Float32Array.from({ length: rows * columns }, () => random.normal()),
        [rows, columns],
      );
    const [r, g] = [matrix(12, 1), matrix(12, 4)];
    const [residual, variance] = [tf.scalar(0.7), tf.tensor1d([1.3])];
    const small = embeddedNll(r, [g], residual, variance);
    // Eight more hidden numbers of 0 take the dense form, and change nothing.
    const wide = embeddedNll(r, [tf.concat([g, tf.zeros([12, 8])], 1) as tf.Tensor2D], residual, variance);
    expect((await small.data())[0]).toBeCloseTo((await wide.data())[0], 4);
  });
});

it('LMMNN with learned g takes the effects from some rows, always the same, where they are fewer', async () => {
  const m = 60;
  /** Tells which rows the model draws. */
  class Told extends RandomStream {
    seed = 0;
    override integer(most: number): number {
      this.seed = super.integer(most);
      return this.seed;
    }
  }
  const random = new RandomStream(3, 'rows');
  const rows = Array.from({ length: m }, (_, i) => ({ x: [random.normal(), random.normal()], y: random.normal(), z: i % 5 }));
  const batchOf = (some: typeof rows): Batch => ({
    x: tf.tensor2d(some.map(({ x }) => x)),
    y: tf.tensor2d(some.map(({ y }) => [y])),
    z: [
      tf.tensor1d(
        some.map(({ z }) => z),
        'int32',
      ),
    ],
  });
  const effects = async (effectRows: number | null, some = rows) => {
    const settings = aboutMethod('lmmnn-embedded').settings.parse({ embedded: [3], effectRows }) as Record<string, unknown>;
    const stream = new Told(1, 'w');
    const model = buildModel('lmmnn-embedded', { task: 'regression', p: 2, levels: [5], batchSize: m }, settings, stream);
    const batch = batchOf(some);
    const found = [await model.levelVectors([batch], () => []), await model.levelVectors([batch], () => [])];
    model.dispose();
    tf.dispose([batch.x, batch.y, ...batch.z]);
    return { found: await Promise.all(found.map(async ([table]) => [...(await table.data())])), seed: stream.seed };
  };
  const { found, seed } = await effects(20);
  expect(found[1]).toEqual(found[0]);
  const chosen = drawNumbers(m, 20, new RandomStream(seed, 'rows of effects'));
  const alone = await effects(
    null,
    [...chosen].map((row) => rows[row]),
  );
  expect(found[0]).toEqual(alone.found[0]);
  const all = await effects(null);
  expect(found[0]).not.toEqual(all.found[0]);
  expect((await effects(m)).found).toEqual(all.found);
});

it('LMMNN with learned g refuses hidden vectors of too many numbers before it asks for their memory', () => {
  const problem = { task: 'regression' as const, p: 2, levels: [100_000], batchSize: 50 };
  const build = (chosen: Record<string, unknown>) =>
    buildModel('lmmnn-embedded', problem, aboutMethod('lmmnn-embedded').settings.parse(chosen) as Record<string, unknown>, new RandomStream(1, 'w'));
  expect(() => build({})).toThrow(
    'LMMNN with learned g would have 1,000,000,000 numbers in its hidden vectors (widths 10,000 for 100,000 levels); it may have 100,000,000.',
  );
  expect(() => build({ embedded: [2] }).dispose()).not.toThrow();
});

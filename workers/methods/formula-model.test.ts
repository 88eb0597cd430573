import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Dataset } from '../data/dataset';
import { shapeOf } from '../data/tag-rows';
import { useBackend } from '../engine/testing';
import { fitDataset, type MixedSettings, tellDatasetFit } from '../mixed/formula/fit-dataset';
import { tooLarge } from '../mixed/sums';
import { GeneralisedRows } from '../mixed/terms/generalised-rows';
import { goldenDesigns } from '../mixed/terms/golden';
import { LinearTermModel } from '../mixed/terms/linear';
import { RandomStream } from '../random/random';
import { makeBatch } from '../training/batches';
import { about } from './linear-mixed-model';
import type { Model } from './method';
import { buildModel } from './registry';

beforeAll(() => useBackend('cpu'));

const atOnce = async (): Promise<void> => {};
const rest = { targetName: 'y', classLabels: null, truth: null, fingerprint: '0', tags: [] };
const settingsOf = (more: Partial<MixedSettings>) => about.settings.parse(more) as MixedSettings;

/** Columns as a dataset whose numbers are centred and scaled, as a table's are; the last rows test. */
function datasetOf(y: number[], numeric: Record<string, number[]>, levels: Record<string, string[]>, { binary = false, test = 0 } = {}): Dataset {
  const n = y.length;
  const scaleOf = (values: number[]) => {
    const mean = values.reduce((sum, one) => sum + one, 0) / n;
    return { mean, scale: Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / n) };
  };
  const names = Object.keys(numeric);
  const scales = names.map((name) => scaleOf(numeric[name]));
  const target = binary ? { mean: 0, scale: 1 } : scaleOf(y);
  const exact = { x: (row: number, j: number) => (numeric[names[j]][row] - scales[j].mean) / scales[j].scale, y: (row: number) => y[row] };
  const rows = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  return {
    ...rest,
    task: binary ? 'binary' : 'regression',
    rows: n,
    p: names.length,
    x: Float32Array.from({ length: n * names.length }, (_, at) => exact.x(Math.floor(at / names.length), at % names.length)),
    xScales: scales,
    xNames: names,
    y: Float32Array.from(y, (value) => (value - target.mean) / target.scale),
    targetScale: target.scale,
    targetMean: target.mean,
    exact,
    categorical: Object.entries(levels).map(([name, all]) => {
      const labels = [...new Set(all)];
      return { name, cardinality: labels.length, labels, codes: Int32Array.from(all, (label) => labels.indexOf(label)) };
    }),
    split: { train: rows(0, n - test - 2), validation: rows(n - test - 2, n - test), test: rows(n - test, n) },
  } as Dataset;
}

/** A fitted model of the registry, and its predictions of all rows in the response's own unit. */
async function fitted(dataset: Dataset, settings: MixedSettings): Promise<{ model: Model; predictions: number[] }> {
  const problem = { ...shapeOf(dataset), batchSize: 8 };
  const model = buildModel('linear-mixed-model', problem, settings as never, new RandomStream(1, 'weights'), dataset);
  await model.ownFit?.iterate(atOnce);
  await model.ownFit?.finish?.(atOnce);
  const vectors = await model.levelVectors([], () => []);
  const batch = makeBatch(
    dataset,
    Uint32Array.from({ length: dataset.rows }, (_, row) => row),
  );
  const predictions = tf.tidy(() => [...model.predict(batch, vectors, []).dataSync()]);
  tf.dispose(vectors);
  return { model, predictions: predictions.map((value) => value * dataset.targetScale + dataset.targetMean) };
}

const designs = goldenDesigns();
const sleep = designs.sleepstudy.table as {
  Reaction: { numbers: number[] };
  Days: { numbers: number[] };
  Subject: { codes: number[]; labels: string[] };
};

describe('a mixed model whose factor would be too large', () => {
  const subjects = sleep.Subject.codes.map((code) => `s${sleep.Subject.labels[code]}`);
  const refused = tooLarge(null, [{ levels: 18 }]);

  it('is fitted without one where the response is a number, and is named so, with the error of its log likelihood', async () => {
    const data = datasetOf(sleep.Reaction.numbers, { Days: sleep.Days.numbers }, { Subject: subjects });
    const dataset = { ...data, targetName: 'Reaction' };
    const settings = settingsOf({ formula: 'Reaction ~ Days + (1 | Subject)' });
    const exact = await fitted(dataset, settings);
    const spy = vi.spyOn(LinearTermModel.prototype, 'estimate').mockRejectedValue(refused);
    try {
      const { model, predictions } = await fitted(dataset, settings);
      const told = model.mixed?.();
      // One factor has an exact determinant: nothing is left to chance.
      expect(told?.method).toBe('maximum likelihood (ML), iterative');
      expect(told?.fit).not.toHaveProperty('logLikelihoodError');
      expect(told?.notes.at(-1)).toMatch(/^The fit is iterative, and exact: /);
      const crossed = await fitted(dataset, { ...settings, formula: 'Reaction ~ Days + (1 | Subject) + (0 + Days | Subject)' });
      const estimated = crossed.model.mixed?.();
      expect(estimated?.method).toMatch(/^maximum likelihood \(ML\), iterative: conjugate gradients, .* from \d+ random vectors$/);
      expect(estimated?.fit?.logLikelihoodError).toBeGreaterThanOrEqual(0);
      expect(estimated?.notes.at(-1)).toContain('the log likelihood is estimated, with a Monte Carlo standard error of');
      for (const [row, value] of predictions.entries()) expect(Math.abs(value - exact.predictions[row])).toBeLessThan(0.05);
      await expect(fitted(dataset, { ...settings, solver: 'factor' })).rejects.toBe(refused);
    } finally {
      spy.mockRestore();
    }
  });

  it('without a formula says of its likelihood whether it is estimated: one factor is taken out exactly', async () => {
    const days = { Subject: subjects, Day: sleep.Days.numbers.map((day) => `d${day}`) };
    const noteOf = async (levels: Record<string, string[]>, solver: MixedSettings['solver']) => {
      const { model } = await fitted(datasetOf(sleep.Reaction.numbers, { Days: sleep.Days.numbers }, levels), settingsOf({ solver }));
      const estimates = (await model.estimates?.([])) ?? [];
      const likelihood = estimates.find(({ name }) => name === 'Log likelihood') ?? expect.fail();
      return { note: likelihood.note, value: likelihood.value };
    };
    const [exact, found] = [await noteOf({ Subject: subjects }, 'factor'), await noteOf({ Subject: subjects }, 'iterative')];
    expect(exact.note).toBe('of the rows for training and validation');
    expect(found.note).toBe(`iterative, and exact; ${exact.note}`);
    expect(found.value).toBeCloseTo(exact.value, 3);
    expect((await noteOf(days, 'iterative')).note).toMatch(/^iterative, from 32 random vectors: Monte Carlo standard error [\d.e-]+; of/);
  });

  it('is refused with what to do where it is of two classes or of counts', async () => {
    const spy = vi.spyOn(GeneralisedRows, 'of').mockRejectedValue(refused);
    const binary = datasetOf(
      sleep.Days.numbers.map((day) => day % 2),
      { Reaction: sleep.Reaction.numbers },
      { Subject: subjects },
      { binary: true },
    );
    await expect(fitted(binary, settingsOf({ approximation: 'laplace' }))).rejects.toMatchObject({
      message: expect.stringMatching(/^A mixed model of the binomial family of 18 levels would take .* are of numbers as a response\.$/),
      hint: expect.stringMatching(/MMbeddings/),
    });
    spy.mockRestore();
  });
});

describe('the mixed model of the registry by its formula', () => {
  it('fits sleepstudy as lme4 does, and predicts X β + Z b from standardised columns', async () => {
    const subjects = sleep.Subject.codes.map((code) => `s${sleep.Subject.labels[code]}`);
    const data = datasetOf(sleep.Reaction.numbers, { Days: sleep.Days.numbers }, { Subject: subjects });
    const dataset = { ...data, targetName: 'Reaction' };
    const settings = settingsOf({ formula: 'Reaction ~ Days + (1 + Days | Subject)', estimator: 'reml' });
    const { model, predictions } = await fitted(dataset, settings);
    const told = model.mixed?.();
    expect(told?.fixed.map(({ estimate }) => (estimate as number).toFixed(4))).toEqual(['251.4051', '10.4673']);
    expect(told?.random[0].deviations.map((value) => value.toFixed(2))).toEqual(['24.74', '5.92']);
    const rows = Uint32Array.from({ length: dataset.rows }, (_, row) => row);
    const alone = tellDatasetFit(await fitDataset(settings, dataset, rows, atOnce), true);
    const [b0, b1] = alone.fixed.map(({ estimate }) => estimate as number);
    const modes = new Map(alone.random[0].modes.map(({ label, values }) => [label, values]));
    for (const row of [0, 7, 60, 179]) {
      const [u0, u1] = modes.get(subjects[row]) as number[];
      expect(predictions[row]).toBeCloseTo(b0 + u0 + (b1 + u1) * sleep.Days.numbers[row], 3);
    }
    // In the page's units: the estimates are of standardised y, the posterior that of the intercept at the
    // mean of Days.
    const estimates = (await model.estimates?.([])) ?? [];
    expect((estimates.find(({ name }) => name === 'Variance of Subject')?.value ?? 0) * dataset.targetScale ** 2).toBeCloseTo(24.741 ** 2, 0);
    const posterior = await model.levelPosterior?.([]);
    expect(posterior?.priorVariances?.[0].length).toBe(2);
    const [s0, , s1] = [alone.random[0].covariance[0], 0, alone.random[0].covariance[3]];
    const cross = alone.random[0].covariance[1];
    const mean = dataset.xScales?.[0].mean ?? 0;
    expect((posterior?.priorVariances?.[0][0] ?? 0) * dataset.targetScale ** 2).toBeCloseTo(s0 + 2 * mean * cross + mean * mean * s1, 2);
    tf.dispose([...(posterior?.means ?? []), ...(posterior?.variances ?? [])]);
    model.dispose();
  });

  it('interactions, categories, nested factors and offsets predict what the design does; unseen levels have no random effect', async () => {
    const random = new RandomStream(5, 'formula');
    const n = 240;
    const draw = (of: number): number => Math.floor(of * random.uniform());
    const x = Array.from({ length: n }, () => 50 + 3 * random.normal());
    const w = Array.from({ length: n }, () => random.normal());
    const f = Array.from({ length: n }, () => 'abc'[draw(3)]);
    const g = Array.from({ length: n }, () => `g${draw(6)}`);
    const h = Array.from({ length: n }, (_, i) => `${g[i]}h${draw(4)}`);
    const bend: Record<string, number> = { a: 0, b: 1, c: -2 };
    const y = x.map(
      (value, i) => 3 + 0.5 * value + bend[f[i]] + 0.2 * value * w[i] + Number(g[i][1]) + Number(h[i][3]) / 2 + w[i] + 0.3 * random.normal(),
    );
    // The last test row has levels that no other row has.
    f[n - 1] = 'z';
    g[n - 1] = 'new';
    const dataset = datasetOf(y, { x, w }, { f, g, h }, { test: 3 });
    const settings = settingsOf({ formula: 'y ~ x * w + f * x + offset(w) + (1 + x | g) + (0 + f | g) + (1 | g:h)' });
    const { model, predictions } = await fitted(dataset, settings);
    const rows = Uint32Array.from([...dataset.split.train, ...dataset.split.validation]);
    const fit = await fitDataset(settings, dataset, rows, atOnce);
    if (fit.kind !== 'linear') throw new Error('a Gaussian response is fitted as one');
    const { model: formula, estimate, shift } = fit.fitted;
    const beta = formula.design.restoreBeta(estimate.fit.beta, shift);
    const of = (cell: (typeof formula.cells)[number], row: number): number =>
      cell.numeric.reduce((product, name) => product * (name === 'x' ? x : w)[row], 1) *
      cell.levels.reduce((product, [column, label]) => product * ((column === 'f' ? f : g)[row] === label ? 1 : 0), 1);
    const at = (row: number): number => {
      let sum = w[row];
      for (const [j, cell] of formula.cells.entries()) sum += beta[j] * of(cell, row);
      for (const [k, term] of formula.terms.entries())
        for (const [a, cell] of term.cells.entries()) sum += estimate.fit.terms[k].effects[term.codes[row] * term.width + a] * of(cell, row);
      return sum;
    };
    for (const row of [0, 31, 100, 200]) expect(predictions[row]).toBeCloseTo(at(row), 3);
    // A fixed category's unseen level is the mean of the others by their rows, a factor's has no effect.
    const last = n - 1;
    let unseen = w[last];
    for (const [j, { numeric, levels }] of formula.cells.entries()) {
      const value = numeric.reduce((product, name) => product * (name === 'x' ? x : w)[last], 1);
      const share = levels.length === 0 ? 1 : [...rows].filter((row) => f[row] === levels[0][1]).length / rows.length;
      unseen += beta[j] * value * share;
    }
    expect(predictions[last]).toBeCloseTo(unseen, 2);
    model.dispose();
  });

  it('two classes by a formula are fitted as glmer fits them, and their variances say by which approximation', async () => {
    const { designs: ofGlmer } = JSON.parse(readFileSync(new URL('../../golden/lme4-glmm.json', import.meta.url), 'utf8'));
    const { formula, table, fits } = ofGlmer['binary, one factor'];
    const names = (column: 'f' | 'g') => table[column].codes.map((code: number) => table[column].labels[code]) as string[];
    const dataset = datasetOf(table.y.numbers, { x: table.x.numbers }, { f: names('f'), g: names('g') }, { binary: true });
    for (const [at, approximation, said] of [
      [0, 'automatic', 'by Laplace’s approximation'],
      [1, 'quadrature', 'by adaptive Gauss–Hermite quadrature of 15 nodes'],
    ] as const) {
      const { model } = await fitted(dataset, settingsOf({ formula, approximation, nodes: 15 }));
      const estimates = (await model.estimates?.([])) ?? [];
      const of = (name: string) => estimates.find((estimate) => estimate.name === name);
      expect(of('Log likelihood')?.value).toBeCloseTo(fits[at].logLik, 3);
      expect(of('Log likelihood')?.note).toContain(said);
      const variance = of('Variance of g');
      expect(Math.abs((variance?.value ?? 0) / fits[at].terms[0].covariance[0] - 1)).toBeLessThan(1e-3);
      expect(variance?.note).toBe(said);
      model.dispose();
    }
  });

  it('counts are predicted on their own scale by exp(η), and refused where they are none', async () => {
    const random = new RandomStream(9, 'counts');
    const n = 120;
    const x = Array.from({ length: n }, () => random.normal());
    const g = Array.from({ length: n }, (_, i) => `g${i % 8}`);
    const y = x.map((value, i) => Math.round(Math.exp(1 + 0.4 * value + 0.1 * (i % 8)) + random.uniform()));
    const dataset = datasetOf(y, { x }, { g });
    const settings = settingsOf({ formula: 'y ~ x + (1 | g)', family: 'poisson' });
    const { model, predictions } = await fitted(dataset, settings);
    const rows = Uint32Array.from({ length: n }, (_, row) => row);
    const told = tellDatasetFit(await fitDataset(settings, dataset, rows, atOnce), true);
    const [b0, b1] = told.fixed.map(({ estimate }) => estimate as number);
    const effect = told.random[0].modes.find(({ label }) => label === g[5])?.values[0] as number;
    expect(predictions[5]).toBeCloseTo(Math.exp(b0 + b1 * x[5] + effect), 3);
    expect(told.method).toContain('Laplace');
    model.dispose();
    const problem = { ...shapeOf(dataset), batchSize: 8 };
    const build = (of: Dataset, more: Partial<MixedSettings>) => () =>
      buildModel('linear-mixed-model', problem, settingsOf(more) as never, new RandomStream(1, 'weights'), of).dispose();
    const halves = datasetOf(
      y.map((value) => value + 0.5),
      { x },
      { g },
    );
    expect(build(halves, { family: 'poisson' })).toThrow(/which is no count/);
    expect(build(dataset, { family: 'binomial' })).toThrow(/needs two classes/);
    expect(build(dataset, { formula: 'y ~ x + (1 | x)' })).toThrow(/x stands behind a bar, and it is a column of numbers/);
    expect(build(dataset, { formula: 'z ~ x + (1 | g)' })).toThrow(/the target of these data is y/);
    expect(build(dataset, { formula: 'y ~ x + (1 | g) + (1 | k)' })).toThrow(/names k, which is no numeric or categorical column/);
    expect(build(dataset, { formula: 'y ~ x + + (1 | g' })).toThrow(/In the formula at character/);
  });
});

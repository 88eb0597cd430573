import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random';
import { accuracy, classificationMetrics, flippedAuc, logLoss, mirroredMetrics } from './classification';
import { distanceMetrics } from './distances';
import { downstreamAuc } from './downstream';
import { logisticRegression } from './logistic-regression';
import { embeddingView } from './match';
import { regressionMetrics } from './regression';
import { auc, rocCurve } from './roc';
import { sampleIndices } from './sample';
import { levelVariance } from './variance';

const scored = fc.array(fc.record({ y: fc.integer({ min: 0, max: 1 }), score: fc.integer({ min: -4, max: 4 }) }), { minLength: 2, maxLength: 40 });

function normals(n: number, name: string): Float32Array {
  const random = new RandomStream(1, name);
  return Float32Array.from({ length: n }, () => random.normal());
}

describe('regression', () => {
  test('by hand', () => {
    expect(regressionMetrics([1, 2, 3], [1, 2, 5])).toEqual({ mse: 4 / 3, mae: 2 / 3, r2: -1 });
  });
  test('NaN stays NaN', () => expect(regressionMetrics([1, 2], [1, Number.NaN]).mse).toBeNaN());
});

describe('classification', () => {
  test('AUC equals its definition over all pairs, ties one half', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const positive = rows.filter(({ y }) => y === 1);
        const negative = rows.filter(({ y }) => y === 0);
        let wins = 0;
        for (const a of positive) for (const b of negative) wins += a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0;
        const found = auc(
          rows.map(({ y }) => y),
          rows.map(({ score }) => score),
        );
        if (positive.length * negative.length === 0) expect(found).toBeNaN();
        else expect(found).toBeCloseTo(wins / (positive.length * negative.length), 12);
      }),
    );
  });

  test('the area under the ROC curve is the AUC when nothing is thinned', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const y = rows.map((row) => row.y);
        const score = rows.map((row) => row.score);
        const curve = rocCurve(y, score);
        if (!curve) {
          expect(auc(y, score)).toBeNaN();
          return;
        }
        let area = 0;
        const { falsePositive: f, truePositive: t } = curve;
        for (let i = 1; i < f.length; i++) area += ((f[i] - f[i - 1]) * (t[i] + t[i - 1])) / 2;
        expect([f[0], t[0], f[f.length - 1], t[t.length - 1]]).toEqual([0, 0, 1, 1]);
        expect(area).toBeCloseTo(auc(y, score), 5);
      }),
    );
  });

  test('a long ROC curve has at most 200 points', () => {
    const score = normals(50_000, 'roc');
    const y = Float32Array.from(normals(50_000, 'noise'), (value, i) => (value + score[i] > 0 ? 1 : 0));
    const points = rocCurve(y, score)?.falsePositive.length ?? 0;
    expect(points).toBeGreaterThan(150);
    expect(points).toBeLessThanOrEqual(200);
  });

  test('mirrored as in the paper’s code, each metric flips by itself; the lab’s own never do', () => {
    const y = [1, 1, 0, 0];
    const p = [0.2, 0.3, 0.7, 0.9];
    expect(flippedAuc(y, p)).toBe(1);
    expect(mirroredMetrics(y, p)).toEqual({
      auc: 1,
      logLoss: logLoss(
        y,
        p.map((v) => 1 - v),
      ),
      accuracy: 1,
    });
    expect(classificationMetrics(y, p)).toEqual({ auc: 0, logLoss: logLoss(y, p), accuracy: 0 });
    expect(accuracy(y, p)).toBe(0);
    for (const metrics of [classificationMetrics, mirroredMetrics])
      expect(metrics(y, [0.2, Number.NaN, 0.1, 0.4])).toEqual({ auc: Number.NaN, logLoss: Number.NaN, accuracy: Number.NaN });
  });
});

describe('distances', () => {
  const truth = { values: normals(300 * 3, 'truth'), d: 3 };
  test('a rotation of the truth has no distance to it', () => {
    const turned = truth.values.slice();
    for (let i = 0; i < 300; i++)
      [turned[3 * i], turned[3 * i + 1], turned[3 * i + 2]] = [truth.values[3 * i + 1], -truth.values[3 * i], truth.values[3 * i + 2]];
    const found = distanceMetrics(truth, { values: turned, d: 3 }, 1);
    expect(found.rmseD).toBeLessThan(1e-6);
    expect(found.frobenius).toBeLessThan(1e-6);
    expect(found.spearman).toBeCloseTo(1, 6);
    expect(found.levels).toEqual({ sampled: 300, of: 300 });
  });
  test('vectors of zero miss the whole length', () => {
    expect(distanceMetrics(truth, { values: new Float32Array(600), d: 2 }, 1).frobenius).toBe(1);
  });
  test('a sample of the levels comes near all of them', () => {
    const noisy = { values: truth.values.map((value, i) => value + 0.5 * normals(900, 'noise')[i % 900]), d: 3 };
    const all = distanceMetrics(truth, noisy, 1);
    const some = distanceMetrics(truth, noisy, 1, 150);
    expect(some.levels).toEqual({ sampled: 150, of: 300 });
    expect(Math.abs(some.spearman - all.spearman)).toBeLessThan(0.05);
    expect(Math.abs(some.frobenius - all.frobenius)).toBeLessThan(0.05);
  });
});

test('a sample has no repetitions, stays in range and is the same for the same seed', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(50), fc.nat(), (n, count, seed) => {
      const sample = [...sampleIndices(n, count, seed, 'x')];
      expect(new Set(sample).size).toBe(Math.min(n, count));
      expect(sample.every((i, at) => i < n && (at === 0 || i > sample[at - 1]))).toBe(true);
      expect([...sampleIndices(n, count, seed, 'x')]).toEqual(sample);
    }),
  );
});

describe('downstream task', () => {
  test('a table shrunk to nothing scores exactly ½, as published', () => {
    const tiny = normals(1000 * 4, 'tiny').map((value) => value * 1e-5);
    const labels = Uint8Array.from({ length: 1000 }, (_, j) => (j % 2 === 0 ? 1 : 0));
    expect(logisticRegression(tiny, 4, labels).iterations).toBe(0);
    expect(downstreamAuc([{ values: tiny, d: 4 }], [labels])).toBe(0.5);
  });
  test('pure noise scores about 0.67 at q = 100 and d = 10, the chance line of docs/methods.md E18', () => {
    let sum = 0;
    for (let repetition = 0; repetition < 20; repetition++) {
      const random = new RandomStream(repetition, 'labels');
      const labels = Uint8Array.from({ length: 100 }, (_, j) => (j < 50 ? 1 : 0));
      random.shuffle(labels as unknown as Uint32Array);
      sum += downstreamAuc([{ values: normals(1000, `x${repetition}`), d: 10 }], [labels]) / 20;
    }
    expect(Math.abs(sum - 0.67)).toBeLessThan(0.04);
  });
  test('separable labels end', () => {
    const fit = logisticRegression([-2, -1, 1, 2], 1, [0, 0, 1, 1], { tolerance: 1e-9 });
    expect(fit.intercept).toBeCloseTo(0, 8);
    expect(fit.coefficients[0]).toBeGreaterThan(0.5);
  });
});

test('level variance is the mean of the column variances', () => {
  expect(levelVariance({ values: [0, 1, 2, 5], d: 2 })).toBe((1 + 4) / 2);
});

describe('embedding view', () => {
  const q = 500;
  const truth = normals(q * 2, 'effects');
  // Estimated: [noise, −3·truth₁, truth₀ + noise, constant].
  const noise = normals(q * 2, 'estimate');
  const estimate = Float32Array.from({ length: q * 4 }, (_, i) => {
    const j = Math.floor(i / 4);
    return [noise[2 * j], -3 * truth[2 * j + 1], truth[2 * j] + 0.5 * noise[2 * j], 7][i % 4];
  });
  const view = embeddingView({
    method: 'm',
    epoch: 3,
    feature: 0,
    featureName: 'z1',
    labels: null,
    vectors: { values: estimate, d: 4 },
    truth: { values: truth, d: 2 },
    counts: new Float32Array(q).fill(2),
    seed: 1,
  });

  test('matches, signs and fits', () => {
    const [first, second] = view.truth?.dimensions ?? [];
    expect(first.match).toBe(2);
    expect(first.r).toBeCloseTo(1 / Math.sqrt(1.25), 1);
    // The noise is among the estimated dimensions, so the fit takes it out.
    expect(first.r2).toBeCloseTo(1, 5);
    expect(second.match).toBe(1);
    expect(second.r).toBeCloseTo(-1, 5);
  });

  test('draws 400 of 500 levels, with the sign taken out', () => {
    expect([view.drawn, view.levels, view.truth?.actual.length]).toEqual([400, 500, 800]);
    for (let i = 400; i < 800; i++) {
      expect(view.truth?.matched[i]).toBeCloseTo(view.truth?.actual[i] as number, 4);
      expect(view.truth?.aligned[i]).toBeCloseTo(view.truth?.actual[i] as number, 4);
    }
  });

  test('vectors of zero match nothing and break nothing', () => {
    const zero = embeddingView({
      method: 'm',
      epoch: 0,
      feature: 0,
      featureName: 'z1',
      labels: null,
      vectors: { values: new Float32Array(q * 3), d: 3 },
      truth: { values: truth, d: 2 },
      counts: new Float32Array(q),
      seed: 1,
    });
    expect(zero.truth?.dimensions).toEqual([
      { match: 0, r: 0, r2: 0 },
      { match: 0, r: 0, r2: 0 },
    ]);
    expect(zero.truth?.aligned.every((value) => value === 0)).toBe(true);
  });
});

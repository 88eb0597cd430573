/**
 * The sentences of the Check room on predictions whose faults are known, each in both directions: from the
 * worker's view to the page's words.
 */
import { describe, expect, it } from 'vitest';
import {
  byCountSentence,
  calibrationSentence,
  countSpreadSentence,
  coverageSentence,
  fittedSentence,
  learningSentence,
  normalSentence,
  pitSentence,
} from '../src/words/check';
import { ownResponse } from '../workers/data/dataset';
import { testDataset } from '../workers/methods/testing/test-model';
import type { BinaryCheck, CheckView, CountBin, RegressionCheck } from '../workers/protocol';
import { RandomStream } from '../workers/random/random';
import { checkView } from '../workers/training/check-view';
import { byCount } from '../workers/training/compare';
import type { Finished } from '../workers/training/results';

const TEST_ROWS = 3000;

/** A table with 30 levels, the last of which no training row has, and `TEST_ROWS` test rows. */
function table(task: 'regression' | 'binary') {
  const base = testDataset(task, 1, [30], 2 * TEST_ROWS, 1);
  const rows = Uint32Array.from({ length: 2 * TEST_ROWS }, (_, i) => i);
  // Level j < 5 has two training rows, the others hundreds, the last none.
  const codes = Int32Array.from(rows, (row) => {
    if (row >= TEST_ROWS) return row % 30;
    return row < 10 ? row % 5 : 5 + (row % 24);
  });
  return {
    ...base,
    rows: rows.length,
    categorical: [{ name: 'shop', cardinality: 30, codes, labels: null }],
    split: { train: rows.slice(0, 2700), validation: rows.slice(2700, TEST_ROWS), test: rows.slice(TEST_ROWS) },
  };
}

const plan = { methods: [], training: {} as never, seeds: { data: 1, split: 1, weights: 1 } };
const random = (name: string) => new RandomStream(7, name);
const normals = (name: string) => {
  const stream = random(name);
  return Float64Array.from({ length: TEST_ROWS }, () => stream.normal());
};

const regression = table('regression');
const level = (i: number) => regression.categorical[0].codes[regression.split.test[i]];
/** Fitted values that have nothing to do with the level. */
const fitted = normals('fitted');

function viewOf(residuals: ArrayLike<number>, validationLoss = 1): CheckView {
  const y = regression.y.slice();
  regression.split.test.forEach((row, i) => {
    y[row] = fitted[i] + residuals[i];
  });
  const dataset = { ...regression, y, targetScale: 1, targetMean: 0 };
  const finished = { result: { method: 'ignore' }, predictions: fitted, posterior: null, estimates: [], vectors: [], validationLoss };
  return checkView({ dataset, plan }, finished as unknown as Finished);
}
const regressionOf = (residuals: ArrayLike<number>, validationLoss = 1) => viewOf(residuals, validationLoss).regression as RegressionCheck;

describe('residuals against fitted', () => {
  const noise = normals('noise');
  it('spread twice as wide at the top, or at the bottom, or alike', () => {
    expect(fittedSentence(regressionOf(noise.map((e, i) => e * (fitted[i] > 0.3 ? 2 : 1))))).toMatch(
      /^Residuals spread (twice|(1\.[89]|2\.[123]) times) as wide at the top fifth of fitted values as at the bottom: standard deviation 2\.\d+ against (1\.0|0\.9|1\.1)/,
    );
    expect(fittedSentence(regressionOf(noise.map((e, i) => e * (fitted[i] < -0.3 ? 2 : 1))))).toMatch(
      /^Residuals spread (twice|(1\.[89]|2\.[123]) times) as wide at the bottom/,
    );
    expect(fittedSentence(regressionOf(noise))).toMatch(/^Residuals have the same spread .*within noise or a tenth\)\.$/);
  });
  it('predictions too low at the top, too high there, or neither', () => {
    expect(fittedSentence(regressionOf(noise.map((e, i) => 0.3 * e + (fitted[i] > 1 ? 1 : 0))))).toMatch(
      /Predictions are on average .*too low at the top by 0\.\d+\.$/,
    );
    expect(fittedSentence(regressionOf(noise.map((e, i) => 0.3 * e - (fitted[i] > 1 ? 1 : 0))))).toMatch(/too high at the top by/);
    expect(fittedSentence(regressionOf(noise))).not.toContain('on average');
  });
  it('one fitted value has no top', () => {
    expect(fittedSentence({ fifths: null })).toContain('nothing can be said');
  });
});

describe('normal quantiles', () => {
  const stream = random('heavy');
  it('heavier, lighter and skewed tails are told from normal ones', () => {
    expect(normalSentence(regressionOf(normals('plain')))).toMatch(/^Like residuals of a normal distribution/);
    const heavy = Float64Array.from(
      { length: TEST_ROWS },
      () => stream.normal() / Math.sqrt((stream.normal() ** 2 + stream.normal() ** 2 + stream.normal() ** 2) / 3),
    );
    expect(normalSentence(regressionOf(heavy))).toMatch(/^Both tails are heavier than normal/);
    const uniform = Float64Array.from({ length: TEST_ROWS }, () => stream.uniform() - 0.5);
    expect(normalSentence(regressionOf(uniform))).toMatch(/^Both tails are lighter than normal/);
    const skewed = Float64Array.from({ length: TEST_ROWS }, () => -Math.log(1 - stream.uniform()));
    expect(normalSentence(regressionOf(skewed))).toMatch(/^Skewed to large residuals/);
    expect(normalSentence(regressionOf(skewed.map((e) => -e)))).toMatch(/^Skewed to small residuals/);
  });
});

describe('predictive intervals', () => {
  it('too narrow, too wide, and right', () => {
    expect(coverageSentence(regressionOf(normals('narrow'), 0.64))).toMatch(
      /^80\s% intervals contain (69|70|68)\s% of the test rows: too narrow \(from the error of validation rows/,
    );
    expect(coverageSentence(regressionOf(normals('wide'), 2.25))).toMatch(/^50\s% intervals contain (68|69|70)\s% of the test rows: too wide/);
    expect(coverageSentence(regressionOf(normals('right'), 1))).toMatch(
      /^Intervals are right within noise: the 80\s% intervals contain (79|80|81)\s%/,
    );
    expect(pitSentence(regressionOf(normals('narrow'), 0.5), TEST_ROWS)).toMatch(/^\d+ of 10 bins leave the band: responses fall at both ends/);
    expect(pitSentence(regressionOf(normals('wide'), 2.25), TEST_ROWS)).toMatch(/^\d+ of 10 bins leave the band: responses fall in the middle/);
    expect(pitSentence(regressionOf(normals('right'), 1), TEST_ROWS)).toMatch(/^Even within noise/);
    expect(pitSentence(regressionOf(normals('right').map((e) => e + 0.5)), TEST_ROWS)).toMatch(
      /^Responses fall above the prediction more often than promised: (6[789]|7[01])\s%/,
    );
    expect(pitSentence(regressionOf(normals('right').map((e) => e - 0.5)), TEST_ROWS)).toMatch(/^Responses fall below/);
    expect(coverageSentence(regressionOf(normals('none'), Number.NaN))).toMatch(/^This method has no predictive standard deviation/);
  });
});

describe('residuals by training rows of the level', () => {
  const noise = normals('levels');
  const sentence = (residuals: ArrayLike<number>) => countSpreadSentence(viewOf(residuals).byCount[0], false);
  it('unseen levels spread wider, narrower, or as the common ones', () => {
    expect(sentence(noise.map((e, i) => e * (level(i) === 29 ? 2 : 1)))).toMatch(
      /^Residuals of unseen levels spread (twice|(1\.[789]|2\.[123]) times) as wide as those of levels with more than 20 training rows\.$/,
    );
    expect(sentence(noise.map((e, i) => e * (level(i) === 29 ? 0.5 : 1)))).toMatch(
      /^Residuals of levels with more than 20 training rows spread .* as those of unseen levels\.$/,
    );
    expect(sentence(noise)).toMatch(/within noise or a tenth\.$/);
  });

  it('the loss of rare and of unseen levels, beyond noise only', () => {
    const bins = (residuals: ArrayLike<number>): CountBin[] => {
      const dataset = { ...regression };
      const actual = ownResponse(dataset, dataset.split.test);
      return byCount(
        dataset,
        actual.map((y, i) => y - residuals[i]),
      )[0];
    };
    const sentenceOf = (residuals: ArrayLike<number>) => byCountSentence([{ name: 'Ignore', bins: bins(residuals) }]);
    expect(sentenceOf(noise.map((e, i) => e * (level(i) < 5 ? 2 : 1)))).toMatch(
      /^Against levels with more than 20 training rows, the error at levels with 1–2 training rows is [34]\.\d times as large for Ignore\. At unseen levels, against levels with more than 20 training rows, it is the same within noise\.$/,
    );
    expect(sentenceOf(noise.map((e, i) => e * (level(i) < 5 ? 0.5 : 1)))).toMatch(/ is 0\.2\d times as large for Ignore\. At unseen/);
    expect(sentenceOf(noise.map((e, i) => e * (level(i) === 29 ? 2 : 1)))).toMatch(
      /1–2 training rows is the same within noise\. At unseen levels.* [345]\.\d times as large for Ignore\.$/,
    );
    const two = [noise, noise.map((e, i) => e * (level(i) < 5 ? 2 : 1))].map((residuals, k) => ({ name: `m${k}`, bins: bins(residuals) }));
    expect(byCountSentence(two)).toMatch(
      /1–2 training rows is [34]\.\d times as large for m1, the same within noise for m0\. .* within noise for every method\.$/,
    );
  });
});

describe('calibration', () => {
  const data = table('binary');
  const odds = normals('odds').map((x) => 1.5 * x);
  const stream = random('labels');
  const y = data.y.slice();
  data.split.test.forEach((row, i) => {
    y[row] = stream.uniform() < 1 / (1 + Math.exp(-odds[i])) ? 1 : 0;
  });
  const sentence = (slope: number, shift = 0): string => {
    const predictions = odds.map((x) => 1 / (1 + Math.exp(-slope * x - shift)));
    const finished = { result: { method: 'ignore' }, predictions, posterior: null, estimates: [], vectors: [], validationLoss: 1 };
    return calibrationSentence(checkView({ dataset: { ...data, y }, plan }, finished as unknown as Finished).binary as BinaryCheck);
  };
  it('too extreme, too timid, turned round, too low, too high, and right', () => {
    expect(sentence(2)).toMatch(/^Probabilities are too extreme \(calibration slope 0\.\d+ ± 0\.0\d, 1 is right\)/);
    expect(sentence(0.5)).toMatch(/^Probabilities are too close to the mean \(calibration slope (1\.9|2\.)\d/);
    expect(sentence(-1)).toMatch(/^Probabilities point the wrong way .* no better than the 0\.25\d of giving every row the same probability\.$/);
    expect(sentence(1, -1)).toMatch(/too low, by (0\.9|1\.0|1\.1)\d ± 0\.0\d in log odds/);
    expect(sentence(1, 1)).toMatch(/too high, by/);
    expect(sentence(1)).toMatch(/^Calibrated within noise \(slope (0\.9|1\.0)\d ± 0\.0\d\)\. Brier score 0\.1\d+, 0\.2\d+ without a model\.$/);
  });
});

describe('the learning curve', () => {
  const curve = (last: number, standardError: number, byLevel: number | null = null) => ({
    shares: [
      { share: 0.5, rows: 50 },
      { share: 1, rows: 100 },
    ],
    methods: [
      {
        method: 'ignore',
        points: [
          { loss: 4, standardError: 0.1, change: null },
          { loss: last, standardError: 0.1, change: { difference: last - 4, standardError, byLevel } },
        ],
      },
    ],
  });
  const said = (...numbers: Parameters<typeof curve>) => learningSentence(curve(...numbers), () => 'Ignore');
  const fell = 'From 50\u00a0% of the rows to all of them the loss still fell beyond noise for Ignore.';
  const unknown = 'From 50\u00a0% of the rows to all of them no loss fell beyond noise: these test rows cannot tell whether more rows would help.';

  it('says whether the last doubling of the rows still helped', () => {
    expect(said(3.5, 0.1)).toBe(fell);
    expect(said(4.5, 0.1)).toBe(unknown);
  });

  it('judges the change by its own error, paired over the test rows, not by those of the two losses', () => {
    // A fall of 0.14, as a mixed model's from 4 to 8 rows a level of variance 1 in noise of variance 4.
    expect(said(3.86, 0.05)).toBe(fell);
    expect(said(3.86, 0.08)).toBe(unknown);
    expect(said(3.86, 0.05, 0.08)).toBe(unknown);
  });
});

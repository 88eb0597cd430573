import { describe, expect, it } from 'vitest';
import { estimatesSentence } from './estimates';
import { agree, isPlural } from './names';
import { crossingSentence, mostSentence, tableSentence } from './parameters';
import { predictionSentence, rocSentence } from './prediction';
import { chanceOfR2, recoverySentence } from './recovery';
import { binomialTail, line, quantile, rankCorrelation, ranks } from './statistics';

describe('names', () => {
  it('take their verb', () => {
    expect(['Embeddings-L2', 'Dropout + L2 embeddings', 'MMbeddings v2', 'MeNets'].map(isPlural)).toEqual([true, true, true, true]);
    expect(['Ignore', 'TabTransformer with MMbeddings', 'Feature hashing', 'One-hot'].map(isPlural)).toEqual([false, false, false, false]);
    expect([agree(['Ignore'], 'is', 'are'), agree(['Ignore', 'NCF'], 'is', 'are'), agree(['Embeddings'], 'is', 'are')]).toEqual(['is', 'are', 'are']);
  });
});

describe('statistics', () => {
  it('are those of R', () => {
    // rank(c(10, 20, 20, 5)), cor(1:6, c(2, 1, 4, 3, 6, 5), method = "spearman"), quantile(c(1, 2, 3, 10),
    // 0.9), pbinom(7, 10, 0.95).
    expect([...ranks([10, 20, 20, 5])]).toEqual([2, 3.5, 3.5, 1]);
    expect(rankCorrelation([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 5])).toBeCloseTo(0.8285714, 6);
    expect(quantile([1, 2, 3, 10], 0.9)).toBeCloseTo(7.9);
    expect(binomialTail(7, 10, 0.95)).toBeCloseTo(0.01150356, 7);
    // Sums of squares and products about the means: 14, 276.8, 34; so slope 34/14 with the error √((276.8 −
    // 34²/14) / 3 / 14).
    expect(line([4, 4, 7, 7, 8], [2, 10, 4, 22, 16])).toMatchObject({
      slope: expect.closeTo(34 / 14, 9),
      error: expect.closeTo(Math.sqrt((276.8 - 34 ** 2 / 14) / 3 / 14), 9),
    });
    expect(line([1, 1, 1], [1, 2, 3])).toBeNull();
  });
});

describe('the caption of recovered effects', () => {
  const input = { label: 'MMbeddings', width: 10, levels: 1000 };

  it('knows what chance reaches', () => {
    // Beta(5, 494.5): mean 10/999, standard deviation by its closed form.
    const { mean, most } = chanceOfR2(10, 1000);
    expect(mean).toBeCloseTo(0.01001, 5);
    expect(most).toBeCloseTo(0.01001 + 3 * Math.sqrt((5 * 494.5) / (499.5 ** 2 * 500.5)), 6);
    expect(chanceOfR2(10, 11)).toEqual({ mean: 1, most: 1 });
  });

  it('counts the dimensions beyond chance and those found for the most part', () => {
    expect(recoverySentence({ ...input, r2: [0.01, 0.48, 0.05, 0.04, 0.31, 0.03, 0, 0.06, 0.74, 0.04] })).toBe(
      'MMbeddings recover eight of the ten true dimensions beyond chance, one of them for the most part; the best has an R² of 0.74.',
    );
    expect(recoverySentence({ ...input, r2: [0.01, 0.02, 0] })).toBe(
      'MMbeddings do not recover any of the three true dimensions beyond chance: R² is at most 0.02.',
    );
    expect(recoverySentence({ ...input, r2: [0.9, 0.8] })).toBe(
      'MMbeddings recover all two true dimensions beyond chance, all of them for the most part; the best has an R² of 0.90.',
    );
  });

  it('does not praise what fits anything', () => {
    // The same R² among thirty levels is within what ten numbers fit by chance.
    expect(recoverySentence({ ...input, levels: 30, r2: [0.48] })).toBe(
      'MMbeddings do not recover the true effect beyond chance: R² is at most 0.48.',
    );
    expect(recoverySentence({ ...input, levels: 8, r2: [1] })).toMatch(/nothing can be said/);
    expect(recoverySentence({ ...input, label: 'LMMNN', width: 1, r2: [0.93] })).toBe(
      'LMMNN recovers the true effect for the most part: R² is 0.93.',
    );
    expect(recoverySentence({ ...input, r2: [Number.NaN] })).toMatch(/^Nothing can be compared/);
  });
});

describe('the caption of predictions', () => {
  const actual = Array.from({ length: 200 }, (_, i) => Math.sin(i * 1.7) * 3);
  const noise = Array.from({ length: 200 }, (_, i) => Math.sin(i * 91.3 + 2) * 2);
  const say = (predicted: number[], r2: number | null = null) => predictionSentence({ label: 'MMbeddings', actual, predicted, r2 });

  it('says what is explained, and finds no fault with predictions that are right', () => {
    const exact = say(actual);
    expect(exact).toMatch(
      /^MMbeddings explain 100 % of the variance of the test rows\. The predictions spread 1\.00 times as wide as the responses, slope 1\.00\.$/,
    );
    expect(exact).not.toMatch(/too/);
    // Response = prediction + something unrelated: one unit more of the one brings one unit more of the
    // other.
    const response = actual.map((p, i) => p + noise[i]);
    const honest = predictionSentence({ label: 'NCF', actual: response, predicted: actual, r2: null });
    expect(honest).toMatch(/^NCF explains [67]\d %/);
    expect(honest).not.toMatch(/too/);
  });

  it('tells too far apart from too close together', () => {
    expect(say(actual.map((y, i) => y * 1.3 + noise[i] * 0.3))).toMatch(/They lie too far apart: one unit more in a prediction brings 0\.7\d/);
    expect(say(actual.map((y) => y * 0.6))).toMatch(/They lie too close together: one unit more in a prediction brings 1\.67 in the response\.$/);
  });

  it('says "little more than the mean" only where R² is small, and "worse" below zero', () => {
    expect(say(actual.map((y) => y * 0.04))).toMatch(/^Little more than the mean is predicted: R² is 0\.08/);
    expect(say(actual.map((y) => y * 0.2))).not.toMatch(/mean/);
    expect(say(actual.map((y) => -y))).toMatch(/^Worse than the mean of the test rows would be: R² is \u22123\.0/);
    expect(say(actual.map(() => 0.3))).toBe('MMbeddings predict nearly the same number for every row, like a mean.');
  });

  it('takes the R² of all test rows where it is known', () => {
    expect(say(actual, 0.05)).toMatch(/R² is 0\.05/);
  });

  it('does not judge what cannot be judged', () => {
    expect(predictionSentence({ label: 'NCF', actual: [1, 1, 1], predicted: [1, 2, 3], r2: null })).toMatch(/same response/);
    expect(predictionSentence({ label: 'NCF', actual: [1], predicted: [1], r2: null })).toMatch(/^Too few/);
    expect(predictionSentence({ label: 'NCF', actual: [1, 2, Number.NaN, 3], predicted: [1, 2, 3, Number.NaN], r2: null })).toMatch(/^Too few/);
  });
});

describe('the caption of ROC curves', () => {
  const say = (auc: number | null, error: number | null = 0.018) => rocSentence({ label: 'Embeddings', auc, testRows: 1000, error });

  it('says better, worse and not told from chance', () => {
    expect(say(0.71)).toBe('Of Embeddings: a row of the positive class is scored above one of the other in 71 of 100 pairs.');
    expect(say(0.4)).toBe('Worse than guessing: a row of the positive class is scored above one of the other in 40 of 100 pairs.');
    // Twice the standard error is 0.036.
    expect(say(0.535)).toBe('Embeddings do about what guessing would: an AUC of 0.535 on 1,000 test rows may be chance.');
    expect(say(0.537)).not.toMatch(/guessing/);
    expect(say(0.71, 0.2)).toMatch(/may be chance/);
    // As if 100 of the 1,000 rows were positive: 2·√(1001/(12·100·900)) = 0.061.
    expect(say(0.56, null)).toMatch(/may be chance/);
    expect(say(0.562, null)).not.toMatch(/chance/);
    expect(say(null)).toMatch(/no AUC/);
  });
});

describe('the caption of parameters', () => {
  const table = { label: 'Embeddings', parameters: 10_331 };
  const mixed = { label: 'MMbeddings', parameters: 13_651 };

  it('says where the two cross and which is smaller here', () => {
    const say = (parameters: number, at: number | null = 1333, levels = [1000]) =>
      crossingSentence({ table: { ...table, parameters }, mixed, at, levels });
    expect(say(10_331)).toBe(
      'A table of embeddings grows with every level and passes MMbeddings at q = 1,333. At q = 1,000 the table is still smaller.',
    );
    expect(say(100_331, 1333, [10_000])).toBe('A table of embeddings grows with every level and passes MMbeddings at q = 1,333.');
    expect(say(10_331, 1333, [10, 1000])).toMatch(/Here the table is still smaller\.$/);
    expect(say(10_331, null)).toMatch(/^At no number of levels/);
  });

  it('compares on a table', () => {
    expect(tableSentence({ ...table, parameters: 100 }, { ...mixed, parameters: 340 })).toBe(
      'On this data Embeddings have fewer parameters: MMbeddings need 3.4 times as many.',
    );
    expect(tableSentence({ ...table, parameters: 340 }, { ...mixed, parameters: 340 })).toBe(
      'On this data MMbeddings and Embeddings have the same number of parameters.',
    );
    expect(tableSentence({ ...table, parameters: 34_000 }, { ...mixed, parameters: 340 })).toBe(
      'On this data MMbeddings have fewer parameters: Embeddings need 100 times as many.',
    );
  });

  it('names the largest, and ties as ties', () => {
    expect(mostSentence([{ label: 'Ignore', parameters: 231 }, table])).toBe('Most trainable numbers: 10,331 in Embeddings, or 41 kB.');
    expect(mostSentence([table, { ...table, label: 'Embeddings-L2' }])).toBe(
      'All methods have the same number of trainable numbers: 10,331, or 41 kB.',
    );
    expect(mostSentence([])).toBe('');
  });
});

describe('the caption of estimates', () => {
  const at = (truth: number | null) => ({ low: 1, high: 2, truth });

  it('counts the intervals that hold the truth, and says where so few should not', () => {
    expect(estimatesSentence([at(1.5), at(1.9), at(3)])).toBe('The dashed line is the truth: 2 of 3 intervals hold it.');
    expect(estimatesSentence([at(1.5), at(1.9)])).toBe('The dashed line is the truth: all 2 intervals hold it.');
    expect(estimatesSentence([at(3), at(3), at(1.5)])).toBe(
      'The dashed line is the truth: 1 of 3 intervals hold it, fewer than 95 % intervals should.',
    );
    expect(estimatesSentence([at(1.5)])).toBe('The dashed line is the truth: the interval holds it.');
    // One miss of a 95 % interval has a chance of 5 %: no verdict.
    expect(estimatesSentence([at(3)])).toBe('The dashed line is the truth: the interval misses it.');
  });

  it('does not count what has no interval or no truth', () => {
    expect(estimatesSentence([{ low: null, high: null, truth: 1 }])).toMatch(/the lab computes no interval/);
    expect(estimatesSentence([at(null)])).toMatch(/^A variance says/);
    expect(estimatesSentence([])).toMatch(/^A variance says/);
  });
});

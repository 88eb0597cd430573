import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random';
import { classAucs, classLogLosses, classScores, confusionCounts, predictedClasses } from './classes';
import { rowInfluence, standardError } from './score-errors';

interface Given {
  labels: number[];
  probabilities: { shape: [number, number]; values: number[] };
  logLoss: number;
  accuracy: number;
  confusion: number[];
  auc: number[];
  macroAuc: number;
  fourClasses: { probabilities: { values: number[] }; macroAuc: number };
}

/** What scikit-learn computes (golden/make/classes.py): five classes, one of which no row has. */
const given = JSON.parse(readFileSync(new URL('../../golden/class-scores.json', import.meta.url), 'utf8')) as Given;
const { labels } = given;
const { values } = given.probabilities;

describe('scores of several classes', () => {
  test('are those of scikit-learn', () => {
    const found = classScores(labels, values);
    expect(found.logLoss).toBeCloseTo(given.logLoss, 12);
    expect(found.accuracy).toBe(given.accuracy);
    expect(found.auc).toBeCloseTo(given.macroAuc, 12);
    expect(confusionCounts(labels, values, 5)).toEqual(given.confusion);
    const areas = classAucs(labels, values, 5);
    for (const [c, area] of given.auc.entries()) expect(areas[c]).toBeCloseTo(area, 12);
    expect(areas[4]).toBeNaN();
    expect(classScores(labels, given.fourClasses.probabilities.values).auc).toBeCloseTo(given.fourClasses.macroAuc, 12);
  });

  test('the first of equally probable classes is predicted; a number that is none spoils its row, and every score', () => {
    expect([...predictedClasses([0.4, 0.4, 0.2, 0.1, 0.2, 0.7], 3)]).toEqual([0, 2]);
    const broken = [...values];
    broken[7] = Number.NaN;
    expect(predictedClasses(broken, 5)[1]).toBeNaN();
    expect(classScores(labels, broken)).toMatchObject({ accuracy: Number.NaN });
    expect(rowInfluence('auc', labels, broken)).toBeNull();
    expect(confusionCounts(labels, broken, 5).reduce((sum, one) => sum + one, 0)).toBe(labels.length - 1);
  });

  test('with one class only there is no AUC', () => {
    expect(classScores([1, 1], [0.2, 0.5, 0.3, 0.1, 0.8, 0.1])).toEqual({
      logLoss: expect.closeTo(-(Math.log(0.5) + Math.log(0.8)) / 2, 6),
      accuracy: 1,
      auc: Number.NaN,
    });
  });

  test('a probability of zero costs as much as single precision tells, not everything', () => {
    expect([...classLogLosses([0], [0, 0.5, 0.5])]).toEqual([expect.closeTo(23 * Math.log(2), 9)]);
  });

  test.each(['logLoss', 'accuracy', 'auc'] as const)('the standard error of the %s is the spread of the score over samples of rows', (key) => {
    const random = new RandomStream(5, key);
    const classes = 3;
    const rows = 400;
    const sample = () => {
      const own = Array.from({ length: rows }, () => random.integer(classes));
      const scores = own.flatMap((label) => {
        const raised = Array.from({ length: classes }, (_, c) => Math.exp(random.normal() + (c === label ? 1 : 0)));
        const sum = raised.reduce((total, one) => total + one, 0);
        return raised.map((one) => one / sum);
      });
      return { own, scores };
    };
    const found = Array.from({ length: 150 }, () => {
      const { own, scores } = sample();
      return { score: classScores(own, scores)[key], error: standardError(rowInfluence(key, own, scores) as Float64Array) };
    });
    const mean = found.reduce((sum, { score }) => sum + score, 0) / found.length;
    const spread = Math.sqrt(found.reduce((sum, { score }) => sum + (score - mean) ** 2, 0) / (found.length - 1));
    const told = found.reduce((sum, { error }) => sum + error, 0) / found.length;
    expect(told / spread).toBeGreaterThan(0.85);
    expect(told / spread).toBeLessThan(1.18);
  });
});

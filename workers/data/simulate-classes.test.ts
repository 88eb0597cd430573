import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { factsOf } from '../spec/facts';
import type { Dataset } from './dataset';
import { drawing, summarize } from './prepare';
import { lmmnnSchema } from './schema';
import { drawnClass, orderedClasses } from './simulate-classes';
import { runToEnd } from './simulation-parts';

const specOf = (more: Record<string, unknown>) =>
  lmmnnSchema.parse({ kind: 'lmmnn', task: 'classes', levels: [200], trainRows: 15_000, testRows: 5_000, interceptVariances: [1], ...more });
const draw = (more: Record<string, unknown>): Dataset => runToEnd(drawing(specOf(more), { data: 3, split: 1 }));

/** How far a count of draws is from what it should be, in standard errors. */
function errorsAway(hits: readonly boolean[], probabilities: readonly number[]): number {
  let [sum, variance] = [0, 0];
  probabilities.forEach((p, i) => {
    sum += (hits[i] ? 1 : 0) - p;
    variance += p * (1 - p);
  });
  return Math.abs(sum) / Math.sqrt(variance);
}

const logistic = (value: number): number => 1 / (1 + Math.exp(-value));

describe('a class', () => {
  it('is drawn with the softmax of its scores, also of very large ones', () => {
    const random = new RandomStream(1, 'classes');
    // e^0, e^1 and e^−1 over their sum.
    const expected = [0.24473, 0.66524, 0.09003];
    for (const base of [0, 900, -900]) {
      const scores = Float64Array.of(base, base + 1, base - 1);
      const drawn = Array.from({ length: 20_000 }, () => drawnClass(scores, random));
      expected.forEach((share, c) => {
        expect(
          errorsAway(
            drawn.map((one) => one === c),
            drawn.map(() => share),
          ),
        ).toBeLessThan(4);
      });
    }
  });

  it('of an order is drawn by the cumulative logit: as probable as the others at 0, higher with a higher sum', () => {
    const random = new RandomStream(2, 'ordered');
    for (const [sum, cumulative] of [
      [0, [0.25, 0.5, 0.75]],
      // σ(logit(c / 4) − 1).
      [1, [0.10923, 0.26894, 0.52461]],
    ] as const) {
      const drawn = Array.from(orderedClasses(new Float64Array(20_000).fill(sum), 4, random));
      cumulative.forEach((share, c) => {
        expect(
          errorsAway(
            drawn.map((one) => one <= c),
            drawn.map(() => share),
          ),
        ).toBeLessThan(4);
      });
      expect(new Set(drawn)).toEqual(new Set([0, 1, 2, 3]));
    }
  });
});

describe('simulated classes', () => {
  it('have the shares that their functions and the effects of their levels give, in all rows and in those of extreme levels', () => {
    const classes = 4;
    const { x, p, y, categorical, truth, classLabels } = draw({ classes });
    const [{ codes, cardinality: q }] = categorical;
    const [effects] = truth?.effects ?? [];
    expect([classLabels, truth?.d, effects.length]).toEqual([['A', 'B', 'C', 'D'], classes, q * classes]);
    expect(truth?.components).toMatchObject({ noiseVariance: null, effectVariances: [[1, 1, 1, 1]] });
    const probabilities = Array.from(y, (_, i) => {
      const own = x.subarray(i * p, (i + 1) * p);
      const s = own.reduce((sum, value) => sum + value, 1);
      const powers = [0, 1, 2, 3].map((c) =>
        Math.exp(s * Math.cos(s + (c * Math.PI) / 2) + 2 * own[c] * own[c + 1] + effects[codes[i] * classes + c]),
      );
      const total = powers.reduce((sum, power) => sum + power);
      return powers.map((power) => power / total);
    });
    for (let c = 0; c < classes; c++) {
      const ofClass = (code: number) => effects[code * classes + c];
      for (const rows of [() => true, (i: number) => ofClass(codes[i]) > 1, (i: number) => ofClass(codes[i]) < -1]) {
        const chosen = [...y.keys()].filter(rows);
        expect(chosen.length).toBeGreaterThan(1000);
        expect(
          errorsAway(
            chosen.map((i) => y[i] === c),
            chosen.map((i) => probabilities[i][c]),
          ),
        ).toBeLessThan(4);
      }
    }
  });

  it('of an order have the sum of the published simulation, cut by its thresholds', () => {
    const { x, p, y, categorical, truth, classLabels } = draw({ task: 'ordinal', classes: 3 });
    const [effects] = truth?.effects ?? [];
    expect([...effects, classLabels]).toEqual([...(draw({ task: 'binary' }).truth?.effects[0] ?? []), ['1', '2', '3']]);
    const { codes } = categorical[0];
    const sums = Array.from(y, (_, i) => {
      const own = x.subarray(i * p, (i + 1) * p);
      const s = own.reduce((sum, value) => sum + value, 1);
      return s * Math.cos(s) + 2 * own[0] * own[1] + effects[codes[i]];
    });
    for (const [c, threshold] of [Math.log(1 / 2), Math.log(2)].entries())
      for (const rows of [() => true, (i: number) => effects[codes[i]] > 1, (i: number) => effects[codes[i]] < -1]) {
        const chosen = [...y.keys()].filter(rows);
        expect(
          errorsAway(
            chosen.map((i) => y[i] <= c),
            chosen.map((i) => logistic(threshold - sums[i])),
          ),
        ).toBeLessThan(4);
      }
  });

  it('take every kind of random effects, with one place, time and hidden feature of a level for all classes', () => {
    const small = { trainRows: 800, testRows: 200, levels: [40] };
    const places = draw({ ...small, effects: 'places' });
    expect(places.xNames?.slice(-2)).toEqual(['east', 'north']);
    expect(places.x).toEqual(draw({ ...small, effects: 'places', task: 'regression' }).x);
    expect(draw({ ...small, effects: 'polynomials' }).truth).toMatchObject({ d: 9, components: { effectVariances: [new Array(9).fill(1)] } });
    expect(draw({ ...small, effects: 'cosines' }).truth?.d).toBe(3);
    // The effects of each class are its own.
    const [effects] = places.truth?.effects ?? [];
    expect(new Set(effects.subarray(0, 3)).size).toBe(3);
  });

  it('are known as such before and after they are drawn', () => {
    for (const task of ['classes', 'ordinal']) {
      const spec = specOf({ task, classes: 5, trainRows: 800, testRows: 200 });
      expect(factsOf(spec)).toMatchObject({ task, classes: 5 });
      expect(summarize(runToEnd(drawing(spec, { data: 1, split: 1 })))).toMatchObject({ task, classes: { length: 5 } });
      expect(factsOf(specOf({ task }))).toMatchObject({ classes: 3 });
    }
    expect(factsOf(specOf({ task: 'binary', classes: 5 }))).not.toHaveProperty('classes');
  });
});

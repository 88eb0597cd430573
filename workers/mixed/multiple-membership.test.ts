import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Factor, factorOfSets, hasCodes } from './factor';
import { conditionalModes } from './logistic';
import { MixedModel } from './mixed-model';
import type { MixedData } from './sums';
import { simulateMixed, simulateSets } from './testing';
import { undetermined } from './undetermined';

const atOnce = async (): Promise<void> => {};

interface Fit {
  deviance: number;
  beta: number[];
  betaErrors: number[];
  variances: number[];
  standardErrors: number[];
  effects: number[][];
  conditionalVariances: number[][];
}
interface Case {
  x: number[];
  y: number[];
  codes: number[][];
  levels: number[];
  tags: number;
  sets: number[][];
  ml: Fit;
  reml: Fit;
}
/** Fits by dense algebra (golden/make/multiple_membership.py). */
const { cases } = JSON.parse(readFileSync(new URL('../../golden/multiple-membership.json', import.meta.url), 'utf8')) as {
  cases: Record<string, Case>;
};

function offsetsOf(sets: readonly (readonly number[])[]): number[] {
  const offsets = [0];
  for (const set of sets) offsets.push(offsets[offsets.length - 1] + set.length);
  return offsets;
}
const setFactor = (sets: readonly (readonly number[])[], levels: number): Factor =>
  factorOfSets({ offsets: offsetsOf(sets), ids: sets.flat(), levels });

function dataOf({ x, y, codes, levels, sets, tags }: Case): MixedData {
  const factors = [...codes.map((own, k) => ({ codes: Int32Array.from(own), levels: levels[k] })), setFactor(sets, tags)];
  return { rows: y.length, p: 3, x: Float64Array.from(x), y: Float64Array.from(y), factors };
}

const close = (actual: ArrayLike<number | null>, expected: readonly number[], relative: number): void => {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  for (const [i, value] of expected.entries()) expect(Math.abs((actual[i] ?? Number.NaN) - value) / scale).toBeLessThan(relative);
};

describe('a mixed model whose rows have sets of levels', () => {
  it.each(Object.keys(cases).flatMap((name) => [[name, 'ml'] as const, [name, 'reml'] as const]))(
    '%s by %s is that of dense algebra',
    async (name, estimator) => {
      const expected = cases[name][estimator];
      const fit = await new MixedModel(dataOf(cases[name]), { reml: estimator === 'reml' }).fit(atOnce);
      expect(fit.deviance).toBeCloseTo(expected.deviance, 6);
      close(fit.beta, expected.beta, 1e-5);
      close(
        [0, 1, 2].map((j) => Math.sqrt(fit.betaCovariance[4 * j])),
        expected.betaErrors,
        1e-5,
      );
      close([fit.residualVariance, ...fit.variances], expected.variances, 1e-4);
      close([fit.residualStandardError, ...fit.varianceStandardErrors], expected.standardErrors, 1e-3);
      for (const [k, effects] of expected.effects.entries()) {
        close(fit.effects[k], effects, 1e-4);
        close(fit.conditionalVariances[k], expected.conditionalVariances[k], 1e-4);
      }
    },
  );

  it('with one level a row is a factor of levels', () => {
    const factor = setFactor([[2], [0], [2]], 3);
    expect(hasCodes(factor) && [...factor.codes]).toEqual([2, 0, 2]);
    expect(hasCodes(setFactor([[2], [], [1]], 3))).toBe(false);
  });

  it('says where the data do not determine a variance', () => {
    const sets = simulateSets(20, 6, 1);
    expect(undetermined([sets, simulateSets(20, 6, 2)])).toEqual([null, null]);
    expect(undetermined([sets, { ...sets }])).toEqual([null, 0]);
    // No two rows share a tag.
    expect(
      undetermined([
        setFactor(
          [
            [0, 1],
            [2, 3],
            [4, 5],
          ],
          6,
        ),
      ]),
    ).toEqual(['residual']);
    expect(
      undetermined([
        setFactor(
          [
            [0, 1],
            [2, 3],
            [1, 5],
          ],
          6,
        ),
      ]),
    ).toEqual([null]);
  });

  it('modes of a binary response are where the penalised likelihood is flat', async () => {
    const { rows, y } = simulateMixed(300, [5], 3);
    const sets = simulateSets(rows, 8, 3);
    const binary = Array.from(y, (value) => Number(value > 2));
    const fixed = new Float64Array(rows).fill(0.2);
    const { effects } = await conditionalModes(fixed, binary, [sets], [0.9], atOnce);
    const slope = Array.from(effects[0], (b) => -b / 0.9);
    for (let i = 0; i < rows; i++) {
      const own = Array.from(sets.ids).slice(sets.offsets[i], sets.offsets[i + 1]);
      const eta = own.reduce((sum, level) => sum + effects[0][level] / own.length, fixed[i]);
      for (const level of own) slope[level] += (binary[i] - 1 / (1 + Math.exp(-eta))) / own.length;
    }
    for (const value of slope) expect(Math.abs(value)).toBeLessThan(1e-6);
  });
});

import { fixed, inWords, whole } from '../text/numbers';
import { isPlural } from './names';
import { LEVEL, type Thing } from './thing';

/** Levels that the fits look at, at most (embeddingView in workers/metrics). */
const COMPARED_LEVELS = 20_000;
/** A dimension is found for the most part from here on. */
const MOSTLY = 0.5;

/**
 * R² that a least-squares fit on `d` unrelated regressors with an intercept reaches by chance over so many
 * levels: it is Beta(d/2, (n−1−d)/2) distributed (normal errors), here its mean and its mean plus three
 * standard deviations. 1 where there are as many regressors as levels.
 */
export function chanceOfR2(d: number, levels: number): { mean: number; most: number } {
  const n = Math.min(levels, COMPARED_LEVELS) - 1;
  if (d >= n) return { mean: 1, most: 1 };
  const mean = d / n;
  const deviation = Math.sqrt((mean * (1 - mean)) / (n / 2 + 1));
  return { mean, most: Math.min(1, mean + 3 * deviation) };
}

/**
 * How many of the true dimensions a method has found, and how well. `width`: numbers in its level vectors.
 */
export function recoverySentence(input: { label: string; r2: readonly number[]; width: number; levels: number }, thing: Thing = LEVEL): string {
  const { label, r2, width, levels } = input;
  const finite = r2.filter(Number.isFinite);
  if (finite.length === 0) return `Nothing can be compared with the truth: the ${thing.one} vectors are not numbers.`;
  const { most } = chanceOfR2(width, levels);
  if (most >= 1)
    return `With ${whole(levels)} ${thing.many} and ${whole(width)} numbers each any truth is fitted, so nothing can be said of what was recovered.`;
  const beyond = finite.filter((v) => v > most).length;
  const found = finite.filter((v) => v > Math.max(MOSTLY, most)).length;
  const best = finite.reduce((place, v, k) => (v > finite[place] ? k : place), 0);
  const recover = isPlural(label) ? 'recover' : 'recovers';
  const one = finite.length === 1;
  if (beyond === 0) {
    const none = one ? 'the true effect' : `any of the ${inWords(finite.length)} true dimensions`;
    return `${label} ${isPlural(label) ? 'do' : 'does'} not recover ${none} beyond chance: R² is at most ${fixed(finite[best], 2)}.`;
  }
  if (one)
    return `${label} ${recover} the true effect ${found > 0 ? 'for the most part' : 'beyond chance, but only in part'}: R² is ${fixed(finite[0], 2)}.`;
  const all = beyond === finite.length;
  const how =
    found === 0
      ? 'none of them for the most part'
      : found === beyond
        ? `${beyond === 1 ? 'that one' : 'all of them'} for the most part`
        : `${inWords(found)} of them for the most part`;
  return `${label} ${recover} ${all ? 'all' : `${inWords(beyond)} of the`} ${inWords(finite.length)} true dimensions beyond chance, ${how}; the best has an R² of ${fixed(finite[best], 2)}.`;
}

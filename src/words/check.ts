import type { BinaryCheck, CheckView, CountBin, LearningCurve, RegressionCheck, ResidualSpread } from '../../workers/protocol';
import { beyondNoise, NORMAL_95 } from '../../workers/spec/scores';
import { fixed, listed, whole } from '../text/numbers';

/**
 * Sentences of the Check room: each is computed from the test rows of one method, and says "within noise"
 * where that is all there is.
 */

/** A spread that differs by less than a tenth counts as the same here. */
const MATTERS = Math.log(1.1);

/** 'twice', '1.6 times'. */
function times(ratio: number): string {
  const rounded = Math.round(ratio * 10) / 10;
  return rounded === 2 ? 'twice' : `${fixed(rounded, 1)} times`;
}

/** A number of the response's unit to the size of its spread. */
function inUnits(value: number, spread: number): string {
  const size = Math.max(Math.abs(value), spread);
  return fixed(value, size > 0 ? Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(size)))) : 0);
}

/** The sign stays with its number at the end of a line. */
const percent = (share: number, digits = 0): string => `${fixed(100 * share, digits)}\u00a0%`;

/** Log of the ratio of two spreads, and whether it is beyond noise and large enough to matter. */
function ratioOf(a: ResidualSpread, b: ResidualSpread): { ratio: number; clear: boolean } {
  const log = Math.log(a.sd / b.sd);
  return { ratio: Math.exp(log), clear: Math.abs(log) > Math.max(MATTERS, NORMAL_95 * Math.hypot(a.logError, b.logError)) };
}

/**
 * How far the mean residual of a group is from zero beyond its noise, as a sign; a tenth of the spread is the
 * least that matters.
 */
function lean({ mean, sd, rows }: ResidualSpread): -1 | 0 | 1 {
  if (Math.abs(mean) <= Math.max(0.1 * sd, (NORMAL_95 * sd) / Math.sqrt(rows))) return 0;
  return mean > 0 ? 1 : -1;
}

/**
 * Residuals against fitted: whether the spread changes from the lowest to the highest fifth of fitted values,
 * and whether predictions lean to one side.
 */
export function fittedSentence({ fifths }: Pick<RegressionCheck, 'fifths'>): string {
  if (!fifths) return 'Too few test rows, or only one fitted value: nothing can be said about the spread.';
  const { bottom, middle, top } = fifths;
  const { ratio, clear } = ratioOf(top, bottom);
  const numbers = `standard deviation ${inUnits(top.sd, top.sd)} against ${inUnits(bottom.sd, top.sd)}`;
  const spread = !clear
    ? `Residuals have the same spread at low and high fitted values (${numbers}, within noise or a tenth).`
    : ratio > 1
      ? `Residuals spread ${times(ratio)} as wide at the top fifth of fitted values as at the bottom: ${numbers}.`
      : `Residuals spread ${times(1 / ratio)} as wide at the bottom fifth of fitted values as at the top: ${numbers}.`;
  const [low, between, high] = [lean(bottom), lean(middle), lean(top)];
  if (low === 0 && high === 0 && between === 0) return spread;
  const where = (group: ResidualSpread, name: string, sign: number) =>
    sign === 0 ? [] : [`too ${sign > 0 ? 'low' : 'high'} ${name} by ${inUnits(Math.abs(group.mean), group.sd)}`];
  const parts = [...where(bottom, 'at the bottom', low), ...where(middle, 'in between', between), ...where(top, 'at the top', high)];
  return `${spread} Predictions are on average ${parts.join(', ')}.`;
}

/** Tails of the residuals against those of a normal sample of as many rows. */
export function normalSentence({ normal }: Pick<RegressionCheck, 'normal'>): string {
  if (!normal) return 'Too few test rows for a comparison with the normal distribution.';
  const { left, right, share } = normal.tails;
  const side = ({ sample, low, high }: typeof left, sign: number) =>
    sample * sign > (sign > 0 ? high : -low) ? 1 : sample * sign < (sign > 0 ? low : -high) ? -1 : 0;
  const [down, up] = [side(left, -1), side(right, 1)];
  const rare = percent(share, share < 0.01 ? 1 : 0);
  const reach = `the outer ${rare} on either side begin ${fixed(-left.sample, 1)} and ${fixed(right.sample, 1)} standard deviations out, ${fixed(right.normal, 1)} when normal`;
  if (down === 1 && up === 1) return `Both tails are heavier than normal: ${reach}.`;
  if (down === -1 && up === -1) return `Both tails are lighter than normal: ${reach}.`;
  if (down === 0 && up === 0) {
    const out = normal.points.filter(({ sample, low, high }) => sample < low || sample > high).length;
    return out <= 0.1 * normal.points.length
      ? `Like residuals of a normal distribution: ${reach}.`
      : `The tails are like normal ones, but ${whole(out)} of ${whole(normal.points.length)} points lie outside the envelope.`;
  }
  const name =
    up !== 0
      ? down !== 0
        ? up > 0
          ? 'Skewed to large residuals'
          : 'Skewed to small residuals'
        : up > 0
          ? 'The upper tail is heavier than normal'
          : 'The upper tail is lighter than normal'
      : down > 0
        ? 'The lower tail is heavier than normal'
        : 'The lower tail is lighter than normal';
  return `${name}: ${reach}.`;
}

/** 'unseen levels', 'levels with 1–2 training rows', 'tags with more than 20'. */
export function binWords({ least, most }: Pick<CountBin, 'least' | 'most'>, what: 'levels' | 'tags' = 'levels'): string {
  if (most === 0) return `unseen ${what}`;
  if (most === null) return `${what} with more than ${whole(least - 1)} training rows`;
  return least === most ? `${what} with ${whole(least)} training rows` : `${what} with ${whole(least)}–${whole(most)} training rows`;
}

/** Short form for an axis: 'unseen', '1–2', '> 20'. */
export function binLabel({ least, most }: Pick<CountBin, 'least' | 'most'>): string {
  if (most === 0) return 'unseen';
  if (most === null) return `> ${whole(least - 1)}`;
  return `${whole(least)}–${whole(most)}`;
}

/** Residual spread of the rarest levels with training rows against the commonest, and of unseen ones. */
export function countSpreadSentence({ bins }: CheckView['byCount'][number], binary: boolean, things: 'levels' | 'tags' = 'levels'): string {
  const words = (bin: (typeof bins)[number]): string => binWords(bin, things);
  const known = bins.filter((bin): bin is typeof bin & { spread: ResidualSpread } => bin.spread !== null);
  if (known.length < 2)
    return `All test rows are of ${known.length === 1 ? words(known[0]) : `${things} with too few rows`}: there is nothing to compare.`;
  const [rare, common] = [known[0], known[known.length - 1]];
  const { ratio, clear } = ratioOf(rare.spread, common.spread);
  const what = binary ? 'Pearson residuals' : 'Residuals';
  if (!clear) return `${what} of ${words(rare)} spread like those of ${words(common)}, within noise or a tenth.`;
  return ratio > 1
    ? `${what} of ${words(rare)} spread ${times(ratio)} as wide as those of ${words(common)}.`
    : `${what} of ${words(common)} spread ${times(1 / ratio)} as wide as those of ${words(rare)}.`;
}

/** Intervals that hold this much more or less than they promise are off. */
const COVERAGE_MATTERS = 0.02;

/** The predictive intervals that are furthest off, in their own words. */
export function coverageSentence({ predictive }: Pick<RegressionCheck, 'predictive'>): string {
  if (!predictive) return 'This method has no predictive standard deviation, and there are no validation rows to take one from.';
  const off = predictive.coverage.filter(
    ({ nominal, share, low, high }) => (nominal < low || nominal > high) && Math.abs(share - nominal) >= COVERAGE_MATTERS,
  );
  const source = predictive.source === 'model' ? 'by its own variances' : 'from the error of validation rows, equal for every row';
  if (off.length === 0) {
    const [, eighty] = predictive.coverage;
    return `Intervals are right within noise: the ${percent(eighty.nominal)} intervals contain ${percent(eighty.share)} of the test rows (${source}).`;
  }
  const worst = off.reduce((most, one) => (Math.abs(one.share - one.nominal) > Math.abs(most.share - most.nominal) ? one : most));
  return `${percent(worst.nominal)} intervals contain ${percent(worst.share)} of the test rows: too ${worst.share < worst.nominal ? 'narrow' : 'wide'} (${source}).`;
}

/**
 * Where probabilities lean: too extreme, too close to the mean, too high or too low; and how the Brier score
 * compares with that of no model.
 */
export function calibrationSentence({ slope, intercept, brier, brierOfShare }: BinaryCheck): string {
  const score =
    brier < brierOfShare
      ? `Brier score ${fixed(brier, 3)}, ${fixed(brierOfShare, 3)} without a model.`
      : `Brier score ${fixed(brier, 3)}, no better than the ${fixed(brierOfShare, 3)} of giving every row the same probability.`;
  if (!intercept) return `Calibration cannot be fitted on these test rows. ${score}`;
  const beyond = (value: number, error: number) => Math.abs(value) > NORMAL_95 * error;
  const parts: string[] = [];
  if (slope && beyond(slope.value - 1, slope.standardError)) {
    const number = `calibration slope ${fixed(slope.value, 2)} ± ${fixed(slope.standardError, 2)}`;
    parts.push(
      slope.value < 0
        ? `Probabilities point the wrong way (${number})`
        : slope.value < 1
          ? `Probabilities are too extreme (${number}, 1 is right)`
          : `Probabilities are too close to the mean (${number}, 1 is right)`,
    );
  }
  if (beyond(intercept.value, intercept.standardError)) {
    const number = `${fixed(Math.abs(intercept.value), 2)} ± ${fixed(intercept.standardError, 2)} in log odds`;
    parts.push(
      `${parts.length > 0 ? 'on average they are' : 'Probabilities are on average'} too ${intercept.value > 0 ? 'low' : 'high'}, by ${number}`,
    );
  }
  if (parts.length === 0) {
    const number = slope ? ` (slope ${fixed(slope.value, 2)} ± ${fixed(slope.standardError, 2)})` : '';
    return `Calibrated within noise${number}. ${score}`;
  }
  return `${parts.join('; ')}. ${score}`;
}

/**
 * Where responses fall in what was predicted for them (PIT): even, too often at the ends, in the middle, or
 * to one side.
 */
export function pitSentence({ predictive }: Pick<RegressionCheck, 'predictive'>, testRows: number): string {
  if (!predictive) return '';
  const { pit, even } = predictive;
  const out = pit.filter((share) => share < even.low || share > even.high).length;
  const mean = pit.reduce((sum, share, k) => sum + share * ((k + 0.5) / pit.length), 0);
  // A uniform number has the variance 1/12.
  if (Math.abs(mean - 0.5) > Math.max(0.02, NORMAL_95 / Math.sqrt(12 * testRows)))
    return `Responses fall ${mean > 0.5 ? 'above' : 'below'} the prediction more often than promised: ${percent(pit.slice(mean > 0.5 ? pit.length / 2 : 0, mean > 0.5 ? pit.length : pit.length / 2).reduce((a, b) => a + b, 0))} of the test rows.`;
  if (out <= 1) return 'Even within noise: responses fall where the method predicted them.';
  const ends = (pit[0] + pit[pit.length - 1]) / 2;
  const middle = (pit[pit.length / 2 - 1] + pit[pit.length / 2]) / 2;
  const shape =
    ends > even.high && ends > middle
      ? 'responses fall at both ends of their predicted distributions more often than promised'
      : middle > even.high && middle > ends
        ? 'responses fall in the middle of their predicted distributions more often than promised'
        : 'uneven without a simple shape';
  return `${whole(out)} of ${whole(pit.length)} bins leave the band: ${shape}.`;
}

/** A method's loss in groups of test rows. */
export interface LossMethod {
  name: string;
  bins: readonly Pick<CountBin, 'rows' | 'loss' | 'standardError'>[];
}

/** The same in the bins of its levels' training rows. */
export interface CountedMethod extends LossMethod {
  bins: readonly CountBin[];
}

/** Bins with fewer rows say nothing. */
export const LEAST_BIN_ROWS = 10;

/** How many times a's loss is b's, or null within noise. */
function ratioOfLoss(a: LossMethod['bins'][number], b: LossMethod['bins'][number]): number | null {
  const [x, y] = [a.loss ?? 0, b.loss ?? 0];
  if (a.standardError === null || b.standardError === null || !(y > 0)) return null;
  return Math.abs(x - y) > NORMAL_95 * Math.hypot(a.standardError, b.standardError) ? x / y : null;
}

/**
 * 'twice for Embeddings, 1.5 times for NCF; within noise the same for Ignore', of two bins by their places.
 */
export function comparedBins(methods: readonly LossMethod[], a: number, b: number): string {
  const more: string[] = [];
  const less: string[] = [];
  const same: string[] = [];
  for (const { name, bins } of methods) {
    const ratio = ratioOfLoss(bins[a], bins[b]);
    if (ratio === null) same.push(name);
    else if (ratio > 1) more.push(`${times(ratio)} as large for ${name}`);
    else less.push(`${fixed(ratio, 2)} times as large for ${name}`);
  }
  const parts = [...more, ...less];
  if (same.length > 0)
    parts.push(
      same.length === methods.length
        ? same.length === 1
          ? 'the same within noise'
          : 'the same within noise for every method'
        : `the same within noise for ${listed(same)}`,
    );
  return parts.join(', ');
}

/**
 * How the loss of each method at rare levels and at unseen ones compares with that at the commonest; of tags,
 * at rows by their rarest.
 */
export function byCountSentence(methods: readonly CountedMethod[], what: 'levels' | 'tags' = 'levels'): string {
  const bins = methods[0]?.bins ?? [];
  const known = bins.flatMap(({ rows }, i) => (rows >= LEAST_BIN_ROWS ? [i] : []));
  const seen = known.filter((i) => bins[i].most !== 0);
  const words = (i: number): string => binWords(bins[i], what);
  if (known.length === 0) return '';
  if (seen.length === 0) return what === 'tags' ? 'All test rows have unseen tags.' : 'All test rows are of unseen levels.';
  const [rare, common] = [seen[0], seen[seen.length - 1]];
  const parts: string[] = [];
  if (rare !== common) parts.push(`Against ${words(common)}, the error at ${words(rare)} is ${comparedBins(methods, rare, common)}.`);
  if (known[0] !== seen[0]) parts.push(`At unseen ${what}, against ${words(common)}, it is ${comparedBins(methods, known[0], common)}.`);
  if (parts.length > 0) return parts.join(' ');
  return what === 'tags'
    ? `The rarest tag of test rows is one of ${words(common)}: there is nothing to compare.`
    : `Test rows are of ${words(common)}: there is nothing to compare.`;
}

/** Whether more rows still help: the last step of the learning curve of each method. */
export function learningSentence({ shares, methods }: LearningCurve, nameOf: (method: string) => string): string {
  const helped: string[] = [];
  const still: string[] = [];
  for (const { method, points } of methods) {
    const [before, last] = [points[points.length - 2], points[points.length - 1]];
    if (!before || !last) continue;
    if (last.change && last.change.difference < 0 && beyondNoise(last.change)) helped.push(nameOf(method));
    else still.push(nameOf(method));
  }
  const from = shares[shares.length - 2]?.share ?? 0;
  const list = (names: string[]) => (names.length > 3 ? `${whole(names.length)} methods` : names.join(', '));
  if (helped.length === 0)
    return `From ${percent(from)} of the rows to all of them no loss fell beyond noise: these test rows cannot tell whether more rows would help.`;
  return `From ${percent(from)} of the rows to all of them the loss still fell beyond noise for ${list(helped)}${still.length > 0 ? `, not for ${list(still)}` : ''}.`;
}

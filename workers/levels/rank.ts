import { Z95 } from '../metrics/check/distributions';
import { normalProbability } from './normal-table';
import { orderBy } from './radix';

/** Ranks of levels of which the effects are known as normal distributions. */
export interface Ranks {
  expected: Float64Array<ArrayBuffer>;
  /** 95 % interval. */
  low: Float64Array<ArrayBuffer>;
  high: Float64Array<ArrayBuffer>;
}

/** Up to so many levels every pair is compared. */
const PAIRS = 2000;
/** Above: blocks of levels next to each other in their means, and groups of like deviations. */
const BLOCKS = 512;
const GROUPS = 8;
/**
 * Deviations at which ranks are computed, so many evenly spaced among the levels' and so many by their size;
 * in between they are interpolated. Few levels may be certain, and many alike.
 */
const OWN = 10;
/** Places at which ranks are computed, so many evenly spaced among the levels, the fewer by their values. */
const KNOTS = 192;
const SPACED = 64;

/** Of a number of levels below some value. */
interface Below {
  expected: Float64Array;
  variance: Float64Array;
}

type SetRank = (i: number, expected: number, at: number, down: number, up: number, variance: number) => void;

/**
 * That a difference with this deviation is positive; without any uncertainty, equal ones share their ranks.
 */
function probability(difference: number, spread: number): number {
  if (spread > 0) return normalProbability(difference / spread);
  return difference > 0 ? 1 : difference < 0 ? 0 : 0.5;
}

/**
 * Expected ranks and their 95 % intervals: rank 1 has the least effect, E[rank] = 1 + Σ Φ((μ_i − μ_j) /
 * √(s_i² + s_j²)). An end of the interval is where the rank would be if the effect were 1.96 deviations away,
 * widened by what the others' ranks leave open. Above 2,000 levels, 512 blocks of levels next to each other
 * stand for their members: expected ranks are then within 0.2 % of the number of levels, also where some have
 * one row and some thousands.
 */
export function expectedRanks(means: ArrayLike<number>, deviations: ArrayLike<number>): Ranks {
  const n = means.length;
  const out: Ranks = { expected: new Float64Array(n), low: new Float64Array(n), high: new Float64Array(n) };
  const set: SetRank = (i, expected, at, down, up, variance) => {
    out.expected[i] = Math.min(n, Math.max(1, expected));
    const open = Z95 * Z95 * variance;
    out.low[i] = Math.max(1, Math.min(out.expected[i], at - Math.sqrt((at - down) ** 2 + open)));
    out.high[i] = Math.min(n, Math.max(out.expected[i], at + Math.sqrt((up - at) ** 2 + open)));
  };
  let spreads = 0;
  for (let i = 0; i < n; i++) if (deviations[i] > 0) spreads++;
  if (spreads === 0) certain(means, set);
  else if (n <= PAIRS) paired(means, deviations, set);
  else binned(means, deviations, set);
  return out;
}

function paired(means: ArrayLike<number>, deviations: ArrayLike<number>, set: SetRank): void {
  const n = means.length;
  for (let i = 0; i < n; i++) {
    const [mean, own] = [means[i], deviations[i]];
    const reach = Z95 * own;
    let [expected, at, down, up, variance] = [1, 1, 1, 1, 0];
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const [difference, other] = [mean - means[j], deviations[j]];
      const p = probability(difference, other);
      expected += probability(difference, Math.sqrt(own * own + other * other));
      at += p;
      variance += p * (1 - p);
      down += probability(difference - reach, other);
      up += probability(difference + reach, other);
    }
    set(i, expected, at, down, up, variance);
  }
}

/**
 * Rising numbers: so many quantiles of sorted values, and so many evenly spaced between the ends, or by their
 * logarithms where all are positive.
 */
function spread(sorted: (place: number) => number, n: number, quantiles: number, spaced: number): Float64Array {
  const nodes = new Set<number>();
  for (let k = 0; k <= quantiles; k++) nodes.add(sorted(Math.min(n - 1, Math.floor((k * n) / quantiles))));
  const [least, most] = [sorted(0), sorted(n - 1)];
  for (let k = 1; k < spaced; k++) nodes.add(least > 0 ? least * (most / least) ** (k / spaced) : least + ((most - least) * k) / spaced);
  // One alone is no interval.
  if (nodes.size === 1) nodes.add(most + 1);
  return Float64Array.from(nodes).sort();
}

/** Without any uncertainty ranks are those of the effects, shared where these are equal. */
function certain(means: ArrayLike<number>, set: SetRank): void {
  const n = means.length;
  const order = orderBy(means);
  for (let from = 0, to = 0; from < n; from = to) {
    while (to < n && means[order[to]] === means[order[from]]) to++;
    const rank = (from + 1 + to) / 2;
    for (let i = from; i < to; i++) set(order[i], rank, rank, rank, rank, (to - from - 1) / 4);
  }
}

function binned(means: ArrayLike<number>, deviations: ArrayLike<number>, set: SetRank): void {
  const n = means.length;
  const byMean = orderBy(means);
  const byDeviation = orderBy(deviations);
  const owns = spread((place) => deviations[byDeviation[place]], n, OWN, OWN);
  const groupOf = new Uint8Array(n);
  const edges = spread((place) => deviations[byDeviation[place]], n, GROUPS, GROUPS);
  const groups = new Float64Array(edges.length);
  const members = new Float64Array(edges.length);
  for (let i = 0; i < n; i++) {
    const g = cellOf(edges, deviations[i]);
    groupOf[i] = g;
    members[g]++;
    groups[g] += deviations[i] ** 2;
  }
  for (let g = 0; g < groups.length; g++) groups[g] = Math.sqrt(groups[g] / Math.max(1, members[g]));
  // Levels of a block and a group: how many, and their mean.
  const counts = new Float64Array(BLOCKS * groups.length);
  const centres = new Float64Array(BLOCKS * groups.length);
  for (let b = 0; b < BLOCKS; b++) {
    for (let i = Math.floor((b * n) / BLOCKS); i < Math.floor(((b + 1) * n) / BLOCKS); i++) {
      const cell = groupOf[byMean[i]] * BLOCKS + b;
      counts[cell]++;
      centres[cell] += means[byMean[i]];
    }
  }
  for (let c = 0; c < counts.length; c++) if (counts[c] > 0) centres[c] /= counts[c];
  const knots = spread((place) => means[byMean[place]], n, KNOTS, SPACED);
  const last = knots.length - 1;

  /** Levels below each knot, seen with a deviation of one's own, and the variance of their number. */
  const curve = (own: number): Below => {
    const found: Below = { expected: new Float64Array(knots.length), variance: new Float64Array(knots.length) };
    for (let g = 0; g < groups.length; g++) {
      if (members[g] === 0) continue;
      const both = Math.hypot(own, groups[g]);
      for (let k = 0; k <= last; k++) {
        let [expected, variance] = [0, 0];
        for (let c = g * BLOCKS; c < (g + 1) * BLOCKS; c++) {
          if (counts[c] === 0) continue;
          const p = probability(knots[k] - centres[c], both);
          expected += counts[c] * p;
          variance += counts[c] * p * (1 - p);
        }
        found.expected[k] += expected;
        found.variance[k] += variance;
      }
    }
    return found;
  };
  const seen = Array.from(owns, (own) => curve(own).expected);
  const known = curve(0);
  const between = (values: Float64Array, t: number, beyond: number): number => {
    if (t < knots[0]) return 0;
    if (t > knots[last]) return beyond;
    const low = cellOf(knots, t);
    const width = knots[low + 1] - knots[low];
    return width > 0 ? values[low] + ((t - knots[low]) / width) * (values[low + 1] - values[low]) : values[low];
  };
  const expectedAt = (t: number, own: number): number => {
    const low = cellOf(owns, own);
    const width = owns[low + 1] - owns[low];
    const first = between(seen[low], t, n);
    return width > 0 ? first + ((own - owns[low]) / width) * (between(seen[low + 1], t, n) - first) : first;
  };
  for (let i = 0; i < n; i++) {
    const [mean, reach] = [means[i], Z95 * deviations[i]];
    set(
      i,
      0.5 + expectedAt(mean, deviations[i]),
      0.5 + between(known.expected, mean, n),
      1 + between(known.expected, mean - reach, n),
      between(known.expected, mean + reach, n),
      Math.max(0, between(known.variance, mean, 0)),
    );
  }
}

/** The interval of rising numbers that a number lies in: 0 … length − 2. */
function cellOf(knots: Float64Array, t: number): number {
  let [low, high] = [0, knots.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (knots[middle] <= t) low = middle;
    else high = middle;
  }
  return low;
}

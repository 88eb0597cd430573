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
 * Deviations at which ranks are computed, evenly spaced among the levels'; in between they are interpolated.
 */
const OWN = 12;
/** Places, evenly spaced among the levels, at which ranks are computed. */
const KNOTS = 256;

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
 * stand for their members: expected ranks are then within 0.2 % of the number of levels.
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
  if (n <= PAIRS) paired(means, deviations, set);
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

function binned(means: ArrayLike<number>, deviations: ArrayLike<number>, set: SetRank): void {
  const n = means.length;
  const byMean = orderBy(means);
  const byDeviation = orderBy(deviations);
  const groupOf = new Uint8Array(n);
  const groups = new Float64Array(GROUPS);
  for (let g = 0; g < GROUPS; g++) {
    const [from, to] = [Math.floor((g * n) / GROUPS), Math.floor(((g + 1) * n) / GROUPS)];
    for (let i = from; i < to; i++) {
      groupOf[byDeviation[i]] = g;
      groups[g] += deviations[byDeviation[i]] ** 2 / (to - from);
    }
    groups[g] = Math.sqrt(groups[g]);
  }
  // Levels of a block and a group: how many, and their mean.
  const counts = new Float64Array(BLOCKS * GROUPS);
  const centres = new Float64Array(BLOCKS * GROUPS);
  for (let b = 0; b < BLOCKS; b++) {
    for (let i = Math.floor((b * n) / BLOCKS); i < Math.floor(((b + 1) * n) / BLOCKS); i++) {
      const cell = groupOf[byMean[i]] * BLOCKS + b;
      counts[cell]++;
      centres[cell] += means[byMean[i]];
    }
  }
  for (let c = 0; c < counts.length; c++) if (counts[c] > 0) centres[c] /= counts[c];
  const knots = Float64Array.from({ length: KNOTS + 1 }, (_, k) => means[byMean[Math.min(n - 1, Math.floor((k * n) / KNOTS))]]);

  /** Levels below each knot, seen with a deviation of one's own, and the variance of their number. */
  const curve = (own: number): Below => {
    const found: Below = { expected: new Float64Array(KNOTS + 1), variance: new Float64Array(KNOTS + 1) };
    for (let g = 0; g < GROUPS; g++) {
      const spread = Math.hypot(own, groups[g]);
      for (let k = 0; k <= KNOTS; k++) {
        let [expected, variance] = [0, 0];
        for (let c = g * BLOCKS; c < (g + 1) * BLOCKS; c++) {
          if (counts[c] === 0) continue;
          const p = probability(knots[k] - centres[c], spread);
          expected += counts[c] * p;
          variance += counts[c] * p * (1 - p);
        }
        found.expected[k] += expected;
        found.variance[k] += variance;
      }
    }
    return found;
  };
  const owns = Float64Array.from({ length: OWN + 1 }, (_, o) => deviations[byDeviation[Math.min(n - 1, Math.floor((o * n) / OWN))]]);
  const seen = Array.from(owns, (own) => curve(own).expected);
  const known = curve(0);
  const between = (values: Float64Array, t: number, beyond: number): number => {
    if (t < knots[0]) return 0;
    if (t > knots[KNOTS]) return beyond;
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

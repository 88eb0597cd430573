import type { Estimate } from '../../workers/protocol';
import { whole } from '../text/numbers';
import { binomialTail } from './statistics';

/**
 * An estimate as a caption judges it: its interval where a theory gives one, and the number the data were
 * drawn with.
 */
export interface Judged {
  low: number | null;
  high: number | null;
  truth: number | null;
}

/** What an estimate is of that is not in the unit of the response, as a clause. */
export const SCALE_NOTES: Readonly<Record<NonNullable<Estimate['scale']>, string>> = {
  log: 'on the scale of the logarithm of the mean',
  factor: 'of the factor of each level, which is 1 on average and has no unit',
};

/** The unit of estimates and variances. */
export const unitSentence = (classes: boolean): string =>
  classes ? 'In log odds, variances in their square.' : 'In the unit of the response, variances in its square, unless a row says otherwise.';

const HOLDS = 0.95;

/**
 * How many 95 % intervals hold the truth, and whether so many should; without a truth, which estimates are
 * sure to be other than zero.
 */
export function estimatesSentence(estimates: readonly Judged[]): string {
  const compared = estimates.filter(({ truth }) => truth !== null);
  const judged = compared.filter((one): one is { low: number; high: number; truth: number } => one.low !== null && one.high !== null);
  if (judged.length > 0) {
    const held = judged.filter(({ low, high, truth }) => low <= truth && truth <= high).length;
    const rare = binomialTail(held, judged.length, HOLDS) < 0.025;
    const all = held === judged.length;
    const holds =
      judged.length === 1
        ? all
          ? 'the interval holds it'
          : 'the interval misses it'
        : `${all ? `all ${whole(held)}` : `${whole(held)} of ${whole(judged.length)}`} intervals hold it`;
    return `The dashed line is the truth: ${holds}${rare ? ', fewer than 95 % intervals should' : ''}.`;
  }
  if (compared.length > 0) return 'The dashed line is the number the data were drawn with; the lab computes no interval to hold against it.';
  return 'A variance says how far levels, or rows of one level, lie apart.';
}

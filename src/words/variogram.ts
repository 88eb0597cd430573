import type { Variogram } from '../../workers/protocol';
import { fixed, threeFigures } from '../text/numbers';

/** A difference of the points from the curve that is told: a share of the curve's height. */
const APART = 0.25;

/** The fitted semivariance at the place of the curve that is nearest to a distance. */
export const fittedAt = (fitted: Variogram['fitted'], distance: number): number =>
  fitted.reduce((near, point) => (Math.abs(point.distance - distance) < Math.abs(near.distance - distance) ? point : near)).semivariance;

/** Whether nearer places are more alike, and whether the fitted field says so as the points do. */
export function variogramSentence({ bins, nugget, fitted }: Pick<Variogram, 'bins' | 'nugget' | 'fitted'>): string {
  const most = fitted[fitted.length - 1].semivariance;
  const field = most - nugget;
  if (field < 0.05 * most) return 'The fitted field is flat: near places are no more alike than far ones.';
  // Where the curve has come 95 % of its way.
  const reach = fitted.find(({ semivariance }) => semivariance - nugget >= 0.95 * field) ?? fitted[fitted.length - 1];
  const alike = `Places are alike up to a distance of about ${threeFigures(reach.distance)} in the fitted field`;
  const total = bins.reduce((sum, { pairs }) => sum + pairs, 0);
  const away =
    bins.reduce((sum, { distance, semivariance, pairs }) => sum + (pairs * Math.abs(semivariance - fittedAt(fitted, distance))) / total, 0) / most;
  return away <= APART
    ? `${alike}, and the residuals of the places follow it.`
    : `${alike}, but the residuals of the places lie away from it, by ${fixed(100 * away, 0)} % of its height on average.`;
}

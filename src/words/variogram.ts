import type { Variogram } from '../../workers/protocol';
import { fixed, threeFigures } from '../text/numbers';

/** A difference of the points from the curve that is told: a share of the curve's height. */
const APART = 0.25;

/** Whether nearer places are more alike, and whether the fitted field says so as the points do. */
export function variogramSentence({ bins, nugget, fitted }: Pick<Variogram, 'bins' | 'nugget' | 'fitted'>): string {
  const most = fitted[fitted.length - 1].semivariance;
  const field = most - nugget;
  if (field < 0.05 * most) return 'The fitted field is flat: near places are no more alike than far ones.';
  // Where the curve has come 95 % of its way.
  const reach = fitted.find(({ semivariance }) => semivariance - nugget >= 0.95 * field) ?? fitted[fitted.length - 1];
  const alike = `Places are alike up to a distance of about ${threeFigures(reach.distance)} in the fitted field`;
  const curve = (at: number): number =>
    fitted.reduce((near, point) => (Math.abs(point.distance - at) < Math.abs(near.distance - at) ? point : near)).semivariance;
  const total = bins.reduce((sum, { pairs }) => sum + pairs, 0);
  const away = bins.reduce((sum, { distance, semivariance, pairs }) => sum + (pairs * Math.abs(semivariance - curve(distance))) / total, 0) / most;
  return away <= APART
    ? `${alike}, and the residuals of the places follow it.`
    : `${alike}, but the residuals of the places are ${fixed(100 * away, 0)} % of its height away on average.`;
}

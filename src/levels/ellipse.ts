import type { LevelCard, LevelMap } from '../../workers/protocol';
import type { Ellipse } from './point-map';

/**
 * Where a level could be in a map: the ellipse of one posterior standard deviation of its vector, whose
 * numbers are independent. Null without a posterior, and where the axes are no linear map of the vector.
 */
export function ellipseOf(
  { x, y, directions }: Pick<LevelMap, 'x' | 'y' | 'directions'>,
  { variances }: Pick<LevelCard, 'variances'>,
  place: number,
): Ellipse | null {
  if (!directions || !variances || directions.length !== 2 * variances.length) return null;
  const d = variances.length;
  let [across, up, both] = [0, 0, 0];
  for (let m = 0; m < d; m++) {
    across += directions[m] ** 2 * variances[m];
    up += directions[d + m] ** 2 * variances[m];
    both += directions[m] * directions[d + m] * variances[m];
  }
  // Axes of the 2 × 2 covariance.
  const middle = (across + up) / 2;
  const reach = Math.hypot((across - up) / 2, both);
  const turn = 0.5 * Math.atan2(2 * both, across - up);
  const [long, short] = [Math.sqrt(Math.max(0, middle + reach)), Math.sqrt(Math.max(0, middle - reach))];
  return {
    x: x[place],
    y: y[place],
    first: [long * Math.cos(turn), long * Math.sin(turn)],
    second: [-short * Math.sin(turn), short * Math.cos(turn)],
  };
}

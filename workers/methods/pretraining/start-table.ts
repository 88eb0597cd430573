import { LabFailure } from '../../data/failure';
import { columnVariances } from '../../data/vectors/match';
import type { StartVectors } from '../../data/vectors/vector-file';
import type { RandomStream } from '../../random/random';
import { symmetricEigen } from '../shared/principal-components';

/**
 * Vectors on their first principal components, about the mean of those that are known; each direction's
 * largest entry is positive. Levels without a vector keep zeros.
 *
 * @param d at most the vectors' own width
 */
export function projected({ d: width, values, known, variances }: StartVectors, d: number): StartVectors {
  const rows = [...known.keys()].filter((row) => known[row] === 1);
  const mean = new Float64Array(width);
  for (const row of rows) for (let m = 0; m < width; m++) mean[m] += values[row * width + m] / rows.length;
  const covariance = new Float64Array(width * width);
  for (const row of rows)
    for (let i = 0; i < width; i++) {
      const a = (values[row * width + i] - mean[i]) / rows.length;
      for (let j = 0; j < width; j++) covariance[i * width + j] += a * (values[row * width + j] - mean[j]);
    }
  const { vectors: directions } = symmetricEigen(covariance, width);
  const scores = new Float32Array(known.length * d);
  for (let k = 0; k < d; k++) {
    const direction = directions.subarray(k * width, (k + 1) * width);
    const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    const sign = largest < 0 ? -1 : 1;
    for (const row of rows) {
      let score = 0;
      for (let m = 0; m < width; m++) score += direction[m] * (values[row * width + m] - mean[m]);
      scores[row * d + k] = sign * score;
    }
  }
  return { d, values: scores, known, variances: rows.length > 0 ? columnVariances(scores, d, rows) : variances.slice(0, d) };
}

/**
 * The values that a table (levels × d) begins with (docs/methods.md F8): the vectors that were found; wider
 * ones on their first d principal components. A level without a vector is drawn with the variance of each
 * number over those that were found, or 0 where the table is frozen.
 *
 * @throws LabFailure 'vectors-too-narrow' where the vectors have fewer numbers than d
 */
export function startTable(start: StartVectors, d: number, frozen: boolean, random: RandomStream, name: string): Float32Array {
  if (start.d < d)
    throw new LabFailure(
      'vectors-too-narrow',
      `The vectors given for ${name} have ${start.d.toLocaleString('en')} numbers, and the method asks for ${d.toLocaleString('en')}.`,
      `Set its width d to ${start.d.toLocaleString('en')} or less.`,
    );
  const { values, known, variances } = start.d === d ? start : projected(start, d);
  const table = values.slice();
  if (frozen) return table;
  const deviations = variances.map(Math.sqrt);
  for (const [level, one] of known.entries()) if (!one) for (let m = 0; m < d; m++) table[level * d + m] = deviations[m] * random.normal();
  return table;
}

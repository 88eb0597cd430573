import { LabFailure } from '../../data/failure';
import { columnVariances } from '../../data/vectors/match';
import type { StartVectors } from '../../data/vectors/vector-file';
import type { RandomStream } from '../../random/random';
import { principalScores } from '../shared/principal-components';

/**
 * Vectors on their first principal components, about the mean of those that are known; each direction's
 * largest entry is positive. Levels without a vector keep zeros.
 *
 * @param d at most the vectors' own width
 */
export function projected({ d: width, values, known, variances }: StartVectors, d: number): StartVectors {
  const rows = [...known.keys()].filter((row) => known[row] === 1);
  const matrix = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries()) matrix.set(values.subarray(row * width, (row + 1) * width), i * width);
  const found = principalScores(matrix, rows.length, width, d);
  const scores = new Float32Array(known.length * d);
  for (const [i, row] of rows.entries()) scores.set(found.subarray(i * d, (i + 1) * d), row * d);
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

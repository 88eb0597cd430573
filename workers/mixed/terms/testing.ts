import { RandomStream } from '../../random/random';
import type { RandomTerm } from './layout';
import type { TermData } from './sums';

/** Rows with random terms of these widths and levels, two fixed effects and an intercept. */
export function simulateTerms(rows: number, shapes: readonly { levels: number; width: number }[], seed: number): TermData {
  const random = new RandomStream(seed, 'terms');
  const terms = shapes.map(
    ({ levels, width }): RandomTerm => ({
      codes: Int32Array.from({ length: rows }, () => random.integer(levels)),
      levels,
      width,
      design: width === 1 ? null : Float64Array.from({ length: rows * width }, (_, at) => (at % width === 0 ? 1 : random.normal())),
    }),
  );
  const x = Float64Array.from({ length: 3 * rows }, (_, i) => (i % 3 === 0 ? 1 : random.normal()));
  const effects = terms.map(({ levels, width }) => Float64Array.from({ length: levels * width }, () => random.normal()));
  const y = Float64Array.from({ length: rows }, (_, i) => {
    let value = 2 - x[3 * i + 1] + 0.5 * x[3 * i + 2] + random.normal();
    for (const [k, term] of terms.entries()) for (const [a, z] of rowOf(term, i).entries()) value += z * effects[k][term.codes[i] * term.width + a];
    return value;
  });
  return { rows, x, p: 3, y, terms };
}

/** What a row multiplies the effects of its level by. */
export const rowOf = ({ design, width }: RandomTerm, i: number): number[] => (design ? [...design.subarray(i * width, (i + 1) * width)] : [1]);

/** Z (n × size), dense. */
export function denseDesign(terms: readonly RandomTerm[], rows: number): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    terms.flatMap((term) => {
      const own = new Array<number>(term.levels * term.width).fill(0);
      for (const [a, z] of rowOf(term, i).entries()) own[term.codes[i] * term.width + a] = z;
      return own;
    }),
  );
}

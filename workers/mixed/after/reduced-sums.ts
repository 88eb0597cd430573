import { type Breathe, breathing } from '../dense';
import { factorsOf, fillFactor, scaleDown } from '../terms/factor';
import type { LinearRows } from '../terms/linear-rows';

/** Z'Y (size × responses), X'Y (columns × responses) and the squares of the responses. */
export interface ResponseSums {
  sides: Float64Array;
  products: Float64Array;
  squares: Float64Array;
}

export function reduceResponses({ terms, layout, data }: LinearRows, responses: readonly Float64Array[]): ResponseSums {
  const { x, p, rows } = data;
  const count = responses.length;
  const sums = { sides: new Float64Array(layout.size * count), products: new Float64Array(p * count), squares: new Float64Array(count) };
  for (const [m, y] of responses.entries())
    for (let i = 0; i < rows; i++) {
      sums.squares[m] += y[i] * y[i];
      for (let c = 0; c < p; c++) if (x[i * p + c] !== 0) sums.products[c * count + m] += x[i * p + c] * y[i];
      for (let k = 0; k < terms.length; k++) sums.sides[(layout.firsts[k] + terms[k].codes[i]) * count + m] += (terms[k].design?.[i] ?? 1) * y[i];
    }
  return sums;
}

/**
 * What is left of the rows when the effects of the terms are integrated out at some θ: the moments of the
 * columns W of X and of the responses over M⁻¹, M = ZΛΛ'Z' + I.
 */
export class ReducedSums {
  /** w. */
  readonly columns: number;
  /** log |A|, then the lower triangle of W'M⁻¹W, row by row. */
  readonly shared: Float64Array;
  /** By response: W'M⁻¹y (w), then y'M⁻¹y. */
  readonly responses: Float64Array;

  constructor(columns: number, shared: Float64Array, responses: Float64Array) {
    this.columns = columns;
    this.shared = shared;
    this.responses = responses;
  }

  /** By one factor for all responses. */
  static async at(
    { layout, sums, data }: LinearRows,
    theta: Float64Array,
    { sides, products, squares }: ResponseSums,
    count: number,
    breathe: Breathe,
  ): Promise<ReducedSums> {
    const w = data.p;
    const factors = factorsOf(layout.terms, theta);
    fillFactor(layout, sums, factors);
    const logDeterminant = await breathing(layout.cholesky.factorise(), breathe);
    const width = w + count;
    const all = new Float64Array(layout.size * width);
    for (let j = 0; j < layout.size; j++) {
      for (let c = 0; c < w; c++) all[j * width + c] = sums.sides[j * (w + 1) + c];
      for (let m = 0; m < count; m++) all[j * width + w + m] = sides[j * count + m];
    }
    scaleDown(layout, factors, all, width);
    await breathe();
    const half = layout.cholesky.halfSolve(all, width);
    await breathe();
    const explained = new Float64Array(w * width);
    const own = new Float64Array(count);
    for (let j = 0; j < layout.size; j++) {
      const row = j * width;
      for (let c = 0; c < w; c++) {
        const value = half[row + c];
        // Up to its own column of W, then all responses.
        for (let d = 0; d <= c; d++) explained[c * width + d] += value * half[row + d];
        for (let d = w; d < width; d++) explained[c * width + d] += value * half[row + d];
      }
      for (let m = 0; m < count; m++) own[m] += half[row + w + m] ** 2;
    }
    const shared = new Float64Array(1 + (w * (w + 1)) / 2);
    shared[0] = logDeterminant;
    let at = 1;
    for (let c = 0; c < w; c++) for (let d = 0; d <= c; d++) shared[at++] = sums.products[c * (w + 1) + d] - explained[c * width + d];
    const responses = new Float64Array(count * (w + 1));
    for (let m = 0; m < count; m++) {
      for (let c = 0; c < w; c++) responses[m * (w + 1) + c] = products[c * count + m] - explained[c * width + w + m];
      responses[m * (w + 1) + w] = squares[m] - own[m];
    }
    return new ReducedSums(w, shared, responses);
  }
}

/** A pivot below this share of its own moment is that of a column which the ones before it give. */
const NOTHING = 1e-10;

/**
 * The profiled deviance of a response, where the first columns of W are levels of terms of their own:
 * `levels` of each, with the ratios θ. @returns also σ² and β of the other columns
 */
export function devianceOf(
  { columns: w, shared, responses }: ReducedSums,
  response: number,
  levels: readonly number[],
  ratios: Float64Array,
  rows: number,
  reml: boolean,
): { value: number; residualVariance: number; beta: Float64Array } {
  const scale = new Float64Array(w + 1).fill(1);
  let q = 0;
  for (const [k, count] of levels.entries()) {
    scale.fill(ratios[k], q, q + count);
    q += count;
  }
  // Cholesky of [I + T'Z'M⁻¹ZT, …; X'M⁻¹ZT, X'M⁻¹X, …; y'M⁻¹ZT, y'M⁻¹X, y'M⁻¹y], rows below the diagonal.
  const size = w + 1;
  const L = new Float64Array(size * size);
  let [logLevels, logX, rank] = [0, 0, 0];
  let at = 1;
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      const moment = i < w ? shared[at++] : responses[response * size + j];
      const diagonal = moment * scale[i] * scale[j] + (i === j && i < q ? 1 : 0);
      let entry = diagonal;
      for (let k = 0; k < j; k++) entry -= L[i * size + k] * L[j * size + k];
      if (j < i) L[i * size + j] = L[j * size + j] > 0 ? entry / L[j * size + j] : 0;
      else if (i === w || entry > NOTHING * diagonal) {
        L[i * size + i] = Math.sqrt(Math.max(entry, Number.MIN_VALUE));
        if (i < q) logLevels += Math.log(entry);
        else if (i < w) {
          logX += Math.log(entry);
          rank++;
        }
      }
    }
  const freedom = reml ? rows - rank : rows;
  const residualVariance = L[w * size + w] ** 2 / freedom;
  const beta = new Float64Array(w - q);
  for (let i = w - 1; i >= q; i--) {
    if (L[i * size + i] === 0) continue;
    let entry = L[w * size + i];
    for (let j = i + 1; j < w; j++) entry -= L[j * size + i] * beta[j - q];
    beta[i - q] = entry / L[i * size + i];
  }
  const value = shared[0] + logLevels + (reml ? logX : 0) + freedom * (1 + Math.log(2 * Math.PI * residualVariance));
  return { value, residualVariance, beta };
}

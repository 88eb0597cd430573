import { type Breathe, breathing } from '../dense';
import { loadProducts } from '../wasm/kernel';
import { type LinearEvaluation, type LinearOptions, linearDeviance } from './deviance';
import { gridOf, layoutOf, type RandomTerm, type TermLayout } from './layout';
import { transposedTimes } from './products';
import { sumTerms, type TermData, type TermSums } from './sums';
import { inUnits, unitsOf } from './units';

/** Rows of a linear mixed model, ordered and summed once; the response can be another one later. */
export class LinearRows {
  readonly data: TermData;
  /** By term, what `unitsOf` gives; the terms and θ are in these units. */
  readonly units: Float64Array[];
  readonly terms: readonly RandomTerm[];
  readonly layout: TermLayout;
  readonly sums: TermSums;

  private constructor(data: TermData, units: Float64Array[], layout: TermLayout, sums: TermSums) {
    this.data = data;
    this.units = units;
    this.terms = layout.terms;
    this.layout = layout;
    this.sums = sums;
  }

  static async of(data: TermData, breathe: Breathe): Promise<LinearRows> {
    const units = data.terms.map(unitsOf);
    const terms = data.terms.map((term, k) => inUnits(term, units[k]));
    await loadProducts();
    const layout = await breathing(layoutOf(await breathing(gridOf(terms, data.rows), breathe)), breathe);
    const sums = await breathing(sumTerms(layout, data), breathe);
    return new LinearRows(data, units, layout, sums);
  }

  /** Takes y (n) in place of the response. */
  respond(y: Float64Array): void {
    const { x, p, rows } = this.data;
    const { width, products, sides } = this.sums;
    for (let a = 0; a < width; a++) products[a * width + p] = 0;
    for (let i = 0; i < rows; i++) {
      for (let c = 0; c < p; c++) products[c * width + p] += x[i * p + c] * y[i];
      products[p * width + p] += y[i] * y[i];
    }
    for (let c = 0; c < p; c++) products[p * width + c] = products[c * width + p];
    const side = transposedTimes(this.layout, y);
    for (let j = 0; j < side.length; j++) sides[j * width + p] = side[j];
  }

  evaluate(theta: ArrayLike<number>, options: LinearOptions, breathe: Breathe): Promise<LinearEvaluation> {
    return linearDeviance(this.layout, this.sums, theta, options, breathe);
  }
}

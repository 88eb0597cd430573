import { type Breathe, breathing } from '../dense';
import { loadProducts } from '../wasm/kernel';
import { binomialRows, type FamilyRows, negativeBinomialRows, poissonRows } from './families';
import { type MarginalEvaluation, marginalDeviance, marginalValue } from './laplace';
import { gridOf, layoutOf, type RandomTerm, type TermLayout } from './layout';
import { type GeneralisedData, Modes } from './modes';
import { hermiteRule, type Rule } from './quadrature';
import { inUnits, unitsOf } from './units';

export interface CountedRows {
  rows: number;
  x: Float64Array;
  p: number;
  offset: Float64Array | null;
  terms: readonly RandomTerm[];
  family: 'binomial' | 'poisson' | 'negative-binomial';
  /** Counts, or shares of successes in `trials`. */
  y: Float64Array;
  trials: Float64Array | null;
}

/** Bounds of log shape: beyond them counts are Poisson, or almost all 0. */
export const LOG_SHAPES = [-7, 12] as const;
const SHAPE_STEP = 1e-3;

/**
 * Rows of a generalised linear mixed model, ordered once; the response can be another one later. Points are θ
 * in the units of `terms`, then β.
 */
export class GeneralisedRows {
  readonly given: CountedRows;
  /** By term, what `unitsOf` gives. */
  readonly units: readonly Float64Array[];
  readonly terms: readonly RandomTerm[];
  readonly layout: TermLayout;
  readonly rule: Rule | null;
  evaluations = 0;
  #y: Float64Array;
  #at: { shape: number | null; modes: Modes; data: GeneralisedData } | null = null;

  private constructor(given: CountedRows, units: Float64Array[], layout: TermLayout, rule: Rule | null) {
    this.given = given;
    this.units = units;
    this.terms = layout.terms;
    this.layout = layout;
    this.rule = rule;
    this.#y = given.y;
  }

  /** @param nodes of the quadrature; 1 is Laplace's approximation */
  static async of(given: CountedRows, nodes: number, breathe: Breathe): Promise<GeneralisedRows> {
    const units = given.terms.map(unitsOf);
    const terms = given.terms.map((term, k) => inUnits(term, units[k]));
    await loadProducts();
    const layout = await breathing(layoutOf(await breathing(gridOf(terms, given.rows), breathe)), breathe);
    return new GeneralisedRows(given, units, layout, nodes > 1 ? hermiteRule(nodes) : null);
  }

  /** Takes y (n) in place of the response. */
  respond(y: Float64Array): void {
    this.#y = y;
    this.#at = null;
  }

  family(shape: number | null): FamilyRows {
    const { family, trials } = this.given;
    if (family === 'binomial') return binomialRows(this.#y, trials);
    return family === 'poisson' || shape === null ? poissonRows(this.#y) : negativeBinomialRows(this.#y, shape);
  }

  /** Modes and rows at a shape; the modes go on from where they were. */
  at(shape: number | null): { modes: Modes; data: GeneralisedData } {
    if (this.#at && this.#at.shape === shape) return this.#at;
    const data: GeneralisedData = { ...this.given, terms: this.terms, family: this.family(shape) };
    const modes = new Modes(this.layout, data);
    if (this.#at) modes.spherical = this.#at.modes.spherical;
    this.#at = { shape, modes, data };
    return this.#at;
  }

  evaluate(point: Float64Array, shape: number | null, breathe: Breathe): Promise<MarginalEvaluation> {
    this.evaluations++;
    const { modes, data } = this.at(shape);
    return marginalDeviance(modes, data, point, this.rule, breathe);
  }

  value(point: Float64Array, shape: number | null, breathe: Breathe): Promise<number> {
    const { modes, data } = this.at(shape);
    return marginalValue(modes, data, point, this.rule, breathe);
  }

  /** Derivative of the deviance in log shape at fixed θ and β, and its second one, by differences. */
  async shapeSlope(point: Float64Array, log: number, breathe: Breathe): Promise<{ slope: number; curvature: number }> {
    const values: number[] = [];
    for (const step of [-SHAPE_STEP, 0, SHAPE_STEP]) values.push(await this.value(point, Math.exp(log + step), breathe));
    return { slope: (values[2] - values[0]) / (2 * SHAPE_STEP), curvature: (values[2] - 2 * values[1] + values[0]) / SHAPE_STEP ** 2 };
  }

  /**
   * The deviance at θ, β and, of a negative binomial with a free shape, log shape as the last number, with
   * its gradient in all of these. @param shape that is given; null: it is the last number, or there is none
   */
  async evaluateAll(point: Float64Array, shape: number | null, breathe: Breathe): Promise<MarginalEvaluation> {
    if (this.given.family !== 'negative-binomial' || shape !== null) return this.evaluate(point, shape, breathe);
    const size = point.length;
    const log = point[size - 1];
    const own = point.slice(0, size - 1);
    const outside = !(log >= LOG_SHAPES[0] && log <= LOG_SHAPES[1]);
    const { slope, curvature } = outside ? { slope: 0, curvature: 1 } : await this.shapeSlope(own, log, breathe);
    const at = await this.evaluate(own, Math.exp(Math.max(LOG_SHAPES[0], Math.min(LOG_SHAPES[1], log))), breathe);
    const inverse = new Float64Array(size * size);
    for (let k = 0; k < size - 1; k++)
      for (let l = 0; l < size - 1; l++) inverse[k * size + l] = at.inverse?.[k * (size - 1) + l] ?? (k === l ? 1 : 0);
    inverse[size * size - 1] = 1 / Math.max(1e-2, curvature);
    return {
      ...at,
      value: outside ? Number.POSITIVE_INFINITY : at.value,
      gradient: Float64Array.from([...at.gradient, slope]),
      curvature: new Float64Array(size).fill(1),
      inverse,
    };
  }
}

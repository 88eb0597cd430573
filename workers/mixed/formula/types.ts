import type { FixedDesign } from '../design';
import type { RandomTerm } from '../terms/layout';
import type { Cell } from './coding';
import type { Formula, Product } from './formula';
import type { Family, Response } from './response';

/** Name of the intercept among fixed and random effects. */
export const INTERCEPT = '(Intercept)';

/** Effects of a grouping factor with names. */
export interface ModelTerm extends RandomTerm {
  /** g, or a:b. */
  group: string;
  /** The columns whose values together are a level. */
  columns: Product;
  /** '(Intercept)', or the name of a column. */
  effects: string[];
  /** Which product of the formula's part each effect is of; −1 is the intercept. */
  products: number[];
  /** What each effect is multiplied by. */
  cells: Cell[];
  labels: string[];
}

/** A formula on the rows of a table: everything that a fit needs. */
export interface FormulaModel {
  formula: Formula;
  family: Family;
  /** Rows of the table that have all that the formula names. */
  rows: Uint32Array;
  response: Response;
  /** Added to the linear predictor of each row; null: nothing. */
  offset: Float64Array | null;
  /** Names of the fixed effects, '(Intercept)' first where there is one. */
  names: string[];
  /** What each of them is multiplied by. */
  cells: Cell[];
  design: FixedDesign;
  terms: ModelTerm[];
  /** What should be known of the model, in sentences. */
  notes: string[];
}

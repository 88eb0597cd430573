import type { Product } from './formula';
import type { Variable } from './frame';

/** What a column is the product of: numbers, and 1 where each of these columns has this level. */
export interface Cell {
  numeric: readonly string[];
  levels: readonly (readonly [column: string, label: string])[];
}

/** A column of a design. */
export interface Column extends Cell {
  name: string;
  /** Which of the products it is of. */
  product: number;
  values: Float64Array;
}

/** A variable of a product: numbers, or the levels that get a column of 0 and 1 each. */
interface Coded extends Cell {
  name: string;
  values: Float64Array;
}

/**
 * Columns of products in their order, without the intercept, as R codes them: a category has treatment
 * contrasts (its first level is what the others are compared with) where the product without it is part of an
 * earlier one, else a column for every level; without an intercept the first category has all its levels. In
 * a product the levels of the first variable run quickest.
 */
export function designColumns(products: readonly Product[], intercept: boolean, variable: (name: string) => Variable, rows: number): Column[] {
  const columns: Column[] = [];
  let full = intercept;
  for (const [place, product] of products.entries()) {
    const isCategory = (name: string): boolean => variable(name).kind === 'levels';
    /** The first category of a model without an intercept. */
    const first = full ? undefined : product.find(isCategory);
    if (first !== undefined) full = true;
    const parts = product.map((name): Coded[] => {
      const contrasts = name !== first && hasMargin(products, place, name);
      return codedOf(name, variable(name), contrasts);
    });
    let all: Column[] = [{ name: '', product: place, numeric: [], levels: [], values: new Float64Array(rows).fill(1) }];
    for (const part of parts)
      all = part.flatMap((right) =>
        all.map((left) => ({
          product: place,
          name: left.name === '' ? right.name : `${left.name}:${right.name}`,
          numeric: [...left.numeric, ...right.numeric],
          levels: [...left.levels, ...right.levels],
          values: left.values.map((value, i) => value * right.values[i]),
        })),
      );
    columns.push(...all);
  }
  return columns;
}

/**
 * Whether the product at `place` without this name is nothing, or part of an earlier product (R's TermCode).
 */
function hasMargin(products: readonly Product[], place: number, name: string): boolean {
  const margin = products[place].filter((other) => other !== name);
  return margin.length === 0 || products.slice(0, place).some((other) => margin.every((one) => other.includes(one)));
}

function codedOf(name: string, variable: Variable, contrasts: boolean): Coded[] {
  if (variable.kind === 'numbers') return [{ name, numeric: [name], levels: [], values: variable.values }];
  return variable.labels
    .map((label, level) => ({
      name: `${name}${label}`,
      numeric: [],
      levels: [[name, label] as const],
      values: Float64Array.from(variable.codes, (code) => (code === level ? 1 : 0)),
    }))
    .slice(contrasts ? 1 : 0);
}

/** The categories that have contrasts in some of the products, in their order. */
export function contrastedIn(products: readonly Product[], intercept: boolean, variable: (name: string) => Variable): string[] {
  const found = new Set<string>();
  let full = intercept;
  for (const [place, product] of products.entries())
    for (const name of product) {
      if (variable(name).kind === 'numbers') continue;
      if (full && hasMargin(products, place, name)) found.add(name);
      full = true;
    }
  return [...found];
}

/** How many columns `designColumns` gives, without making them. */
export function countColumns(products: readonly Product[], intercept: boolean, variable: (name: string) => Variable): number {
  let count = 0;
  let full = intercept;
  for (const [place, product] of products.entries()) {
    let own = 1;
    for (const name of product) {
      const column = variable(name);
      if (column.kind === 'numbers') continue;
      const whole = !full || !hasMargin(products, place, name);
      full = true;
      own *= column.labels.length - (whole ? 0 : 1);
    }
    count += own;
  }
  return count;
}

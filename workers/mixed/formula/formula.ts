/** Columns that are multiplied, in the order in which they are written; [] is the intercept. */
export type Product = readonly string[];

/** What varies between the levels of a grouping factor: (1 + x | g). */
export interface RandomPart {
  intercept: boolean;
  slopes: Product[];
  /** False for ||: each effect has a variance, and no two of them a covariance. */
  correlated: boolean;
  /** Columns whose values together are a level: g, or a:b. */
  group: Product;
}

/**
 * A mixed model as lme4 writes it, in one form: what `*`, `/` and `^` stand for is written out, a product
 * stands once, and products of fewer columns come first.
 */
export interface Formula {
  response: { kind: 'column'; name: string } | { kind: 'counts'; successes: string; failures: string };
  intercept: boolean;
  fixed: Product[];
  /** Columns that are added to the linear predictor as they are. */
  offsets: string[];
  random: RandomPart[];
}

/** Whether two products are of the same columns. */
export const sameProduct = (a: Product, b: Product): boolean => a.length === b.length && a.every((name) => b.includes(name));

/**
 * The effects of a part that have a covariance with each other: one list of products each; [] is the
 * intercept.
 */
export function blocksOf({ intercept, slopes, correlated }: RandomPart): Product[][] {
  const all: Product[] = [...(intercept ? [[]] : []), ...slopes];
  return correlated ? [all] : all.map((one) => [one]);
}

/** Every column that a formula names, once. */
export function columnsOf({ response, fixed, offsets, random }: Formula): string[] {
  const own = response.kind === 'column' ? [response.name] : [response.successes, response.failures];
  return [...new Set([...own, ...fixed.flat(), ...offsets, ...random.flatMap(({ slopes, group }) => [...slopes.flat(), ...group])])];
}

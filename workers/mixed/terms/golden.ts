import { readFileSync } from 'node:fs';
import type { RandomTerm } from './layout';

/** What lme4 says of a fit (golden/make/lme4-terms.R). */
export interface GoldenFit {
  logLik: number;
  residualVariance: number;
  beta: number[];
  standardErrors: number[];
  AIC: number;
  BIC: number;
  terms: { covariance: number[]; effects: number[]; conditional: number[] }[];
}
export interface GoldenDesign {
  formula: string;
  table: Record<string, { numbers: number[] } | { codes: number[]; labels: string[] }>;
  /** n × p, row-major, with the names of its columns. */
  x: number[];
  names: string[];
  terms: { codes: number[]; levels: string[]; columns: string[]; design: number[] }[];
  ml: GoldenFit;
  reml: GoldenFit;
}

/** Fits of lme4 with the tables they are of, by name. */
export function goldenDesigns(): Record<string, GoldenDesign> {
  const file = new URL('../../../golden/lme4-terms.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { designs: Record<string, GoldenDesign> }).designs;
}

export function termsOf({ terms }: Pick<GoldenDesign, 'terms'>): RandomTerm[] {
  return terms.map(({ codes, levels, columns, design }) => {
    const alone = columns.length === 1 && design.every((value) => value === 1);
    return { codes: Int32Array.from(codes), levels: levels.length, width: columns.length, design: alone ? null : Float64Array.from(design) };
  });
}

/** Largest difference as a share of the largest value, or of `least` where all are smaller. */
export function differ(actual: ArrayLike<number>, expected: ArrayLike<number>, least = 0): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [apart, size] = [0, least];
  for (let i = 0; i < expected.length; i++) {
    apart = Math.max(apart, Math.abs(actual[i] - expected[i]));
    size = Math.max(size, Math.abs(expected[i]));
  }
  return apart / size;
}

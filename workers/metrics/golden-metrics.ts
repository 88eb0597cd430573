import { mirroredMetrics } from './classification';
import { distanceMetrics } from './distances';
import { downstreamAuc } from './downstream';
import { logisticRegression } from './logistic-regression';

interface Matrix {
  shape: [number, number];
  values: number[];
}

/** golden/metrics.json: inputs and the numbers of the reference implementation. */
export interface MetricsFixture {
  trueEmbeddings: Matrix;
  estimatedEmbeddings: Matrix;
  labels: number[];
  rmseDistances: { reference: number; paper: number };
  frobenius: number;
  spearman: number;
  logisticRegression: { c: number; coefficients: number[]; intercept: number; auc: number };
  binary: { y: number[]; score: number[]; auc: number; logLoss: number; accuracy: number };
}

export function isMetricsFixture(json: unknown): json is MetricsFixture {
  return typeof json === 'object' && json !== null && 'rmseDistances' in json && 'logisticRegression' in json && 'binary' in json;
}

export interface MetricError {
  name: string;
  /** |found − expected| / |expected|; for arrays against the largest expected entry. */
  error: number;
}

/**
 * Compares every metric with the reference. The file's paired t-test is left out: nothing in the lab computes
 * one yet (it belongs to repetitions).
 */
export function compareMetrics(fixture: MetricsFixture): MetricError[] {
  const truth = { values: fixture.trueEmbeddings.values, d: fixture.trueEmbeddings.shape[1] };
  const estimate = { values: fixture.estimatedEmbeddings.values, d: fixture.estimatedEmbeddings.shape[1] };
  const distances = distanceMetrics(truth, estimate, 1);
  const { logisticRegression: logistic, binary } = fixture;
  // The reference was run to convergence; the lab's default stops where the published runs did.
  const fit = logisticRegression(estimate.values, estimate.d, fixture.labels, { c: logistic.c, tolerance: 1e-10 });
  const classes = mirroredMetrics(binary.y, binary.score);
  const pairs: [string, ArrayLike<number>, ArrayLike<number>][] = [
    ['rmseDistances.reference', [distances.rmseD], [fixture.rmseDistances.reference]],
    ['rmseDistances.paper', [distances.rmseDAsWritten], [fixture.rmseDistances.paper]],
    ['frobenius', [distances.frobenius], [fixture.frobenius]],
    ['spearman', [distances.spearman], [fixture.spearman]],
    ['logisticRegression.coefficients', fit.coefficients, logistic.coefficients],
    ['logisticRegression.intercept', [fit.intercept], [logistic.intercept]],
    ['logisticRegression.auc', [downstreamAuc([estimate], [fixture.labels])], [logistic.auc]],
    ['binary.auc', [classes.auc], [binary.auc]],
    ['binary.logLoss', [classes.logLoss], [binary.logLoss]],
    ['binary.accuracy', [classes.accuracy], [binary.accuracy]],
  ];
  return pairs.map(([name, found, expected]) => ({ name, error: relativeError(found, expected) }));
}

function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    if (!Number.isFinite(found[i])) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, Math.abs(found[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return difference / scale;
}

/**
 * The metrics file as one result of the golden check: its largest error and where. Null when `json` is
 * another kind of file.
 */
export function checkMetrics(name: string, json: unknown): { name: string; ran: boolean; error: number | null; reason: string } | null {
  if (!isMetricsFixture(json)) return null;
  const worst = compareMetrics(json).reduce((most, next) => (next.error > most.error ? next : most));
  return { name, ran: true, error: worst.error, reason: `${worst.name}; the paired t-test is not part of the engine` };
}

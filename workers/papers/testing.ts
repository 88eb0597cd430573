import type { TestMetrics } from '../metrics/scores';
import type { MethodResult } from '../training/method-result';
import type { UnitRecord } from './types';

const NONE: TestMetrics = {
  mse: null,
  mae: null,
  r2: null,
  auc: null,
  logLoss: null,
  accuracy: null,
  rmseD: null,
  frobenius: null,
  spearman: null,
  aucB: null,
};

/** A result with these metrics, for tests of tables. */
export function resultWith(method: string, metrics: Partial<TestMetrics>): MethodResult {
  return {
    method,
    parameters: 231,
    metrics: { ...NONE, ...metrics },
    beforePostTraining: null,
    postTrainingEpochs: null,
    epochs: 10,
    bestEpoch: 5,
    weightsFrom: 10,
    levelVariance: null,
    seconds: { epochs: 1, finishing: 0.5 },
    distanceLevels: null,
    estimates: [],
  };
}

/** A record of one repetition with these results by column, for tests of tables. */
export function recordWith(experiment: string, cell: string, repetition: number, results: Record<string, MethodResult | string>): UnitRecord {
  return {
    version: 1,
    experiment,
    cell,
    repetition,
    lab: '0.0.0',
    backend: 'cpu',
    threads: 1,
    finished: '2026-01-01T00:00:00.000Z',
    fingerprint: '0123456789abcdef',
    difference: null,
    outcomes: Object.fromEntries(Object.entries(results).map(([id, result]) => [id, typeof result === 'string' ? { failure: result } : { result }])),
  };
}

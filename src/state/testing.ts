import type { MethodResult, TestMetrics } from '../../workers/protocol';

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

/** A result with these metrics, for tests of the page. */
export const resultWith = (method: string, metrics: Partial<TestMetrics>): MethodResult => ({
  method,
  parameters: 1,
  metrics: { ...NONE, ...metrics },
  beforePostTraining: null,
  postTrainingEpochs: null,
  epochs: 10,
  bestEpoch: 5,
  weightsFrom: 10,
  levelVariance: null,
  seconds: { epochs: 1, finishing: 1 },
  distanceLevels: null,
  estimates: [],
});

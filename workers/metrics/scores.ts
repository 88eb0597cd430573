/** What is measured on test rows. */

/**
 * Test metrics of one method. Null: not defined for this task or without truth. Definitions: docs/methods.md
 * C. Those of a binary response are metrics of the predictions as they are downloaded, never of their mirror
 * image; AUC is NaN where the test rows hold one class only.
 */
export interface TestMetrics {
  mse: number | null;
  mae: number | null;
  r2: number | null;
  auc: number | null;
  logLoss: number | null;
  accuracy: number | null;
  /** Of counts, where a method of the run takes the response as such (C16); absent elsewhere. */
  poissonDeviance?: number | null;
  logScore?: number | null;
  /**
   * Of times to an event; MSE, MAE and R² are then those of the rows whose event was seen. Absent elsewhere.
   */
  concordance?: number | null;
  rmseD: number | null;
  frobenius: number | null;
  spearman: number | null;
  aucB: number | null;
}

/** Keys of the metrics that are computed from predictions and responses of test rows. */
export const SCORE_KEYS = ['mse', 'mae', 'r2', 'auc', 'logLoss', 'accuracy', 'poissonDeviance', 'logScore', 'concordance'] as const;
export type ScoreKey = (typeof SCORE_KEYS)[number];

/** Whether a smaller value of a score is the better one. */
export const lowerIsBetter = (key: ScoreKey): boolean => key === 'mse' || key === 'mae' || key === 'logLoss' || key === 'poissonDeviance';

/** A number for each score. */
export type Scores = Pick<TestMetrics, ScoreKey>;

/**
 * Binary metrics as the code behind the published numbers computes them (docs/methods.md C2, C3): each that
 * of the predictions or of their mirror image 1 − p, whichever is better. For tables of papers only.
 */
export interface MirroredMetrics {
  auc: number;
  logLoss: number;
  accuracy: number;
}

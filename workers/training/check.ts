/** How predictions stand up to the test rows, prepared for drawing. */

/** Standard deviation of residuals in a group of rows, with its 95 % interval. */
export interface ResidualSpread {
  rows: number;
  mean: number;
  sd: number;
  low: number;
  high: number;
  /** Standard error of log sd. */
  logError: number;
}

/** A point of a normal quantile–quantile plot of residuals, in standard deviations from their mean. */
export interface QuantilePoint {
  normal: number;
  sample: number;
  /** Pointwise 95 % envelope of a normal sample of as many rows. */
  low: number;
  high: number;
}

/**
 * Test rows of a regression against what a method predicts for them; everything in the response's own unit.
 * Residual: observed minus fitted.
 */
export interface RegressionCheck {
  /** A random sample of test rows for drawing; `rows` are their numbers in the data, from 0. */
  drawn: { rows: number[]; fitted: number[]; residual: number[] };
  /**
   * Windows of equal numbers of rows by fitted value; [] where there are too few rows or one fitted value.
   */
  windows: { fitted: number; median: number; sd: number; rows: number }[];
  /**
   * Residuals of the lowest fifth of the rows by fitted value, of those between, of the highest fifth; null
   * where there are too few.
   */
  fifths: { bottom: ResidualSpread; middle: ResidualSpread; top: ResidualSpread } | null;
  /**
   * Null for fewer than 20 rows. In each tail about 0.5 % of the rows lie beyond the point kept in `tails`.
   */
  normal: { points: QuantilePoint[]; tails: { left: QuantilePoint; right: QuantilePoint; share: number } } | null;
  /**
   * Normal predictive intervals about the fitted values; null without a predictive standard deviation.
   * `source`: 'validation', the root of the mean squared error of the validation rows, the same for every
   * row; 'model', the method's own, here the mean over the test rows.
   */
  predictive: {
    sd: number;
    source: 'validation' | 'model';
    coverage: { nominal: number; share: number; low: number; high: number }[];
    /**
     * Shares of rows in ten bins of the probability of a smaller response; each lies in `even` in 95 % of the
     * cases where the intervals are right.
     */
    pit: number[];
    even: { low: number; high: number };
  } | null;
}

/** Test rows of a binary response against the probabilities of a method. */
export interface BinaryCheck {
  /**
   * Bins of equal numbers of rows by probability: its mean and the share of ones with its Wilson interval.
   */
  bins: { predicted: number; observed: number; rows: number; low: number; high: number }[];
  brier: number;
  /** Brier score of giving every row the share of ones. */
  brierOfShare: number;
  /** Of a logistic regression on the log odds; null where it has no maximum. */
  slope: { value: number; standardError: number } | null;
  /** With the slope held at 1: calibration in the large. */
  intercept: { value: number; standardError: number } | null;
}

/** How the predictions of one finished method stand up to the test rows. */
export interface CheckView {
  method: string;
  testRows: number;
  targetName: string;
  /**
   * Of several classes empty, as all that follows is null: neither residuals nor one probability are defined.
   * Per feature, residuals by the training rows of the level or rarest tag (bins as in `CountBin`); `spread`
   * is null for few rows. For a binary response of Pearson residuals (y − p) / √(p (1 − p)), whose standard
   * deviation is 1 where the probabilities are right.
   */
  byCount: { feature: string; bins: { least: number; most: number | null; rows: number; spread: ResidualSpread | null }[] }[];
  regression: RegressionCheck | null;
  binary: BinaryCheck | null;
}

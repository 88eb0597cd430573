/** A fixed effect as it is told. */
export interface FixedEffect {
  name: string;
  /** Null where it is left out; `note` says why. */
  estimate: number | null;
  standardError: number | null;
  /** Estimate over standard error: t of a linear model, z of a generalised one. */
  statistic: number | null;
  note?: string;
}

/** Random effects of one grouping factor that have a covariance with each other. */
export interface RandomEffects {
  group: string;
  levels: number;
  effects: string[];
  /** Covariance (r × r, row-major), standard deviations (r) and correlations (r × r). */
  covariance: number[];
  deviations: number[];
  correlations: number[];
  /** By level: its name, conditional modes (r) and their standard errors given the parameters. */
  modes: { label: string; values: number[]; standardErrors: number[] }[];
  singular: boolean;
}

/** What is said of the fit as a whole. */
export interface FitWhole {
  logLikelihood: number;
  /** Monte Carlo standard error, where it is estimated; absent: it is exact. */
  logLikelihoodError?: number;
  /** Restricted: it compares models of the same fixed effects only. */
  restricted: boolean;
  parameters: number;
  aic: number;
  bic: number;
  /**
   * Shares of fixed effects, and of them and the levels, in the variance of the response; null where unknown.
   */
  marginal: number | null;
  conditional: number | null;
  /**
   * Intraclass correlations: of each random part the share of its effects in the variance that the fixed
   * effects leave; null where that is unknown.
   */
  correlations: number[] | null;
}

/** A fitted mixed model, as the page and the command line tell it. */
export interface FormulaFit {
  /** In the form that `writeFormula` gives. */
  formula: string;
  family: string;
  /** How it was estimated, in words. */
  method: string;
  rows: number;
  fixed: FixedEffect[];
  random: RandomEffects[];
  /** Standard deviation of the residual; null where the family has none. */
  residual: number | null;
  /** Of the negative binomial family: the variance of a count of mean μ is μ + μ²/shape. */
  shape?: number;
  fit: FitWhole | null;
  converged: boolean;
  /** What should be known, in sentences. */
  notes: string[];
}

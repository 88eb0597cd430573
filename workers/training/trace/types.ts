/** One row on its way through a method, as the live diagram shows it. Types alone. */

/** Which row is followed. */
export type Followed =
  /** A row of the data by its number, from 0. */
  | { kind: 'row'; row: number }
  /** A training row of a level (or with a tag). */
  | { kind: 'level'; feature: number; level: number }
  /** Any training row. */
  | { kind: 'random'; seed: number }
  /** The test row that the method predicts worst, by its results. */
  | { kind: 'worst' }
  /** A training row whose level of the first feature has the fewest of them. */
  | { kind: 'rare'; seed: number };

export interface TraceRequest {
  method: string;
  follow: Followed;
}

/** Numbers at one place on the way, with the slope of the batch's loss in them where the step learns. */
export interface Place {
  values: Float32Array;
  gradient: Float32Array | null;
}

/** The row that is followed. */
export interface TracedRow {
  /** Number in the data, from 0. */
  row: number;
  part: 'train' | 'validation' | 'test';
  /** Numeric features as the method sees them, and in their own unit where that is another. */
  x: { name: string; value: number; own: number | null }[];
  /** Response as the method sees it, and in its own unit. */
  y: number;
  ownY: number;
  targetName: string;
  /** 1 / 0 of a binary response by its labels; null where it is a number. */
  classLabels: [string, string] | null;
}

/** Rows of one level that meet in an average. */
export interface LevelRows {
  /** All of them. */
  n: number;
  /**
   * Numbers in the data of those listed: the followed row first, then others in the order of the batch, at
   * most 12.
   */
  rows: Uint32Array;
  /** Responses of those listed, as the method sees them. */
  y: Float32Array;
  /** What each of those listed gives to the average, rows × d. */
  gives: Float32Array;
}

/** A feature of the row and the vector that its level gets. */
export interface TracedFeature {
  /** In the order of `vectorFeatures`. */
  feature: number;
  name: string;
  level: number;
  label: string;
  /** Training rows of the level, validation included; 0: the level is new. */
  trainingRows: number;
  /**
   * Means and log-variances: of the row by the encoder, or of the level by its tables. Null where the method
   * has none.
   */
  mean: Place | null;
  logVar: Place | null;
  /** Averages of these over the level's rows in the batch, which the prior pulls; null without an average. */
  levelMean: Float32Array | null;
  levelLogVar: Float32Array | null;
  /** Standard normals of the draw; null where nothing is drawn. */
  noise: Float32Array | null;
  /** The draw of the row. */
  draw: Place | null;
  /** The rows whose draws, or residuals, are averaged. */
  average: LevelRows | null;
  /** What the decoder reads: d numbers. */
  vector: Place | null;
  /**
   * The level's row of a table, with the slope that all rows of the batch together give it; null without a
   * table.
   */
  table: Place | null;
  /** Divergence of the level from the prior in this batch; null where nothing is pulled. */
  divergence: number | null;
}

/** The parts of a batch's loss. */
export interface TracedLoss {
  /** What the step follows downhill. */
  total: number;
  /** Named parts, weights not yet applied: nll, kl, penalty. */
  terms: Record<string, number>;
  /** The row's own loss: its squared error, or its cross-entropy. */
  ofRow: number;
}

/** What a step does to the weights of one part of the method. */
export interface TracedUpdate {
  /** Names of its parameters. */
  names: string[];
  part: 'encoder' | 'heads' | 'tables' | 'decoder';
  weights: number;
  /** Root of the sum of squares of the batch's gradient. */
  gradient: number;
}

interface Traced {
  method: string;
  row: TracedRow;
  /** The weights it went through: of the run as it is, or those that its results come from. */
  weights: { epoch: number; of: 'now' | 'result' };
  features: TracedFeature[];
  /** On the scale of the data's response; a probability for a binary one. */
  prediction: number;
  /** In the response's own unit. */
  ownPrediction: number;
}

/** A network with a decoder: gradient steps. */
export interface NetworkTrace extends Traced {
  kind: 'no-levels' | 'one-hot' | 'tables' | 'sampled-tables' | 'encoder';
  /** The step that learns from the row; null: the row is predicted, and nothing is learned from it. */
  step: {
    /** From 1. */
    epoch: number;
    /** Place of the batch in its epoch, from 1, and how many there are. */
    batch: number;
    batches: number;
    rows: number;
    learningRate: number;
  } | null;
  /** Hidden layers of the encoder after ReLU; [] without one. */
  encoder: Place[];
  /** Hidden layers of the decoder after ReLU. */
  decoder: Place[];
  /** What the decoder gives: the mean, or the logit of a binary response. */
  output: Place;
  loss: TracedLoss | null;
  /** Settings that the step's formulas have. */
  beta: number | null;
  priorVariance: number | null;
  /** Parts of the method in the order of the way back; [] where nothing is learned. */
  updates: TracedUpdate[];
}

/** Random intercepts: no steps; each level's effect is its rows' mean residual, pulled to 0. */
export interface InterceptTrace extends Traced {
  kind: 'intercepts';
  /** What x alone predicts, with the weight of each feature where f is linear; null: a network. */
  fixed: { value: number; intercept: number; slopes: Float32Array } | { value: number; intercept: null; slopes: null };
  residualVariance: number;
  /** For each feature, in the order of `features`. */
  effects: {
    /** Variance of the level effects. */
    variance: number;
    /** Mean residual of the level's rows, other effects taken away. */
    mean: number;
    /** n σ²_b / (n σ²_b + σ²). */
    weight: number;
    /** weight × mean. */
    effect: number;
  }[];
}

export type StepTrace = NetworkTrace | InterceptTrace;

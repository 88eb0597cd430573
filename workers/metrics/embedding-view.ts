/** Level vectors, prepared for drawing. */

/** Level vectors next to the truth, or next to the level counts where there is none. Prepared for drawing. */
export interface EmbeddingView {
  method: string;
  epoch: number;
  /** Index of the categorical feature. */
  feature: number;
  featureName: string;
  levels: number;
  /** How many levels are drawn: a random sample above the cap. */
  drawn: number;
  /**
   * Number of each drawn level in the feature; absent where all are drawn, and in recordings of earlier
   * versions.
   */
  numbers?: Uint32Array;
  labels: string[] | null;
  /**
   * One per true dimension (docs/methods.md C11): the best-matching estimated dimension, its Pearson r with
   * sign, and the R² of a least-squares fit on all estimated dimensions. Null without truth.
   */
  truth: {
    dimensions: { match: number; r: number; r2: number }[];
    /** d_true × drawn, standardised. */
    actual: Float32Array;
    /** d_true × drawn: the matched dimension, standardised, sign of r taken out. */
    matched: Float32Array;
    /** d_true × drawn: the least-squares fit on all estimated dimensions, standardised like the truth. */
    aligned: Float32Array;
  } | null;
  /** Training rows of each drawn level. */
  counts: Float32Array;
  /** Euclidean length of each drawn level's vector. */
  lengths: Float32Array;
  /** Numbers in a level's vector. */
  width: number;
  /**
   * Vectors of one number, such as random intercepts: that number of each drawn level. Null for wider ones.
   */
  values: Float32Array | null;
  /**
   * The true effect of each drawn level, as simulated, where it and the vector are one number each; else
   * null.
   */
  effects: Float32Array | null;
  /** Of a finished method that has one; null for others and while training. */
  posterior: LevelPosteriorView | null;
  /** Of a column of tags that have parents; absent for others. */
  tree?: TagTree;
}

/** The hierarchy of the drawn tags. */
export interface TagTree {
  /** For each drawn tag the place among the drawn of its nearest drawn ancestor; −1 where there is none. */
  parents: Int32Array;
  /** Cosine of its vector with that ancestor's; 0 without one, and where a vector is 0. */
  cosines: Float32Array;
}

/** Posterior of the drawn levels' vectors, in the unit of the vectors. */
export interface LevelPosteriorView {
  /** drawn × width, row-major. */
  means: Float32Array;
  /** drawn × width, row-major. */
  variances: Float32Array;
  /** Variance of each dimension before any data, as set or as estimated; null where neither is known. */
  prior: number[] | null;
  /** Estimated residual variance in the same unit; null where there is none. */
  noise: number | null;
}

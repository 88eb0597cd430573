import type { Task } from '../data/schema';

/**
 * A training step, prepared once and run many times (docs/design.md, "Step plans"). This is all that the
 * training loop knows of how steps are executed.
 */
export interface StepPlan {
  /** Sets the rows of the coming epoch in training order and starts at its first batch. */
  setOrder(order: Uint32Array): void;
  /** Batches of the epoch that have not run yet. */
  readonly remaining: number;
  /**
   * Batches to give to `run` in one go, so that control comes back within 10 to 20 ms. Absent: 1. It grows as
   * the plan measures its own speed.
   */
  readonly stepsAtOnce?: number;
  /**
   * Runs the next `steps` batches (or what remains of the epoch). Where a device runs them they are queued,
   * in this order, and the promise resolves when it needs the next ones.
   */
  run(steps: number): void | Promise<void>;
  /** Bytes of a memory of WebAssembly that it holds; absent where it has none of its own. */
  readonly bytes?: number;
  /** Losses and row counts of the batches run since the last call, in order. Waits for the device. */
  losses(): Promise<{ loss: Float32Array; rows: number[] }>;
  dispose(): void;
}

/**
 * All that training steps change, by the names of parameters, row-major: a plan that is given it goes on as
 * if it had never ended. Plans of other engines take it too.
 */
export interface PlanState {
  /** Training steps so far: the counter of the noise, and Adam's. */
  steps: number;
  /** Parameters, and the model's state. */
  weights: ReadonlyMap<string, Float32Array>;
  /** Adam's moments of the parameters that steps move. */
  firstMoments: ReadonlyMap<string, Float32Array>;
  secondMoments: ReadonlyMap<string, Float32Array>;
  /** 1 − βᵗ of both moments, where a plan keeps them itself, rounded; absent: they follow from `steps`. */
  corrections?: readonly [number, number];
}

/** A plan that can be saved between two epochs, and can go on from there later, elsewhere. */
export interface ResumablePlan extends StepPlan {
  save(): Promise<PlanState>;
  /** Takes a saved state; the next step goes on from it. Throws when a parameter is missing. */
  restore(state: PlanState): void;
}

/** A copy of the weights: made when it is created and at `update`, put back by `load`. */
export interface KeptWeights {
  update(): void;
  load(): void;
  /** The kept numbers by name, as `PlanState.weights`. */
  values(): Promise<Map<string, Float32Array>>;
  dispose(): void;
}

/**
 * Identifies the standard normals of a batch: seed and step give a number for each row and column of the
 * batch (workers/random/random.ts).
 */
export interface NoiseKey {
  seed: number;
  step: number;
}

/**
 * Rows of a table for the levels of a feature: level j takes row `index[j]` (q_k numbers, each below the
 * table's rows) of table `table`.
 */
export interface Lookup {
  table: number;
  index: Int32Array;
}

/**
 * Tables by any index map (docs/methods.md A8, A16): the vector of a level of feature k is the rows of
 * `features[k]` one after the other. Features may share tables, and levels rows. The widths of each feature's
 * lookups add up to `d`.
 */
export interface Lookups {
  tables: readonly { rows: number; width: number }[];
  features: readonly (readonly Lookup[])[];
}

/**
 * How level vectors are combined with x: side by side, or as the inner product of exactly two features, [x,
 * ⟨B₁, B₂⟩] (docs/methods.md A13).
 */
export type Interaction = 'concatenate' | 'inner-product';

/**
 * Dropout in the decoder: the rate after hidden layer i, none where the list is shorter, never after the
 * output. Inverted: what is kept is divided by 1 − rate. In training steps alone: not in `objective`,
 * predictions or the second stage. A number is kept where its uniform of the counter is at least the rate.
 * Columns of the counter: level noise (d per feature), then `levelDropout` (d per feature), then each layer's
 * (its width) in order; a rate of 0 takes no columns.
 */
export interface DecoderDropout {
  dropout?: readonly number[];
}

/** What a row takes from its tags: the sum of their vectors, or their mean; zeros without tags. */
export type TagPooling = 'sum' | 'mean';

/**
 * A column of tags in tables (docs/methods.md F2): each tag has a row of `table` (K × d), named as the method
 * names it.
 */
export interface TagTable {
  pooling: TagPooling;
  table: string;
}

/**
 * A column of tags of an encoder (docs/methods.md F3): a tag's vector is the average over the rows of the
 * batch that have it. `draw` says whose draws it is made of: the tag's one, from the averages' distribution
 * (noise K × d, a row of the counter for each tag), or those of its rows, as levels have them (noise rows ×
 * d). `mean` and `logVar` name the layers of its heads ('encoder/mean', 'encoder/logVar').
 */
export interface TagHeads {
  pooling: TagPooling;
  draw: 'tag' | 'row';
  mean: string;
  logVar: string;
}

/**
 * A method of the fused family, row inputs → optional encoder → level vectors → MLP on [x, vectors], as plain
 * data. A method file returns it next to its tfjs definition, which every fused plan must equal. Parameters
 * are named as the tfjs layers name them: `encoder/dense0/kernel`, `encoder/mean0/bias`,
 * `decoder/output/kernel`; `embedding0/table` is the table of feature 0 (with `lookups`: table 0),
 * `embedding0/bias` its biases (q × 1), `embedding0/mean` and `embedding0/logVar` those of sampled tables.
 */
export type FusedDescription =
  /** Decoder on x alone (docs/methods.md A1). */
  | ({ kind: 'no-levels'; decoder: readonly number[] } & DecoderDropout)
  /** A table per feature, with `l2` times the sum of squares of all tables added to the loss (A6, A7). */
  | ({
      kind: 'tables';
      d: number;
      decoder: readonly number[];
      l2: number;
      /** Absent: 'concatenate'. */
      interaction?: Interaction;
      /**
       * With an inner product and without `lookups`: a bias for each level of both features is added to the
       * product (A13); not under `l2`.
       */
      biases?: boolean;
      /** Absent: a table per feature, q_k × d, level j in row j. */
      lookups?: Lookups;
      /** Dropout of single numbers of a row's level vectors (biases stay), as in `DecoderDropout`. */
      levelDropout?: number;
      /**
       * One for each column of tags: their rows' vectors follow those of the features, and their tables are
       * under `l2` too. Not with `lookups` or `biases`.
       */
      tags?: readonly TagTable[];
    } & DecoderDropout)
  /**
   * A network f on x alone (`network/dense0/kernel`, …) and a random intercept for each level of the one
   * feature, integrated out: the loss is the negative log-likelihood of the batch, a sum, with the variances
   * `sigma2e` and `sigma2b` trained along and held at least at `leastVariance` (A11). Regression only. Level
   * vectors are the intercepts' posterior means.
   */
  | ({ kind: 'random-intercepts'; d: 1; decoder: readonly number[]; leastVariance: number } & DecoderDropout)
  /** Tables of means and log-variances, a draw per row; the KL term is a mean over rows (A9). */
  | { kind: 'sampled-tables'; d: number; decoder: readonly number[]; beta: number; priorVariance: number }
  /**
   * An encoder on [x, y], its draws averaged by level within the batch; the KL term is divided by the nominal
   * batch (A10).
   */
  | ({
      kind: 'encoder';
      d: number;
      encoder: readonly number[];
      decoder: readonly number[];
      beta: number;
      priorVariance: number;
      logVarAveraging: 'mean-of-logs' | 'log-of-mean';
      /** What level vectors average: a draw per row or its mean. */
      extraction: 'sample' | 'mean';
      /** Absent: 'concatenate'. */
      interaction?: Interaction;
      /**
       * One for each column of tags, after the features: in the heads, in the rows' vectors, in the noise.
       */
      tags?: readonly TagHeads[];
    } & DecoderDropout);

/** A column of tags as compressed sparse rows (workers/data/dataset.ts, TagColumn). */
export interface TagLists {
  /** How many tags K it has. */
  tags: number;
  /** Tags of row i are `ids[offsets[i]] … ids[offsets[i + 1] − 1]` (n + 1 numbers). */
  offsets: Uint32Array;
  ids: Int32Array;
}

/** Data of a fused plan. */
export interface FusedRows {
  /** n × p, row-major. */
  x: Float32Array;
  p: number;
  /** Responses (n). */
  y: Float32Array;
  /** Levels of the rows (n) of each feature, and how many levels it has. */
  features: readonly { codes: Int32Array; levels: number }[];
  /** Columns of tags; absent where there are none. A description without `tags` does not see them. */
  tags?: readonly TagLists[];
}

/** The data a plan trains on and the numbers that come with it. */
export interface FusedProblem extends FusedRows {
  /** Fused plans know one output a row: a number, or the logit of two classes. */
  task: Task;
  /**
   * Rows that are learned from, each once; absent: all. Data of the others may be put into memory when they
   * are asked for.
   */
  learned?: Uint32Array;
  /** Nominal rows of a batch: the size of all but the last, and the divisor of an encoder's KL term. */
  batchSize: number;
  learningRate: number;
  /** Seeds the noise of training steps. */
  noiseSeed: number;
  /**
   * Lazy Adam: a table's row whose gradient is exactly zero keeps its weights and both moments. Absent:
   * dense, as published (docs/methods.md A0).
   */
  lazyTables?: boolean;
}

/** Post-training as a plan. */
export interface SecondStage extends StepPlan {
  objective(rows: Uint32Array): Promise<number>;
}

/**
 * A plan that holds data, weights and optimiser itself and evaluates too, because once steps are fast,
 * evaluation elsewhere would take most of the time. Rows are row numbers of the data. Each call does one
 * batch of rows, so that the caller can pace them. Calls take effect in their order; what is read back comes
 * as a promise, because a device answers later.
 */
export interface FusedPlan extends ResumablePlan {
  /**
   * Most rows of one call of `addToLevelVectors` and `predict`; `objective` takes at most a nominal batch.
   */
  readonly largestBatch: number;
  /** The training objective of these rows, in this order. */
  objective(rows: Uint32Array, noise: NoiseKey): Promise<number>;
  /**
   * What level vectors are: rows of a table, or averages of the draws or means of rows that
   * `addToLevelVectors` collects.
   */
  readonly levelVectorsFrom: 'tables' | 'draws' | 'means';
  /** True where tags draw once, from what was collected: `levelVectors` asks for their noise. */
  readonly drawsTags?: boolean;
  /**
   * Adds rows to the running sums of level vectors; begins anew after `levelVectors`. Nothing to do for
   * tables. With `places` (increasing), only the rows at these places of `rows` are asked for: a row is drawn
   * as if all were added, and a plan may add the others too.
   */
  addToLevelVectors(rows: Uint32Array, noise: NoiseKey, places?: Uint32Array): void;
  /**
   * Level vectors of each feature, then tag vectors of each column of tags (q × d, row-major), from the rows
   * added since the last call; zeros for a level or tag without rows. [] without levels.
   */
  levelVectors(noise?: NoiseKey): Promise<Float32Array[]>;
  /** Sets the level vectors of `predict` and of the second stage. */
  setLevelVectors(vectors: readonly Float32Array[]): void;
  /** Predictions on the response scale; with `noise`, each row draws around its vectors (sampled tables). */
  predict(rows: Uint32Array, noise: NoiseKey | null): Promise<Float32Array>;
  /**
   * Predicts other data of the same shape (p numbers, the same levels and tags) with the weights of now. The
   * caller sets its level vectors, and disposes of it. Absent: only the model can.
   */
  onOtherRows?(data: FusedRows): Promise<Pick<FusedPlan, 'predict' | 'setLevelVectors' | 'dispose'>>;
  /**
   * A fresh Adam at the same learning rate on the decoder alone: squared error on the response scale, level
   * vectors as set. One second stage at a time.
   */
  secondStage(): SecondStage;
  /** Values of all parameters by name, row-major (copies). */
  parameters(): Promise<Map<string, Float32Array>>;
  setParameters(values: ReadonlyMap<string, Float32Array>): void;
  /** Takes the weights of now. */
  keepWeights(): KeptWeights;
}

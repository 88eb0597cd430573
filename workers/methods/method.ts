import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs';
import type { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { Task } from '../data/schema';
import type { SeriesShape } from '../data/series/series';
import type { SeriesProblem, TagShape } from '../data/tag-rows';
import type { StartVectors } from '../data/vectors/vector-file';
import type { NoiseShape } from '../engine/noise';
import type { FusedDescription } from '../engine/step-plan';
import type { FormulaFit } from '../mixed/formula/result';
import type { Variogram } from '../mixed/variogram';
import type { TagSets } from '../ops/tag-sum';
import type { RandomStream } from '../random/random';

export type { TagSets };

/** An estimated parameter of a random-effects model, with its standard error where the theory gives one. */
export interface Estimate {
  /** 'Variance of s', 'Asym'. */
  name: string;
  /** As TeX: '\\sigma_b^2'. */
  symbol: string;
  /** 'fit': a number of the fit as a whole, such as its log likelihood or R²; it has no unit to convert. */
  kind: 'variance' | 'fixed effect' | 'fit';
  /** Index of the categorical feature it belongs to; null for the residual variance and fixed effects. */
  feature: number | null;
  /** Grouping factor of a formula (g, or a:b) whose variance it is. */
  group?: string;
  /**
   * From a model: in the unit of the dataset's y (standardised when that is), squared for a variance. In
   * results: in the response's own. NaN (null once recorded) where the data do not determine it; `note` says
   * why.
   */
  value: number;
  standardError: number | null;
  /** The value is already in the data's own units (days, millimetres), however x and y were scaled. */
  ownUnit?: true;
  /**
   * A variance of level vectors of a network, whose scale depends on the method: it is compared with nothing,
   * and each method has its own axis.
   */
  ofVectors?: true;
  /**
   * Where it is not in the unit of the response: 'log' is that of the logarithm of the mean, 'factor' that of
   * a variable of mean 1 by which each level multiplies a mean or a hazard.
   */
  scale?: 'log' | 'factor';
  /**
   * What is special about it, as a clause: 'left out: a combination of x and z', 'by penalised
   * quasi-likelihood'.
   */
  note?: string;
}

/** The shape of the data a model is built for. */
export interface Problem {
  task: Task;
  /** Classes C of a response of several (`classes`, `ordinal`); absent for every other. */
  classes?: number;
  /** Number of numeric features. */
  p: number;
  /** Cardinality q of each categorical feature. */
  levels: number[];
  /** Columns of tags; absent where there are none. */
  tags?: readonly TagShape[];
  /**
   * How many of `levels`, the last ones, are columns of tags: for a method that takes these by their average,
   * as features of its. It has no `tags` then.
   */
  tagFeatures?: number;
  /** The response is whole numbers from 0 on; absent where it is not. */
  counts?: true;
  /** The response is a time, and rows say whether its event was seen; absent where it is not. */
  events?: true;
  /** Windows of series; absent where rows are those of a table. Only the family 'sequences' takes them. */
  series?: SeriesProblem;
  /** The data have edges between the levels of a feature; absent where they have none. */
  edges?: true;
  /**
   * Vectors found before training for each feature that has level vectors (levels, then tags), for methods
   * whose settings ask for them; null for a feature without any. Absent: tables begin with random numbers.
   */
  start?: readonly (StartVectors | null)[];
  /** Rows of a full batch: the KL term of MMbeddings is divided by it, also in a shorter last batch. */
  batchSize: number;
}

/** What the number of parameters depends on. The sets of tags themselves need not be known. */
export type CountedProblem = Pick<Problem, 'p' | 'levels' | 'tags' | 'classes'> & { task?: Task; series?: SeriesShape };

/** What a method may refuse. */
export type AskedProblem = Pick<Problem, 'p' | 'levels' | 'tags' | 'task' | 'counts' | 'events' | 'edges'> & { series?: SeriesShape };

/** How a method's curve is drawn. It is the same in every chart, because colour means method. */
export interface LineStyle {
  light: `#${string}`;
  dark: `#${string}`;
  /** Plotly dash: 'solid', 'dot' or lengths such as '10px,4px'. */
  dash: string;
}

/**
 * The description of a method, without tfjs, so that the page can show forms and counts before the engine
 * loads.
 */
export interface MethodAbout<Settings extends z.ZodObject = z.ZodObject> {
  id: string;
  label: string;
  family: 'encodings' | 'tables' | 'random effects' | 'architectures' | 'tags' | 'sequences';
  /**
   * How it takes columns of tags: 'own' where sets are what it is about, 'average' where a column of tags
   * counts as one more feature whose vector is the mean over the row's tags. Absent: it does not see them,
   * and the page says so.
   */
  tags?: 'own' | 'average';
  /**
   * Responses that it takes; absent: numbers and two classes. What it does not take is refused by name, and
   * `refusal` is not asked.
   */
  tasks?: readonly Task[];
  /** Two sentences for a reader who is new to it. */
  idea: string;
  /** What it computes, as TeX. */
  formula: string;
  /** How many trainable numbers it has, as TeX; `parameterCount` computes it. */
  countFormula: string;
  /** When a person should choose it, and when not. */
  whenToUse: string;
  /**
   * What a lesson would say besides, a paragraph each: where a source's text and its program differ, which
   * methods are the same, what decides.
   */
  notes?: readonly string[];
  /** Author, year, title. */
  paper: string;
  /** What happens to a level that is not in the training rows. */
  unseen: string;
  line: LineStyle;
  /**
   * Has its own fitting algorithm and takes no gradient steps: its model has an `ownFit`, and it uses no
   * learning rate and no batches.
   */
  ownAlgorithm?: true;
  /** Takes the response as counts: all methods of its run are also scored as means of counts. */
  counts?: true;
  /** Takes the edges between levels that were given for a column; absent: it does not see them. */
  edges?: true;
  /**
   * Hyperparameters with the published defaults; `.meta({title, help, paper})` on each field makes the form.
   */
  settings: Settings;
  /** Trainable numbers. */
  parameterCount(problem: CountedProblem, settings: z.output<Settings>): number;
  /**
   * Numeric features that the decoder is given in place of the dataset's p, where categories become numbers
   * beforehand. Absent: p.
   */
  inputWidth?(problem: Pick<Problem, 'p' | 'levels' | 'tags' | 'classes'>, settings: z.output<Settings>): number;
  /**
   * Numbers in the vectors of each feature (levels, then tags, by their number of levels), where the method
   * does not take them as they are asked for (docs/methods.md F7). Absent: `featureWidths` of its settings.
   */
  widths?(settings: z.output<Settings>, levels: readonly number[]): number[];
  /**
   * Whether these settings show it answers that it is asked for, to teach with (docs/methods.md A3b): it is
   * then named as leaking, and is never a winner. Absent: it never does.
   */
  leaks?(settings: z.output<Settings>): boolean;
  /**
   * Why the method cannot be used on such data, as a sentence ('NCF needs exactly two categorical
   * features.'), or null. Absent: it always can.
   */
  refusal?(problem: AskedProblem): string | null;
  /**
   * The candidates of a grid search, where the settings ask for one: each is trained, and the run goes on
   * with the best. Null: these settings ask for no search. Absent: the method has none.
   */
  candidates?(settings: z.output<Settings>, problem: Pick<Problem, 'task'>): Candidate[] | null;
}

/** Settings that a grid search tries. */
export interface Candidate {
  /** What is special about them: 'σ²_b = 0.3'. */
  title: string;
  settings: Record<string, unknown>;
}

/** The inputs of some rows, by name; a model takes those it knows. */
export interface Inputs {
  /** Numbers: [rows, p]. */
  x: Tensor2D;
  /**
   * Codes of levels: K × [rows] int32, each below its feature's cardinality; also levels that no training row
   * has.
   */
  z: Tensor1D[];
  /** Sets of tags, one for each column of tags: absent where there are none. */
  tags?: TagSets[];
  /**
   * Windows of series: [rows, L, C]. Channel 0 is the series itself, or the target of a forecast. Absent for
   * rows of a table.
   */
  window?: Tensor3D;
}

/**
 * Where a level finds its numbers in a parameter whose rows are not the levels: in row `index[level]` (q_k
 * numbers), times `factor[level]` where there are factors.
 */
export interface LevelLookup {
  parameter: string;
  index: Int32Array;
  factor: Float32Array | null;
}

/** Rows to learn from. */
export interface Batch extends Inputs {
  /** The response: [rows, 1] (of several classes their numbers), or [rows, outputs] of windows. */
  y: Tensor2D;
  /** [rows, 1]: 1 where the event of a time was seen, 0 where the row is censored. Absent without times. */
  event?: Tensor2D;
}

export interface Loss {
  /** The number to minimise. */
  total: Scalar;
  /**
   * Its named parts, e.g. { reconstruction, kl }: they add up to `total` with the method's weights applied.
   */
  terms: Record<string, Scalar>;
  /**
   * Next values of the model's `state`, by name (moving averages of batch normalisation); a training step
   * assigns them after the update.
   */
  state?: Record<string, Tensor>;
  /**
   * Prediction on the response scale: [rows, 1] (a probability for binary), [rows, C] probabilities of
   * several classes, [rows, outputs] of windows.
   */
  output: Tensor2D;
}

/**
 * Level vectors of every feature that has them, K × [q_k, d]: categorical columns, then columns of tags. The
 * caller disposes of them.
 */
export type LevelVectors = Tensor2D[];

/** What levels become as numeric features: a row of `width` numbers each. */
export interface LevelColumns {
  values: Float32Array;
  width: number;
}

/** Posterior of the level vectors: means and variances, each K × [q_k, d]. The caller disposes of them. */
export interface LevelPosterior {
  means: LevelVectors;
  variances: LevelVectors;
  /**
   * Prior variance of each dimension, K × d, where the model learns it; absent: the one of the settings or of
   * the estimates.
   */
  priorVariances?: Float32Array[];
}

/**
 * A method that is fitted by its own algorithm instead of gradient steps (a linear mixed model by maximum
 * likelihood, Lindstrom–Bates, MeNets). An iteration takes the place of an epoch. `breathe` lets the worker
 * read its messages: await it at least every 10 ms of work.
 */
export interface OwnFit {
  /**
   * One iteration on the training part. `objective` is the method's own criterion, on validation rows where
   * it has one, else on the training part.
   */
  iterate(breathe: () => Promise<void>): Promise<{ training: number; objective: number }>;
  /** True when no further iteration changes the fit: training ends. */
  readonly converged: boolean;
  /** Fits once more, on all training rows (validation included), before results are taken. */
  finish?(breathe: () => Promise<void>): Promise<void>;
}

/**
 * A trainable model. `loss`, `predict` and `secondStage.loss` are plain tfjs over fixed shapes and
 * capturable: nothing read back, no branch on a value, no number that changes from step to step. They run
 * inside the caller's tf.tidy.
 */
export interface Model {
  /**
   * Trainable variables by name (`decoder/dense0/kernel`; kernels are inputs × outputs), in a fixed order.
   */
  readonly parameters: ReadonlyMap<string, Variable>;
  /**
   * Shapes of the standard normal tensors that `loss` (and a sampling `predict`) takes for this many rows; []
   * for none.
   */
  noiseShapes(rows: number): readonly NoiseShape[];
  /**
   * `training` (true when absent) is false for the validation objective: no dropout, moving averages in place
   * of batch statistics.
   */
  loss(batch: Batch, noise: Tensor[], training?: boolean): Loss;
  /**
   * Variables that steps assign and that get no gradient (moving averages of batch normalisation), by name.
   * Kept and restored with the weights.
   */
  readonly state?: ReadonlyMap<string, Variable>;
  /**
   * Least values of parameters by name (a variance must stay positive): after its update, a step raises
   * smaller values to them.
   */
  readonly floors?: ReadonlyMap<string, number>;
  /**
   * Factors on the learning rate of parameters by name, 1 for all others. 0 is frozen: the parameter stays as
   * it is, is not counted, and has no moments.
   */
  readonly rates?: ReadonlyMap<string, number>;
  /**
   * Names of parameters that are tables by level: with lazy updates, their rows with a zero gradient stay as
   * they are.
   */
  readonly tables?: ReadonlySet<string>;
  /**
   * Lookups of each categorical feature, for a program elsewhere that computes the same steps. Absent where a
   * level has the row of its own number.
   */
  readonly lookups?: readonly (readonly LevelLookup[])[];
  /**
   * Trainable numbers where they depend on the data (levels that training rows have); else those of
   * `MethodAbout.parameterCount`.
   */
  readonly parameterCount?: number;
  /**
   * Numeric features that take the place of the dataset's, for all its rows (n × p): encodings that turn
   * categories into numbers. `byLevel` is what a level becomes in rows that are predicted, for each
   * categorical feature: (q + 1) × width numbers, the last ones of a level that no data have. They stand
   * after the dataset's own features.
   */
  readonly inputs?: { x: Float32Array; p: number; byLevel?: readonly LevelColumns[] };
  /**
   * Vectors of a level that no data have, for predictions of other tables: zeros, or [1, d] for each feature.
   * Absent: the mean of the levels' vectors, by their training rows.
   */
  readonly newLevel?: 'zeros' | (() => LevelVectors);
  /**
   * Fewest rows of a training batch: a smaller last batch of an epoch is left out (batch normalisation has no
   * variance of one row). Absent: 1.
   */
  readonly leastBatch?: number;
  /** Nominal batch of this method where it must differ from the run's (a batch Cholesky). */
  readonly batchSize?: number;
  /**
   * Order of the training rows of an epoch (1-based) where it must not be the run's shuffle (LMMNN by level).
   */
  epochOrder?(rows: Uint32Array, seed: number, epoch: number): Uint32Array;
  /** Absent: gradient steps through a plan. */
  readonly ownFit?: OwnFit;
  /**
   * How batch losses become an epoch's loss (docs/methods.md A0): weighted by rows, or a plain mean over
   * batches.
   */
  readonly epochLoss: 'by-rows' | 'by-batches';
  /**
   * Level vectors learned from these batches (a table method ignores them, and one that needs two passes goes
   * through them twice). [] when the method has none. Each call of `noise` gives the standard normals of the
   * shapes asked for; the caller of `noise` disposes of them.
   */
  levelVectors(batches: AsyncIterable<Batch> | Iterable<Batch>, noise: (shapes: readonly NoiseShape[]) => Tensor[]): Promise<LevelVectors>;
  /**
   * Posterior means and variances of the level vectors, learned from these batches, for methods that have
   * one.
   */
  levelPosterior?(batches: AsyncIterable<Batch> | Iterable<Batch>): Promise<LevelPosterior>;
  /**
   * The posterior of a level follows from the level's own rows, so that one of some levels needs no others.
   */
  readonly posteriorByLevel?: true;
  /** Of a mixed model by its formula: what it says of itself, after its last fit, without single levels. */
  mixed?(): FormulaFit | null;
  /**
   * Of a field over places: how unlike they are by their distance, in the unit of the dataset's y squared,
   * from the rows that level vectors were last learned from; null where there are too few.
   */
  variogram?(breathe: () => Promise<void>): Promise<Variogram | null>;
  /** Estimated variances and fixed effects, given the level vectors of `levelVectors`. */
  estimates?(vectors: LevelVectors): Promise<Estimate[]>;
  /**
   * Prediction on the response scale, given level vectors of `levelVectors`: [rows, 1], a probability for
   * each of several classes, or [rows, outputs] of windows. `noise` has the shapes of `noiseShapes` when
   * `samplesPrediction`, else it is [].
   */
  predict(inputs: Inputs, vectors: LevelVectors, noise: Tensor[]): Tensor2D;
  /**
   * Weights that attention gives to the tags of each row, for a method that attends to tags: for each column
   * of tags [rows, heads, places], in the places of `Inputs.tags`, 0 where there is no tag. What they lack to
   * 1 went to tags that the row does not have. Called inside a tf.tidy, and with any number of places.
   */
  attention?(inputs: Inputs): Tensor3D[];
  /**
   * Weights by which a forecast attends to the other series of each window, for a method that does: for each
   * of its blocks [rows, heads, F], 1 in sum over the series. Called inside a tf.tidy.
   */
  seriesAttention?(inputs: Inputs): Tensor3D[];
  /** True when prediction draws noise (REmbeddings as published). */
  readonly samplesPrediction: boolean;
  /**
   * Post-training with level vectors frozen: a second loss over some of the parameters, with a fresh Adam.
   * Absent when switched off.
   */
  readonly secondStage?: {
    readonly parameters: ReadonlyMap<string, Variable>;
    loss(batch: Batch, vectors: LevelVectors): Scalar;
  };
  /**
   * The same model as plain data, for methods of the fused family; a fused plan must equal `loss`,
   * `levelVectors`, `predict` and `secondStage`.
   */
  readonly fused?: FusedDescription;
  dispose(): void;
}

/**
 * Builds a model with its initial weights drawn from `random`. `dataset` is there for methods that need it
 * before training (encodings, own fits); they may look at y of the training rows (validation included) only,
 * and throw when it is absent. Counts and golden checks build without one.
 */
export type BuildModel<Settings extends z.ZodObject> = (
  problem: Problem,
  settings: z.output<Settings>,
  random: RandomStream,
  dataset?: Dataset,
) => Model;

/**
 * A method file exports `about` (for page and worker) and `build` (for the worker only; the page's bundle
 * leaves it out, and tfjs with it).
 */
export interface Method<Settings extends z.ZodObject = z.ZodObject> {
  about: MethodAbout<Settings>;
  build: BuildModel<Settings>;
}

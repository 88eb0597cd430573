// What the host tells the module: structures that lie in the imported memory, written by ../layout.ts in this order. Addresses and offsets are bytes.

/** A dense layer. Kernels are row-major inputs × outputs with rows padded to four outputs. */
// @ts-ignore: decorator
@unmanaged
export class Layer {
  inputs: i32;
  outputs: i32;
  /** Bytes of a kernel row. */
  stride: usize;
  /** Offset of the kernel and of the bias in parameters and gradients. */
  kernel: usize;
  bias: usize;
  /** The transposed kernel of this step (outputs × inputs) and the bytes of its rows. */
  transposed: usize;
  transposedStride: usize;
  /** Panels of outputs: of the whole batch in the encoder, of one block of this thread in the decoder. */
  activation: usize;
  /** Panels of derivatives by the outputs, of one block of this thread. */
  delta: usize;
  /** Dropout of the outputs: the 23-bit number from which one is kept (0: no dropout), its factor, the first column of the counter. */
  keepFrom: i32;
  scale: f32;
  column: i32;
}

/** A categorical feature. Positions are places of rows in the processing order; a slot is the place of a level among those in the batch, from 1. */
// @ts-ignore: decorator
@unmanaged
export class Feature {
  levels: i32;
  /** Level of each row of the data. */
  codes: usize;
  /** Per level: zeros between sorts. */
  counts: usize;
  /** Levels in the batch, in the order they appear. */
  present: usize;
  presentCount: i32;
  /** First place of each present level in `places`, and the end. */
  starts: usize;
  /** Positions ordered by level; not used for the first feature, whose rows are processed in that order. */
  places: usize;
  /** Per position: which vector the row takes, a slot or a level. */
  keys: usize;
  /** Per slot (encoder): mean draw, then what each row adds to the gradients of its mean and log-variance. Slot 0 is zero. */
  slots: usize;
  /** Per position (encoder): draw, mean, log-variance (or its exponential). */
  draws: usize;
  /** Per position: gradient of the row's vector, and of its log-variance (sampled tables). */
  rowGradients: usize;
  /** Offsets of the tables in parameters and gradients; row `levels` is zero. */
  table: usize;
  logVarTable: usize;
  /** Level vectors to predict and to post-train with, and the sums they come from; row `levels` is zero. */
  vectors: usize;
  /** How many tables a level's vector comes from, where by lookups, and the list of them. */
  lookupCount: i32;
  lookups: usize;
}

/** A table of records. */
// @ts-ignore: decorator
@unmanaged
export class Table {
  /** In parameters and gradients. */
  offset: usize;
  rows: i32;
  /** Bytes of a record, and its numbers. */
  stride: usize;
  width: i32;
}

// @ts-ignore: decorator
@unmanaged
export class Lookup {
  table: i32;
  /** Row of each level. */
  index: usize;
  /** Where the row begins in a level's vector. */
  column: i32;
}

// @ts-ignore: decorator
@unmanaged
export class Problem {
  learningRate: f64;
  beta1: f64;
  beta2: f64;
  epsilon: f64;
  /** Weight of the KL term. */
  beta: f64;
  priorVariance: f64;
  logPriorVariance: f64;
  /** Weight of the tables' sum of squares. */
  l2: f64;
  /** Divisor of the encoder's KL term: the nominal rows of a batch. */
  nominalRows: f64;
  /** Milliseconds that the first thread waits for the others. */
  patience: f64;
  /** Factor of what dropout of level vectors keeps. */
  levelScale: f64;
  /** Least value of the two variances of random intercepts. */
  leastVariance: f64;
  /** Where losses are left: fit, KL, penalty (f64). */
  losses: usize;
  /** What the host asks for, and what threads may take of it (threads.ts; both of all threads). */
  call: usize;
  offer: usize;
  /** Number of this thread, 0 being the host's. */
  thread: i32;
  /** Sums of losses of each share, 64 bytes apart (step.ts). */
  sums: usize;
  /** Dense gradients of the share that this thread is at (adam.ts): `gradients` for the first, of the others one after the other from `partials`. */
  partial: usize;
  partials: usize;
  shares: i32;
  /** Rows of a thread in one round of collecting level vectors. */
  roundRows: i32;
  kind: i32;
  binary: i32;
  /** 1: a level's log-variance is that of a mean (paper, section 3); 0: the mean of log-variances. */
  paperLogVar: i32;
  /** 1: the decoder takes the inner product of the two features' vectors, with a bias of each level where there are biases. */
  inner: i32;
  biases: i32;
  /** 1: Adam leaves a table's row whose gradient is zero. */
  lazy: i32;
  /** 1: keys are slots, because vectors are made for the levels of a batch (encoder, lookups). */
  slotted: i32;
  /** Numbers of a row's vector of one feature: d, and its bias. */
  vector: i32;
  /** Dropout of level vectors: the 23-bit number from which one is kept (0: none), the first column of the counter. */
  levelKeepFrom: i32;
  levelColumn: i32;
  tableCount: i32;
  tables: usize;
  /** Random intercepts: offsets of their residual and level variance in parameters and gradients, and per position y − f, then the loss's derivative by f. */
  residualVariance: usize;
  levelVariance: usize;
  residuals: usize;
  p: i32;
  d: i32;
  features: i32;
  /** Hidden layers of the encoder; its heads are the layer after them. */
  encoderLayers: i32;
  firstDecoder: i32;
  lastDecoder: i32;
  layers: usize;
  featureList: usize;
  x: usize;
  y: usize;
  /** Row of the batch at each position. */
  order: usize;
  parameters: usize;
  gradients: usize;
  m: usize;
  v: usize;
  /** Moments of the second stage, as long as the dense part. */
  stageM: usize;
  stageV: usize;
  /** Bytes of the parameters before the tables, and where the decoder's begin. */
  denseBytes: usize;
  decoderBytesFrom: usize;
  parameterBytes: usize;
  /** Panels of the batch: encoder inputs, half of σ·ε (tables: the factors of level dropout, of one block), and σ² (only for the paper's averaging). */
  encoderInputs: usize;
  halfSigmaNoise: usize;
  variances: usize;
  /** Panels of one block, of this thread; with an inner product the two features' vectors, and the derivative by their product. */
  pairs: usize;
  products: usize;
  heads: usize;
  decoderInputs: usize;
  vectorGradients: usize;
  output: usize;
  response: usize;
  /** 32 zero bytes. */
  zero: usize;
  /** Of this thread (active.ts): lists of what is not zero, where each ends, and rows on their way from and to panels. */
  lists: usize;
  ends: usize;
  chunk: usize;
  /** First of the positions of this thread's groups (step.ts), behind those of the batch. */
  groupAt: i32;
}

/** One call of the host. */
// @ts-ignore: decorator
@unmanaged
export class Call {
  /** What to do (index.ts), and how many threads do it. */
  what: i32;
  threads: i32;
  /** Address and number of the batch's row numbers. */
  numbers: usize;
  count: i32;
  /** Injected noise or 0; else counter and seed. */
  noise: usize;
  noiseStep: i32;
  seed: i32;
  /** Number of the Adam step (0: gradients alone, −1: losses alone), or 1 for draws rather than means. */
  option: i32;
  /** Where predictions go. */
  to: usize;
  /** Positions from … to of a part of a step. */
  first: i32;
  last: i32;
  /** 1 while the call changes what cannot be computed again. */
  changing: i32;
  /** Address of the places in the batch of the rows that are collected, or 0: all. */
  places: usize;
}

export const NO_LEVELS: i32 = 0;
export const TABLES: i32 = 1;
export const SAMPLED_TABLES: i32 = 2;
export const ENCODER: i32 = 3;
export const INTERCEPTS: i32 = 4;

/** Rows of a block: its panels stay in the first-level cache. */
export const BLOCK: i32 = 192;
/** Most rows of a group: their activations stay in the second-level cache. As in ../layout.ts. */
export const GROUP: i32 = 768;

export let problem: Problem = changetype<Problem>(0);
/** Bytes of the record of a row's vector, padded to four numbers. */
export let record: usize = 0;

export function setProblem(address: usize): void {
  problem = changetype<Problem>(address);
  record = (<usize>problem.vector * 4 + 15) & ~15;
}

// @ts-ignore: decorator
@inline
export function layer(i: i32): Layer {
  return changetype<Layer>(problem.layers + <usize>i * offsetof<Layer>());
}

// @ts-ignore: decorator
@inline
export function table(t: i32): Table {
  return changetype<Table>(problem.tables + <usize>t * offsetof<Table>());
}

// @ts-ignore: decorator
@inline
export function lookup(f: Feature, i: i32): Lookup {
  return changetype<Lookup>(f.lookups + <usize>i * offsetof<Lookup>());
}

// @ts-ignore: decorator
@inline
export function feature(k: i32): Feature {
  return changetype<Feature>(problem.featureList + <usize>k * offsetof<Feature>());
}

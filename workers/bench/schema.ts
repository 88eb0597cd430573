/**
 * What the bench is asked and what it answers: plain data, for the page, the command line and the JSON file
 * alike.
 */

export type BenchMethod = 'mmbeddings' | 'embeddings';
export type BenchBackend = 'wasm' | 'webgpu';

export interface BenchOptions {
  methods: BenchMethod[];
  /** Cardinalities q; a batch has q rows. */
  levels: number[];
  backends: BenchBackend[];
  /** Ids of the engines that take part ('plan-wasm', 'numpy'); null for all. */
  engines: string[] | null;
  /** Times each engine has its turn, the engines one after the other in each round. */
  rounds: number;
  /** About how long one turn lasts, ms. */
  turn: number;
  /** An engine whose next step is expected to take longer than this is left out, ms. */
  longestStep: number;
}

/** Milliseconds per step over the rounds. */
export interface Timing {
  median: number;
  least: number;
  most: number;
  rounds: number[];
}

/** Where an engine's memory was counted. */
export type MemoryKind = 'linear memory' | 'GPU buffers' | 'tensors' | 'process';

/** One engine on one method and q. */
export interface BenchRow {
  method: BenchMethod;
  q: number;
  /** Stable id of the engine: 'plan-wasm', 'tfjs-webgpu', … */
  engine: string;
  label: string;
  /** A plan of the lab, or what it is compared with. */
  role: 'plan' | 'peer';
  /** Null for an engine that was left out, with the reason in `skipped`. */
  timing: Timing | null;
  skipped: string | null;
  /**
   * Milliseconds from nothing (no model, no pipeline) to the end of the first step; the backend itself runs
   * already.
   */
  firstStep: number | null;
  /** Loss of the last step: finite when the engine trains. */
  loss: number | null;
  /** Dispatches of a step on the GPU. */
  dispatches: number | null;
  /**
   * Microseconds of JavaScript per step until the device has its work, in the best round; for plans the
   * epoch's order is apart.
   */
  javascript: number | null;
  /**
   * Microseconds of JavaScript per step for the epoch's order, shuffled, sorted by level and uploaded
   * (plans), in the best round.
   */
  order: number | null;
  memory: { bytes: number; kind: MemoryKind } | null;
  /** GFLOP/s of the products a step cannot do without. */
  gflops: number | null;
  /**
   * How many times as long this engine takes as each plan of the lab: the median over rounds of the ratio
   * within the round.
   */
  ratios: Record<string, number>;
  /** GPU microseconds by kernel, where the adapter has timestamps and the plan names its kernels. */
  kernels: { name: string; microseconds: number; gflops: number | null; gigabytes: number | null }[] | null;
}

/** What a step cannot do without, and what the lab's steps do. */
export interface Work {
  method: BenchMethod;
  q: number;
  parameters: number;
  /** Floating-point operations of the dense products, forward and backward. */
  flops: number;
  /**
   * Bytes of a step on a machine that forgets nothing within it: rows read once, parameters and both moments
   * read and written once.
   */
  bytes: number;
  /** What the lab's plans do, by counting their arrays. */
  done: Record<BenchBackend, { flops: number; bytes: number }>;
}

/** What the adapter reaches on the plainest kernels. */
export interface Ceiling {
  /** GB/s read and written by a copy of one buffer into another. */
  copy: number;
  /** GFLOP/s of a plain tiled product of two matrices. */
  multiply: number;
  /** Timed by the GPU's own clock or from outside. */
  clock: 'timestamp' | 'wall';
}

export interface BenchReport {
  version: 1;
  date: string;
  environment: {
    runtime: string;
    cores: number | null;
    adapter: string | null;
    hardware: boolean;
    threads: number;
    /** Load of the machine over the last minute, where it can be known, at the beginning and the end. */
    load: [number, number] | null;
  };
  options: BenchOptions;
  /** Engines and backends that could not take part, in words. */
  absent: string[];
  ceiling: Ceiling | null;
  work: Work[];
  rows: BenchRow[];
}

/** A row as soon as it changes, and what is being done. */
export interface BenchProgress {
  doing: string;
  /** 0 … 1 */
  fraction: number;
  rows: BenchRow[];
}

/** The calls of the bench's worker. */
export interface BenchApi {
  run(options: BenchOptions, wasmPath: string, onProgress: (progress: BenchProgress) => void): Promise<BenchReport>;
  /** Ends the bench after the turn under way; `run` then answers with what was measured. */
  cancel(): void;
}

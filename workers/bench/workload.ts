import type { Dataset } from '../data/dataset';
import { RandomStream } from '../random/random';
import type { BenchMethod } from './schema';
import { P } from './work';

/**
 * Batches in the data of a plan, so that an epoch's costs are spread over its steps as in training (9 batches
 * as published).
 */
const BATCHES = 8;
const MOST_ROWS = 400_000;

/** The same task for every engine: q levels, uniform; batch = q. */
export interface Workload {
  method: BenchMethod;
  q: number;
  batch: number;
  /** rows × 10, row-major; the first batch is what engines without an epoch train on. */
  x: Float32Array;
  y: Float32Array;
  codes: Int32Array;
}

export function makeWorkload(method: BenchMethod, q: number): Workload {
  const random = new RandomStream(1, `bench ${q}`);
  const rows = q * Math.max(1, Math.min(BATCHES, Math.floor(MOST_ROWS / q)));
  const x = Float32Array.from({ length: rows * P }, () => 2 * random.uniform() - 1);
  const codes = Int32Array.from({ length: rows }, () => random.integer(q));
  const effects = Float32Array.from({ length: q }, () => random.normal());
  const y = Float32Array.from({ length: rows }, (_, i) => x[i * P] + effects[codes[i]] + 0.5 * random.normal());
  return { method, q, batch: q, x, y, codes };
}

/** All rows as training rows, for the lab's plans. */
export function benchDataset({ q, x, y, codes }: Workload): Dataset {
  const rows = y.length;
  const none = new Uint32Array(0);
  return {
    task: 'regression',
    rows,
    x,
    p: P,
    categorical: [{ name: 'z', cardinality: q, codes, labels: null }],
    y,
    targetScale: 1,
    xScales: null,
    targetMean: 0,
    targetName: 'y',
    classLabels: null,
    split: { train: Uint32Array.from({ length: rows }, (_, i) => i), validation: none, test: none },
    truth: null,
    fingerprint: '',
  };
}

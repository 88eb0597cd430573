import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import type { Task } from '../../data/schema';
import { RandomStream } from '../../random/random';
import type { Batch, Model, Problem } from '../method';
import { aboutMethod, buildModel } from '../registry';
import { smallSettings } from './every-method';

/** Settings that `smallSettings` cannot make small, because what is large is no number. */
const SMALL: Record<string, Record<string, unknown>> = {
  uembeddings: { rows: 16 },
  'ncf-uembeddings': { rows: 16 },
  'tabtransformer-uembeddings': { rows: 16 },
  'feature-hashing': { bins: 32 },
};

/** The settings of a method in tests: its defaults made small, and of `wanted` those that it has. */
export function testSettings(id: string, wanted: Record<string, unknown> = {}): Record<string, unknown> {
  const about = aboutMethod(id);
  const known = Object.fromEntries(Object.entries(wanted).filter(([key]) => key in about.settings.shape));
  return about.settings.parse({ ...smallSettings(about), ...SMALL[id], ...known });
}

/**
 * A small dataset with an effect of every level and of the first numeric feature. The last level of each
 * feature is in test rows only. Two thirds of the rows train, a ninth validates.
 */
export function testDataset(task: Task, p: number, levels: readonly number[], rows: number, seed: number): Dataset {
  const random = new RandomStream(seed, 'test dataset');
  const training = Math.floor((2 / 3) * rows);
  const validation = Math.floor(rows / 9);
  const x = Float32Array.from({ length: rows * p }, () => random.normal());
  const effects = levels.map((q) => Float32Array.from({ length: q }, () => 2 * random.normal()));
  const codes = levels.map((q) =>
    Int32Array.from({ length: rows }, (_, row) => (row < training + validation ? random.integer(Math.max(1, q - 1)) : random.integer(q))),
  );
  const y = Float32Array.from({ length: rows }, (_, row) => {
    const value = codes.reduce((sum, feature, k) => sum + effects[k][feature[row]], (p > 0 ? x[row * p] : 0) + 0.1 * random.normal());
    return task === 'binary' ? Number(value > 0) : value;
  });
  const numbers = Uint32Array.from({ length: rows }, (_, row) => row);
  return {
    task,
    rows,
    x,
    p,
    categorical: levels.map((cardinality, k) => ({ name: `level${k}`, cardinality, codes: codes[k], labels: null })),
    y,
    targetScale: 1,
    xScales: null,
    targetMean: 0,
    targetName: 'y',
    classLabels: null,
    split: {
      train: numbers.slice(0, training),
      validation: numbers.slice(training, training + validation),
      test: numbers.slice(training + validation),
    },
    truth: null,
    fingerprint: '0000000000000000',
  };
}

/**
 * A model on a small dataset of the problem's shape, and batches of rows of it as the trainer would give
 * them.
 */
export interface TestModel {
  model: Model;
  dataset: Dataset;
  /** `rows` training rows, others for another seed; the caller disposes of them. */
  batch(rows: number, seed: number): Batch;
}

export function testModel(id: string, problem: Problem, settings = testSettings(id)): TestModel {
  const dataset = testDataset(problem.task, problem.p, problem.levels, 90, 1);
  const model = buildModel(id, problem, settings, new RandomStream(1, 'weights'), dataset);
  const { x, p } = model.inputs ?? dataset;
  return {
    model,
    dataset,
    batch(rows, seed) {
      const random = new RandomStream(seed, 'batch');
      const chosen = Array.from({ length: rows }, () => random.integer(dataset.split.train.length));
      return {
        x: tf.tensor2d(
          chosen.flatMap((row) => [...x.subarray(row * p, (row + 1) * p)]),
          [rows, p],
        ),
        z: dataset.categorical.map(({ codes }) =>
          tf.tensor1d(
            chosen.map((row) => codes[row]),
            'int32',
          ),
        ),
        y: tf.tensor2d(
          chosen.map((row) => dataset.y[row]),
          [rows, 1],
        ),
      };
    },
  };
}

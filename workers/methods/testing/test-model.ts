import * as tf from '@tensorflow/tfjs';
import type { Dataset, TagColumn } from '../../data/dataset';
import { levelGraph } from '../../data/edges/level-graph';
import type { Task } from '../../data/schema';
import { paddedTags, type TagShape } from '../../data/tag-rows';
import { hasSeveralClasses } from '../../data/tasks';
import { RandomStream } from '../../random/random';
import type { Batch, Model, Problem, TagSets } from '../method';
import { aboutMethod, buildModel } from '../registry';
import { type ResponseKind, smallSettings } from './every-method';

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
 * A column of sets of up to three tags, some of them empty. The last tag is in test rows only, those after
 * `training`.
 */
function testTags({ tags, parents }: TagShape, column: number, rows: number, training: number, random: RandomStream): TagColumn {
  const offsets = new Uint32Array(rows + 1);
  const ids: number[] = [];
  for (let row = 0; row < rows; row++) {
    const known = Math.max(1, row < training ? tags - 1 : tags);
    const set = new Set(Array.from({ length: random.integer(4) }, () => random.integer(known)));
    ids.push(...[...set].sort((a, b) => a - b));
    offsets[row + 1] = ids.length;
  }
  return { name: `tags${column}`, offsets, ids: Int32Array.from(ids), labels: Array.from({ length: tags }, (_, tag) => `tag ${tag}`), parents };
}

/**
 * A small dataset with an effect of every level, of every tag and of the first numeric feature. The last
 * level of each feature, and the last tag of each column, is in test rows only. Two thirds of the rows train,
 * a ninth validates. Several classes are three: low, middle and high.
 */
export function testDataset(
  task: Task,
  p: number,
  levels: readonly number[],
  rows: number,
  seed: number,
  tags?: readonly TagShape[],
  kind: ResponseKind = {},
): Dataset {
  const random = new RandomStream(seed, 'test dataset');
  const training = Math.floor((2 / 3) * rows);
  const validation = Math.floor(rows / 9);
  const x = Float32Array.from({ length: rows * p }, () => random.normal());
  const effects = levels.map((q) => Float32Array.from({ length: q }, () => 2 * random.normal()));
  const codes = levels.map((q) =>
    Int32Array.from({ length: rows }, (_, row) => (row < training + validation ? random.integer(Math.max(1, q - 1)) : random.integer(q))),
  );
  const ofTags = new RandomStream(seed, 'test tags');
  const columns = tags?.map((shape, column) => testTags(shape, column, rows, training + validation, ofTags));
  const tagEffects = columns?.map(({ labels }) => Float32Array.from(labels, () => 2 * ofTags.normal()));
  const y = Float32Array.from({ length: rows }, (_, row) => {
    let value = codes.reduce((sum, feature, k) => sum + effects[k][feature[row]], (p > 0 ? x[row * p] : 0) + 0.1 * random.normal());
    for (const [column, { offsets, ids }] of (columns ?? []).entries())
      for (const tag of ids.subarray(offsets[row], offsets[row + 1])) value += tagEffects?.[column][tag] ?? 0;
    if (hasSeveralClasses(task)) return Number(value > -1) + Number(value > 1);
    return task === 'binary' ? Number(value > 0) : value;
  });
  const numbers = Uint32Array.from({ length: rows }, (_, row) => row);
  const dataset: Dataset = {
    task,
    rows,
    x,
    p,
    categorical: levels.map((cardinality, k) => ({ name: `level${k}`, cardinality, codes: codes[k], labels: null })),
    ...(columns && { tags: columns }),
    y,
    targetScale: 1,
    xScales: null,
    targetMean: 0,
    targetName: 'y',
    classLabels: hasSeveralClasses(task) ? ['low', 'middle', 'high'] : null,
    split: {
      train: numbers.slice(0, training),
      validation: numbers.slice(training, training + validation),
      test: numbers.slice(training + validation),
    },
    truth: null,
    fingerprint: '0000000000000000',
  };
  return withResponse(dataset, kind);
}

/**
 * The same data with counts, or with times to an event of which every third is censored, for its numbers; or
 * with edges from each level of the first feature to the next.
 */
export function withResponse(dataset: Dataset, { counts, events, edges }: ResponseKind): Dataset {
  if (edges) {
    const q = dataset.categorical[0].cardinality;
    const from = Int32Array.from({ length: q - 1 }, (_, level) => level);
    const to = from.map((level) => level + 1);
    return { ...dataset, graph: levelGraph(0, q, { nodes: q, from, to, weights: new Float64Array(q - 1).fill(1) }) };
  }
  if (counts) return { ...dataset, y: dataset.y.map((value) => Math.round(Math.min(6, Math.exp(value / 3)))) };
  if (!events) return dataset;
  const seen = Float32Array.from(dataset.y, (_, row) => (row % 3 === 0 ? 0 : 1));
  return { ...dataset, y: dataset.y.map((value) => Math.exp(-value / 3)), events: { name: 'event', seen } };
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

function sets(column: TagColumn, rows: readonly number[], places: number): TagSets {
  const { ids, mask } = paddedTags(column, Uint32Array.from(rows), places);
  return { ids: tf.tensor2d(ids, [rows.length, places], 'int32'), mask: tf.tensor2d(mask, [rows.length, places]) };
}

/** Frees a batch. */
export function disposeTestBatch({ x, z, y, event, tags = [] }: Batch): void {
  tf.dispose([x, y, ...(event ? [event] : []), ...z, ...tags.flatMap(({ ids, mask }) => [ids, mask])]);
}

export function testModel(id: string, problem: Problem, settings = testSettings(id)): TestModel {
  const dataset = testDataset(problem.task, problem.p, problem.levels, 90, 1, problem.tags, problem);
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
        ...(dataset.tags && { tags: dataset.tags.map((column, k) => sets(column, chosen, problem.tags?.[k].places ?? 0)) }),
        y: tf.tensor2d(
          chosen.map((row) => dataset.y[row]),
          [rows, 1],
        ),
        ...(dataset.events && {
          event: tf.tensor2d(
            chosen.map((row) => dataset.events?.seen[row] ?? 1),
            [rows, 1],
          ),
        }),
      };
    },
  };
}

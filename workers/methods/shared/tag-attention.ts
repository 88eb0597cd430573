import * as tf from '@tensorflow/tfjs';
import type { TagShape } from '../../data/tag-rows';
import { Dense } from '../../nn/dense';
import { torchLinear } from '../../nn/initialisers';
import { softmaxOverPlaces } from '../../ops/place-softmax';
import { sumOfTags, tagsOfRows, vectorsOfTags } from '../../ops/tag-sum';
import type { RandomStream } from '../../random/random';
import type { TagSets } from '../method';
import type { TagMap } from './tag-model';
import { ofTable } from './tag-table';

/** Which of the attentions of docs/methods.md F2; 'first-listing' and 'formula' are maps of their own. */
export type ScoredForm = 'listing' | 'mask';

/**
 * A score for each tag from its vector, dense1(tanh(dense0(E_j))), and a softmax of the scores of a row's
 * tags. A tag's score is the same in every row, so it is computed once a tag and looked up.
 */
export class TagScores {
  readonly #table: tf.Variable<tf.Rank.R2>;
  readonly #hidden: Dense;
  readonly #score: Dense;

  constructor(table: tf.Variable<tf.Rank.R2>, hidden: number, random: RandomStream) {
    this.#table = table;
    this.#hidden = new Dense(table.shape[1], hidden, 'linear', random, torchLinear);
    this.#score = new Dense(hidden, 1, 'linear', random, torchLinear);
  }

  parameters(prefix: string): [string, tf.Variable][] {
    return [...this.#hidden.parameters(`${prefix}/attention/dense0`), ...this.#score.parameters(`${prefix}/attention/dense1`)];
  }

  /** [rows, width] → [rows, 1]. */
  of(vectors: tf.Tensor2D): tf.Tensor2D {
    return this.#score.apply(tf.tanh(this.#hidden.apply(vectors)));
  }

  /**
   * Weights of the tags of each row, [rows, places, 1]; with 'listing' the tags it does not have take part.
   */
  weights(sets: TagSets, form: ScoredForm): tf.Tensor3D {
    const [tags] = this.#table.shape;
    const others = form === 'listing' ? tf.sub(tags, tagsOfRows(sets)) : null;
    return softmaxOverPlaces(vectorsOfTags(this.of(this.#table), sets), sets.mask, others as tf.Tensor2D | null);
  }

  /** The weighted sum of the vectors of each row's tags, [rows, d]. */
  rows(sets: TagSets, form: ScoredForm): tf.Tensor2D {
    return tf.sum(tf.mul(vectorsOfTags(this.#table, sets), this.weights(sets, form)), 1);
  }
}

/** Weights as a model gives them: [rows, places, heads] → [rows, heads, places]. */
export const byHead = (weights: tf.Tensor3D): tf.Tensor3D => tf.transpose(weights, [0, 2, 1]);

/** Attention by a score a tag, over the tags of the row ('mask') or as listed. */
export function scoredMap(table: tf.Variable<tf.Rank.R2>, hidden: number, form: ScoredForm, random: RandomStream): TagMap {
  const scores = new TagScores(table, hidden, random);
  return {
    ...ofTable(table, (prefix) => scores.parameters(prefix)),
    width: table.shape[1],
    rows: (sets) => scores.rows(sets, form),
    weights: (sets) => byHead(scores.weights(sets, form)),
  };
}

/** The first listing: a softmax over the one score of the sum is 1, so that the attention does nothing. */
export function idleMap(table: tf.Variable<tf.Rank.R2>, hidden: number, random: RandomStream): TagMap {
  const scores = new TagScores(table, hidden, random);
  return {
    ...ofTable(table, (prefix) => scores.parameters(prefix)),
    width: table.shape[1],
    rows(sets) {
      const sum = sumOfTags(table, sets);
      return tf.mul(sum, tf.softmax(scores.of(sum), 1));
    },
  };
}

/**
 * The guide's formula: the sum of a row's tags says how all K tags are weighed, whether the row has them or
 * not.
 */
export function formulaMap(table: tf.Variable<tf.Rank.R2>, { tags }: Pick<TagShape, 'tags'>, random: RandomStream): TagMap {
  const layer = new Dense(table.shape[1], tags, 'linear', random, torchLinear);
  const weigh = (sets: TagSets): tf.Tensor2D => tf.softmax(layer.apply(sumOfTags(table, sets)), 1);
  return {
    ...ofTable(table, (prefix) => layer.parameters(`${prefix}/attention/dense0`)),
    width: table.shape[1],
    rows: (sets) => tf.matMul(weigh(sets), table),
    weights(sets) {
      const [rows] = sets.ids.shape;
      // Places of the row's tags in all weights one after the other: tfjs-wasm gathers no batches of rows.
      const places = tf.add(sets.ids, tf.mul(tf.expandDims(tf.range(0, rows, 1, 'int32'), 1), tf.scalar(tags, 'int32')));
      const own = tf.gather(tf.reshape(weigh(sets), [-1]), places);
      return tf.expandDims(tf.mul(own, sets.mask), 1);
    },
  };
}

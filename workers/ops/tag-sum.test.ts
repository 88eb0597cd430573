import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import { sumOfRows, sumOfTags, type TagSets, vectorsOfTags } from './tag-sum';

const [ROWS, PLACES, TAGS, D] = [5000, 8, 37, 5];

function problem(): { sets: TagSets; table: tf.Tensor2D; rows: tf.Tensor2D } {
  const random = new RandomStream(2, 'tag sums');
  const ids = new Int32Array(ROWS * PLACES);
  const mask = new Float32Array(ROWS * PLACES);
  for (let i = 0; i < ROWS; i++) {
    const count = random.integer(PLACES + 1);
    for (let a = 0; a < count; a++) ids[i * PLACES + a] = random.integer(TAGS);
    mask.fill(1, i * PLACES, i * PLACES + count);
  }
  const numbers = (n: number): Float32Array => Float32Array.from({ length: n * D }, () => random.normal());
  return {
    sets: { ids: tf.tensor2d(ids, [ROWS, PLACES], 'int32'), mask: tf.tensor2d(mask, [ROWS, PLACES]) },
    table: tf.tensor2d(numbers(TAGS), [TAGS, D]),
    rows: tf.tensor2d(numbers(ROWS), [ROWS, D]),
  };
}

describe.each(NODE_BACKENDS)('sums over tags and over rows on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('are transposes of each other: ⟨T E, V⟩ = ⟨E, Tᵀ V⟩, and each is the gradient of the other', () => {
    tf.tidy(() => {
      const { sets, table, rows } = problem();
      const inner = (a: tf.Tensor, b: tf.Tensor): number => tf.sum(tf.mul(a, b)).dataSync()[0];
      const forward = inner(sumOfTags(table, sets), rows);
      expect(inner(sumOfRows(rows, sets, TAGS), table) / forward).toBeCloseTo(1, 4);
      expect(inner(tf.sum(vectorsOfTags(table, sets), 1), rows) / forward).toBeCloseTo(1, 4);
      const byTable = tf.grad((e) => tf.sum(tf.mul(sumOfTags(e as tf.Tensor2D, sets), rows)))(table);
      expect(byTable.dataSync()).toEqual(sumOfRows(rows, sets, TAGS).dataSync());
      const byRows = tf.grad((v) => tf.sum(tf.mul(sumOfRows(v as tf.Tensor2D, sets, TAGS), table)))(rows);
      expect(byRows.dataSync()).toEqual(sumOfTags(table, sets).dataSync());
    });
  });

  it('are the same bits again', () => {
    tf.tidy(() => {
      const { sets, table, rows } = problem();
      const weights = tf.tile(tf.expandDims(rows, 1), [1, PLACES, 1]);
      const run = (): tf.TypedArray[] =>
        [
          sumOfTags(table, sets),
          sumOfRows(rows, sets, TAGS),
          tf.grad((e) => tf.sum(tf.mul(vectorsOfTags(e as tf.Tensor2D, sets), weights)))(table),
        ].map((result) => result.dataSync());
      const first = run();
      for (let again = 0; again < 3; again++) expect(run()).toEqual(first);
    });
  });
});

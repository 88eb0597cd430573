import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import { type Members, meanByLevel, membersOf, onceAPlace, pairsOf, rowsOfLevels, sumByLevel, vectorsBy, vectorsOfRows } from './members';
import { inverseCounts } from './segment-mean';
import type { TagSets } from './tag-sum';

const [Q, D, PLACES] = [5, 3, 4];
/** Tags of six rows; none has tag 4, and the third has no tags. */
const SETS = [[0, 2], [1], [], [0, 1, 2, 3], [3], [2, 3]];

const setsOf = (rows: readonly number[][]): TagSets => ({
  ids: tf.tensor2d(
    rows.map((row) => Array.from({ length: PLACES }, (_, i) => row[i] ?? 0)),
    [rows.length, PLACES],
    'int32',
  ),
  mask: tf.tensor2d(rows.map((row) => Array.from({ length: PLACES }, (_, i) => Number(i < row.length)))),
});
/** T, dense. */
const denseOf = (rows: readonly number[][]): tf.Tensor2D =>
  tf.tensor2d(rows.map((row) => Array.from({ length: Q }, (_, j) => Number(row.includes(j)))));

const random = (rows: number, columns: number, seed: number): tf.Tensor2D => {
  const stream = new RandomStream(seed, 'members');
  return tf.tensor2d(
    Float32Array.from({ length: rows * columns }, () => stream.normal()),
    [rows, columns],
  );
};

const close = (actual: tf.Tensor, expected: tf.Tensor): void => {
  expect(actual.shape).toEqual(expected.shape);
  const right = expected.dataSync();
  for (const [i, value] of actual.dataSync().entries()) expect(value).toBeCloseTo(right[i], 5);
};

describe.each(NODE_BACKENDS)('levels of rows on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('are sums and means over tags, as with the whole matrix of rows and tags', () => {
    tf.tidy(() => {
      const [sets, dense, table, x] = [setsOf(SETS), denseOf(SETS), random(Q, D, 1), random(SETS.length, D, 2)];
      const sum = tf.matMul(dense, table);
      const ofRow = tf.maximum(tf.sum(dense, 1, true), 1);
      close(vectorsOfRows(table, sets, 'sum'), sum);
      close(vectorsOfRows(table, sets), tf.div(sum, ofRow));
      close(
        vectorsBy(sets, (codes) => tf.gather(table, codes)),
        tf.div(sum, ofRow),
      );
      const counts = rowsOfLevels(sets, Q);
      close(counts, tf.reshape(tf.sum(dense, 0), [Q, 1]));
      close(sumByLevel(x, sets, Q), tf.matMul(dense, x, true));
      close(meanByLevel(x, sets, inverseCounts(counts)), tf.div(tf.matMul(dense, x, true), tf.maximum(counts, 1)));
      // A pair of row and tag is a row of its own with one tag.
      close(sumByLevel(onceAPlace(x, PLACES), pairsOf(sets), Q), tf.matMul(dense, x, true));
    });
  });

  it('have the gradients of the whole matrix', () => {
    tf.tidy(() => {
      const [sets, dense, table, x] = [setsOf(SETS), denseOf(SETS), random(Q, D, 1), random(SETS.length, D, 2)];
      const inverse = inverseCounts(rowsOfLevels(sets, Q));
      const [weights, ofLevels] = [random(SETS.length, D, 3), random(Q, D, 4)];
      const shares = tf.reciprocal(tf.maximum(tf.sum(dense, 1, true), 1));
      const byTable = tf.matMul(dense, tf.mul(weights, shares), true);
      close(tf.grad((t) => tf.sum(tf.mul(vectorsOfRows(t as tf.Tensor2D, sets), weights)))(table), byTable);
      close(
        tf.grad((t) =>
          tf.sum(
            tf.mul(
              vectorsBy(sets, (codes) => tf.gather(t as tf.Tensor2D, codes)),
              weights,
            ),
          ),
        )(table),
        byTable,
      );
      const byRows = tf.matMul(dense, tf.mul(ofLevels, inverse));
      close(tf.grad((v) => tf.sum(tf.mul(meanByLevel(v as tf.Tensor2D, sets, inverse), ofLevels)))(x), byRows);
    });
  });

  it('with one tag a row are those of a categorical feature, bit by bit', () => {
    tf.tidy(() => {
      const codes = [2, 0, 0, 4, 1, 2];
      const [sets, ids] = [setsOf(codes.map((code) => [code])), tf.tensor1d(codes, 'int32')];
      const [table, x] = [random(Q, D, 1), random(codes.length, D, 2)];
      const inverse = inverseCounts(rowsOfLevels(ids, Q));
      const both = (of: (members: Members) => tf.Tensor): void => expect([...of(sets).dataSync()]).toEqual([...of(ids).dataSync()]);
      both((members) => rowsOfLevels(members, Q));
      both((members) => vectorsOfRows(table, members));
      both((members) => vectorsBy(members, (each) => tf.gather(table, each)));
      both((members) => meanByLevel(x, members, inverse));
    });
  });

  it('stand in the order of level vectors: categorical features, then columns of tags', () => {
    tf.tidy(() => {
      const [ids, sets] = [tf.tensor1d([0, 1], 'int32'), setsOf([[0], [1]])];
      expect(membersOf({ z: [ids], tags: [sets] })).toEqual([ids, sets]);
      expect(membersOf({ z: [ids] })).toEqual([ids]);
    });
  });
});

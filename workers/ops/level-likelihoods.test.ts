import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { interceptLikelihood } from '../mixed/batch/gaussian';
import { slopesLikelihood } from '../mixed/batch/slopes';
import { inverseWithLogDeterminant } from '../mixed/dense';
import { effectRows, type Factor, type LevelFactor, type SetFactor } from '../mixed/factor';
import { RandomStream } from '../random/random';
import { interceptsNll, slopesNll } from './level-likelihoods';
import type { TagSets } from './tag-sum';

const random = new RandomStream(3, 'intercepts');
const codes = (m: number, levels: number): Factor => ({ codes: Int32Array.from({ length: m }, () => random.integer(levels)), levels });

/** Rows with two of seven levels each, some of them none. */
function sets(m: number): Factor {
  const rows = Array.from({ length: m }, (_, i) => (i % 5 === 0 ? [] : [random.integer(3), 3 + random.integer(4)]));
  const offsets = new Int32Array(m + 1);
  for (const [i, row] of rows.entries()) offsets[i + 1] = offsets[i] + row.length;
  return { offsets, ids: rows.flat(), levels: 7 };
}

/** V and its parts Z_k Z_k' densely, from their definition. */
function densely(r: Float64Array, factors: readonly Factor[], residual: number, variances: readonly number[]) {
  const m = r.length;
  const shared = factors.map((factor) => {
    const z = new Float64Array(m * factor.levels);
    effectRows(factor, m, (row, level, value) => {
      z[row * factor.levels + level] = value;
    });
    return Float64Array.from({ length: m * m }, (_, at) => {
      const [i, j] = [Math.floor(at / m), at % m];
      let sum = 0;
      for (let level = 0; level < factor.levels; level++) sum += z[i * factor.levels + level] * z[j * factor.levels + level];
      return sum;
    });
  });
  const v = Float64Array.from({ length: m * m }, (_, at) => {
    let sum = at % (m + 1) === 0 ? residual : 0;
    for (const [k, part] of shared.entries()) sum += variances[k] * part[at];
    return sum;
  });
  const { inverse, logDeterminant } = inverseWithLogDeterminant(v, m) as NonNullable<ReturnType<typeof inverseWithLogDeterminant>>;
  const alpha = r.map((_, i) => r.reduce((sum, value, j) => sum + inverse[i * m + j] * value, 0));
  /** ½ (tr V⁻¹P − α'Pα) of a part P of V. */
  const by = (part: (at: number) => number): number => {
    let sum = 0;
    for (let at = 0; at < m * m; at++) sum += part(at) * (inverse[at] - alpha[Math.floor(at / m)] * alpha[at % m]);
    return sum / 2;
  };
  return {
    value: 0.5 * (m * Math.log(2 * Math.PI) + logDeterminant + r.reduce((sum, value, i) => sum + value * alpha[i], 0)),
    byResidual: alpha,
    byResidualVariance: by((at) => (at % (m + 1) === 0 ? 1 : 0)),
    byVariances: shared.map((part) => by((at) => part[at])),
  };
}

const CASES: [string, number, (m: number) => Factor[], number, number[]][] = [
  ['levels that meet in few rows', 60, (m) => [codes(m, 200), codes(m, 300), codes(m, 150)], 0.7, [1.4, 0.3, 2]],
  ['levels that all meet', 80, (m) => [codes(m, 4), codes(m, 7)], 1.3, [0.2, 5]],
  ['variances of nearly nothing', 50, (m) => [codes(m, 9), codes(m, 6)], 0.9, [1e-18, 1e-12]],
  ['a residual of nearly nothing', 40, (m) => [codes(m, 60), codes(m, 6)], 1e-4, [3, 1]],
  ['sets of levels beside levels', 45, (m) => [codes(m, 5), sets(m)], 0.8, [1, 2]],
];

describe('the likelihood of a batch by its sparse factor', () => {
  it.each(CASES)('%s: value and derivatives equal dense algebra', (_, m, factorsOf, residual, variances) => {
    const factors = factorsOf(m);
    const r = Float64Array.from({ length: m }, () => random.normal());
    const found = interceptLikelihood(r, factors, residual, variances);
    const expected = densely(r, factors, residual, variances);
    // With next to no noise V⁻¹ has entries of 10⁴, and dense sums over them lose digits themselves.
    const share = residual < 1e-3 ? 1e-7 : 1e-9;
    const near = (value: number, right: number): void => expect(Math.abs(value - right)).toBeLessThan(share * Math.max(1, Math.abs(right)));
    near(found.value, expected.value);
    near(found.byResidualVariance, expected.byResidualVariance);
    for (const [k, value] of expected.byVariances.entries()) near(found.byVariances[k], value);
    for (const [i, value] of expected.byResidual.entries()) near(found.byResidual[i], value);
  });

  it('of no rows is 0', () => {
    const empty = interceptLikelihood([], [{ codes: new Int32Array(0), levels: 3 }], 1, [1]);
    expect([empty.value, empty.byResidualVariance, ...empty.byVariances]).toEqual([0, 0, 0]);
  });
});

describe.each(NODE_BACKENDS)('the same as an op on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('has the gradient of every input, for levels and sets', async () => {
    const m = 45;
    const levels = codes(m, 5) as LevelFactor;
    const members = sets(m) as SetFactor;
    const factors = [levels, members];
    const r = Float64Array.from({ length: m }, () => random.normal());
    const right = interceptLikelihood(r, factors, 0.8, [1, 2]);
    const places = Array.from({ length: m }, (_, i) => Array.from(members.ids).slice(members.offsets[i], members.offsets[i + 1]));
    const padded: TagSets = {
      ids: tf.tensor2d(
        places.flatMap((ids) => [...ids, 0, 0, 0, 0].slice(0, 4)),
        [m, 4],
        'int32',
      ),
      mask: tf.tensor2d(
        places.flatMap((ids) => [0, 1, 2, 3].map((place) => (place < ids.length ? 1 : 0))),
        [m, 4],
      ),
    };
    const z = tf.tensor1d(levels.codes, 'int32');
    const before = tf.memory().numTensors;
    const inputs = [tf.tensor2d(Float32Array.from(r), [m, 1]), tf.scalar(0.8), tf.tensor1d([1, 2])];
    const { value, grads } = tf.valueAndGrads(
      (a, b, c) => interceptsNll(a as tf.Tensor2D, [z, padded], b as tf.Scalar, c as tf.Tensor1D).mul(2) as tf.Scalar,
    )(inputs);
    const close = async (tensor: tf.Tensor, numbers: ArrayLike<number>): Promise<void> => {
      const actual = await tensor.data();
      expect(actual.length).toBe(numbers.length);
      for (let i = 0; i < numbers.length; i++) expect(actual[i]).toBeCloseTo(2 * numbers[i], 3);
    };
    await close(value, [right.value]);
    await close(grads[0], right.byResidual);
    await close(grads[1], [right.byResidualVariance]);
    await close(grads[2], right.byVariances);
    tf.dispose([value, ...grads, ...inputs]);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([z, padded.ids, padded.mask]);
  });

  it('has the gradient of every input, for random effects of features', async () => {
    const [m, M] = [30, 3];
    const z = codes(m, 6) as LevelFactor;
    const r = Float64Array.from({ length: m }, () => random.normal());
    const h = Float64Array.from({ length: m * M }, () => random.normal());
    const right = slopesLikelihood(r, h, z.codes, [0.4, 1.5, 0.2], 0.8);
    const ids = tf.tensor1d(z.codes, 'int32');
    const before = tf.memory().numTensors;
    const inputs = [
      tf.tensor2d(Float32Array.from(r), [m, 1]),
      tf.tensor2d(Float32Array.from(h), [m, M]),
      tf.scalar(0.8),
      tf.tensor1d([0.4, 1.5, 0.2]),
    ];
    const { value, grads } = tf.valueAndGrads(
      (a, b, c, d) => slopesNll(a as tf.Tensor2D, b as tf.Tensor2D, ids, c as tf.Scalar, d as tf.Tensor1D).mul(2) as tf.Scalar,
    )(inputs);
    const expected = [[right.value], right.byResidual, right.byFeatures, [right.byResidualVariance], right.byVariances];
    for (const [k, tensor] of [value, ...grads].entries()) {
      const actual = await tensor.data();
      expect(actual.length).toBe(expected[k].length);
      for (let i = 0; i < actual.length; i++) expect(actual[i]).toBeCloseTo(2 * expected[k][i], 3);
    }
    tf.dispose([value, ...grads, ...inputs]);
    expect(tf.memory().numTensors).toBe(before);
    ids.dispose();
  });
});

import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import { compareEncodings, type EncodingsFixture } from './golden/golden-encodings';
import type { Problem } from './method';
import { aboutMethod, buildModel } from './registry';
import { fingerprintRows, saltedRows } from './shared/hashing';
import { principalScores, symmetricEigen } from './shared/principal-components';
import { targetEncoding } from './shared/target-means';
import { exchanged, exchangedMembers } from './shared-embeddings';
import { testDataset, testSettings } from './testing/test-model';

const fixture = (): EncodingsFixture => JSON.parse(readFileSync(new URL('../../golden/encodings.json', import.meta.url), 'utf8'));

describe('encodings and hashes against golden/encodings.json', () => {
  it('agree', () => {
    const { error, where } = compareEncodings(fixture());
    expect(error, where).toBeLessThan(1e-6);
  });

  it.each<[string, (given: EncodingsFixture) => void]>([
    ['a fingerprint', (given) => Object.assign(given.fingerprints, { 42: '623910487284905737' })],
    ['a mean', (given) => (given.levelMeans[0][0] += 0.001)],
    ['a score', (given) => (given.principalScores.values[1][0] *= -1)],
    ['a target mean', (given) => (given.targetEncoding[0].values[0][5] += 0.001)],
    ['a hash', (given) => given.saltedHash.values[3]++],
  ])('notice %s that differs', (_, spoil) => {
    const given = fixture();
    spoil(given);
    expect(compareEncodings(given).error).toBeGreaterThan(1e-4);
  });
});

describe('hashes', () => {
  it('use as many bins and collide as often as docs/methods.md says', () => {
    const used = (q: number): { distinct: number; most: number } => {
      const load = new Map<number, number>();
      for (const bin of fingerprintRows(q, 1024)) load.set(bin, (load.get(bin) ?? 0) + 1);
      return { distinct: load.size, most: Math.max(...load.values()) };
    };
    // A5: 93 of 100 levels in bins of their own at most twofold, 614 bins at 1,000 levels, all 1,024 at
    // 10,000.
    expect(used(100).most).toBe(2);
    expect(used(1000)).toEqual({ distinct: 614, most: 5 });
    expect(used(10_000)).toEqual({ distinct: 1024, most: 21 });
  });

  it('of two chunks or features are independent', () => {
    const salt = new RandomStream(3, 'salt').uint32();
    const [first, second, third] = [
      { feature: 0, chunk: 0, salt },
      { feature: 0, chunk: 1, salt },
      { feature: 1, chunk: 0, salt },
    ].map((key) => saltedRows(2000, 500, key));
    // 2,000 pairs agree by chance 4 times; 15 has a probability below 1e-4.
    for (const other of [second, third]) expect(first.filter((row, level) => row === other[level]).length).toBeLessThan(15);
    expect(new Set(first).size).toBeGreaterThan(470);
  });
});

describe('principal components', () => {
  it('of a symmetric matrix with known eigenvalues', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 0, 1, 2, 0, 0, 0, 5), 3);
    for (const [i, value] of [5, 3, 1].entries()) expect(values[i]).toBeCloseTo(value, 12);
    expect(Math.abs(vectors[2])).toBeCloseTo(1, 12);
    expect(Math.abs(vectors[3])).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it('of one row are zeros', () => {
    expect([...principalScores(Float64Array.of(3, 4), 1, 2, 2)].map(Math.abs)).toEqual([0, 0]);
  });
});

describe('target encoding', () => {
  it('of a training row does not depend on its own response', () => {
    const data = testDataset('regression', 2, [5, 4], 90, 2);
    const before = targetEncoding(data, 0, 'estimated', 5);
    const row = data.split.train[7];
    const changed = { ...data, y: data.y.slice() };
    changed.y[row] += 100;
    const after = targetEncoding(changed, 0, 'estimated', 5);
    expect(after[row]).toBe(before[row]);
    expect(after).not.toEqual(before);
  });

  it('never looks at responses of test rows, nor at those of validation rows for others that validate', () => {
    const data = testDataset('binary', 2, [5], 90, 2);
    const before = targetEncoding(data, 0, 'estimated', 5);
    const changed = { ...data, y: data.y.slice() };
    for (const row of data.split.test) changed.y[row] = 1 - changed.y[row];
    expect(targetEncoding(changed, 0, 'estimated', 5)).toEqual(before);
    for (const row of data.split.validation) changed.y[row] = 1 - changed.y[row];
    const after = targetEncoding(changed, 0, 'estimated', 5);
    for (const row of [...data.split.train, ...data.split.validation]) expect(after[row]).toBe(before[row]);
  });

  it('is the overall mean where levels do not differ', () => {
    const data = testDataset('regression', 1, [3], 90, 2);
    const flat = { ...data, y: data.y.map((_, row) => (data.split.train.indexOf(row) % 2 === 0 ? 1 : -1)) };
    const means = new Set(targetEncoding(flat, 0, 1e6, 2));
    for (const mean of means) expect(Math.abs(mean)).toBeLessThan(1.001);
  });
});

describe('target encoding that leaks', () => {
  // Level 0 has rows 0, 1, 4, 6, level 1 rows 2, 3, 5, 7. Rows 0 to 3 train, 4 and 5 validate, 6 and 7 test.
  const data = {
    rows: 8,
    y: Float32Array.of(2, 6, 1, 3, 10, 5, 20, 100),
    categorical: [{ name: 'z', cardinality: 2, codes: Int32Array.of(0, 0, 1, 1, 0, 1, 0, 1), labels: null }],
    split: { train: Uint32Array.of(0, 1, 2, 3), validation: Uint32Array.of(4, 5), test: Uint32Array.of(6, 7) },
  };

  it('by hand: a training row is in its own mean, a validation or test row is not', () => {
    // (2 + 6) / 2 and (1 + 3) / 2; for test rows (2 + 6 + 10) / 3 and (1 + 3 + 5) / 3.
    expect([...targetEncoding(data, 0, 0, 2, 'leaking-for-teaching')]).toEqual([4, 4, 2, 2, 4, 2, 6, 3]);
    // One more row with the overall mean 3: (8 + 3) / 3 and (4 + 3) / 3.
    expect([...targetEncoding(data, 0, 1, 2, 'leaking-for-teaching').slice(0, 3)]).toEqual([11 / 3, 11 / 3, 7 / 3].map(Math.fround));
  });

  it('by hand: before the split, test rows are in the means of all', () => {
    // (2 + 6 + 10 + 20) / 4 and (1 + 3 + 5 + 100) / 4.
    expect([...targetEncoding(data, 0, 0, 2, 'leaking-before-the-split')]).toEqual([9.5, 9.5, 27.25, 27.25, 9.5, 27.25, 9.5, 27.25]);
  });

  it('explains (q − 1)/(n − 1) of noise before the split, and nothing of it out of fold', () => {
    const [n, q] = [4000, 2000];
    const random = new RandomStream(1, 'noise');
    const codes = Int32Array.from({ length: n }, (_, row) => row % q);
    const y = Float32Array.from({ length: n }, () => random.normal());
    const rows = Uint32Array.from({ length: n }, (_, row) => row);
    random.shuffle(rows);
    const noise = {
      rows: n,
      y,
      categorical: [{ name: 'z', cardinality: q, codes, labels: null }],
      split: { train: rows.slice(0, 2700), validation: rows.slice(2700, 3000), test: rows.slice(3000) },
    };
    const explained = (means?: 'leaking-before-the-split') => {
      const encoded = targetEncoding(noise, 0, 0, 5, means);
      const { test } = noise.split;
      const mean = test.reduce((sum, row) => sum + y[row], 0) / test.length;
      const [left, all] = [encoded[0], mean].map((_, which) => test.reduce((sum, row) => sum + (y[row] - (which ? mean : encoded[row])) ** 2, 0));
      return 1 - left / all;
    };
    // Over 1,000 test rows the standard error is about 0.02.
    expect(Math.abs(explained('leaking-before-the-split') - (q - 1) / (n - 1))).toBeLessThan(0.06);
    expect(explained()).toBeLessThan(0);
  });

  it('is known as leaking by its settings', () => {
    const { leaks, settings } = aboutMethod('target-encoding');
    expect(leaks?.(settings.parse({}))).toBe(false);
    for (const means of ['leaking-for-teaching', 'leaking-before-the-split']) expect(leaks?.(settings.parse({ means }))).toBe(true);
  });
});

describe('levels that no training row has', () => {
  const levels = [5];
  const problem: Problem = { task: 'regression', p: 2, levels, batchSize: 30 };

  it('are a row of zeros in one-hot: predicted as x alone, whatever the columns have learned', async () => {
    await useBackend('cpu');
    const data = testDataset('regression', 2, levels, 90, 1);
    const model = buildModel('one-hot', problem, testSettings('one-hot'), new RandomStream(1, 'weights'), data);
    expect(model.parameters.get('decoder/dense0/levels0')?.shape).toEqual([4, 4]);
    const x = tf.tensor2d([0.3, -0.4], [1, 2]);
    const z = tf.tensor1d([4], 'int32');
    const predict = (): number => tf.tidy(() => model.predict({ x, z: [z] }, [], []).dataSync()[0]);
    const before = predict();
    tf.tidy(() => model.parameters.get('decoder/dense0/levels0')?.assign(tf.ones([4, 4])));
    expect(predict()).toBe(before);
    tf.dispose([x, z]);
    model.dispose();
  });

  it.each(['mean-encoding', 'pca-encoding', 'target-encoding'])('%s: get zeros or the overall mean', (id) => {
    const data = testDataset('regression', 2, levels, 90, 1);
    const model = buildModel(id, problem, aboutMethod(id).settings.parse({}), new RandomStream(1, 'weights'), data);
    const { x, p } = model.inputs as { x: Float32Array; p: number };
    const rows = [...data.split.train, ...data.split.validation];
    const overall = rows.reduce((sum, row) => sum + data.y[row] / rows.length, 0);
    const unseen = data.split.test.filter((row) => data.categorical[0].codes[row] === 4);
    expect(unseen.length).toBeGreaterThan(0);
    for (const row of unseen) for (let j = 2; j < p; j++) expect(x[row * p + j]).toBeCloseTo(id === 'target-encoding' ? overall : 0, 5);
    model.dispose();
  });
});

describe('stochastic shared embeddings', () => {
  it('exchange a level for every other one alike, never for itself', () => {
    const rows = 30_000;
    const random = new RandomStream(4, 'uniform');
    const ids = tf.fill([rows], 2, 'int32') as tf.Tensor1D;
    const uniform = tf.tensor2d(
      Float32Array.from({ length: 2 * rows }, () => random.uniform()),
      [rows, 2],
    );
    const counts = new Array(5).fill(0);
    const result = exchanged(ids, 5, uniform, 0.5);
    expect(result.dtype).toBe('int32');
    for (const level of result.dataSync()) counts[level]++;
    expect(Math.abs(counts[2] / rows - 0.5)).toBeLessThan(0.02);
    for (const level of [0, 1, 3, 4]) expect(Math.abs(counts[level] / rows - 0.125)).toBeLessThan(0.01);
    tf.dispose([ids, uniform, result]);
  });

  it('exchanges every tag of a row with the same probability, for any other one alike', async () => {
    await useBackend('cpu');
    const rows = 20_000;
    const random = new RandomStream(5, 'uniform');
    const uniform = tf.tensor2d(
      Float32Array.from({ length: 2 * rows }, () => random.uniform()),
      [rows, 2],
    );
    const own = [1, 4, 0, 0];
    const sets = { ids: tf.tensor2d(Array(rows).fill(own), [rows, 4], 'int32'), mask: tf.tensor2d(Array(rows).fill([1, 1, 1, 0])) };
    const { ids, mask } = exchangedMembers(sets, 5, uniform, 0.25) as typeof sets;
    expect(mask).toBe(sets.mask);
    const values = await ids.array();
    for (const place of [0, 1, 2]) {
      const counts = [0, 0, 0, 0, 0];
      for (const row of values) counts[row[place]]++;
      for (const [tag, count] of counts.entries()) expect(Math.abs(count / rows - (tag === own[place] ? 0.75 : 0.0625))).toBeLessThan(0.015);
    }
    // Tags of a row are not all exchanged together.
    expect(values.some((row) => row[0] !== 1 && row[1] === 4)).toBe(true);
    tf.dispose([uniform, ids, sets.ids, sets.mask]);
  });
});

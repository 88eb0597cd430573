import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Dataset, TagColumn } from './dataset';
import { drawing } from './prepare';
import { type TagsDataset, tagsSchema } from './schema';
import { runToEnd } from './simulation-parts';
import { tagResponse } from './tag-response';

interface Matrix {
  shape: number[];
  values: number[];
}
interface Fixture {
  X: Matrix;
  T: Matrix;
  effects: Matrix;
  parts: { numeric: Matrix; main: Matrix; slope: Matrix; pairs: Matrix };
  response: Matrix;
}

const make = (changes: object = {}): TagsDataset =>
  tagsSchema.parse({ kind: 'tags', task: 'regression', trainRows: 4_000, testRows: 5_000, ...changes });
const draw = (spec: TagsDataset, seeds = { data: 1, split: 1 }): Dataset => runToEnd(drawing(spec, seeds));
const tagsOf = (data: Dataset): TagColumn => data.tags?.[0] as TagColumn;
const setOf = ({ offsets, ids }: TagColumn, row: number): Int32Array => ids.subarray(offsets[row], offsets[row + 1]);

function variance(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length;
}

/** The pieces of every row by the truth of the dataset. */
const piecesOf = (data: Dataset) =>
  Array.from({ length: data.rows }, (_, i) =>
    tagResponse(data.x.subarray(i * data.p, (i + 1) * data.p), data.truth?.effects[0] as Float32Array, setOf(tagsOf(data), i)),
  );

test('the noise-free response equals the reference, piece by piece', () => {
  const fixture = JSON.parse(readFileSync(new URL('../../golden/tag-simulation.json', import.meta.url), 'utf8')) as Fixture;
  const [rows, tags] = fixture.T.shape;
  for (let i = 0; i < rows; i++) {
    const set = Array.from({ length: tags }, (_, j) => j).filter((j) => fixture.T.values[i * tags + j] === 1);
    const pieces = tagResponse(fixture.X.values.slice(i * 5, i * 5 + 5), fixture.effects.values, set);
    for (const name of ['numeric', 'main', 'slope', 'pairs'] as const) expect(pieces[name]).toBeCloseTo(fixture.parts[name].values[i], 7);
    expect(pieces.numeric + pieces.main + pieces.slope + pieces.pairs).toBeCloseTo(fixture.response.values[i], 7);
  }
});

describe('the simulation of tags', () => {
  test('has 17 tags in three groups, as labels and parents say', () => {
    const { labels, parents } = tagsOf(draw(make({ trainRows: 20, testRows: 10 })));
    expect(labels).toHaveLength(17);
    expect(labels.slice(0, 4)).toEqual(['SensorType', 'Location', 'Unit', 'SensorType/Temperature']);
    for (let j = 0; j < 17; j++) expect(parents[j]).toBe(j < 3 ? -1 : labels.indexOf(labels[j].split('/')[0]));
  });

  test('pieces have the variances asked for, whatever the seed', () => {
    for (const data of [1, 2, 3]) {
      const pieces = piecesOf(draw(make({ mainVariance: 2, slopeVariance: 0.3, pairVariance: 0.7 }), { data, split: 1 }));
      expect(variance(pieces.map(({ main }) => main))).toBeCloseTo(2, 4);
      expect(variance(pieces.map(({ slope }) => slope))).toBeCloseTo(0.3, 4);
      expect(variance(pieces.map(({ pairs }) => pairs))).toBeCloseTo(0.7, 4);
      // Var of sin(πx) + 2 x2 x3 + x4 on (−1, 1): 1/2 + 4/9 + 1/3.
      expect(variance(pieces.map(({ numeric }) => numeric))).toBeCloseTo(1.278, 1);
    }
  });

  test('y is the pieces and noise of its variance; a variance of 0 takes a piece away', () => {
    const spec = make({ noiseVariance: 2, pairVariance: 0 });
    const data = draw(spec);
    const pieces = piecesOf(data);
    expect(pieces.every(({ pairs }) => pairs === 0)).toBe(true);
    const noise = data.y.map((y, i) => y - pieces[i].numeric - pieces[i].main - pieces[i].slope);
    // The standard error of the variance of 9,000 normals: 2 √(2 / 9,000).
    expect(Math.abs(variance(noise) - 2)).toBeLessThan(4 * 2 * Math.sqrt(2 / 9_000));
    expect(data.truth?.withTags?.(7, setOf(tagsOf(data), 7))).toBeCloseTo(pieces[7].numeric + pieces[7].main + pieces[7].slope, 6);
  });

  test('sets: one or two leaves of a group with their chances, the parent in three of ten, mean 4.4, at most 9', () => {
    const column = tagsOf(draw(make({ trainRows: 30_000, testRows: 10_000 })));
    const [rows, leaves, parents] = [40_000, [0, 0, 0], [0, 0]];
    let [most, empty] = [0, 0];
    for (let i = 0; i < rows; i++) {
      const set = setOf(column, i);
      if (set.some((tag, a) => a > 0 && tag <= set[a - 1])) throw new Error(`row ${i} is no ascending set: ${set}`);
      most = Math.max(most, set.length);
      if (set.length === 0) empty++;
      const count = [...set].filter((tag) => column.parents[tag] === 1).length;
      leaves[count]++;
      if (count > 0) parents[set.includes(1) ? 1 : 0]++;
      else if (set.includes(1)) throw new Error(`row ${i} has a group without a leaf of it`);
    }
    const near = (actual: number, chance: number, of: number) =>
      expect(Math.abs(actual / of - chance)).toBeLessThan(4 * Math.sqrt((chance * (1 - chance)) / of));
    near(leaves[0], 0.1, rows);
    near(leaves[1], 0.6, rows);
    near(leaves[2], 0.3, rows);
    near(parents[1], 0.3, parents[0] + parents[1]);
    near(empty, 0.001, rows);
    expect(most).toBe(9);
    // 3 (0.6 + 2 × 0.3 + 0.9 × 0.3) = 4.41.
    expect(column.ids.length / rows).toBeCloseTo(4.41, 1);
  });

  test('the same seeds give the same rows; split and data seeds do what they say', () => {
    const spec = make({ trainRows: 160, testRows: 40 });
    const base = draw(spec);
    const again = draw(spec);
    expect([again.y, again.x, again.tags, again.split, again.truth?.effects]).toEqual([base.y, base.x, base.tags, base.split, base.truth?.effects]);
    const resplit = draw(spec, { data: 1, split: 2 });
    expect([resplit.y, resplit.fingerprint]).toEqual([base.y, base.fingerprint]);
    expect(resplit.split).not.toEqual(base.split);
    expect(draw(spec, { data: 2, split: 1 }).fingerprint).not.toBe(base.fingerprint);
    expect(draw(make({ trainRows: 160, testRows: 40, pairVariance: 2 })).fingerprint).not.toBe(base.fingerprint);
  });

  test('binary: half above the median, or drawn with its probability', () => {
    const above = draw(make({ task: 'binary', binaryResponse: 'above-median' }));
    expect(above.y.reduce((sum, y) => sum + y)).toBe(4_500);
    for (let i = 0; i < 100; i++) expect(above.truth?.withTags?.(i, setOf(tagsOf(above), i))).toBe(above.y[i]);
    const drawn = draw(make({ task: 'binary' }));
    const chances = Array.from({ length: drawn.rows }, (_, i) => drawn.truth?.withTags?.(i, setOf(tagsOf(drawn), i)) as number);
    const spread = Math.sqrt(chances.reduce((sum, chance) => sum + chance * (1 - chance), 0));
    expect(Math.abs(drawn.y.reduce((sum, y, i) => sum + y - chances[i], 0))).toBeLessThan(4 * spread);
  });

  test('more than a million tags, or more groups than a row has places for, are refused', () => {
    expect(() => make({ groups: [300_000, 300_000, 300_000, 100_000] })).toThrow('at most 1,000,000 tags');
    expect(tagsSchema.safeParse({ ...make(), groups: Array(22).fill(1) }).success).toBe(false);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import type { TagColumn } from './dataset';
import { splitRows } from './split';
import { splitTags } from './split-tags';

/** Sets of up to 4 of `tags` tags, by a seed. */
function column(rows: number, tags: number, seed = 1): TagColumn {
  const random = new RandomStream(seed, 'test');
  const sets = Array.from({ length: rows }, () => {
    const size = Math.floor(random.uniform() * 5);
    return [...new Set(Array.from({ length: size }, () => Math.floor(random.uniform() * tags)))].sort((a, b) => a - b);
  });
  const offsets = new Uint32Array(rows + 1);
  sets.forEach((set, row) => {
    offsets[row + 1] = offsets[row] + set.length;
  });
  const labels = Array.from({ length: tags }, (_, tag) => `t${tag}`);
  return { name: 'skills', offsets, ids: Int32Array.from(sets.flat()), labels, parents: new Int32Array(tags).fill(-1) };
}
const setOf = ({ offsets, ids }: TagColumn, row: number): number[] => [...ids.subarray(offsets[row], offsets[row + 1])];
describe('validation by tag', () => {
  const tags = column(400, 60);
  const both = { split: 'by-tag', validation: 'by-tag', splitFeature: null } as const;

  it('keeps tags of validation rows, and others of test rows, out of training', () => {
    for (const seed of [1, 2, 3]) {
      const { train, validation, test } = splitRows(400, 80, seed, both, [], [tags]);
      expect(train.length + validation.length + test.length).toBe(400);
      const trained = new Set([...train].flatMap((row) => setOf(tags, row)));
      for (const row of [...validation, ...test]) expect(setOf(tags, row).some((tag) => !trained.has(tag))).toBe(true);
      expect(validation.length).toBeGreaterThan(0);
      expect(validation.length).toBeLessThanOrEqual(Math.ceil(0.1 * (400 - test.length)));
    }
  });

  it('is refused where the test is not by tag', () => {
    expect(() => splitRows(400, 80, 1, { ...both, split: 'rows' }, [], [tags])).toThrow('Validation by tag goes with a test by tag');
  });
});

const choice = (split: 'by-tag' | 'by-combination', splitFeature: number | null = null) => ({ split, validation: 'rows', splitFeature }) as const;

describe('a division of rows with tags', () => {
  it('by tag: each test row has a tag that no other row has, and about the share asked for tests', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
        const tags = column(400, 30, seed);
        const { train, validation, test } = splitRows(400, 80, seed, choice('by-tag'), [], [tags]);
        const known = new Set([...train, ...validation].flatMap((row) => setOf(tags, row)));
        for (const row of test) expect(setOf(tags, row).some((tag) => !known.has(tag))).toBe(true);
        expect(test.length).toBeLessThanOrEqual(80);
        expect(test.length).toBeGreaterThan(40);
        expect(new Set([...train, ...validation, ...test]).size).toBe(400);
      }),
      { numRuns: 30 },
    );
  });

  it('by combination: no set of a test row is that of another row', () => {
    const tags = column(400, 8);
    const { train, validation, test } = splitRows(400, 80, 3, choice('by-combination'), [], [tags]);
    const known = new Set([...train, ...validation].map((row) => setOf(tags, row).join()));
    for (const row of test) expect(known.has(setOf(tags, row).join())).toBe(false);
    expect(test.length).toBeGreaterThan(0);
    expect(new Set([...train, ...validation, ...test]).size).toBe(400);
  });

  it('takes the rarest tag where each tag is in more rows than asked for', () => {
    const sets = Array.from({ length: 60 }, (_, row) => (row % 3 === 0 ? [0] : [1]));
    const offsets = Uint32Array.from({ length: 61 }, (_, row) => row);
    const tags = { name: 't', offsets, ids: Int32Array.from(sets.flat()), labels: ['a', 'b'], parents: Int32Array.of(-1, -1) };
    const { test } = splitRows(60, 6, 1, choice('by-tag'), [], [tags]);
    expect([...test].every((row) => row % 3 === 0)).toBe(true);
    expect(test).toHaveLength(20);
  });

  it('says what is not there, and when every row has each tag', () => {
    expect(() => splitRows(60, 6, 1, choice('by-tag'), [], [])).toThrow('needs a column of tags, and there is none');
    expect(() => splitTags({ splitFeature: 3 }, [column(9, 3)])).toThrow('There is no column of tags number 3 to divide by; there is 1.');
    expect(splitTags({ splitFeature: null }, [column(9, 3), column(9, 5), column(9, 5)]).labels).toHaveLength(5);
    const offsets = Uint32Array.from({ length: 61 }, (_, row) => row);
    const everywhere = { name: 't', offsets, ids: new Int32Array(60), labels: ['a'], parents: Int32Array.of(-1) };
    expect(() => splitRows(60, 6, 1, choice('by-tag'), [], [everywhere])).toThrow(
      'No tag of "t" can be kept for the test: every row has each of them.',
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchLists, chooseChunk } from './batch-lists';

const problem = fc
  .record({
    n: fc.integer({ min: 1, max: 60 }),
    levels: fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 3 }),
    chunk: fc.integer({ min: 1, max: 9 }),
  })
  .chain(({ n, levels, chunk }) =>
    fc.record({
      chunk: fc.constant(chunk),
      rows: fc.shuffledSubarray(
        Array.from({ length: n }, (_, i) => i),
        { minLength: 1 },
      ),
      features: fc.tuple(
        ...levels.map((count) =>
          fc
            .array(fc.integer({ min: 0, max: count - 1 }), { minLength: n, maxLength: n })
            .map((codes) => ({ levels: count, codes: Int32Array.from(codes) })),
        ),
      ),
    }),
  );

describe('BatchLists', () => {
  it('lists every item once, under its level, in row order, in chunks that cover each slot', () => {
    fc.assert(
      fc.property(problem, fc.constantFrom('slots' as const, 'levels' as const), ({ chunk, rows, features }, references) => {
        const firstLevel = features.map((_, k) => features.slice(0, k).reduce((total, { levels }) => total + levels, 0));
        const lists = new BatchLists(features, firstLevel, chunk);
        const words = new Uint32Array(5 + lists.words(rows.length) + 1).fill(0xffffffff);
        // Twice, because the second batch must find no trace of the first.
        lists.fill(words, 5, Uint32Array.from(rows), 0, references);
        const place = lists.fill(words, 5, Uint32Array.from(rows), 7, references);
        expect(words.slice(0, 5).every((word) => word === 0xffffffff) && words[words.length - 1] === 0xffffffff).toBe(true);
        expect([...words.subarray(place.sourceAt, place.sourceAt + rows.length)]).toEqual(rows);
        const levelOf = (item: number): number => {
          const k = Math.floor(item / rows.length);
          return firstLevel[k] + features[k].codes[rows[item % rows.length]];
        };
        const items = rows.length * features.length;
        const seen: number[] = [];
        for (let s = 0; s < place.slots; s++) {
          const members = [...words.subarray(place.memberAt + words[place.startAt + s], place.memberAt + words[place.startAt + s + 1])];
          expect(members.length).toBeGreaterThan(0);
          expect(members).toEqual([...members].sort((a, b) => a - b));
          for (const item of members) {
            expect(levelOf(item)).toBe(words[place.slotLevelAt + s]);
            expect(words[place.referenceAt + item]).toBe(references === 'slots' ? s : levelOf(item));
          }
          seen.push(...members);
          for (let c = words[place.slotChunkAt + s]; c < words[place.slotChunkAt + s + 1]; c++) {
            const [from, to] = [words[place.chunkAt + c], words[place.chunkAt + c + 1]];
            expect(to - from).toBeGreaterThan(0);
            expect(to - from).toBeLessThanOrEqual(chunk);
            expect(from).toBeGreaterThanOrEqual(words[place.startAt + s]);
            expect(to).toBeLessThanOrEqual(words[place.startAt + s + 1]);
          }
        }
        expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: items }, (_, i) => i));
        expect(words[place.slotChunkAt + place.slots]).toBe(place.chunks);
        expect(place.slots + place.absent).toBe(features.reduce((total, { levels }) => total + levels, 0));
        expect(place.rows).toBe(rows.length);
        expect(place.from).toBe(7);
      }),
      { numRuns: 150 },
    );
  });
});

describe('BatchLists of sets of tags', () => {
  const sets = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 8 }), { maxLength: 5 }), { minLength: 1, maxLength: 40 });

  it('list a row under each of its tags, and where its set lies', () => {
    fc.assert(
      fc.property(sets, fc.integer({ min: 1, max: 9 }), (tagsOf, chunk) => {
        const n = tagsOf.length;
        const offsets = new Uint32Array(n + 1);
        for (const [row, tags] of tagsOf.entries()) offsets[row + 1] = offsets[row] + tags.length;
        const codes = Int32Array.from({ length: n }, (_, row) => row % 3);
        const lists = new BatchLists(
          [
            { levels: 3, codes },
            { tags: 9, offsets, ids: Int32Array.from(tagsOf.flat()) },
          ],
          [0, 3],
          chunk,
        );
        const rows = Uint32Array.from({ length: n }, (_, row) => row).reverse();
        const words = new Uint32Array(5 + lists.words(n) + 1).fill(0xffffffff);
        lists.fill(words, 5, rows, 0, 'levels');
        const place = lists.fill(words, 5, rows, 0, 'levels');
        expect(words.slice(0, 5).every((word) => word === 0xffffffff) && words[words.length - 1] === 0xffffffff).toBe(true);
        for (const [i, row] of rows.entries()) {
          const set = words[place.referenceAt + n + i];
          expect([...words.subarray(set + 1, set + 1 + words[set])]).toEqual(tagsOf[row].map((tag) => 3 + tag));
        }
        const expected = new Map<number, number[]>();
        const add = (level: number, item: number): unknown => expected.set(level, [...(expected.get(level) ?? []), item]);
        for (const [i, row] of rows.entries()) add(codes[row], i);
        for (const [i, row] of rows.entries()) for (const tag of tagsOf[row]) add(3 + tag, n + i);
        expect(place.slots).toBe(expected.size);
        for (let s = 0; s < place.slots; s++) {
          const members = [...words.subarray(place.memberAt + words[place.startAt + s], place.memberAt + words[place.startAt + s + 1])];
          expect(members).toEqual(expected.get(words[place.slotLevelAt + s]));
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('chooseChunk', () => {
  const of = (levels: number, batchSize: number, n: number) => {
    const features = [{ levels, codes: Int32Array.from({ length: n }, (_, i) => i % levels) }];
    return chooseChunk(features, { y: new Float32Array(n), batchSize });
  };

  it('cuts only levels that own many rows of a batch', () => {
    expect(of(1000, 1000, 10_000).heavy).toBe(false);
    expect(of(10, 100, 10_000).heavy).toBe(false);
    expect(of(2, 1000, 10_000)).toEqual({ chunk: 32, heavy: true });
    expect(of(2, 10_000, 10_000)).toEqual({ chunk: 64, heavy: true });
  });
});

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

describe('chooseChunk', () => {
  const of = (levels: number, batchSize: number, n: number) => {
    const features = [{ levels, codes: Int32Array.from({ length: n }, (_, i) => i % levels) }];
    return chooseChunk({
      task: 'regression',
      x: new Float32Array(0),
      p: 0,
      y: new Float32Array(n),
      features,
      batchSize,
      learningRate: 0.001,
      noiseSeed: 0,
    });
  };

  it('cuts only levels that own many rows of a batch', () => {
    expect(of(1000, 1000, 10_000).heavy).toBe(false);
    expect(of(10, 100, 10_000).heavy).toBe(false);
    expect(of(2, 1000, 10_000)).toEqual({ chunk: 32, heavy: true });
    expect(of(2, 10_000, 10_000)).toEqual({ chunk: 64, heavy: true });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded, LabelIndex, labelBlob } from './label-index';
import { Nearest, nearestLevels } from './neighbours';
import { orderBy } from './radix';

const anyNumber = fc.oneof(
  fc.double({ noNaN: false }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 5e-324, -5e-324),
);

describe('an order by keys', () => {
  it('is that of a stable sort with NaN last, rising and falling', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { maxLength: 60 }), fc.boolean(), (keys, descending) => {
        const places = keys.map((_, i) => i).filter((i) => !Number.isNaN(keys[i]));
        const sign = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
        places.sort((i, j) => (descending ? sign(keys[j], keys[i]) : sign(keys[i], keys[j])) || i - j);
        const missing = keys.map((_, i) => i).filter((i) => Number.isNaN(keys[i]));
        expect([...orderBy(keys, descending)]).toEqual([...places, ...missing]);
      }),
    );
  });
});

describe('labels', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('', 'a', 'A b', 'Zürich', '\0', 'zurich 2'),
  );

  it('are found by any part of them, whatever case and accents: as one by one', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), text, (labels, wanted) => {
        const found = new LabelIndex(labels, labels.length).found(wanted);
        const part = folded(wanted);
        if (part === '') expect(found).toBeNull();
        else expect([...(found as Uint8Array)]).toEqual(labels.map((label) => (folded(label).includes(part) ? 1 : 0)));
      }),
      { numRuns: 400 },
    );
  });

  it('do not run into each other', () => {
    const index = new LabelIndex(['ab', 'cd', '=cmd|x', '<img src=x onerror=alert(1)>'], 4);
    expect([...(index.found('bc') as Uint8Array)]).toEqual([0, 0, 0, 0]);
    expect([...(index.found('B') as Uint8Array)]).toEqual([1, 0, 0, 0]);
    expect([...(index.found('onerror') as Uint8Array)]).toEqual([0, 0, 0, 1]);
    expect([...(new LabelIndex(['Zürich', 'ZURICH', 'Łódź', 'Straße'], 4).found('zurich') as Uint8Array)]).toEqual([1, 1, 0, 0]);
  });

  it('are the numbers where there are none', () => {
    const index = new LabelIndex(null, 250);
    const found = index.found('24') as Uint8Array;
    expect([...found.keys()].filter((level) => found[level])).toEqual([24, 124, 224, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249]);
    expect(labelBlob(null)).toBeNull();
  });

  it('are sorted as a person would, and a hundred thousand by their letters', () => {
    const few = new LabelIndex(['b 10', 'b 9', 'A', 'a'], 4);
    expect(Array.from(few.order, (level) => few.label(level))).toEqual(['a', 'A', 'b 9', 'b 10']);
    const labels = Array.from({ length: 60_000 }, (_, i) => `level ${((i * 7919) % 60_000).toString(36)} x`);
    const order = new LabelIndex(labels, labels.length).order;
    for (let i = 1; i < order.length; i++) expect(labels[order[i - 1]] < labels[order[i]]).toBe(true);
    expect(new Set(order).size).toBe(60_000);
  });

  it('come back from one piece of text', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 60 })), { maxLength: 40 }), (labels) => {
        const { bytes, offsets } = labelBlob(labels) as NonNullable<ReturnType<typeof labelBlob>>;
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
        expect(labels.map((_, j) => decoder.decode(bytes.subarray(offsets[j], offsets[j + 1])))).toEqual(labels);
      }),
    );
  });
});

describe('neighbours of a level', () => {
  it('are the nearest of all, by every distance', () => {
    const number = fc.integer({ min: -4, max: 4 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number, number), { minLength: 2, maxLength: 40 }),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom('euclidean' as const, 'cosine' as const, 'mahalanobis' as const),
        (rows, count, distance) => {
          const values = Float32Array.from(rows.flat());
          const variances = values.map((_, i) => 0.25 + (i % 5));
          const at = (i: number) => rows[i];
          const between = (i: number, j: number): number => {
            const [a, b] = [at(i), at(j)];
            if (distance === 'cosine') {
              const lengths = Math.hypot(...a) * Math.hypot(...b);
              return lengths > 0 ? Math.max(0, 1 - a.reduce((sum, value, m) => sum + value * b[m], 0) / lengths) : 1;
            }
            const weight = (m: number): number => (distance === 'euclidean' ? 1 : variances[3 * i + m] + variances[3 * j + m]);
            return Math.sqrt(a.reduce((sum, value, m) => sum + (value - b[m]) ** 2 / weight(m), 0));
          };
          const all = rows.map((_, j) => between(0, j)).slice(1);
          const found = nearestLevels({ values, d: 3 }, 0, distance, count, variances);
          expect(found.levels).toHaveLength(Math.min(count, rows.length - 1));
          expect(found.levels).not.toContain(0);
          all.sort((a, b) => a - b);
          found.distances.forEach((value, i) => {
            expect(value).toBeCloseTo(all[i], 6);
            expect(value).toBeCloseTo(between(0, found.levels[i]), 6);
          });
        },
      ),
    );
  });

  it('leave out what is no number, and there may be none', () => {
    const values = Float32Array.of(0, 0, Number.NaN, 1, 3, 4);
    const found = nearestLevels({ values, d: 2 }, 0, 'euclidean', 5);
    expect([...found.levels]).toEqual([2]);
    expect([...found.distances]).toEqual([5]);
    expect(nearestLevels({ values: Float32Array.of(1, 2), d: 2 }, 0, 'cosine', 3).levels).toHaveLength(0);
  });

  it('are kept in a heap that gives the smallest in order, and is empty again', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (keys, capacity) => {
        const heap = new Nearest(capacity);
        for (let round = 0; round < 2; round++) {
          keys.forEach((key, i) => {
            if (key < heap.bound) heap.add(key, i);
          });
          const { keys: taken } = heap.take();
          expect([...taken]).toEqual([...keys].sort((a, b) => a - b).slice(0, capacity));
        }
      }),
    );
  });
});

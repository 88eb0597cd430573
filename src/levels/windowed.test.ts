import { describe, expect, it } from 'vitest';
import { HIGHEST, positionAt, revealing, scrolledHeight, scrollFor } from './windowed';

const few = { rows: 100, row: 32, seen: 320 };
const million = { rows: 1_000_000, row: 32, seen: 480 };

describe('a windowed list', () => {
  it('scrolls by px where it is short enough', () => {
    expect(scrolledHeight(few)).toBe(3200);
    expect(positionAt(few, 1234)).toBeCloseTo(1234, 9);
    expect(scrollFor(few, 500)).toBeCloseTo(500, 9);
  });

  it('reaches the first and the last of a million rows within what browsers lay out', () => {
    expect(scrolledHeight(million)).toBe(HIGHEST);
    expect(positionAt(million, 0)).toBe(0);
    expect(positionAt(million, HIGHEST - million.seen)).toBe(32_000_000 - 480);
    for (const position of [0, 12_345_678, 32_000_000 - 480]) expect(positionAt(million, scrollFor(million, position))).toBeCloseTo(position, 3);
  });

  it('brings a row into sight with the least movement', () => {
    expect(revealing(few, 320, 12)).toBe(320);
    expect(revealing(few, 320, 5)).toBe(160);
    expect(revealing(few, 320, 30)).toBe(31 * 32 - 320);
    expect(revealing(few, 330, 10)).toBe(320);
  });

  it('stands still where all rows are seen', () => {
    const short = { rows: 3, row: 32, seen: 320 };
    expect(scrolledHeight(short)).toBe(320);
    expect([positionAt(short, 0), scrollFor(short, 50)]).toEqual([0, 0]);
  });
});

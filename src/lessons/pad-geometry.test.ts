import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COLUMNS,
  columnsOf,
  columnX,
  dotPath,
  EMPTY,
  frameOf,
  isWhole,
  numberAt,
  pointAt,
  pointsOf,
  stroked,
  wideEnough,
  withNumber,
  xOf,
  yOf,
} from './pad-geometry';

const X = { label: 'Epoch', min: 1, max: 41, log: false };
const Y = { label: 'Loss', min: 0, max: 2, log: false };
const LOG = { label: 'Levels', min: 100, max: 1_000_000, log: true };
const FRAME = frameOf(458, 254);

describe('places and values', () => {
  it('go there and back on plain and logarithmic axes', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true }), (share, y) => {
        const x = 100 * 10_000 ** share;
        const [x2, y2] = pointAt(LOG, Y, { x: xOf(LOG, x, FRAME), y: yOf(Y, y, FRAME) }, FRAME);
        expect(Math.abs(x2 / x - 1)).toBeLessThan(1e-3);
        expect(Math.abs(y2 - y)).toBeLessThan(2e-3);
      }),
    );
  });

  it('stay within the axes', () => {
    expect(pointAt(X, Y, { x: -500, y: 5_000 }, FRAME)).toEqual([1, 0]);
    expect(pointAt(X, Y, { x: 5_000, y: -500 }, FRAME)).toEqual([41, 2]);
  });
});

describe('stroked', () => {
  const at = (x: number, y: number) => ({ x: xOf(X, x, FRAME), y: yOf(Y, y, FRAME) });

  it('draws the straight line through every column between, in either direction', () => {
    const there = stroked(EMPTY, Y, at(1, 2), at(41, 0), FRAME);
    expect(pointsOf(there, X)).toHaveLength(COLUMNS);
    expect(pointsOf(there, X)[10]).toEqual([11, 1.5]);
    expect(stroked(EMPTY, Y, at(41, 0), at(1, 2), FRAME)).toEqual(there);
  });

  it('leaves what lies beside it, and draws over what lies under it', () => {
    const flat = stroked(EMPTY, Y, at(1, 1), at(41, 1), FRAME);
    const dip = stroked(flat, Y, at(11, 0.5), at(21, 0.5), FRAME);
    expect([9, 10, 20, 21].map((column) => dip[column])).toEqual([1, 0.5, 0.5, 1]);
  });

  it('marks a column for a tap', () => {
    expect(pointsOf(stroked(EMPTY, Y, at(5, 1), at(5, 1), FRAME), X)).toEqual([[5, 1]]);
  });

  it('is whole once it leads from one end to the other', () => {
    expect(isWhole(stroked(EMPTY, Y, at(2, 1), at(40, 1), FRAME))).toBe(true);
    expect(isWhole(stroked(EMPTY, Y, at(1, 1), at(30, 1), FRAME))).toBe(false);
  });
});

describe('the form of numbers', () => {
  const places = [1, 11, 41];
  const given = [2, 1, 0.5].reduce((ys, value, i) => withNumber(ys, { x: X, y: Y }, places, i, value), EMPTY);

  it('draws what a hand would draw, and reads it back', () => {
    expect(isWhole(given)).toBe(true);
    expect(places.map((place) => numberAt(given, X, place))).toEqual([2, 1, 0.5]);
    expect(numberAt(given, X, 6)).toBe(1.5);
  });

  it('keeps every number as it was given, where a place lies between two columns too', () => {
    const x = { ...X, max: 40 };
    const ys = [1.8, 1.2, 0.7].reduce((known, value, i) => withNumber(known, { x, y: Y }, [1, 5, 40], i, value), EMPTY);
    expect([1, 5, 40].map((place) => numberAt(ys, x, place))).toEqual([1.8, 1.2, 0.7]);
  });

  it('moves both sides of a number, and opens a gap where it is taken away', () => {
    const moved = withNumber(given, { x: X, y: Y }, places, 1, 0);
    expect([numberAt(moved, X, 6), numberAt(moved, X, 26)]).toEqual([1, 0.25]);
    const gone = withNumber(given, { x: X, y: Y }, places, 1, null);
    expect([numberAt(gone, X, 1), numberAt(gone, X, 6), numberAt(gone, X, 11), numberAt(gone, X, 41)]).toEqual([2, null, null, 0.5]);
  });

  it('draws straight lines on the screen where the axis is logarithmic', () => {
    const y = { label: 'Numbers', min: 1, max: 10_000, log: true };
    const ys = [1, 10_000].reduce((known, value, i) => withNumber(known, { x: X, y }, [1, 41], i, value), EMPTY);
    expect(numberAt(ys, X, 21)).toBe(100);
  });
});

it('a kept curve comes back as it was drawn', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.double({ min: 0, max: 2, noNaN: true })), { minLength: COLUMNS, maxLength: COLUMNS }), (ys) => {
      for (const axis of [X, LOG]) expect(columnsOf(pointsOf(ys, axis), axis)).toEqual(ys);
    }),
  );
  expect(columnX(LOG, 20)).toBe(10_000);
});

it('an axis grows to hold a result, and never shrinks', () => {
  expect(wideEnough(Y, [1, 3])).toMatchObject({ min: 0, max: 3 });
  expect(wideEnough(LOG, [0, 10])).toMatchObject({ min: 10, max: 1_000_000 });
});

it('leaves out of the dots a level that has no place on a logarithmic axis, and keeps all after it', () => {
  const axis = { min: 1, max: 100, log: true };
  const frame = frameOf(340, 264);
  const at = [1, 0, 100].map((rows): [number, number] => [xOf(axis, rows, frame), 100]);
  expect(dotPath(at)).toBe('M48.0 100.0h0M330.0 100.0h0');
});

import { expect, it } from 'vitest';
import { squares } from './points-canvas';

const points = {
  x: Float32Array.of(0, 2, 100, Number.NaN),
  y: Float32Array.of(0, 1, 0, 0),
  colors: Uint8Array.of(10, 20, 30, 217, 40, 50, 60, 108, 1, 1, 1, 255, 1, 1, 1, 255),
  sizes: Float32Array.of(2, 1, 5, 5),
};

it('writes a square for every point in sight, in its colour and at its place', () => {
  // Two device px for each: the area is 10 × 6 px, a unit 2 px.
  const pixels = squares(points, { x: 0, y: 0, scale: 2 }, { width: 10, height: 6, ratio: 2 }, 20, 12);
  const at = (column: number, row: number) => [...pixels.slice(4 * (row * 20 + column), 4 * (row * 20 + column) + 4)];
  const inked = Array.from({ length: 240 }, (_, i) => i).filter((i) => pixels[4 * i + 3] > 0);
  // 4 × 4 about the middle; 2 × 2 eight px to the right of it and four up.
  expect(inked).toHaveLength(16 + 4);
  expect([at(8, 4), at(11, 7)]).toEqual([
    [10, 20, 30, 217],
    [10, 20, 30, 217],
  ]);
  expect([at(17, 1), at(18, 2)]).toEqual([
    [40, 50, 60, 108],
    [40, 50, 60, 108],
  ]);
  expect(at(12, 6)).toEqual([0, 0, 0, 0]);
});

it('cuts what reaches over an edge', () => {
  const pixels = squares(points, { x: 2.5, y: 0, scale: 2 }, { width: 10, height: 6, ratio: 1 }, 10, 6);
  const inked = Array.from({ length: 60 }, (_, i) => i).filter((i) => pixels[4 * i + 3] > 0);
  expect(inked.map((i) => i % 10)).toContain(0);
  expect(inked.every((i) => i % 10 < 6)).toBe(true);
});

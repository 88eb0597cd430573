import { describe, expect, it } from 'vitest';
import { coloured, sizesOf } from './colours';
import { TEST_THEME } from './testing';

const colorAt = (colors: Uint8Array, i: number) => [...colors.slice(4 * i, 4 * i + 3)].join();

describe('colours of points', () => {
  it('follow a number of the level, not of the point', () => {
    const values = Float32Array.of(1, 2, 3, 4, 5);
    const { colors, legend } = coloured({ kind: 'number', values, log: false }, [4, 0, 4], TEST_THEME);
    expect(colorAt(colors, 0)).toBe(colorAt(colors, 2));
    expect(colorAt(colors, 0)).not.toBe(colorAt(colors, 1));
    expect(legend).toMatchObject({ kind: 'number', missing: 0 });
  });

  it('have 0 in the middle where values have both signs', () => {
    const { legend } = coloured({ kind: 'number', values: Float32Array.of(-1, 0, 3), log: false }, [0, 1, 2], TEST_THEME);
    expect(legend.kind === 'number' && [legend.middle, legend.from + legend.to]).toEqual([0, 0]);
  });

  it('are grey without a value, and say so', () => {
    const { colors, legend } = coloured({ kind: 'number', values: Float32Array.of(1, Number.NaN, 2), log: true }, [0, 1, 2], TEST_THEME);
    expect(colorAt(colors, 1)).toBe('185,182,175');
    expect(legend.kind === 'number' && legend.missing).toBe(1);
  });

  it('name the categories with the points they have', () => {
    const names = Array.from({ length: 12 }, (_, i) => (i === 10 ? 'Other' : i === 11 ? 'No rows' : `name ${i}`));
    const { colors, legend } = coloured({ kind: 'category', codes: Uint8Array.of(0, 3, 10, 3), names }, [1, 3, 2], TEST_THEME);
    expect(colorAt(colors, 0)).toBe(colorAt(colors, 1));
    expect(legend.kind === 'category' && legend.names.map(({ levels }) => levels)).toEqual([0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1, 0]);
  });
});

it('sizes grow with the rows, by area', () => {
  const sizes = sizesOf([0, 1], Uint32Array.of(400, 100));
  expect(sizes[0] / sizes[1]).toBeCloseTo(2, 6);
  expect(new Set(sizesOf([0, 1, 2], null)).size).toBe(1);
});

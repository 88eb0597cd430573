import { describe, expect, it } from 'vitest';
import { type BenchLine, benchChart, benchHeight } from './bench-chart';
import { TEST_THEME } from './testing';

const line = (engine: string, plan: boolean, milliseconds: number[]): BenchLine => ({
  engine,
  label: engine,
  plan,
  points: milliseconds.map((value, i) => ({ q: 100 * 10 ** i, milliseconds: value })),
});

describe('the chart of the bench', () => {
  it('draws every engine that was measured on log scales, with all of its points in range', () => {
    const lines = [line('plan', true, [0.1, 1, 10]), line('peer', false, [5, 50]), line('none', false, [])];
    const { data, layout } = benchChart(lines, TEST_THEME, 800);
    expect(data.filter(({ name }) => name).map(({ name, x, y }) => [name, x, y])).toEqual([
      ['plan', [100, 1_000, 10_000], [0.1, 1, 10]],
      ['peer', [100, 1_000], [5, 50]],
    ]);
    expect(layout.xaxis).toMatchObject({ type: 'log', tickvals: [100, 1_000, 10_000], ticktext: ['100', '1k', '10k'] });
    expect(layout.yaxis.type).toBe('log');
    const [low, high] = layout.yaxis.range.map((power) => 10 ** power);
    expect(low).toBeLessThan(0.1);
    expect(high).toBeGreaterThan(50);
  });

  it('keeps the names at the ends apart and within the figure, also on a phone', () => {
    const names = ['our plan, WASM, 1 thread', 'our plan, WASM, 2 threads', 'plain tfjs, WASM', 'jax-js, WASM'];
    for (const width of [340, 900]) {
      const { data } = benchChart(
        names.map((name, i) => line(name, i < 2, [1, 2 + i / 100])),
        TEST_THEME,
        width,
      );
      const text = data[data.length - 1];
      const ends = (text.text ?? []).flatMap((label, i) =>
        names.includes(label) ? [{ label, x: text.x[i] as number, y: text.y[i] as number }] : [],
      );
      expect(ends).toHaveLength(4);
      for (const { label, x, y } of ends) {
        expect(x + TEST_THEME.textWidth(label, 12)).toBeLessThanOrEqual(width);
        expect(y).toBeLessThanOrEqual(benchHeight(width));
      }
      const heights = ends.map(({ y }) => y).sort((a, b) => a - b);
      for (let i = 1; i < heights.length; i++) expect(heights[i] - heights[i - 1]).toBeGreaterThanOrEqual(17.9);
    }
  });

  it('gives a single q a width of its own, and an empty figure for nothing', () => {
    const { layout } = benchChart([line('plan', true, [1])], TEST_THEME, 600);
    expect(layout.xaxis.range[0]).toBeLessThan(2);
    expect(layout.xaxis.range[1]).toBeGreaterThan(2);
    expect(benchChart([], TEST_THEME, 600).data).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { levelsChart, levelsGeometry } from './levels-chart';
import { caterpillarChart, caterpillarGeometry, type PosteriorInput, planeChart, planeGeometry, planeOutside, shownLevels } from './posterior-chart';
import { TEST_THEME } from './testing';

const levels = 100;
const input: PosteriorInput = {
  levels,
  width: 2,
  means: Float32Array.from({ length: 2 * levels }, (_, i) => Math.sin(i)),
  variances: Float32Array.from({ length: 2 * levels }, (_, i) => (i % 2 === 0 ? 0.04 : 0.01)),
  prior: [1, 1],
  effects: null,
  color: '#0b62db',
};
const one: PosteriorInput = {
  ...input,
  width: 1,
  means: Float32Array.from({ length: levels }, (_, i) => (i * 37) % levels),
  variances: new Float32Array(levels).fill(1),
  effects: new Float32Array(levels).fill(3),
};

describe('posteriors of levels', () => {
  it('shows levels evenly by rank, the least and the greatest among them', () => {
    const shown = shownLevels(one);
    expect(shown).toHaveLength(40);
    const values = shown.map((level) => one.means[level]);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect([values[0], values.at(-1)]).toEqual([0, 99]);
    expect(shownLevels({ ...one, levels: 3 })).toHaveLength(3);
  });

  it('draws one unit as long on both axes, so that an ellipse twice as wide as high looks so', () => {
    const [x, y] = [planeChart(input, [0, 1], TEST_THEME, 500).layout.xaxis, planeChart(input, [0, 1], TEST_THEME, 500).layout.yaxis];
    const { plot } = planeGeometry(input, [0, 1], 500);
    const perX = (plot.right - plot.left) / (x.range[1] - x.range[0]);
    const perY = (plot.bottom - plot.top) / (y.range[1] - y.range[0]);
    expect(perX).toBeCloseTo(perY, 6);
    const { at } = planeGeometry(input, [0, 1], 500);
    for (let level = 0; level < levels; level++) {
      expect(at(level).x).toBeGreaterThanOrEqual(plot.left);
      expect(at(level).x).toBeLessThanOrEqual(plot.right);
      expect(at(level).y).toBeGreaterThanOrEqual(plot.top);
      expect(at(level).y).toBeLessThanOrEqual(plot.bottom);
    }
  });

  it('draws intervals of 1.96 standard deviations and the true effects as rings', () => {
    const figure = caterpillarChart(one, TEST_THEME, 500);
    const bars = figure.data.find((trace) => trace.mode === 'lines' && trace.y.length === 3 * 40);
    expect((bars?.y[1] as number) - (bars?.y[0] as number)).toBeCloseTo(2 * 1.96, 5);
    const rings = figure.data.find(({ marker }) => marker?.symbol === 'circle-open');
    expect(rings?.y).toEqual(Array.from({ length: 40 }, () => 3));
    expect(caterpillarGeometry(one, 500).at(shownLevels(one)[0]).x).toBeGreaterThan(40);
  });
});

describe('levels by their rows', () => {
  it('holds effects of both signs and a curve within its range', () => {
    const effects = { counts: [1, 10, 100], values: [-2, 0.5, 3], title: 'Effect', color: '#0b62db' };
    const figure = levelsChart(effects, TEST_THEME, 500);
    expect(figure.layout.yaxis.range[0]).toBeLessThan(-2);
    const weights = {
      ...effects,
      values: [0.5, 1.4, -0.2],
      range: [0, 1] as [number, number],
      curve: { at: (n: number) => n / (n + 1), label: ['n'] },
    };
    const { plot, at } = levelsGeometry(weights, 500);
    expect(at(1).y).toBe(plot.top);
    expect(at(2).y).toBe(plot.bottom);
    const curve = levelsChart(weights, TEST_THEME, 500).data[0];
    expect(curve.y.every((y) => (y as number) > 0 && (y as number) < 1)).toBe(true);
  });
});

describe('levels far out', () => {
  const levels = 100;
  const means = Float64Array.from({ length: 2 * levels }, (_, i) => Math.sin(i));
  means[0] = 1e4;
  const input = { levels, width: 2, means, variances: new Float64Array(2 * levels).fill(0.01), prior: [100, 100], effects: null, color: '#0b62db' };

  it('are counted, as is a prior that reaches beyond, and drawn when asked for', () => {
    expect(planeOutside(input, [0, 1], 500)).toEqual({ levels: 1, prior: true });
    expect(planeOutside({ ...input, whole: true }, [0, 1], 500)).toEqual({ levels: 0, prior: false });
    const dots = (whole: boolean) => planeChart({ ...input, whole }, [0, 1], TEST_THEME, 500).data.find(({ mode }) => mode === 'markers')?.x.length;
    expect(dots(false)).toBe(levels - 1);
    expect(dots(true)).toBe(levels);
  });
});

import { describe, expect, it } from 'vitest';
import { calibrationChart, coverageChart, normalChart, pitChart, residualChart, residualGeometry, seriesChart, spreadChart } from './check-charts';
import { type Axis, BLEED, type Figure } from './figure';
import { TEST_THEME } from './testing';

const LOOK = { color: '#0b5fd8' };

/** Every point on the main axes lies within them: axes cut nothing off. */
function holdsAll(figure: Figure): boolean {
  const within = (axis: Axis, value: number) => value >= Math.min(...axis.range) - 1e-9 && value <= Math.max(...axis.range) + 1e-9;
  return figure.data
    .filter((trace) => trace.xaxis !== 'x2')
    .every((trace) =>
      trace.x.every((x, i) => {
        const y = trace.y[i];
        return x === null || y === null || (within(figure.layout.xaxis, x) && within(figure.layout.yaxis, y));
      }),
    );
}

const spread = (sd: number) => ({ rows: 50, mean: 0, sd, low: 0.8 * sd, high: 1.3 * sd, logError: 0.1 });
const bins = [
  { least: 0, most: 0, rows: 0, spread: null },
  { least: 1, most: 2, rows: 50, spread: spread(40) },
  { least: 3, most: null, rows: 500, spread: spread(2) },
];
const predictive = {
  sd: 1,
  source: 'validation' as const,
  coverage: [0.5, 0.8, 0.95].map((nominal) => ({ nominal, share: 0.1, low: 0.02, high: 0.3 })),
  pit: [0.6, ...Array.from({ length: 9 }, () => 0.4 / 9)],
  even: { low: 0.08, high: 0.12 },
};

describe('the small charts of the Check room', () => {
  it('find a row where its dot is drawn', () => {
    const check = { drawn: { rows: [8, 4], fitted: [2, 5], residual: [-70, 3] }, windows: [] };
    const { width, height, xaxis, yaxis } = residualChart(check, LOOK, TEST_THEME, 300).layout;
    const { at, height: tall } = residualGeometry(check, TEST_THEME, 300);
    expect(tall).toBe(height);
    const along = ({ domain = [0, 1], range }: Axis, value: number) =>
      domain[0] + ((value - range[0]) / (range[1] - range[0])) * (domain[1] - domain[0]);
    for (const i of [0, 1]) {
      expect(at(i).x + BLEED).toBeCloseTo(along(xaxis, check.drawn.fitted[i]) * width, 6);
      expect(at(i).y).toBeCloseTo((1 - along(yaxis, check.drawn.residual[i])) * height, 6);
    }
  });

  it.each([300, 640])('cut nothing off at %i px', (width) => {
    const windows = [
      { fitted: -3, median: 9, sd: 50, rows: 40 },
      { fitted: 8, median: -2, sd: 1, rows: 40 },
    ];
    const points = [
      { normal: -2, sample: -9, low: -3, high: -1 },
      { normal: 2, sample: 7, low: 1, high: 3 },
    ];
    const figures = [
      residualChart({ drawn: { rows: [8, 4], fitted: [1e8, 1e8 + 1], residual: [-70, 3] }, windows }, LOOK, TEST_THEME, width),
      residualChart({ drawn: { rows: [0], fitted: [5], residual: [2] }, windows: [] }, LOOK, TEST_THEME, width),
      normalChart({ points, tails: { left: points[0], right: points[1], share: 0.5 } }, LOOK, TEST_THEME, width),
      spreadChart(bins, ['unseen', '1–2', '> 2'], { ...LOOK, binary: false }, TEST_THEME, width),
      spreadChart(bins, ['unseen', '1–2', '> 2'], { ...LOOK, binary: true }, TEST_THEME, width),
      calibrationChart({ bins: [{ predicted: 0, observed: 1, low: 0.7, high: 1, rows: 10 }] }, LOOK, TEST_THEME, width),
      coverageChart(predictive, LOOK, TEST_THEME, width),
      pitChart(predictive, LOOK, TEST_THEME, width),
      seriesChart(
        Array.from({ length: 12 }, (_, k) => ({
          label: `m${k}`,
          color: '#333333',
          dash: 'solid',
          points: [{ value: k, error: 30 }, null, { value: 100, error: null }],
        })),
        [{ name: 'unseen', under: '3 rows' }, { name: '1–2' }, { name: '> 20' }],
        { xName: 'training rows', yName: 'MSE', apart: 1 },
        TEST_THEME,
        width,
      ),
    ];
    expect(figures.map(holdsAll)).toEqual(figures.map(() => true));
    for (const { layout } of figures) expect(layout.width).toBe(width + 8);
  });

  it('joins a method’s places but for those set apart, such as unseen levels', () => {
    const points = [9, 3, 2].map((value) => ({ value, error: 0.5 }));
    const places = ['unseen', '1–2', '> 20'].map((name) => ({ name }));
    const figure = seriesChart(
      [{ label: 'Ignore', color: '#333333', dash: 'dot', points }],
      places,
      { xName: '', yName: '', apart: 1 },
      TEST_THEME,
      400,
    );
    const line = figure.data.find(({ mode, line: style }) => mode === 'lines' && style?.dash === 'dot');
    expect(line?.y).toEqual([3, 2]);
    expect(figure.data.find(({ mode }) => mode === 'markers')?.y).toEqual([9, 3, 2]);
  });
});

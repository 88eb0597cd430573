import { describe, expect, it } from 'vitest';
import { ABOUTS } from '../../workers/spec/methods';
import { DOT_CAP, dotsBeyond, drawnLevels, embeddingChart, multiplesLayout, truthGeometry } from './embedding-chart';
import { BLEED, type Figure, type Trace } from './figure';
import { levelsChart } from './levels-chart';
import {
  drawnTraining,
  drawnValues,
  type LossChartInput,
  type LossLine,
  leavingTop,
  lossAt,
  lossChart,
  lossGeometry,
  lossRange,
  TRAINING_DASH,
} from './loss-chart';
import { crossing, type ParameterBar, parametersChart } from './parameters-chart';
import { predictionChart, predictionGeometry, rocChart, rowsOutside, squareRange } from './prediction-chart';
import { TEST_THEME } from './testing';
import { lineColor, methodColor } from './theme';

const texts = (figure: Figure): string[] => figure.data.flatMap((trace) => trace.text ?? []);
const named = (figure: Figure, name: string): Trace | undefined => figure.data.find((trace) => trace.name === name);

/** Falls from `start` towards `floor`. */
const falling = (start: number, floor: number, epochs: number) =>
  Array.from({ length: epochs }, (_, e) => floor + (start - floor) * Math.exp(-e / 10));

function line(method: string, values: number[], more: Partial<LossLine> = {}): LossLine {
  return {
    method,
    label: method,
    color: '#000000',
    dash: 'solid',
    values,
    bestEpoch: values.length,
    stopEpoch: null,
    resultsFrom: more.stopEpoch ?? null,
    state: 'training',
    ...more,
  };
}

function chart(lines: LossLine[], more: Partial<LossChartInput> = {}): LossChartInput {
  return { lines, kind: 'predictive', scale: 'linear', axisTitle: 'Mean squared error', referenceMethod: 'ignore', noiseFloor: null, ...more };
}

it('a line is pale beside one that stands out, and has its colour otherwise', () => {
  const [first, second] = ABOUTS.map(({ line: style }) => style);
  expect(lineColor(first, TEST_THEME)).toBe(first.light);
  expect(lineColor(first, { ...TEST_THEME, isolated: first })).toBe(first.light);
  expect(lineColor(second, { ...TEST_THEME, isolated: first })).toMatch(/^rgba\(\d+, \d+, \d+, 0\.18\)$/);
  expect(methodColor(second, { ...TEST_THEME, isolated: first })).toBe(second.light);
});

describe('loss chart', () => {
  const lines = [line('ignore', falling(9, 4.9, 100)), line('mm', falling(9, 3.4, 100), { stopEpoch: 80, bestEpoch: 70, state: 'stopped' })];

  it('runs from just under the best value to just above Ignore, and says that first epochs are off the top', () => {
    const { range, clipped } = lossRange(chart(lines));
    expect(range[0]).toBeLessThan(3.41);
    expect(range[0]).toBeGreaterThan(2.9);
    expect(range[1]).toBeGreaterThan(4.9);
    expect(range[1]).toBeLessThan(6.1);
    expect(clipped).toBe(true);
    expect(texts(lossChart(chart(lines), TEST_THEME, 700)).some((text) => text.includes('first epochs are off the top'))).toBe(true);
  });

  it('names the lines that leave the top, which first epochs do not, and holds them when asked to', () => {
    const wild = [...falling(9, 4, 50), ...Array.from({ length: 50 }, (_, e) => 4 + e)];
    const input = chart([
      ...lines,
      line('TabNet', wild, { bestEpoch: 50, stopEpoch: 60, state: 'stopped' }),
      line(
        'NCF',
        Array.from({ length: 100 }, () => 60),
        { stopEpoch: 100, state: 'reached' },
      ),
    ]);
    expect(leavingTop(chart(lines))).toEqual([]);
    // The results of NCF set the axis, so that it stays on it; then TabNet does.
    expect(leavingTop(input)).toEqual([]);
    const without = chart([...lines, line('TabNet', wild, { bestEpoch: 50, stopEpoch: 60, state: 'stopped', resultsFrom: 50 })]);
    expect(leavingTop(without)).toEqual(['TabNet']);
    expect(texts(lossChart(without, TEST_THEME, 700)).some((text) => text.endsWith('; one line leaves the top'))).toBe(true);
    const whole = { ...without, whole: true };
    expect(lossRange(whole).clipped).toBe(false);
    expect(lossRange(whole).range[1]).toBeGreaterThanOrEqual(53);
    expect(leavingTop(whole)).toEqual([]);
  });

  it('shows everything on a log axis', () => {
    const { range, clipped } = lossRange(chart(lines, { scale: 'log' }));
    expect(range[0]).toBeLessThan(3.4);
    expect(range[1]).toBeGreaterThan(9);
    expect(clipped).toBe(false);
  });

  it('does not let a diverged method stretch the axis, and says where it diverged', () => {
    const bad = line('bad', [5, 50, 5e6, Number.NaN], { state: 'diverged', stopEpoch: 4 });
    const input = chart([...lines, bad]);
    expect(lossRange(input).range[1]).toBeLessThan(7);
    const figure = lossChart(input, TEST_THEME, 700);
    expect(texts(figure)).toContain('diverged at 4');
    expect(figure.data.some((trace) => trace.marker?.symbol === 'x-thin')).toBe(true);
  });

  it('marks a method that diverged in its first epoch at the top edge', () => {
    for (const input of [
      chart([...lines, line('bad', [Number.NaN], { state: 'diverged', stopEpoch: 1 })]),
      chart([line('bad', [Number.NaN], { state: 'diverged', stopEpoch: 1 })]),
    ]) {
      const figure = lossChart(input, TEST_THEME, 700);
      const { plot, epochs } = lossGeometry(input, 700);
      const cross = figure.data.find((trace) => trace.marker?.symbol === 'x-thin');
      expect(cross?.x).toEqual([plot.left + (plot.right - plot.left) / epochs]);
      expect(cross?.y).toEqual([plot.top]);
      expect(texts(figure)).toEqual(expect.arrayContaining(['bad', 'diverged at 1']));
    }
  });

  it('draws a line to its stop in its dash and past it thin and solid', () => {
    const figure = lossChart(chart(lines), TEST_THEME, 700);
    const main = named(figure, 'mm');
    const past = named(figure, 'mm, past the stop');
    expect(main?.x.at(-1)).toBe(80);
    expect(past?.x[0]).toBe(80);
    expect(past?.x.at(-1)).toBe(100);
    expect(past?.line).toMatchObject({ width: 1, dash: 'solid' });
    expect(named(figure, 'ignore, past the stop')).toBeUndefined();
  });

  it('takes the number of a stopped method at its stop', () => {
    expect(texts(lossChart(chart([line('mm', [5, 4, 3, 2], { stopEpoch: 3, state: 'stopped' })]), TEST_THEME, 700))).toContain('3.00, stopped at 3');
  });

  it('says that the last epoch was reached, not that training stopped there', () => {
    const reached = chart([line('mm', [5, 4, 3], { stopEpoch: 3, state: 'reached' })]);
    expect(texts(lossChart(reached, TEST_THEME, 700))).toContain('3.00, reached 3');
    expect(texts(lossChart(reached, TEST_THEME, 358))).toContain('3.00 at 3');
    const large = chart([line('mm', [5e9, 4e9, 3e9], { stopEpoch: 3, state: 'stopped' })]);
    expect(texts(lossChart(large, TEST_THEME, 700))).toContain('3,000,000,000 at 3');
  });

  it('takes the number at the best epoch where its weights are restored, and keeps the bar at the stop', () => {
    const restored = chart([line('mm', [5, 2, 2.02, 2.04], { stopEpoch: 4, bestEpoch: 2, resultsFrom: 2, state: 'stopped' })]);
    const figure = lossChart(restored, TEST_THEME, 700);
    expect(texts(figure)).toContain('2.00, best at 2');
    const { plot } = lossGeometry(restored, 700);
    const bar = figure.data.find((trace) => trace.mode === 'lines' && trace.xaxis === 'x2' && trace.x.length === 2 && trace.x[0] === trace.x[1]);
    expect(bar?.x[0]).toBeCloseTo(plot.right);
  });

  it('marks where results come from where that is the best epoch of the other loss', () => {
    const other = chart([line('mm', [5, 2, 3, 4], { stopEpoch: 4, bestEpoch: 2, resultsFrom: 3, state: 'stopped' })]);
    const figure = lossChart(other, TEST_THEME, 700);
    const { plot } = lossGeometry(other, 700);
    const dot = figure.data.find((trace) => trace.marker?.symbol === 'circle' && trace.marker.color !== TEST_THEME.sheet);
    expect(dot?.x).toEqual([plot.left + (3 / 4) * (plot.right - plot.left)]);
    expect(texts(figure)).toContain('3.00, results at 3');
  });

  it('shows the objective as % of the first epoch, with the noise floor of MMbeddings', () => {
    const input = chart([line('mmbeddings', falling(2.75, 0.3, 50))], {
      kind: 'objective',
      noiseFloor: { method: 'mmbeddings', label: 'MMbeddings', color: '#0b62db', value: 0.5 },
    });
    const figure = lossChart(input, TEST_THEME, 700);
    expect(named(figure, 'mmbeddings')?.y[0]).toBeCloseTo(100);
    const floor = figure.data.find((trace) => trace.line?.dash === '2px,3px');
    expect(floor?.y[0]).toBeCloseTo((100 * 0.5) / 2.75);
    expect(texts(figure)).toContain('Noise floor of MMbeddings: no prediction is better in the long run');
  });

  it('draws a negative objective that falls downwards', () => {
    const input = chart([line('mm', [-2, -3, -5], { training: [-1, -2, -6] })], { kind: 'objective' });
    const figure = lossChart(input, TEST_THEME, 700);
    // A half of the first value lower is 50 points lower.
    expect([drawnValues(input.lines[0], 'objective'), drawnTraining(input.lines[0], 'objective')].map((values) => [...values])).toEqual([
      [100, 50, -50],
      [150, 100, -100],
    ]);
    expect(named(figure, 'mm')?.y).toEqual([100, 50, -50]);
    expect(lossRange(input).range[0]).toBe(-100);
  });

  it('draws the training loss beside validation in a dash of its own, and makes room for it', () => {
    const own = line('mm', falling(9, 4, 50), { training: falling(9, 1, 50), dash: '10px,4px', color: '#0b62db' });
    const figure = lossChart(chart([own]), TEST_THEME, 700);
    const training = named(figure, 'mm, training');
    expect(training?.y.at(-1)).toBeCloseTo(1 + 8 * Math.exp(-4.9));
    expect(training?.line).toMatchObject({ dash: TRAINING_DASH, color: '#0b62db' });
    expect(lossRange(chart([own])).range[0]).toBeLessThan(1.1);
    expect(ABOUTS.map(({ line: { dash } }) => dash)).not.toContain(TRAINING_DASH);
    // In percent both have the same hundred.
    const percent = chart([line('mm', [4, 2], { training: [8, 1] })], { kind: 'objective' });
    expect(named(lossChart(percent, TEST_THEME, 700), 'mm, training')?.y).toEqual([200, 25]);
    expect(lossAt(percent, 2)[0]).toMatchObject({ text: '50 %', training: '25 %' });
    expect(named(lossChart(chart([line('mm', [4, 2])]), TEST_THEME, 700), 'mm, training')).toBeUndefined();
  });

  it('marks an epoch that is looked at, and reads every line there or where its method ended', () => {
    const input = chart(
      [line('a', [5, 4, 3, 2], { readAt: 3, stopEpoch: 4, state: 'reached' }), line('b', [6, 5], { readAt: 2, stopEpoch: 2, state: 'stopped' })],
      {
        marked: 3,
      },
    );
    const figure = lossChart(input, TEST_THEME, 700);
    const { plot } = lossGeometry(input, 700);
    const x = plot.left + (3 / 4) * (plot.right - plot.left);
    expect(named(figure, 'marked epoch')?.x).toEqual([x, x]);
    expect(texts(figure)).toEqual(expect.arrayContaining(['3.00 at epoch 3', '5.00 at epoch 2']));
    expect(texts(lossChart(input, TEST_THEME, 358))).toEqual(expect.arrayContaining(['3.00 at 3', '5.00 at 2']));
    const dots = figure.data.find((trace) => Array.isArray(trace.marker?.size) && trace.marker.size.includes(10));
    expect(dots?.x[0]).toBe(x);
    expect(named(lossChart(chart(lines), TEST_THEME, 700), 'marked epoch')).toBeUndefined();
  });

  it('decimates a long curve', () => {
    const figure = lossChart(chart([line('mm', falling(9, 3, 8000))]), TEST_THEME, 700);
    expect(named(figure, 'mm')?.x.length).toBeLessThanOrEqual(1000);
  });

  it('keeps end labels in the figure and 36 px apart', () => {
    const same = ['a', 'b', 'c', 'd', 'e'].map((method) => line(method, falling(9, 4, 60)));
    const figure = lossChart(chart(same), TEST_THEME, 700);
    const labels = figure.data.at(-1);
    const heights = ['a', 'b', 'c', 'd', 'e'].map((name) => Number(labels?.y[labels.text?.indexOf(name) ?? -1])).sort((p, q) => p - q);
    for (let i = 1; i < 5; i++) expect(heights[i] - heights[i - 1]).toBeGreaterThanOrEqual(36 - 1e-6);
    expect(heights[4]).toBeLessThan(332);
  });

  it('keeps the lowest end label clear of the axis word', () => {
    for (const width of [358, 700]) {
      const labels = lossChart(chart(['a', 'b', 'c', 'd', 'e'].map((name) => line(name, falling(9, 3, 60)))), TEST_THEME, width).data.at(-1);
      const below = labels?.text?.indexOf('epoch') ?? -1;
      const notes = labels?.text?.flatMap((text, i) => (text.startsWith('3.0') && text !== '3.0' ? [Number(labels.y[i])] : [])) ?? [];
      expect(notes).toHaveLength(5);
      expect(Number(labels?.y[below]) - Math.max(...notes)).toBeGreaterThanOrEqual(28);
    }
  });

  it('makes room for large numbers on the axis', () => {
    const large = chart([line('ignore', falling(9e6, 4e6, 30))]);
    expect(lossGeometry(large, 700).plot.left).toBeGreaterThan(lossGeometry(chart(lines), 700).plot.left);
  });

  it('sorts the crosshair by value and leaves out lines that are shorter', () => {
    const input = chart([line('low', [3, 1]), line('high', [4, 2]), line('short', [5])]);
    expect(lossAt(input, 1).map((row) => row.line.method)).toEqual(['short', 'high', 'low']);
    expect(lossAt(input, 2).map((row) => row.line.method)).toEqual(['high', 'low']);
    expect(lossAt(input, 3)).toEqual([]);
  });
});

describe('parameters chart', () => {
  const bars: ParameterBar[] = [
    {
      method: 'ignore',
      label: 'Ignore',
      color: '#666666',
      parameters: 231,
      atLevels: [
        { q: 100, parameters: 231 },
        { q: 100_000, parameters: 231 },
      ],
    },
    {
      method: 'embeddings',
      label: 'Embeddings',
      color: '#b8560f',
      parameters: 10_331,
      atLevels: [
        { q: 100, parameters: 1331 },
        { q: 1000, parameters: 10_331 },
        { q: 100_000, parameters: 1_000_331 },
      ],
    },
  ];

  it('places bars on a log axis from 100', () => {
    const figure = parametersChart(bars, TEST_THEME, 300, 1000);
    const end = (name: string) => Number(named(figure, name)?.x[1]);
    expect(end('embeddings') / end('ignore')).toBeCloseTo(Math.log10(103.31) / Math.log10(2.31), 5);
    expect(texts(figure)).toEqual(expect.arrayContaining(['10,331', '41 kB', '1,000,331 at ', 'the same at every ']));
  });

  it('uses no markup: it would need inline styles', () => {
    for (const text of texts(parametersChart(bars, TEST_THEME, 300, 1000))) expect(text).not.toMatch(/[<>]/);
  });

  it('finds the cardinality where a table passes MMbeddings', () => {
    expect(
      crossing(
        (q) => 10 * q + 331,
        () => 13_651,
      ),
    ).toBe(1333);
    expect(
      crossing(
        () => 5,
        () => 5,
      ),
    ).toBeNull();
    expect(
      crossing(
        (q) => q + 100,
        () => 5,
      ),
    ).toBe(2);
  });
});

describe('embedding chart', () => {
  const levels = 500;
  const actual = Float32Array.from({ length: 2 * levels }, (_, i) => Math.sin(i));
  const input = {
    dimensions: [
      { match: 1, r: -0.93, r2: 0.9 },
      { match: 0, r: 0.2, r2: 0.05 },
    ],
    levels,
    actual,
    estimated: actual,
    showR: true,
    color: '#0b62db',
  };

  it('draws at most 400 levels a dimension, all within their frame', () => {
    const figure = embeddingChart(input, TEST_THEME, 660);
    const dots = figure.data.find((trace) => trace.mode === 'markers');
    expect(dots?.x.length).toBe(2 * DOT_CAP);
    const { cells } = multiplesLayout(2, 660);
    for (const x of dots?.x.slice(0, DOT_CAP) ?? []) {
      expect(x).toBeGreaterThanOrEqual(cells[0].left);
      expect(x).toBeLessThanOrEqual(cells[0].left + cells[0].width);
    }
  });

  it('counts the dots beyond three standard deviations, and holds them on axes that all multiples share', () => {
    const far = Float32Array.from(actual);
    far[0] = 7;
    const wide = { ...input, estimated: far };
    expect(dotsBeyond(input)).toEqual({ drawn: 2 * DOT_CAP, beyond: 0, limit: 3 });
    expect(dotsBeyond(wide)).toEqual({ drawn: 2 * DOT_CAP, beyond: 1, limit: 8 });
    const dots = (limit?: number) => embeddingChart({ ...wide, limit }, TEST_THEME, 660).data.find((trace) => trace.mode === 'markers')?.x.length;
    expect(dots()).toBe(2 * DOT_CAP - 1);
    expect(dots(8)).toBe(2 * DOT_CAP);
  });

  it('finds every dot where it is drawn, and none that is not', () => {
    const far = Float32Array.from(actual);
    far[0] = 7;
    const wide = { ...input, estimated: far };
    const dots = embeddingChart(wide, TEST_THEME, 660).data.find((trace) => trace.mode === 'markers') as Trace;
    const { points, at, levelOf, dimensionOf } = truthGeometry(wide, 660);
    const all = Array.from({ length: points }, (_, i) => at(i));
    expect(all.filter(({ x }) => Number.isFinite(x))).toEqual(dots.x.map((x, i) => ({ x, y: dots.y[i] })));
    expect(Number.isFinite(all[0].x)).toBe(false);
    expect([dimensionOf(DOT_CAP), levelOf(DOT_CAP + 1)]).toEqual([1, drawnLevels(input.levels)[1]]);
  });

  it('puts an exact estimate on the diagonal', () => {
    const figure = embeddingChart(input, TEST_THEME, 660);
    const dots = figure.data.find((trace) => trace.mode === 'markers') as Trace;
    const cell = multiplesLayout(2, 660).cells[0];
    expect(Number(dots.x[7]) - cell.left).toBeCloseTo(cell.top + cell.height - Number(dots.y[7]), 3);
  });

  it('writes r with its sign only for the best match', () => {
    expect(texts(embeddingChart(input, TEST_THEME, 660))).toContain('\u22120.93');
    expect(texts(embeddingChart({ ...input, showR: false }, TEST_THEME, 660))).not.toContain('\u22120.93');
  });

  it('has five multiples in a row, two on a phone, for any number of dimensions', () => {
    const wide = multiplesLayout(10, 660).cells;
    expect(new Set(wide.map((cell) => cell.top)).size).toBe(2);
    expect(wide[4].left + wide[4].width).toBeCloseTo(660);
    expect(new Set(multiplesLayout(10, 358).cells.map((cell) => cell.top)).size).toBe(5);
    expect(multiplesLayout(3, 660).cells).toHaveLength(3);
    for (const width of [326, 358, 660]) for (const cell of multiplesLayout(10, width).cells) expect(cell.height).toBe(cell.width);
    expect(multiplesLayout(5, 1200).cells[0].width).toBe(168);
    expect(multiplesLayout(3, 1200).cells[0].width).toBe(240);
    expect(multiplesLayout(1, 1200)).toMatchObject({ cells: [{ left: 0, width: 344 }] });
  });

  it('picks levels evenly over the whole list', () => {
    const picked = drawnLevels(10_000);
    expect(picked).toHaveLength(DOT_CAP);
    expect(new Set(picked).size).toBe(DOT_CAP);
    expect(picked[DOT_CAP - 1]).toBeGreaterThan(9900);
  });
});

describe('levels, predictions and ROC', () => {
  it('draws a level without training rows at the left edge of the log axis', () => {
    const figure = levelsChart({ counts: [0, 1, 1000], values: [0, 0.5, 2], title: 'Length', color: '#0b62db' }, TEST_THEME, 600);
    expect(figure.layout.xaxis.type).toBe('log');
    expect(figure.data[0].x).toEqual([0.5, 1, 1000]);
    expect(10 ** figure.layout.xaxis.range[1]).toBeGreaterThan(1000);
  });

  it('starts near the smallest count when every level has training rows', () => {
    const few = levelsChart({ counts: [5, 8, 11], values: [1, 1, 2], title: 'Length', color: '#0b62db' }, TEST_THEME, 600).layout.xaxis;
    expect(10 ** few.range[0]).toBeGreaterThan(3.5);
    expect(10 ** few.range[0]).toBeLessThan(5);
    expect(few.ticktext).toEqual(['5', '10']);
    expect(levelsChart({ counts: [1, 1], values: [1, 2], title: 'Length', color: '#0b62db' }, TEST_THEME, 600).layout.xaxis.ticktext).toEqual([
      '1',
      '2',
    ]);
  });

  it('gives both axes of a square the same range', () => {
    expect(squareRange([0, 10], [2, Number.NaN])).toEqual([-0.4, 10.4]);
    expect(squareRange([], [])).toEqual([0, 1]);
    const figure = predictionChart(
      { actual: [1, 2, 3], predicted: [1, 2, 2.5], color: '#0b62db', inside: [{ label: 'MSE', text: '3.36' }], target: null },
      TEST_THEME,
      360,
    );
    expect(figure.layout.xaxis.range).toEqual(figure.layout.yaxis.range);
    const { xaxis, yaxis, width, height } = figure.layout;
    expect((xaxis.domain[1] - xaxis.domain[0]) * width).toBeCloseTo((yaxis.domain[1] - yaxis.domain[0]) * height);
    expect(width - 2 * BLEED).toBeLessThanOrEqual(392);
    expect(texts(figure)).toEqual(expect.arrayContaining(['MSE', '3.36', 'Predicted', 'actual']));
  });

  it('knows where each row of the square stands', () => {
    const actual = [...Array.from({ length: 99 }, (_, i) => i / 10), 5];
    const { plot, rows, at } = predictionGeometry({ actual, predicted: actual.map((one, i) => (i === 99 ? 1e6 : one)) }, 360);
    expect(rows).toHaveLength(99);
    const [first, middle, last] = [at(0), at(49), at(98)];
    expect(first.y).toBeGreaterThan(last.y);
    for (const { x, y } of [first, last]) expect(x - plot.left).toBeCloseTo(plot.bottom - y, 6);
    expect(middle.x - first.x).toBeCloseTo(first.y - middle.y, 6);
  });

  it('does not let one wild prediction hide the others, and counts it; and what is no number', () => {
    const actual = Array.from({ length: 100 }, (_, i) => i / 10);
    const predicted = actual.map((y, i) => (i === 3 ? 1e6 : i === 4 ? Number.NaN : y));
    expect(squareRange(actual, predicted)[1]).toBeLessThan(15);
    expect(rowsOutside({ actual, predicted })).toEqual({ drawn: 100, outside: 1, missing: 1 });
    expect(rowsOutside({ actual, predicted, whole: true })).toEqual({ drawn: 100, outside: 0, missing: 1 });
    expect(rowsOutside({ actual, predicted: actual })).toEqual({ drawn: 100, outside: 0, missing: 0 });
  });

  it('draws the ROC curve with the diagonal and its AUC', () => {
    const figure = rocChart({ falsePositive: [0, 0.2, 1], truePositive: [0, 0.7, 1], auc: 0.712, color: '#0b62db', dash: 'solid' }, TEST_THEME, 360);
    expect(figure.data[0].x).toEqual([0, 1]);
    expect(figure.data[1].y).toEqual([0, 0.7, 1]);
    expect(texts(figure)).toContain('0.712');
  });
});

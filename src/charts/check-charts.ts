import type { BinaryCheck, CheckView, RegressionCheck } from '../../workers/protocol';
import { fixed } from '../text/numbers';
import { frame, padded } from './check-frame';
import { type Figure, type Label, labelTrace, lineTrace, markerTrace, type Theme, type Trace } from './figure';
import { dotMarker } from './overlay';
import { linearTicks, type Tick } from './ticks';

/** A method's colour and the theme's width: what every small chart of the Check room takes. */
interface Look {
  color: string;
}

const dashed = (theme: Theme) => ({ color: theme.axis, width: 1, dash: '4px,4px' });

/** A filled area between two lines over the same x. */
const band = (x: number[], low: number[], high: number[], color: string, opacity: number): Trace =>
  lineTrace([...x, ...[...x].reverse()], [...high, ...[...low].reverse()], { color, width: 0 }, { fill: 'toself', fillcolor: color, opacity });

/** Vertical intervals with a dot each. */
function whiskers(points: { x: number; value: number; low: number; high: number }[], color: string, size = 7): Trace[] {
  const x = points.flatMap((point) => [point.x, point.x, null]);
  const y = points.flatMap((point) => [point.low, point.high, null]);
  return [
    lineTrace(x, y, { color, width: 1.5 }),
    markerTrace(
      points.map((point) => point.x),
      points.map((point) => point.value),
      { color, size },
    ),
  ];
}

type Residuals = Pick<RegressionCheck, 'drawn' | 'windows'>;

function residualFrame({ drawn, windows }: Residuals, theme: Theme, width: number) {
  const x = padded([...drawn.fitted, ...windows.map(({ fitted }) => fitted)]);
  const y = padded([...drawn.residual, ...windows.flatMap(({ median, sd }) => [median - sd, median + sd]), 0]);
  return { x, ...frame({ x, y, xName: 'fitted', yName: 'Observed − fitted' }, theme, width) };
}

/** Where the dots of the rows lie. */
export function residualGeometry(check: Residuals, theme: Theme, width: number) {
  const { height, toX, toY } = residualFrame(check, theme, width);
  return { height, at: (i: number) => ({ x: toX(check.drawn.fitted[i]), y: toY(check.drawn.residual[i]) }) };
}

/**
 * Residuals against fitted values: a sample of rows, the running median and one standard deviation about it.
 */
export function residualChart(check: Residuals, { color }: Look, theme: Theme, width: number): Figure {
  const { drawn, windows } = check;
  const { x, figure, labels } = residualFrame(check, theme, width);
  const at = windows.map(({ fitted }) => fitted);
  figure.data.push(
    ...(windows.length > 0
      ? [
          band(
            at,
            windows.map(({ median, sd }) => median - sd),
            windows.map(({ median, sd }) => median + sd),
            color,
            0.16,
          ),
        ]
      : []),
    lineTrace(x, [0, 0], dashed(theme)),
    markerTrace(drawn.fitted, drawn.residual, dotMarker(drawn.fitted.length, color, { size: 3.5, opacity: 0.35 })),
    ...(windows.length > 0
      ? [
          lineTrace(
            at,
            windows.map(({ median }) => median),
            { color: theme.ink, width: 2 },
          ),
        ]
      : []),
    labelTrace(theme, labels),
  );
  return figure;
}

/** Normal quantile–quantile plot with the envelope of a normal sample. */
export function normalChart({ points }: NonNullable<RegressionCheck['normal']>, { color }: Look, theme: Theme, width: number): Figure {
  const x = padded(points.map(({ normal }) => normal));
  const y = padded(points.flatMap(({ sample, low, high }) => [sample, low, high]));
  const { figure, labels } = frame({ x, y, xName: 'of a normal distribution', yName: 'Residuals, in standard deviations' }, theme, width);
  const at = points.map(({ normal }) => normal);
  figure.data.push(
    band(
      at,
      points.map(({ low }) => low),
      points.map(({ high }) => high),
      theme.axis,
      0.3,
    ),
    lineTrace([Math.max(x[0], y[0]), Math.min(x[1], y[1])], [Math.max(x[0], y[0]), Math.min(x[1], y[1])], dashed(theme)),
    markerTrace(
      at,
      points.map(({ sample }) => sample),
      dotMarker(points.length, color, { size: 4.5, opacity: 0.8 }),
    ),
    labelTrace(theme, labels),
  );
  return figure;
}

/**
 * Standard deviation of residuals by the training rows of the level (or rarest tag), with 95 % intervals.
 * `names` are the bins' labels.
 */
export function spreadChart(
  bins: CheckView['byCount'][number]['bins'],
  names: string[],
  { color, binary, level = 'level' }: Look & { binary: boolean; level?: 'level' | 'rarest tag' },
  theme: Theme,
  width: number,
): Figure {
  const known = bins.flatMap(({ spread }, i) => (spread ? [{ x: i, value: spread.sd, low: spread.low, high: spread.high }] : []));
  const y: [number, number] = [0, padded([...known.map(({ high }) => high), ...(binary ? [1] : [0])])[1]];
  const { figure, labels } = frame(
    {
      x: [-0.5, bins.length - 0.5],
      y,
      xTicks: names.map((text, at) => ({ at, text })),
      xName: `training rows of the ${level}`,
      yName: binary ? 'SD of Pearson residuals' : 'SD of residuals',
    },
    theme,
    width,
  );
  if (binary) figure.data.push(lineTrace([-0.5, bins.length - 0.5], [1, 1], dashed(theme)));
  figure.data.push(...whiskers(known, color), labelTrace(theme, labels));
  return figure;
}

const PERCENT_TICKS: Tick[] = [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, text: fixed(at, at === 0 || at === 1 ? 0 : at === 0.5 ? 1 : 2) }));

/** Share of ones against the mean probability of a bin, with Wilson intervals; the diagonal is right. */
export function calibrationChart({ bins }: Pick<BinaryCheck, 'bins'>, { color }: Look, theme: Theme, width: number): Figure {
  const { figure, labels } = frame(
    {
      x: [-0.03, 1.03],
      y: [-0.03, 1.03],
      xTicks: PERCENT_TICKS,
      yTicks: PERCENT_TICKS,
      xName: 'mean probability',
      yName: 'Share of ones',
    },
    theme,
    width,
  );
  figure.data.push(
    lineTrace([0, 1], [0, 1], dashed(theme)),
    ...whiskers(
      bins.map(({ predicted, observed, low, high }) => ({ x: predicted, value: observed, low, high })),
      color,
    ),
    labelTrace(theme, labels),
  );
  return figure;
}

/** Share of test rows within central predictive intervals, against what they promise. */
export function coverageChart({ coverage }: NonNullable<RegressionCheck['predictive']>, { color }: Look, theme: Theme, width: number): Figure {
  const { figure, labels } = frame(
    {
      x: [0.3, 1.03],
      y: [Math.min(0.3, Math.min(...coverage.map(({ low }) => low)) - 0.03), 1.03],
      xTicks: coverage.map(({ nominal }) => ({ at: nominal, text: `${fixed(100 * nominal, 0)} %` })),
      yTicks: [0.25, 0.5, 0.75, 1].map((at) => ({ at, text: `${fixed(100 * at, 0)} %` })),
      xName: 'promised',
      yName: 'Test rows inside',
    },
    theme,
    width,
  );
  figure.data.push(
    lineTrace([0.3, 1], [0.3, 1], dashed(theme)),
    ...whiskers(
      coverage.map(({ nominal, share, low, high }) => ({ x: nominal, value: share, low, high })),
      color,
    ),
    labelTrace(theme, [...labels]),
  );
  return figure;
}

/** Histogram of the probability of a smaller response: even where the predictive distributions are right. */
export function pitChart({ pit, even }: NonNullable<RegressionCheck['predictive']>, { color }: Look, theme: Theme, width: number): Figure {
  const bins = pit.length;
  const { figure, labels } = frame(
    {
      x: [0, 1],
      y: [0, Math.max(even.high, ...pit) * 1.08],
      xTicks: [0, 0.5, 1].map((at) => ({ at, text: String(at) })),
      yTicks: linearTicks(0, Math.max(even.high, ...pit) * 1.08, 4).map(({ at }) => ({ at, text: `${fixed(100 * at, 0)} %` })),
      xName: 'predicted probability of a smaller response',
      yName: 'Share of test rows',
    },
    theme,
    width,
  );
  const bars = pit.flatMap((share, k) => {
    const [from, to] = [(k + 0.06) / bins, (k + 0.94) / bins];
    return [
      { x: from, y: 0 },
      { x: from, y: share },
      { x: to, y: share },
      { x: to, y: 0 },
      { x: from, y: 0 },
      { x: null, y: null },
    ];
  });
  figure.data.push(
    lineTrace(
      bars.map(({ x }) => x),
      bars.map(({ y }) => y),
      { color, width: 0 },
      { fill: 'toself', fillcolor: color, opacity: 0.55 },
    ),
    band([0, 1], [even.low, even.low], [even.high, even.high], theme.axis, 0.35),
    lineTrace([0, 1], [1 / bins, 1 / bins], dashed(theme)),
    labelTrace(theme, labels),
  );
  return figure;
}

/** A method's points over the same places. */
export interface SeriesInput {
  label: string;
  color: string;
  dash: string;
  /** Null where there is none. */
  points: ({ value: number; error: number | null } | null)[];
}

/**
 * Several methods over a few places side by side: dots with one standard error, joined by each method's line.
 */
export function seriesChart(
  series: SeriesInput[],
  places: { name: string; under?: string }[],
  { xName, yName, apart }: { xName: string; yName: string; apart: number },
  theme: Theme,
  width: number,
): Figure {
  const ends = series.flatMap(({ points }) =>
    points.flatMap((point) => (point ? [point.value - (point.error ?? 0), point.value + (point.error ?? 0)] : [])),
  );
  const [low, high] = padded(ends);
  // Losses start at 0 where that costs little; a standard error may reach below.
  const y: [number, number] = [low >= 0 && low < 0.4 * high ? 0 : low, high];
  const { figure, labels, plot, height, toX } = frame(
    { x: [-0.5, places.length - 0.5], y, xTicks: places.map(({ name }, at) => ({ at, text: name })), xName, yName, below: 18 },
    theme,
    width,
  );
  const step = Math.min(0.12, 0.6 / Math.max(1, series.length));
  series.forEach(({ color, dash, points }, k) => {
    const at = (i: number) => i + (k - (series.length - 1) / 2) * step;
    const shown = points.flatMap((point, i) =>
      point ? [{ i, x: at(i), value: point.value, low: point.value - (point.error ?? 0), high: point.value + (point.error ?? 0) }] : [],
    );
    // Places before `apart`, such as unseen levels, are no part of the line.
    const joined = shown.filter(({ i }) => i >= apart);
    figure.data.push(
      lineTrace(
        joined.map(({ x }) => x),
        joined.map(({ value }) => value),
        { color, width: 1.5, dash },
      ),
      ...whiskers(shown, color, 6),
    );
  });
  const under: Label[] = places.flatMap(({ under: text }, i) =>
    text ? [{ x: toX(i), y: plot.bottom + 30, text, anchor: 'middle' as const, size: 11 }] : [],
  );
  labels[1] = { ...labels[1], y: height - 6 };
  figure.data.push(labelTrace(theme, [...labels, ...under]));
  return figure;
}

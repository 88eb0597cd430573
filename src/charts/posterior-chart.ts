import { LEVEL, type Thing } from '../words/thing';
import { chartAxis, domains, emptyFigure, type Figure, type Label, labelTrace, lineTrace, markerTrace, type Theme } from './figure';
import type { PointGeometry } from './levels-chart';
import { extent, fitRange } from './range';
import { linearTicks } from './ticks';

/** Posterior of drawn levels: `means` and `variances` are levels × width, row-major. */
export interface PosteriorInput {
  levels: number;
  width: number;
  means: ArrayLike<number>;
  variances: ArrayLike<number>;
  /** Variance of each dimension before any data; null where it is not known. */
  prior: readonly number[] | null;
  /** True effect of each level where vectors are one number; else null. */
  effects: ArrayLike<number> | null;
  color: string;
  /** What is drawn. */
  thing?: Thing;
  /** Levels drawn with their uncertainty besides those that are anyway. */
  also?: readonly number[];
  /** The axes hold every level, however far out, and the whole prior. */
  whole?: boolean;
}

/** 95 % of a normal distribution lie within so many standard deviations. */
export const INTERVAL = 1.96;
/** Ellipses and intervals of more levels than this would cover each other. */
const SHOWN = 40;
const HEIGHT = 384;
const CORNERS = 36;

const plotOf = (width: number) => ({ left: 40, right: width - 8, top: 24, bottom: HEIGHT - 40 });

const mean = (input: PosteriorInput, level: number, m: number): number => input.means[level * input.width + m];
/** 0, which has no line, where there is no variance. */
const deviation = (input: PosteriorInput, level: number, m: number): number => Math.sqrt(Math.max(0, input.variances[level * input.width + m] || 0));

/**
 * Which levels are drawn with their uncertainty: evenly by rank of their (first) mean, from the least to the
 * greatest.
 */
export function shownLevels(input: PosteriorInput, dimension = 0): number[] {
  const order = Array.from({ length: input.levels }, (_, level) => level).sort((a, b) => mean(input, a, dimension) - mean(input, b, dimension));
  if (order.length <= SHOWN) return order;
  const kept = new Set(Array.from({ length: SHOWN }, (_, k) => order[Math.round((k * (order.length - 1)) / (SHOWN - 1))]));
  for (const level of input.also ?? []) kept.add(level);
  return kept.size > SHOWN ? order.filter((level) => kept.has(level)) : [...kept];
}

/* ------------------------------------------------------------------ two dimensions */

function planeFrame(input: PosteriorInput, [a, b]: readonly [number, number], width: number) {
  const plot = plotOf(width);
  const shown = shownLevels(input, a);
  const levels = Array.from({ length: input.levels }, (_, level) => level);
  const spans = [a, b].map((m) => {
    const means = levels.map((level) => mean(input, level, m));
    const [from, to] = fitRange(means, input.whole ?? false).range;
    const ends = shown
      .filter((level) => means[level] >= from && means[level] <= to)
      .flatMap((level) => {
        const half = deviation(input, level, m);
        return [means[level] - half, means[level] + half];
      });
    const prior = input.whole && input.prior ? [-Math.sqrt(input.prior[m]), Math.sqrt(input.prior[m])] : [];
    return extent([from, to, ...ends, ...prior]);
  });
  const low = spans.map(([from]) => from);
  const high = spans.map(([, to]) => to);
  const across = plot.right - plot.left;
  const down = plot.bottom - plot.top;
  // One unit is as long on both axes, so that an ellipse shows its shape.
  const unit = Math.max((high[0] - low[0]) / across, (high[1] - low[1]) / down, 1e-9) * 1.06;
  const range = (axis: 0 | 1, pixels: number): [number, number] => {
    const middle = (low[axis] + high[axis]) / 2;
    return [middle - (unit * pixels) / 2, middle + (unit * pixels) / 2];
  };
  const x = range(0, across);
  const y = range(1, down);
  return {
    plot,
    shown,
    x,
    y,
    toX: (value: number) => plot.left + (value - x[0]) / unit,
    toY: (value: number) => plot.bottom - (value - y[0]) / unit,
  };
}

const within = (value: number, [from, to]: [number, number]): boolean => value >= from && value <= to;

/** Levels outside the axes, and whether a part of the prior is. */
export function planeOutside(input: PosteriorInput, dimensions: readonly [number, number], width: number): { levels: number; prior: boolean } {
  const { x, y } = planeFrame(input, dimensions, width);
  const [a, b] = dimensions;
  let levels = 0;
  for (let level = 0; level < input.levels; level++) if (!within(mean(input, level, a), x) || !within(mean(input, level, b), y)) levels++;
  const reach = input.prior ? [Math.sqrt(input.prior[a]), Math.sqrt(input.prior[b])] : null;
  const prior = reach !== null && ![within(-reach[0], x), within(reach[0], x), within(-reach[1], y), within(reach[1], y)].every(Boolean);
  return { levels, prior };
}

/** Position of every level in the plane of two dimensions. */
export function planeGeometry(input: PosteriorInput, dimensions: readonly [number, number], width: number): PointGeometry {
  const { plot, toX, toY } = planeFrame(input, dimensions, width);
  return { plot, height: HEIGHT, at: (level) => ({ x: toX(mean(input, level, dimensions[0])), y: toY(mean(input, level, dimensions[1])) }) };
}

function ellipse(x: number, y: number, rx: number, ry: number): { x: (number | null)[]; y: (number | null)[] } {
  const turn = Array.from({ length: CORNERS + 1 }, (_, i) => (2 * Math.PI * i) / CORNERS);
  return { x: [...turn.map((angle) => x + rx * Math.cos(angle)), null], y: [...turn.map((angle) => y + ry * Math.sin(angle)), null] };
}

/**
 * Level means in the plane of two dimensions; some levels with the ellipse of one posterior standard
 * deviation, and that of the prior, dashed.
 */
export function planeChart(input: PosteriorInput, dimensions: readonly [number, number], theme: Theme, width: number): Figure {
  const [a, b] = dimensions;
  const frame = planeFrame(input, dimensions, width);
  const { plot } = frame;
  // The page draws dots over the chart, which does not cut them off at the axes.
  const inside = (level: number) => within(mean(input, level, a), frame.x) && within(mean(input, level, b), frame.y);
  const shown = frame.shown.filter(inside);
  const figure = emptyFigure(theme, width, HEIGHT);
  const domain = domains(plot, width, HEIGHT);
  figure.layout.xaxis = chartAxis(theme, 'x', { domain: domain.x, range: frame.x, ticks: linearTicks(...frame.x, width < 400 ? 4 : 6), grid: true });
  figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range: frame.y, ticks: linearTicks(...frame.y, 5) });
  if (input.prior) {
    const outline = ellipse(0, 0, Math.sqrt(input.prior[a]), Math.sqrt(input.prior[b]));
    figure.data.push(lineTrace(outline.x, outline.y, { color: theme.ink3, width: 1.25, dash: '4px,3px' }));
  }
  const levels = Array.from({ length: input.levels }, (_, level) => level).filter(inside);
  figure.data.push(
    markerTrace(
      levels.map((level) => mean(input, level, a)),
      levels.map((level) => mean(input, level, b)),
      { symbol: 'circle', size: 2.8, color: input.color, opacity: 0.4, line: { width: 0 } },
    ),
  );
  const outlines = shown.map((level) =>
    ellipse(mean(input, level, a), mean(input, level, b), deviation(input, level, a), deviation(input, level, b)),
  );
  figure.data.push(
    lineTrace(
      outlines.flatMap(({ x }) => x),
      outlines.flatMap(({ y }) => y),
      { color: input.color, width: 1 },
      { opacity: 0.75 },
    ),
    markerTrace(
      shown.map((level) => mean(input, level, a)),
      shown.map((level) => mean(input, level, b)),
      { symbol: 'circle', size: 5, color: input.color, opacity: 1, line: { width: 0 } },
    ),
  );
  const labels: Label[] = [
    { x: plot.left - 32, y: 8, text: `Dimension ${b + 1}` },
    { x: plot.right, y: HEIGHT - 8, text: `dimension ${a + 1}`, anchor: 'end' },
  ];
  figure.data.push(labelTrace(theme, labels));
  return figure;
}

/* ------------------------------------------------------------------ one dimension */

function caterpillarFrame(input: PosteriorInput, width: number) {
  const plot = plotOf(width);
  const shown = shownLevels(input);
  let [low, high] = [0, 0];
  for (const level of shown) {
    const [value, half] = [mean(input, level, 0), INTERVAL * deviation(input, level, 0)];
    low = Math.min(low, value - half, input.effects?.[level] ?? 0);
    high = Math.max(high, value + half, input.effects?.[level] ?? 0);
  }
  const pad = Math.max(high - low, 1e-6) * 0.04;
  const y: [number, number] = [low - pad, high + pad];
  const slot = (plot.right - plot.left) / shown.length;
  const toX = (rank: number) => plot.left + (rank + 0.5) * slot;
  const toY = (value: number) => plot.bottom - ((value - y[0]) / (y[1] - y[0])) * (plot.bottom - plot.top);
  return { plot, shown, y, toX, toY };
}

/** Position of the drawn levels; the others have none and stand far away. */
export function caterpillarGeometry(input: PosteriorInput, width: number): PointGeometry {
  const { plot, shown, toX, toY } = caterpillarFrame(input, width);
  const rank = new Map(shown.map((level, i) => [level, i]));
  return {
    plot,
    height: HEIGHT,
    at: (level) => {
      const at = rank.get(level);
      return at === undefined ? { x: -1e6, y: -1e6 } : { x: toX(at), y: toY(mean(input, level, 0)) };
    },
  };
}

/**
 * Levels from the least to the greatest effect, each with its 95 % interval, and the truth as a ring where it
 * is known.
 */
export function caterpillarChart(input: PosteriorInput, theme: Theme, width: number): Figure {
  const { plot, shown, y } = caterpillarFrame(input, width);
  const figure = emptyFigure(theme, width, HEIGHT);
  const domain = domains(plot, width, HEIGHT);
  figure.layout.xaxis = chartAxis(theme, 'x', { domain: domain.x, range: [0, shown.length], ticks: [] });
  figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range: y, ticks: linearTicks(...y, 6) });
  figure.data.push(lineTrace([0, shown.length], [0, 0], { color: theme.axis, width: 1 }));
  const places = shown.map((_, rank) => rank + 0.5);
  const bars = shown.map((level, rank) => {
    const [value, half] = [mean(input, level, 0), INTERVAL * deviation(input, level, 0)];
    return { x: [places[rank], places[rank], null], y: [value - half, value + half, null] };
  });
  figure.data.push(
    lineTrace(
      bars.flatMap(({ x }) => x),
      bars.flatMap((bar) => bar.y),
      { color: input.color, width: 1.5 },
      { opacity: 0.75 },
    ),
    markerTrace(
      places,
      shown.map((level) => mean(input, level, 0)),
      { symbol: 'circle', size: 5, color: input.color, opacity: 1, line: { width: 0 } },
    ),
  );
  const { effects } = input;
  if (effects)
    figure.data.push(
      markerTrace(
        places,
        shown.map((level) => effects[level]),
        { symbol: 'circle-open', size: 6, color: theme.ink, opacity: 1, line: { color: theme.ink, width: 1.25 } },
      ),
    );
  figure.data.push(
    labelTrace(theme, [
      { x: plot.left - 32, y: 8, text: `Effect of the ${(input.thing ?? LEVEL).one}` },
      { x: plot.right, y: HEIGHT - 8, text: `${(input.thing ?? LEVEL).many} from the least to the greatest effect`, anchor: 'end' },
    ]),
  );
  return figure;
}

import { whole } from '../text/numbers';
import { chartAxis, domains, emptyFigure, type Figure, labelTrace, markerTrace, type Plot, type Theme } from './figure';
import { linearTicks, logTicks } from './ticks';

export interface LevelsInput {
  /** Training rows of each drawn level. A level of test rows only has 0 and stands at the left edge. */
  counts: ArrayLike<number>;
  /** Euclidean length of each drawn level's vector. */
  lengths: ArrayLike<number>;
  color: string;
}

export interface PointGeometry {
  plot: Plot;
  height: number;
  /** Position of point i in px. */
  at(i: number): { x: number; y: number };
}

const extent = (values: ArrayLike<number>): [number, number] => {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return low <= high ? [low, high] : [0, 1];
};

const HEIGHT = 384;

function frame(input: LevelsInput, width: number) {
  const [least, most] = extent(input.counts);
  const [, longest] = extent(input.lengths);
  // 0 has no place on a log axis and stands at 0.5; without one the axis starts near the smallest count.
  const xRange: [number, number] = [least < 1 ? 0.5 : least / 1.3, Math.max(2, most) * 1.3];
  const yRange: [number, number] = [0, Math.max(longest, 1e-6) * 1.08];
  const plot = { left: 40, right: width - 8, top: 24, bottom: HEIGHT - 40 };
  const toX = (count: number) =>
    plot.left + (Math.log(Math.max(count, xRange[0]) / xRange[0]) / Math.log(xRange[1] / xRange[0])) * (plot.right - plot.left);
  const toY = (length: number) => plot.bottom - (length / yRange[1]) * (plot.bottom - plot.top);
  return { plot, xRange, yRange, toX, toY };
}

export function levelsGeometry(input: LevelsInput, width: number): PointGeometry {
  const { plot, toX, toY } = frame(input, width);
  return { plot, height: HEIGHT, at: (i) => ({ x: toX(input.counts[i]), y: toY(input.lengths[i]) }) };
}

/** Level embeddings by level count: training rows on a log axis against the length of the level's vector. For data without a truth. */
export function levelsChart(input: LevelsInput, theme: Theme, width: number): Figure {
  const { plot, xRange, yRange } = frame(input, width);
  const figure = emptyFigure(theme, width, HEIGHT);
  const domain = domains(plot, width, HEIGHT);
  const xTicks = logTicks(Math.max(1, xRange[0]), xRange[1])
    .filter((tick) => Number.isInteger(tick.at))
    .map(({ at, text }) => ({ at, text: at < 10_000 ? whole(at) : text }));
  figure.layout.xaxis = chartAxis(theme, 'x', { domain: domain.x, range: xRange, log: true, ticks: xTicks });
  figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range: yRange, ticks: linearTicks(0, yRange[1], 5) });
  figure.data.push(
    markerTrace(
      Array.from(input.counts, (count) => Math.max(count, xRange[0])),
      Array.from(input.lengths),
      { symbol: 'circle', size: 4, color: input.color, opacity: 0.45, line: { width: 0 } },
      { cliponaxis: false },
    ),
    labelTrace(theme, [
      { x: plot.left - 32, y: 8, text: 'Length of the level’s vector' },
      { x: plot.right, y: HEIGHT - 8, text: 'training rows of the level, log scale', anchor: 'end' },
    ]),
  );
  return figure;
}

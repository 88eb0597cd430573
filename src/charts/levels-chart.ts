import { whole } from '../text/numbers';
import { LEVEL, type Thing } from '../words/thing';
import {
  chartAxis,
  domains,
  emptyFigure,
  type Figure,
  type Label,
  labelTrace,
  lineTrace,
  markerTrace,
  type Piece,
  type Plot,
  runOf,
  type Theme,
} from './figure';
import { dotMarker } from './overlay';
import { extent } from './range';
import { linearTicks, logTicks } from './ticks';

export interface LevelsInput {
  /** Training rows of each drawn level. A level of test rows only has 0 and stands at the left edge. */
  counts: ArrayLike<number>;
  /** What is drawn of each level. */
  values: ArrayLike<number>;
  /** What stands above the axis. */
  title: string;
  color: string;
  /** What a dot is. */
  thing?: Thing;
  /** Range of the values; absent: from 0, or from the least where some are negative, to the greatest. */
  range?: [number, number];
  /** A curve by training rows to hold the dots against, named at its right end. */
  curve?: { at(count: number): number; label: Piece[] };
}

export interface PointGeometry {
  plot: Plot;
  height: number;
  /** Position of point i in px. */
  at(i: number): { x: number; y: number };
}

const HEIGHT = 384;

function frame(input: LevelsInput, width: number) {
  const [least, most] = extent(Array.from(input.counts));
  const [lowest, highest] = extent(Array.from(input.values));
  // 0 has no place on a log axis and stands at 0.5; without one the axis starts near the smallest count.
  const xRange: [number, number] = [least < 1 ? 0.5 : least / 1.3, Math.max(2, most) * 1.3];
  const yRange: [number, number] = input.range ?? [Math.min(0, lowest) * 1.08, (highest > 0 ? highest : 1) * 1.08];
  const plot = { left: 40, right: width - 8, top: 24, bottom: HEIGHT - 40 };
  const toX = (count: number) =>
    plot.left + (Math.log(Math.max(count, xRange[0]) / xRange[0]) / Math.log(xRange[1] / xRange[0])) * (plot.right - plot.left);
  const inside = (value: number) => Math.max(yRange[0], Math.min(value, yRange[1]));
  const toY = (value: number) => plot.bottom - ((inside(value) - yRange[0]) / (yRange[1] - yRange[0])) * (plot.bottom - plot.top);
  return { plot, xRange, yRange, toX, toY, inside };
}

export function levelsGeometry(input: LevelsInput, width: number): PointGeometry {
  const { plot, toX, toY } = frame(input, width);
  return { plot, height: HEIGHT, at: (i) => ({ x: toX(input.counts[i]), y: toY(input.values[i]) }) };
}

/** Points of a curve on a log axis. */
const STEPS = 80;

/**
 * A number of each level by its training rows, on a log axis: the length of its vector, its effect, how far
 * it is shrunk.
 */
export function levelsChart(input: LevelsInput, theme: Theme, width: number): Figure {
  const { plot, xRange, yRange, toY, inside } = frame(input, width);
  const figure = emptyFigure(theme, width, HEIGHT);
  const domain = domains(plot, width, HEIGHT);
  const xTicks = logTicks(Math.max(1, xRange[0]), xRange[1])
    .filter((tick) => Number.isInteger(tick.at))
    .map(({ at, text }) => ({ at, text: at < 10_000 ? whole(at) : text }));
  figure.layout.xaxis = chartAxis(theme, 'x', { domain: domain.x, range: xRange, log: true, ticks: xTicks });
  figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range: yRange, ticks: linearTicks(yRange[0], yRange[1], 5) });
  const labels: Label[] = [
    { x: plot.left - 32, y: 8, text: input.title },
    { x: plot.right, y: HEIGHT - 8, text: `training rows of the ${(input.thing ?? LEVEL).one}, log scale`, anchor: 'end' },
  ];
  if (yRange[0] < 0) figure.data.push(lineTrace([xRange[0], xRange[1]], [0, 0], { color: theme.axis, width: 1 }));
  const { curve } = input;
  if (curve) {
    const x = Array.from({ length: STEPS }, (_, i) => xRange[0] * (xRange[1] / xRange[0]) ** (i / (STEPS - 1)));
    figure.data.push(
      lineTrace(
        x,
        x.map((count) => inside(curve.at(count))),
        { color: theme.ink3, width: 1, dash: '4px,3px' },
      ),
    );
    // Below the curve, where its own dots are not.
    const y = Math.min(plot.bottom - 10, toY(curve.at(xRange[1])) + 28);
    labels.push(...runOf(curve.label, { x: plot.right - 4, y, anchor: 'end', color: theme.ink2 }, theme));
  }
  figure.data.push(
    markerTrace(
      Array.from(input.counts, (count) => Math.max(count, xRange[0])),
      Array.from(input.values, inside),
      dotMarker(input.values.length, input.color, { size: 4.5, opacity: 0.5 }),
      { cliponaxis: false },
    ),
    labelTrace(theme, labels),
  );
  return figure;
}

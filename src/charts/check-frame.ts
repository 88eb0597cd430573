import { chartAxis, domains, emptyFigure, type Figure, type Label, type Plot, type Theme } from './figure';
import { linearTicks, type Tick } from './ticks';

/**
 * A small chart's axes in the house style: the name of the y axis over it, that of the x axis under its right
 * end.
 */
export interface FrameInput {
  x: [number, number];
  y: [number, number];
  xName: string;
  yName: string;
  xTicks?: Tick[];
  yTicks?: Tick[];
  xLog?: boolean;
  /** Room under the axis for one more line of labels. */
  below?: number;
}

export interface Frame {
  figure: Figure;
  plot: Plot;
  height: number;
  /** The axes' names, to be drawn with the chart's own labels. */
  labels: Label[];
  /** Px of a value on the x axis. */
  toX(value: number): number;
  /** Px of a value on the y axis. */
  toY(value: number): number;
}

/** Height of the small charts of the Check room at a width. */
export const smallHeight = (width: number): number => Math.round(Math.min(Math.max(190, width * 0.62), 260)) + 56;

/** A little more than the span of finite values. */
export function padded(values: Iterable<number>, share = 0.05): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(low <= high)) return [0, 1];
  const pad = share * (high - low || Math.abs(high) || 1);
  return [low - pad, high + pad];
}

export function frame(input: FrameInput, theme: Theme, width: number): Frame {
  const height = smallHeight(width);
  const figure = emptyFigure(theme, width, height);
  const yTicks = input.yTicks ?? linearTicks(...input.y, 6);
  const left = Math.max(28, 12 + Math.max(0, ...yTicks.map(({ text }) => theme.textWidth(text, 12))));
  const plot: Plot = { left, right: width - 10, top: 24, bottom: height - 40 - (input.below ?? 0) };
  const domain = domains(plot, width, height);
  const xTicks = input.xTicks ?? linearTicks(...input.x, width < 300 ? 3 : 4);
  figure.layout.xaxis = chartAxis(theme, 'x', { domain: domain.x, range: input.x, ticks: xTicks, log: input.xLog });
  figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range: input.y, ticks: yTicks });
  const place = input.xLog ? Math.log : (value: number) => value;
  const [from, to] = [place(input.x[0]), place(input.x[1])];
  return {
    figure,
    plot,
    height,
    labels: [
      { x: 0, y: 8, text: input.yName },
      { x: plot.right, y: height - 7, text: input.xName, anchor: 'end' },
    ],
    toX: (value) => plot.left + ((place(value) - from) / (to - from)) * (plot.right - plot.left),
    toY: (value) => plot.bottom - ((value - input.y[0]) / (input.y[1] - input.y[0])) * (plot.bottom - plot.top),
  };
}

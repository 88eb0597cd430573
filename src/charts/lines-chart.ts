import { chartAxis, domains, emptyFigure, type Figure, type Label, labelTrace, lineTrace, markerTrace, type Theme } from './figure';
import { spread } from './spread';
import { lineColor } from './theme';
import { linearTicks, logTicks, type Tick } from './ticks';

/** One line with its name at its end. Published lines are grey and thin, the lab's in the method's colour. */
export interface NamedLine {
  label: string;
  color: { light: string; dark: string } | null;
  dash: string;
  points: { x: number; y: number }[];
  /** Dots at the points: for a few measured places, not for curves. */
  dots: boolean;
  /**
   * Lines of the same kind, drawn faint behind it and without a name: single repetitions behind their mean.
   */
  faint?: { x: number; y: number }[][];
}

export interface LinesAxes {
  /** Stands above the chart. */
  title: string;
  x: { label: string; log: boolean; ticks: Tick[] | null };
  y: { log: boolean; fromZero: boolean };
}

export const linesHeight = (width: number): number => (width < 480 ? 320 : 384);

/** Lines over a shared pair of axes, linear or logarithmic, labelled at their ends. */
export function linesChart(lines: readonly NamedLine[], axes: LinesAxes) {
  return (theme: Theme, width: number): Figure => {
    const height = linesHeight(width);
    const figure = emptyFigure(theme, width, height);
    const drawn = lines.filter(({ points }) => points.length > 0);
    const points = drawn.flatMap((line) => [...line.points, ...(line.faint ?? []).flat()]);
    if (points.length === 0) return figure;
    const small = width < 480;
    const widest = Math.max(...drawn.map(({ label, color }) => theme.textWidth(label, 12, color ? 600 : 400)));
    const plot = { left: small ? 40 : 52, right: width - widest - 28, top: 28, bottom: height - 32 };
    const domain = domains(plot, width, height);
    const xs = points.map(({ x }) => x);
    const ys = points.map(({ y }) => y);
    const x = span(xs, axes.x.log, 1.08);
    const y = axes.y.fromZero ? ([0, 1.05 * greatest(ys)] as [number, number]) : span(ys, axes.y.log, 1.3);
    figure.layout.xaxis = chartAxis(theme, 'x', {
      domain: domain.x,
      range: x,
      log: axes.x.log,
      ticks: axes.x.ticks ?? (axes.x.log ? logTicks(...x) : linearTicks(x[0], x[1], small ? 4 : 7)),
    });
    figure.layout.yaxis = chartAxis(theme, 'y', {
      domain: domain.y,
      range: y,
      log: axes.y.log,
      ticks: axes.y.log ? logTicks(...y) : linearTicks(...y, 6),
    });
    const place = (value: number, [low, high]: [number, number], log: boolean) =>
      log ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low)) : (value - low) / (high - low);
    const labels: Label[] = [
      { x: 0, y: 8, text: axes.title },
      { x: plot.right + 20, y: plot.bottom + 14, text: axes.x.label, serif: axes.x.label.length === 1 },
    ];
    const ends = drawn.map(({ points: own }) => {
      const last = own[own.length - 1];
      return {
        x: plot.left + place(last.x, x, axes.x.log) * (plot.right - plot.left),
        y: plot.bottom - place(last.y, y, axes.y.log) * (plot.bottom - plot.top),
      };
    });
    const placed = spread(
      ends.map((end) => end.y),
      16,
      plot.top,
      plot.bottom,
    );
    const hueOf = (color: NamedLine['color']): string => (color ? lineColor(color, theme) : theme.ink3);
    for (const { color, faint = [] } of drawn) {
      for (const one of faint) {
        const [across, up] = [one.map((point) => point.x), one.map((point) => point.y)];
        figure.data.push(lineTrace(across, up, { color: hueOf(color), width: 1 }, { opacity: 0.3 }));
      }
    }
    drawn.forEach(({ label, color, dash, points: own, dots }, i) => {
      const hue = hueOf(color);
      const across = own.map((point) => point.x);
      const up = own.map((point) => point.y);
      figure.data.push(lineTrace(across, up, { color: hue, width: color ? 2.25 : 1.25, dash }, { name: label }));
      if (dots) figure.data.push(markerTrace(across, up, { color: hue, size: color ? 6 : 4 }));
      figure.data.push(lineTrace([ends[i].x + 4, plot.right + 16], [ends[i].y, placed[i]], { color: theme.line, width: 1 }, { pixels: true }));
      labels.push({ x: plot.right + 20, y: placed[i], text: label, color: color ? theme.ink : theme.ink2, weight: color ? 600 : 400 });
    });
    figure.data.push(labelTrace(theme, labels));
    return figure;
  };
}

const greatest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value));

/** Least and greatest with some room: a factor on a log axis, the same share of the span on a linear one. */
function span(values: readonly number[], log: boolean, room: number): [number, number] {
  const least = values.reduce((low, value) => Math.min(low, value));
  const most = greatest(values);
  if (log) return [least / room, most * room];
  const margin = (room - 1) * (most - least || Math.abs(most) || 1) * 0.2;
  return [least - margin, most + margin];
}

import { fixed } from '../text/numbers';
import { chartAxis, domains, emptyFigure, type Figure, type Label, labelTrace, lineTrace, markerTrace, type Theme } from './figure';
import { linearTicks } from './ticks';

/** A mean with its 95 % interval, ours and the published one, of one method. Null: none yet. */
export interface IntervalRow {
  label: string;
  /** Colour of the method in this theme. */
  color: { light: string; dark: string };
  ours: { mean: number; low: number; high: number; repetitions: number[] } | null;
  published: { mean: number; low: number; high: number } | null;
}

const ROW = 40;

export const intervalHeight = (rows: number) => (): number => rows * ROW + 56;

/**
 * A row a method: our repetitions as ticks, our mean as a dot with its interval, the published mean as a ring
 * with its own below it.
 */
export function intervalChart(rows: readonly IntervalRow[], axis: string, digits: number) {
  return (theme: Theme, width: number): Figure => {
    const height = intervalHeight(rows.length)();
    const figure = emptyFigure(theme, width, height);
    const values = rows.flatMap(({ ours, published }) => [
      ...(ours ? [ours.low, ours.high, ...ours.repetitions] : []),
      ...(published ? [published.low, published.high] : []),
    ]);
    if (values.length === 0) return figure;
    const names = Math.max(...rows.map(({ label }) => theme.textWidth(label, 12)));
    const plot = { left: names + 16, right: width - 16, top: 24, bottom: height - 32 };
    const span = Math.max(...values) - Math.min(...values) || Math.abs(values[0]) || 1;
    const low = Math.min(...values) - 0.05 * span;
    const high = Math.max(...values) + 0.05 * span;
    const domain = domains(plot, width, height);
    figure.layout.xaxis = chartAxis(theme, 'x', {
      domain: domain.x,
      range: [low, high],
      ticks: linearTicks(low, high, width < 480 ? 4 : 7),
      grid: true,
    });
    figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range: [rows.length, 0], ticks: [], grid: false });
    const labels: Label[] = [{ x: plot.left, y: 8, text: axis }];
    rows.forEach(({ label, color, ours, published }, i) => {
      const y = i + 0.5;
      const hue = theme.dark ? color.dark : color.light;
      labels.push({ x: 0, y: plot.top + ((plot.bottom - plot.top) * y) / rows.length, text: label, color: theme.ink });
      if (ours) {
        const above = published ? y - 0.14 : y;
        for (const value of ours.repetitions)
          figure.data.push(lineTrace([value, value], [above - 0.14, above + 0.14], { color: hue, width: 1 }, { opacity: 0.45 }));
        figure.data.push(lineTrace([ours.low, ours.high], [above, above], { color: hue, width: 2.25 }));
        figure.data.push(markerTrace([ours.mean], [above], { color: hue, size: 9 }, { name: `${label}: ${fixed(ours.mean, digits)}` }));
      }
      if (published) {
        const below = ours ? y + 0.18 : y;
        figure.data.push(lineTrace([published.low, published.high], [below, below], { color: theme.ink3, width: 1.25 }));
        figure.data.push(markerTrace([published.mean], [below], { color: theme.sheet, size: 7, line: { color: theme.ink3, width: 1.5 } }));
      }
    });
    figure.data.push(labelTrace(theme, labels));
    return figure;
  };
}

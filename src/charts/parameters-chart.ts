import { bytesOf, short, whole } from '../text/numbers';
import { emptyFigure, type Figure, type Label, labelTrace, lineTrace, rectangle, runOf, type Theme } from './figure';

export interface ParameterBar {
  method: string;
  label: string;
  color: string;
  /** Trainable numbers on this data. */
  parameters: number;
  /**
   * The same at other cardinalities, in rising order; [] when q is what the table has. The last is the end of
   * the dotted line.
   */
  atLevels: { q: number; parameters: number }[];
}

/** Height of a bar with its words; many bars stand closer and leave out the words about the largest q. */
const rowOf = (bars: number): number => (bars > MANY ? 40 : 64);
const MANY = 6;

export const parametersHeight = (bars: number): number => bars * rowOf(bars) + 24;

/**
 * Log bars of trainable numbers from 100, with bytes, and a dotted line to the largest q. Geometry in px: 64
 * a row (40 where there are many), 24 for the axis.
 */
export function parametersChart(bars: ParameterBar[], theme: Theme, width: number, currentQ: number | null): Figure {
  const height = parametersHeight(bars.length);
  const row = rowOf(bars.length);
  const figure = emptyFigure(theme, width, height);
  const greatest = Math.max(1_000_000, ...bars.flatMap((bar) => [bar.parameters, ...bar.atLevels.map((entry) => entry.parameters)]));
  const end = Math.log10(greatest * (greatest > 1_000_000 ? 1.2 : 2.4));
  const toX = (parameters: number) => (Math.max(0, Math.log10(Math.max(parameters, 1)) - 2) / (end - 2)) * width;
  const labels: Label[] = [];
  const base = height - 24;
  const grid = { x: [] as (number | null)[], y: [] as (number | null)[] };
  const tick = { x: [] as (number | null)[], y: [] as (number | null)[] };
  for (let power = 2; 10 ** power <= 10 ** end; power++) {
    const at = 10 ** power;
    const x = power === 2 ? 0.5 : toX(at);
    grid.x.push(x, x, null);
    grid.y.push(22, base, null);
    tick.x.push(x, x, null);
    tick.y.push(base, base + 4, null);
    labels.push({ x: power === 2 ? 0 : x, y: height - 8, text: at === 1000 ? '1,000' : short(at), anchor: power === 2 ? 'start' : 'middle' });
  }
  figure.data.push(lineTrace(grid.x, grid.y, { color: theme.grid, width: 1 }, { pixels: true }));
  figure.data.push(lineTrace([...tick.x, 0, width], [...tick.y, base, base], { color: theme.axis, width: 1 }, { pixels: true }));
  bars.forEach((bar, i) => {
    const y = i * row;
    const top = y + 22;
    labels.push({ x: 0, y: y + 10, text: bar.label, size: 13, weight: 500, color: theme.ink });
    const bytes = bytesOf(bar.parameters);
    labels.push({ x: width, y: y + 10, text: bytes, anchor: 'end' });
    labels.push({
      x: width - theme.textWidth(bytes, 12) - 8,
      y: y + 10,
      text: whole(bar.parameters),
      anchor: 'end',
      size: 13,
      weight: 600,
      color: theme.ink,
    });
    const body = rectangle(0, top, Math.max(2, toX(bar.parameters)), top + 12);
    figure.data.push(
      lineTrace(body.x, body.y, { color: bar.color, width: 0 }, { pixels: true, fill: 'toself', fillcolor: bar.color, name: bar.method }),
    );
    const last = bar.atLevels.at(-1);
    if (!last) return;
    if (last.parameters === bar.parameters && bar.atLevels.every((entry) => entry.parameters === bar.parameters)) {
      labels.push(...runOf(['the same at every ', { m: 'q' }], { x: toX(bar.parameters) + 8, y: top + 6, anchor: 'start' }, theme));
      return;
    }
    if (last.parameters > bar.parameters) {
      figure.data.push(
        lineTrace(
          [toX(bar.parameters) + 2, toX(last.parameters)],
          [top + 6, top + 6],
          { color: bar.color, width: 1.5, dash: '2px,2px' },
          { pixels: true },
        ),
      );
    }
    const marks = bar.atLevels.filter((entry) => entry.q !== currentQ);
    for (const below of [true, false]) {
      const some = marks.filter((entry) => entry.parameters < bar.parameters === below);
      const x = some.flatMap((entry) => [toX(entry.parameters), toX(entry.parameters), null]);
      const ys = some.flatMap(() => [top, top + 12, null]);
      if (some.length > 0) figure.data.push(lineTrace(x, ys, { color: below ? theme.sheet : bar.color, width: 2 }, { pixels: true }));
    }
    if (last.parameters > bar.parameters && bars.length <= MANY) {
      const pieces = [`${whole(last.parameters)} at `, { m: 'q' }, ` = ${short(last.q)}`];
      labels.push(...runOf(pieces, { x: Math.min(width, toX(last.parameters)), y: top + 23, anchor: 'end' }, theme));
    }
  });
  figure.data.push(labelTrace(theme, labels));
  return figure;
}

/**
 * The cardinality from which a growing method has more parameters than another one that does not grow, both
 * linear in q.
 * @returns the least whole q with strictly more, null when it never happens within 10 million
 */
export function crossing(growing: (q: number) => number, other: (q: number) => number): number | null {
  let low = 2;
  let high = 10_000_000;
  if (growing(high) <= other(high)) return null;
  if (growing(low) > other(low)) return low;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (growing(middle) > other(middle)) high = middle;
    else low = middle;
  }
  return high;
}

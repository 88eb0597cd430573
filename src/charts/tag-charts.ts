import { padded } from './check-frame';
import { escapeMarkup } from './escape';
import { chartAxis, domains, emptyFigure, type Figure, type Label, labelTrace, lineTrace, markerTrace, type Theme } from './figure';
import { linearTicks } from './ticks';

/** One effect: of a tag, or of a pair of tags. */
export interface EffectRow {
  label: string;
  effect: number;
  /** Standard deviation over the rows; the whisker. */
  sd: number;
  /** A ring, where it is known. */
  truth: number | null;
}

const ROW = 22;
const TOP = 24;
const BOTTOM = 36;

export const effectsHeight = (rows: number): number => Math.max(4, rows) * ROW + TOP + BOTTOM;

/** A name cut to the room there is for it. */
function cutTo(theme: Theme, text: string, room: number): string {
  if (theme.textWidth(text, 12) <= room) return text;
  let kept = text;
  while (kept.length > 1 && theme.textWidth(`…${kept}`, 12) > room) kept = kept.slice(1);
  // Labels of a hierarchy differ at their end.
  return `…${kept}`;
}

/** The room that names have, at most 45 % of the width. */
const nameRoom = (theme: Theme, labels: readonly string[], width: number): number =>
  Math.min(0.45 * width, Math.max(40, ...labels.map((label) => theme.textWidth(label, 12))) + 8);

interface Side {
  figure: Figure;
  labels: Label[];
  y(i: number): number;
}

/** A row a name, with a shared axis below. */
function sideways(names: readonly string[], x: [number, number], axis: string, height: number, theme: Theme, width: number): Side {
  const figure = emptyFigure(theme, width, height);
  const room = nameRoom(theme, names, width);
  const plot = { left: room + 8, right: width - 12, top: TOP, bottom: height - BOTTOM };
  const domain = domains(plot, width, height);
  figure.layout.xaxis = chartAxis(theme, 'x', { domain: domain.x, range: x, ticks: linearTicks(x[0], x[1], width < 480 ? 4 : 7), grid: true });
  figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range: [names.length, 0], ticks: [], grid: false });
  const step = (plot.bottom - plot.top) / Math.max(1, names.length);
  const labels: Label[] = names.map((name, i) => ({
    x: room,
    y: plot.top + (i + 0.5) * step,
    text: escapeMarkup(cutTo(theme, name, room), 200),
    anchor: 'end',
    color: theme.ink,
  }));
  labels.push({ x: plot.right, y: height - 8, text: axis, anchor: 'end' });
  return { figure, labels, y: (i) => i + 0.5 };
}

/** Effects with their spread over the rows, and the true ones as rings. */
export function effectsChart(rows: readonly EffectRow[], look: { color: string; axis: string }, theme: Theme, width: number): Figure {
  const height = effectsHeight(rows.length);
  const ends = rows.flatMap(({ effect, sd, truth }) => [effect - sd, effect + sd, truth ?? effect, 0]);
  const side = sideways(
    rows.map(({ label }) => label),
    padded(ends),
    look.axis,
    height,
    theme,
    width,
  );
  const { figure, labels, y } = side;
  figure.data.push(lineTrace([0, 0], [0, Math.max(1, rows.length)], { color: theme.axis, width: 1 }));
  figure.data.push(
    lineTrace(
      rows.flatMap(({ effect, sd }) => [effect - sd, effect + sd, null]),
      rows.flatMap((_, i) => [y(i), y(i), null]),
      { color: look.color, width: 1 },
      { opacity: 0.55 },
    ),
  );
  figure.data.push(
    markerTrace(
      rows.map(({ effect }) => effect),
      rows.map((_, i) => y(i)),
      { color: look.color, size: 8 },
    ),
  );
  const known = rows.flatMap(({ truth }, i) => (truth === null ? [] : [{ truth, at: y(i) }]));
  figure.data.push(
    markerTrace(
      known.map(({ truth }) => truth),
      known.map(({ at }) => at),
      { color: 'rgba(0,0,0,0)', size: 11, line: { color: theme.ink, width: 1.5 } },
    ),
  );
  figure.data.push(labelTrace(theme, labels));
  return figure;
}

/** Px of each effect in the chart, for the tip under the pointer. */
export function effectsGeometry(rows: readonly EffectRow[], theme: Theme, width: number) {
  const height = effectsHeight(rows.length);
  const room = nameRoom(
    theme,
    rows.map(({ label }) => label),
    width,
  );
  const plot = { left: room + 8, right: width - 12, top: TOP, bottom: height - BOTTOM };
  const [low, high] = padded(rows.flatMap(({ effect, sd, truth }) => [effect - sd, effect + sd, truth ?? effect, 0]));
  return {
    plot,
    height,
    at: (i: number) => ({
      x: plot.left + ((rows[i].effect - low) / (high - low)) * (plot.right - plot.left),
      y: plot.top + ((i + 0.5) * (plot.bottom - plot.top)) / Math.max(1, rows.length),
    }),
  };
}

/** A bar a name: weights of attention with a tick for each head, or lengths of vectors. */
export function barsChart(
  rows: readonly { label: string; value: number; marks?: readonly number[] }[],
  look: { color: string; axis: string; most?: number },
  theme: Theme,
  width: number,
): Figure {
  const most = look.most ?? 1.05 * Math.max(1e-9, ...rows.map(({ value }) => value));
  const { figure, labels, y } = sideways(
    rows.map(({ label }) => label),
    [0, most],
    look.axis,
    effectsHeight(rows.length),
    theme,
    width,
  );
  figure.data.push(
    lineTrace(
      rows.flatMap(({ value }) => [0, value, value, 0, 0, null]),
      rows.flatMap((_, i) => [y(i) - 0.28, y(i) - 0.28, y(i) + 0.28, y(i) + 0.28, y(i) - 0.28, null]),
      { color: look.color, width: 0 },
      { fill: 'toself', fillcolor: look.color, opacity: 0.75 },
    ),
  );
  const marks = rows.flatMap(({ marks: own = [] }, i) => (own.length > 1 ? own.map((mark) => ({ mark, at: y(i) })) : []));
  figure.data.push(
    lineTrace(
      marks.flatMap(({ mark }) => [mark, mark, null]),
      marks.flatMap(({ at }) => [at - 0.34, at + 0.34, null]),
      { color: theme.ink, width: 1.5 },
    ),
  );
  figure.data.push(labelTrace(theme, labels));
  return figure;
}

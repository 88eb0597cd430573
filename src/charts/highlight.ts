import { escapeMarkup } from './escape';
import { BLEED, type Figure, labelTrace, markerTrace, type Theme } from './figure';

/** A selected point, in px from the figure's top left, with its name. */
export interface Highlight {
  x: number;
  y: number;
  /** A person's text; null: the ring alone. */
  name: string | null;
}

/** Most letters of a name in a chart. */
const MOST_LETTERS = 28;
const RING = 12;

/** The figure with a ring around each selected point that lies in it, and its name beside it. */
export function highlighted(figure: Figure, points: readonly Highlight[], theme: Theme): Figure {
  const { width, height } = figure.layout;
  const inner = width - 2 * BLEED;
  const inside = points.filter(({ x, y }) => x >= 0 && x <= inner && y >= 0 && y <= height);
  if (inside.length === 0) return figure;
  const ring = markerTrace(
    inside.map(({ x }) => x),
    inside.map(({ y }) => y),
    { symbol: 'circle-open', size: RING, color: theme.ink, opacity: 1, line: { color: theme.ink, width: 2 } },
    { pixels: true },
  );
  const names = inside.flatMap(({ x, y, name }) => {
    if (name === null) return [];
    const text = escapeMarkup(name, MOST_LETTERS);
    const right = x + RING + theme.textWidth(text, 12, 600) < inner;
    return [
      {
        x: right ? x + 6 : x - 6,
        y: Math.max(10, y - 12),
        text,
        anchor: right ? ('start' as const) : ('end' as const),
        color: theme.ink,
        weight: 600,
      },
    ];
  });
  // Labels that lie over everything are the last traces of a figure, and stay so.
  const over = figure.data.findIndex(({ mode }) => mode === 'text');
  const at = over < 0 ? figure.data.length : over;
  return {
    ...figure,
    data: [...figure.data.slice(0, at), ring, ...figure.data.slice(at), ...(names.length > 0 ? [labelTrace(theme, names)] : [])],
  };
}

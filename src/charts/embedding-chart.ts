import { fixed } from '../text/numbers';
import { emptyFigure, type Figure, type Label, labelTrace, lineTrace, markerTrace, rectangle, type Theme } from './figure';

/** One small multiple per true dimension. Arrays are d × levels, row-major, standardised. */
export interface TruthInput {
  dimensions: { match: number; r: number; r2: number }[];
  levels: number;
  actual: ArrayLike<number>;
  estimated: ArrayLike<number>;
  /** r belongs to the best match only. */
  showR: boolean;
  color: string;
  /** Both axes of all multiples, in standard deviations; absent: 3. */
  limit?: number;
}

/** At most this many levels are drawn; said on screen. */
export const DOT_CAP = 400;
const LIMIT = 3;

export interface Cell {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Where the small multiples lie: at most five in a row, two on a phone; square and at most 168 px, larger
 * where there are few.
 */
export function multiplesLayout(count: number, width: number): { cells: Cell[]; height: number } {
  const phone = width < 480;
  const columns = Math.max(1, Math.min(phone ? 2 : 5, count));
  const gap = 16;
  const slots = Math.min(phone ? 2 : 5, count <= 3 ? count : 5);
  const largest = count === 1 ? 344 : count <= 3 ? 240 : 168;
  const cellWidth = Math.min(phone ? Number.POSITIVE_INFINITY : largest, (width - gap * (slots - 1)) / slots);
  const pitch = columns === slots && count > 3 ? (width - cellWidth) / (slots - 1) : cellWidth + gap;
  const row = 24 + cellWidth + 22 + gap;
  const cells = Array.from({ length: count }, (_, k) => ({
    left: (k % columns) * pitch,
    top: Math.floor(k / columns) * row + 24,
    width: cellWidth,
    height: cellWidth,
  }));
  return { cells, height: Math.max(1, Math.ceil(count / columns)) * row - gap };
}

/** Which of the levels are drawn: an even pick, so that a sorted file is not cut at one end. */
export function drawnLevels(levels: number): number[] {
  if (levels <= DOT_CAP) return Array.from({ length: levels }, (_, k) => k);
  return Array.from({ length: DOT_CAP }, (_, k) => Math.floor((k * levels) / DOT_CAP));
}

/**
 * Dots drawn, those of them beyond the usual axes, and the limit that holds every one: one for all multiples,
 * which share their axes.
 */
export function dotsBeyond({ dimensions, levels, actual, estimated }: Pick<TruthInput, 'dimensions' | 'levels' | 'actual' | 'estimated'>): {
  drawn: number;
  beyond: number;
  limit: number;
} {
  const chosen = drawnLevels(levels);
  let beyond = 0;
  let most = LIMIT;
  for (let k = 0; k < dimensions.length; k++) {
    for (const level of chosen) {
      const size = Math.max(Math.abs(actual[k * levels + level]), Math.abs(estimated[k * levels + level]));
      if (!(size < LIMIT)) beyond++;
      if (Number.isFinite(size)) most = Math.max(most, size);
    }
  }
  return { drawn: chosen.length * dimensions.length, beyond, limit: most === LIMIT ? LIMIT : Math.ceil(most * 1.02) };
}

/** Where a level lies in the square of dimension k; null outside its axes. */
function placeIn({ actual, estimated, levels, limit = LIMIT }: TruthInput, cell: Cell, k: number, level: number): { x: number; y: number } | null {
  const t = actual[k * levels + level];
  const e = estimated[k * levels + level];
  if (!(Math.abs(t) < limit && Math.abs(e) < limit)) return null;
  return {
    x: cell.left + 1 + ((t + limit) / (2 * limit)) * (cell.width - 2),
    y: cell.top + cell.height - 1 - ((e + limit) / (2 * limit)) * (cell.height - 2),
  };
}

/** Where a level lies in every square that holds it. */
export const truthPlaces = (input: TruthInput, width: number, level: number): { x: number; y: number }[] =>
  multiplesLayout(input.dimensions.length, width).cells.flatMap((cell, k) => placeIn(input, cell, k, level) ?? []);

/**
 * Every dot of the multiples: its level, its dimension and its place; one outside the axes lies nowhere near.
 */
export function truthGeometry(input: TruthInput, width: number) {
  const { cells, height } = multiplesLayout(input.dimensions.length, width);
  const levels = drawnLevels(input.levels);
  const levelOf = (i: number): number => levels[i % levels.length];
  const dimensionOf = (i: number): number => Math.floor(i / levels.length);
  return {
    points: levels.length * cells.length,
    height,
    levelOf,
    dimensionOf,
    at: (i: number) =>
      placeIn(input, cells[dimensionOf(i)], dimensionOf(i), levelOf(i)) ?? { x: Number.NEGATIVE_INFINITY, y: Number.NEGATIVE_INFINITY },
  };
}

/**
 * Estimated against true level effects, both axes −3…3 standard deviations, with r and R² (docs/methods.md
 * C11, the paper's Figure 3).
 */
export function embeddingChart(input: TruthInput, theme: Theme, width: number): Figure {
  const count = input.dimensions.length;
  const { cells, height } = multiplesLayout(count, width);
  const figure = emptyFigure(theme, width, height);
  const frames = { x: [] as (number | null)[], y: [] as (number | null)[] };
  const diagonals = { x: [] as (number | null)[], y: [] as (number | null)[] };
  const track = { x: [] as (number | null)[], y: [] as (number | null)[] };
  const filled = { x: [] as (number | null)[], y: [] as (number | null)[] };
  const dots = { x: [] as number[], y: [] as number[] };
  const labels: Label[] = [];
  const chosen = drawnLevels(input.levels);
  cells.forEach((cell, k) => {
    const { left, top, width: w, height: h } = cell;
    const { r, r2 } = input.dimensions[k];
    const frame = rectangle(left + 0.5, top + 0.5, left + w - 0.5, top + h - 0.5);
    frames.x.push(...frame.x);
    frames.y.push(...frame.y);
    diagonals.x.push(left + 1, left + w - 1, null);
    diagonals.y.push(top + h - 1, top + 1, null);
    for (const level of chosen) {
      const at = placeIn(input, cell, k, level);
      if (!at) continue;
      dots.x.push(at.x);
      dots.y.push(at.y);
    }
    labels.push({ x: left, y: top - 12, text: 'b', serif: true, size: 16, color: theme.ink });
    labels.push({ x: left + theme.textWidth('b', 16, 400, true) + 0.5, y: top - 8, text: String(k + 1), serif: true, size: 12, color: theme.ink });
    if (input.showR) {
      const text = fixed(r, 2);
      labels.push({ x: left + w, y: top - 11, text, anchor: 'end', weight: 600, color: theme.ink });
      labels.push({
        x: left + w - theme.textWidth(text, 12, 600) - 4,
        y: top - 11,
        text: 'r',
        anchor: 'end',
        serif: true,
        size: 13,
        color: theme.ink2,
      });
    }
    const foot = top + h + 14;
    labels.push({ x: left, y: foot, text: 'R²', color: theme.ink2 });
    labels.push({ x: left + w, y: foot, text: fixed(r2, 2), anchor: 'end', weight: 600, color: theme.ink });
    const from = left + 20;
    const to = left + w - 32;
    const back = rectangle(from, foot - 2, to, foot + 2);
    track.x.push(...back.x);
    track.y.push(...back.y);
    const bar = rectangle(from, foot - 2, from + (to - from) * Math.max(0, Math.min(1, r2)), foot + 2);
    filled.x.push(...bar.x);
    filled.y.push(...bar.y);
  });
  figure.data.push(lineTrace(frames.x, frames.y, { color: theme.line, width: 1 }, { pixels: true }));
  figure.data.push(lineTrace(diagonals.x, diagonals.y, { color: theme.axis, width: 1, dash: '3px,3px' }, { pixels: true }));
  figure.data.push(lineTrace(track.x, track.y, { color: theme.sunk, width: 0 }, { pixels: true, fill: 'toself', fillcolor: theme.sunk }));
  figure.data.push(lineTrace(filled.x, filled.y, { color: input.color, width: 0 }, { pixels: true, fill: 'toself', fillcolor: input.color }));
  figure.data.push(
    markerTrace(dots.x, dots.y, { symbol: 'circle', size: 2.8, color: input.color, opacity: 0.5, line: { width: 0 } }, { pixels: true }),
  );
  const first = cells[0];
  if (first) {
    labels.push({ x: first.left + 6, y: first.top + 11, text: 'estimate', color: theme.ink2 });
    labels.push({ x: first.left + first.width - 6, y: first.top + first.height - 11, text: 'truth', anchor: 'end', color: theme.ink2 });
  }
  figure.data.push(labelTrace(theme, labels));
  return figure;
}

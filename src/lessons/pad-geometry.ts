import type { Axis } from '../../workers/spec/lessons/schema';

/** Where the axes stand in a pad, px from its corner. */
export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export type Point = [number, number];

/** Places of x that a curve is drawn at: a curve is a y for each, null where nothing was drawn. */
export const COLUMNS = 41;
export type Ys = readonly (number | null)[];
export const EMPTY: Ys = Array.from({ length: COLUMNS }, () => null);

export const frameOf = (width: number, height: number): Frame => ({ left: 48, right: Math.max(49, width - 10), top: 10, bottom: height - 44 });

type Span = Pick<Axis, 'min' | 'max' | 'log'>;

/** How far along an axis a value is: 0 at its start, 1 at its end, beyond them outside. */
export function shareOf({ min, max, log }: Span, value: number): number {
  if (!log) return (value - min) / (max - min);
  return value > 0 ? Math.log(value / min) / Math.log(max / min) : Number.NEGATIVE_INFINITY;
}

export const valueAtShare = ({ min, max, log }: Span, share: number): number => (log ? min * (max / min) ** share : min + (max - min) * share);

const within = (share: number): number => Math.min(1, Math.max(0, share));

export const xOf = (axis: Span, value: number, { left, right }: Frame): number => left + shareOf(axis, value) * (right - left);
export const yOf = (axis: Span, value: number, { top, bottom }: Frame): number => bottom - shareOf(axis, value) * (bottom - top);

/** Four digits are more than a hand draws. */
const rounded = (value: number): number => Number(value.toPrecision(4));

/** The values at a place of the pad, put into the axes. */
export function pointAt(x: Axis, y: Axis, at: { x: number; y: number }, frame: Frame): Point {
  const { left, right, top, bottom } = frame;
  return [rounded(valueAtShare(x, within((at.x - left) / (right - left)))), rounded(valueAtShare(y, within((bottom - at.y) / (bottom - top))))];
}

const columnShare = (column: number): number => column / (COLUMNS - 1);
/** The x of a column. */
export const columnX = (axis: Span, column: number): number => rounded(valueAtShare(axis, columnShare(column)));

/**
 * A curve after a stroke from one place of the pad to the next: every column between them gets the y of the
 * straight line on the screen.
 */
export function stroked(ys: Ys, y: Axis, from: { x: number; y: number }, to: { x: number; y: number }, frame: Frame): Ys {
  const { left, right, top, bottom } = frame;
  const column = (px: number): number => within((px - left) / (right - left)) * (COLUMNS - 1);
  const share = (px: number): number => within((bottom - px) / (bottom - top));
  const [a, b] = from.x <= to.x ? [from, to] : [to, from];
  const [first, last] = [column(a.x), column(b.x)];
  const next = [...ys];
  // A stroke that stays between two columns still marks the nearer one.
  const [low, high] = [Math.min(Math.ceil(first), Math.round(first)), Math.max(Math.floor(last), Math.round(last))];
  for (let c = low; c <= high; c++) {
    const t = last > first ? within((c - first) / (last - first)) : 1;
    next[c] = rounded(valueAtShare(y, share(a.y) + (share(b.y) - share(a.y)) * t));
  }
  return next;
}

const columnAt = (x: Span, place: number): number => Math.round(within(shareOf(x, place)) * (COLUMNS - 1));

/**
 * The number of a curve at one of the asked places: that of the nearest column, as `withNumber` writes it.
 */
export const numberAt = (ys: Ys, x: Span, place: number): number | null => ys[columnAt(x, place)];

/**
 * A curve after the number at one of the asked places was given: straight lines on the screen lead to the
 * places next to it that have one. `null` takes the number away.
 */
export function withNumber(ys: Ys, axes: { x: Axis; y: Axis }, places: readonly number[], index: number, value: number | null): Ys {
  const { x, y } = axes;
  const knots = places.map((place) => ({ column: columnAt(x, place), value: numberAt(ys, x, place) }));
  const next = [...ys];
  const here = knots[index].column;
  const [before, after] = [knots[index - 1], knots[index + 1]];
  // What was drawn up to the neighbours no longer leads here.
  for (let c = (before?.column ?? -1) + 1; c < (after?.column ?? COLUMNS); c++) next[c] = null;
  if (value === null) return next;
  next[here] = value;
  const at = shareOf(y, value);
  for (const other of [before, after]) {
    if (!other || other.value === null) continue;
    const end = shareOf(y, other.value);
    const [from, to] = other.column < here ? [other.column, here] : [here, other.column];
    const [start, stop] = other.column < here ? [end, at] : [at, end];
    for (let c = from + 1; c < to; c++) next[c] = rounded(valueAtShare(y, start + ((stop - start) * (c - from)) / (to - from)));
  }
  return next;
}

/** The drawn columns as points. */
export const pointsOf = (ys: Ys, x: Span): Point[] => ys.flatMap((y, column) => (y === null ? [] : [[columnX(x, column), y] as Point]));

/** A kept curve as columns again. */
export function columnsOf(points: readonly (readonly [number, number])[], x: Span): Ys {
  const next: (number | null)[] = [...EMPTY];
  for (const [at, y] of points) next[Math.round(within(shareOf(x, at)) * (COLUMNS - 1))] = y;
  return next;
}

/** Drawn from one end to the other, but for a little at both ends. */
export const isWhole = (ys: Ys): boolean => ys.slice(2, -2).every((y) => y !== null);

/** An axis that holds its own span and all of the values. */
export function wideEnough(axis: Axis, values: readonly number[]): Axis {
  const usable = axis.log ? values.filter((value) => value > 0) : values;
  return { ...axis, min: Math.min(axis.min, ...usable), max: Math.max(axis.max, ...usable) };
}

/** An SVG path through points. */
export const pathOf = (points: readonly Point[], x: Axis, y: Axis, frame: Frame): string =>
  points.map(([a, b], i) => `${i === 0 ? 'M' : 'L'}${xOf(x, a, frame).toFixed(1)} ${yOf(y, b, frame).toFixed(1)}`).join('');

/**
 * Dots are one path of round caps on nothing: thousands of levels are one element. A level without rows has
 * no place on a logarithmic axis; left in, it would end the path, and take all dots after it along.
 */
export const dotPath = (at: readonly Point[]): string =>
  at
    .filter((point) => point.every(Number.isFinite))
    .map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`)
    .join('');

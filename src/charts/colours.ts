import type { LevelColours } from '../../workers/protocol';
import { quantile } from '../words/statistics';
import type { Theme } from './figure';

/** Colours of points by a number or a name, and what a legend says of them. */

type Rgb = readonly [number, number, number];

const rgb = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;

/** Of viridis (CC0) the part that stands out from the sheet. */
const RISING = {
  light: ['#440154', '#443983', '#31688e', '#21918c', '#35b779', '#6ccd5a'].map(rgb),
  dark: ['#5a63b5', '#3f8fb5', '#2db39e', '#5ec962', '#addc30', '#fde725'].map(rgb),
};
/** From below 0 to above. */
const SIGNED = {
  light: ['#0b5a9d', '#5b96c2', '#a3a09a', '#d98a4e', '#b8480a'].map(rgb),
  dark: ['#5fb3f5', '#7fa9cc', '#8b8d90', '#e0a06a', '#ff8f4a'].map(rgb),
};
/** Told apart in both themes and by most colour-blind people in the first eight. */
const NAMED = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#9a8c1c', '#7b5fc7', '#8c564b', '#7f9c3b'].map(rgb);

const OPACITY = 0.85;
/** Colours end at these quantiles: a few far values would leave one colour to all others. */
const [LOW, HIGH] = [0.01, 0.99];

export type Legend =
  | {
      kind: 'number';
      /** Colours from the least to the greatest, as CSS. */
      stops: string[];
      from: number;
      to: number;
      /** Value in the middle of the bar. */
      middle: number;
      /** Levels without the number. */
      missing: number;
    }
  | { kind: 'category'; names: { name: string; color: string; levels: number }[] };

export interface Coloured {
  /** Of each point. */
  colors: Uint8Array;
  legend: Legend;
}

const css = ([r, g, b]: Rgb): string => `rgb(${r}, ${g}, ${b})`;

function between(scale: readonly Rgb[], share: number): Rgb {
  const at = Math.max(0, Math.min(1, share)) * (scale.length - 1);
  const i = Math.min(scale.length - 2, Math.floor(at));
  return scale[i].map((from, c) => Math.round(from + (at - i) * (scale[i + 1][c] - from))) as unknown as Rgb;
}

function paint(points: number, colorOf: (point: number) => Rgb): Uint8Array {
  const colors = new Uint8Array(4 * points);
  for (let i = 0; i < points; i++) {
    colors.set(colorOf(i), 4 * i);
    colors[4 * i + 3] = Math.round(255 * OPACITY);
  }
  return colors;
}

/** Levels without a value: the colour of an axis. */
const grey = (theme: Theme): Rgb => (/^#[0-9a-f]{6}$/i.test(theme.axis) ? rgb(theme.axis) : [150, 150, 150]);

function byNumber(values: Float32Array, levels: ArrayLike<number>, log: boolean, theme: Theme): Coloured {
  const own = Array.from(levels, (level) => values[level]);
  const known = own.filter((value) => Number.isFinite(value) && (!log || value > 0));
  const signed = !log && known.some((value) => value < 0) && known.some((value) => value > 0);
  const scale = (signed ? SIGNED : RISING)[theme.dark ? 'dark' : 'light'];
  const along = (value: number): number => (log ? Math.log(value) : value);
  const back = (position: number): number => (log ? Math.exp(position) : position);
  let [from, to] = known.length > 0 ? [along(quantile(known, LOW)), along(quantile(known, HIGH))] : [0, 1];
  if (signed) {
    const reach = Math.max(-from, to);
    [from, to] = [-reach, reach];
  }
  const none = grey(theme);
  const colors = paint(own.length, (i) => {
    const value = own[i];
    if (!Number.isFinite(value)) return none;
    if (log && value <= 0) return between(scale, 0);
    return between(scale, to > from ? (along(value) - from) / (to - from) : 0.5);
  });
  return {
    colors,
    legend: {
      kind: 'number',
      stops: scale.map(css),
      from: back(from),
      to: back(to),
      middle: back((from + to) / 2),
      missing: own.filter((value) => !Number.isFinite(value)).length,
    },
  };
}

/** Colours of the points of a map. @param levels level of each point */
export function coloured(found: LevelColours, levels: ArrayLike<number>, theme: Theme): Coloured {
  if (found.kind === 'number') return byNumber(found.values, levels, found.log, theme);
  const { codes, names } = found;
  const colorOf = (code: number): Rgb => NAMED[code] ?? grey(theme);
  const counts = new Uint32Array(names.length);
  for (let i = 0; i < levels.length; i++) counts[codes[levels[i]]]++;
  return {
    colors: paint(levels.length, (i) => colorOf(codes[levels[i]])),
    legend: { kind: 'category', names: names.map((name, code) => ({ name, color: css(colorOf(code)), levels: counts[code] })) },
  };
}

/** Diameters in px: by rows where asked, else as many points leave room for. */
export function sizesOf(levels: ArrayLike<number>, rows: ArrayLike<number> | null): Float32Array {
  const usual = levels.length > 10_000 ? 3 : levels.length > 2000 ? 4 : 6;
  if (!rows) return new Float32Array(levels.length).fill(usual);
  let most = 1;
  for (let i = 0; i < levels.length; i++) most = Math.max(most, rows[levels[i]]);
  const greatest = levels.length > 2000 ? 10 : 16;
  // The area grows with the rows.
  return Float32Array.from(levels as ArrayLike<number>, (level) => Math.max(2.5, greatest * Math.sqrt(rows[level] / most)));
}

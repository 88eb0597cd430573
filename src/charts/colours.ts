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

/** Colours a scale is cut into: more than eyes tell apart. */
const SHADES = 256;
/** Of so many values quantiles are taken, evenly chosen: a million sorted would hold the page. */
const MOST_SORTED = 100_000;

/** Points with colours of a palette. */
function paint(points: number, palette: readonly Rgb[], shadeOf: (point: number) => number): Uint8Array {
  const colors = new Uint8Array(4 * points);
  const alpha = Math.round(255 * OPACITY);
  for (let i = 0, at = 0; i < points; i++, at += 4) {
    const color = palette[shadeOf(i)];
    colors[at] = color[0];
    colors[at + 1] = color[1];
    colors[at + 2] = color[2];
    colors[at + 3] = alpha;
  }
  return colors;
}

/** Levels without a value: the colour of an axis. */
const grey = (theme: Theme): Rgb => (/^#[0-9a-f]{6}$/i.test(theme.axis) ? rgb(theme.axis) : [150, 150, 150]);

function byNumber(values: Float32Array, levels: ArrayLike<number>, log: boolean, theme: Theme): Coloured {
  const own = new Float32Array(levels.length);
  for (let i = 0; i < own.length; i++) own[i] = values[levels[i]];
  const all = own.filter((value) => Number.isFinite(value) && (!log || value > 0));
  const step = Math.ceil(all.length / MOST_SORTED);
  const known = step > 1 ? all.filter((_, i) => i % step === 0) : all;
  const signed = !log && known.some((value) => value < 0) && known.some((value) => value > 0);
  const scale = (signed ? SIGNED : RISING)[theme.dark ? 'dark' : 'light'];
  const along = (value: number): number => (log ? Math.log(value) : value);
  const back = (position: number): number => (log ? Math.exp(position) : position);
  let [from, to] = known.length > 0 ? [along(quantile(known, LOW)), along(quantile(known, HIGH))] : [0, 1];
  if (signed) {
    const reach = Math.max(-from, to);
    [from, to] = [-reach, reach];
  }
  const palette = [...Array.from({ length: SHADES }, (_, shade) => between(scale, shade / (SHADES - 1))), grey(theme)];
  let missing = 0;
  const colors = paint(own.length, palette, (i) => {
    const value = own[i];
    if (!Number.isFinite(value)) {
      missing++;
      return SHADES;
    }
    if (log && value <= 0) return 0;
    const share = to > from ? (along(value) - from) / (to - from) : 0.5;
    return Math.round((SHADES - 1) * Math.max(0, Math.min(1, share)));
  });
  return {
    colors,
    legend: {
      kind: 'number',
      stops: scale.map(css),
      from: back(from),
      to: back(to),
      middle: back((from + to) / 2),
      missing,
    },
  };
}

/** Colours of the points of a map. @param levels level of each point */
export function coloured(found: LevelColours, levels: ArrayLike<number>, theme: Theme): Coloured {
  if (found.kind === 'number') return byNumber(found.values, levels, found.log, theme);
  const { codes, names } = found;
  const palette = names.map((_, code) => NAMED[code] ?? grey(theme));
  const counts = new Uint32Array(names.length);
  for (let i = 0; i < levels.length; i++) counts[codes[levels[i]]]++;
  return {
    colors: paint(levels.length, palette, (i) => codes[levels[i]]),
    legend: { kind: 'category', names: names.map((name, code) => ({ name, color: css(palette[code]), levels: counts[code] })) },
  };
}

/** Half seen: points that were put into a map by their neighbours. @param from the first of them */
export function faded(colors: Uint8Array, from: number): Uint8Array {
  if (4 * from >= colors.length) return colors;
  const half = colors.slice();
  for (let at = 4 * from + 3; at < half.length; at += 4) half[at] >>= 1;
  return half;
}

/** Diameter of a usual point, the least and the greatest in px, from so many points on. */
const DIAMETERS = [
  { points: 100_000, usual: 2, least: 1.5, greatest: 8 },
  { points: 10_000, usual: 3, least: 2.5, greatest: 10 },
  { points: 2000, usual: 4, least: 2.5, greatest: 10 },
  { points: -1, usual: 6, least: 2.5, greatest: 16 },
];

/** Diameters in px: by rows where asked, else as many points leave room for. */
export function sizesOf(levels: ArrayLike<number>, rows: ArrayLike<number> | null): Float32Array {
  const count = levels.length;
  const { usual, least, greatest } = DIAMETERS.find(({ points }) => count > points) ?? DIAMETERS[0];
  const sizes = new Float32Array(count).fill(usual);
  if (!rows) return sizes;
  let most = 1;
  for (let i = 0; i < count; i++) most = Math.max(most, rows[levels[i]]);
  // The area grows with the rows.
  for (let i = 0; i < count; i++) sizes[i] = Math.max(least, greatest * Math.sqrt(rows[levels[i]] / most));
  return sizes;
}

/**
 * What a figure builder returns, as the part of Plotly's vocabulary the lab uses. Builders are pure: typed
 * data in, this out.
 */

import type { LineStyle } from '../../workers/spec/methods';

type PerPoint<T> = T | T[];

export interface Font {
  family?: PerPoint<string>;
  size?: PerPoint<number>;
  color?: PerPoint<string>;
  weight?: PerPoint<number>;
  style?: PerPoint<'normal' | 'italic'>;
}

export interface Trace {
  type: 'scatter';
  mode: 'lines' | 'markers' | 'text';
  /** Null breaks a line. */
  x: (number | null)[];
  y: (number | null)[];
  xaxis?: 'x' | 'x2';
  yaxis?: 'y' | 'y2';
  name?: string;
  line?: { color?: string; width?: number; dash?: string; shape?: 'linear'; simplify?: boolean };
  marker?: {
    color?: PerPoint<string>;
    size?: PerPoint<number>;
    symbol?: PerPoint<string>;
    opacity?: number;
    line?: { color?: PerPoint<string>; width?: PerPoint<number> };
  };
  text?: string[];
  textposition?: PerPoint<'middle right' | 'middle left' | 'middle center'>;
  textfont?: Font;
  fill?: 'none' | 'toself';
  fillcolor?: string;
  opacity?: number;
  connectgaps?: false;
  cliponaxis?: boolean;
  hoverinfo: 'skip';
  showlegend: false;
}

export interface Axis {
  domain: [number, number];
  range: [number, number];
  visible?: boolean;
  type?: 'linear' | 'log';
  tickmode?: 'array';
  tickvals?: number[];
  ticktext?: string[];
  ticks?: 'outside' | '';
  ticklen?: number;
  tickcolor?: string;
  tickfont?: Font;
  showgrid?: boolean;
  gridcolor?: string;
  gridwidth?: number;
  zeroline?: false;
  showline?: boolean;
  linecolor?: string;
  linewidth?: number;
  fixedrange: true;
  anchor?: 'x' | 'y' | 'x2' | 'y2';
  automargin?: false;
  tickangle?: 0;
  ticklabeloverflow?: 'allow';
}

export interface FigureLayout {
  width: number;
  height: number;
  margin: { l: 0; r: 0; t: 0; b: 0; pad: 0 };
  paper_bgcolor: string;
  plot_bgcolor: string;
  font: Font;
  showlegend: false;
  hovermode: false;
  xaxis: Axis;
  yaxis: Axis;
  xaxis2?: Axis;
  yaxis2?: Axis;
}

export interface Figure {
  data: Trace[];
  layout: FigureLayout;
}

/** Colours and fonts of the theme, read from the page's CSS variables. */
export interface Theme {
  dark: boolean;
  sheet: string;
  sunk: string;
  ink: string;
  ink2: string;
  ink3: string;
  line: string;
  grid: string;
  axis: string;
  bad: string;
  /** The method's line that stands out, others pale; null or absent: none does. */
  isolated?: LineStyle | null;
  sans: string;
  serif: string;
  /** Width in px of a text in the sans font (serif italic when asked), for labels made of several pieces. */
  textWidth(text: string, size: number, weight?: number, serif?: boolean): number;
}

/** The part of a figure inside its axes, in px from the figure's top left corner. */
export interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * A figure is this much wider than its box on either side: Plotly hides a text whose point lies outside the
 * axes. See .plot in plotly.css.
 */
export const BLEED = 4;

/**
 * An empty figure whose second pair of axes (x2, y2) counts px from the top left: labels, leaders and marks
 * are placed on it exactly.
 */
export function emptyFigure(theme: Theme, width: number, height: number): Figure {
  const hidden = { visible: false, fixedrange: true, zeroline: false, showgrid: false } as const;
  return {
    data: [],
    layout: {
      width: width + 2 * BLEED,
      height,
      margin: { l: 0, r: 0, t: 0, b: 0, pad: 0 },
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: theme.sans, size: 12, color: theme.ink3 },
      showlegend: false,
      hovermode: false,
      xaxis: { ...hidden, domain: [0, 1], range: [-BLEED, width + BLEED] },
      yaxis: { ...hidden, domain: [0, 1], range: [height, 0] },
      xaxis2: { ...hidden, domain: [0, 1], range: [-BLEED, width + BLEED], anchor: 'y2' },
      yaxis2: { ...hidden, domain: [0, 1], range: [height, 0], anchor: 'x2' },
    },
  };
}

/** Where the main axes lie in a figure of this size, as fractions (Plotly counts from the bottom). */
export function domains(plot: Plot, width: number, height: number): { x: [number, number]; y: [number, number] } {
  return {
    x: [(plot.left + BLEED) / (width + 2 * BLEED), (plot.right + BLEED) / (width + 2 * BLEED)],
    y: [1 - plot.bottom / height, 1 - plot.top / height],
  };
}

/**
 * An axis of the house style: no frame, ticks on the x axis only, horizontal grid only unless asked. `range`
 * is in data units; for a log axis too.
 */
export function chartAxis(
  theme: Theme,
  kind: 'x' | 'y',
  options: { domain: [number, number]; range: [number, number]; log?: boolean; ticks: { at: number; text: string }[]; grid?: boolean },
): Axis {
  const base = kind === 'x';
  return {
    domain: options.domain,
    range: options.log ? [Math.log10(options.range[0]), Math.log10(options.range[1])] : options.range,
    type: options.log ? 'log' : 'linear',
    tickmode: 'array',
    tickvals: options.ticks.map((tick) => tick.at),
    ticktext: options.ticks.map((tick) => tick.text),
    ticks: 'outside',
    ticklen: 4,
    tickcolor: base ? theme.axis : 'rgba(0,0,0,0)',
    tickfont: { family: theme.sans, size: 12, color: theme.ink3 },
    showgrid: options.grid ?? !base,
    gridcolor: theme.grid,
    gridwidth: 1,
    zeroline: false,
    showline: base,
    linecolor: theme.axis,
    linewidth: 1,
    fixedrange: true,
    automargin: false,
    // Ticks have room where they are asked for: without these Plotly measures every label, and lays the page
    // out for it.
    tickangle: 0,
    ticklabeloverflow: 'allow',
  };
}

const skip = { type: 'scatter', hoverinfo: 'skip', showlegend: false } as const;

/** A line on the main axes, or in px with `pixels`. Null breaks it. */
export function lineTrace(x: (number | null)[], y: (number | null)[], line: Trace['line'], more: Partial<Trace> & { pixels?: boolean } = {}): Trace {
  const { pixels, ...rest } = more;
  return { ...skip, mode: 'lines', x, y, line, connectgaps: false, ...(pixels ? { xaxis: 'x2', yaxis: 'y2', cliponaxis: false } : {}), ...rest };
}

export function markerTrace(x: number[], y: number[], marker: Trace['marker'], more: Partial<Trace> & { pixels?: boolean } = {}): Trace {
  const { pixels, ...rest } = more;
  return { ...skip, mode: 'markers', x, y, marker, ...(pixels ? { xaxis: 'x2', yaxis: 'y2', cliponaxis: false } : {}), ...rest };
}

/**
 * One piece of text at a pixel; `y` is the middle of the line. Plotly reads markup in it: escape what a
 * person wrote, and use none yourself, because `<i>` or `<sub>` become style attributes, which the
 * Content-Security-Policy forbids. Several pieces stand side by side instead.
 */
export interface Label {
  x: number;
  y: number;
  text: string;
  anchor?: 'start' | 'middle' | 'end';
  color?: string;
  size?: number;
  weight?: number;
  serif?: boolean;
}

/** All labels of a figure as one text trace: far cheaper to redraw than annotations. */
export function labelTrace(theme: Theme, labels: Label[]): Trace {
  const position = { start: 'middle right', middle: 'middle center', end: 'middle left' } as const;
  return {
    ...skip,
    mode: 'text',
    x: labels.map((label) => label.x),
    y: labels.map((label) => label.y),
    text: labels.map((label) => label.text),
    textposition: labels.map((label) => position[label.anchor ?? 'start']),
    textfont: {
      family: labels.map((label) => (label.serif ? theme.serif : theme.sans)),
      size: labels.map((label) => label.size ?? 12),
      color: labels.map((label) => label.color ?? theme.ink3),
      weight: labels.map((label) => label.weight ?? 400),
      style: labels.map((label) => (label.serif ? 'italic' : 'normal')),
    },
    xaxis: 'x2',
    yaxis: 'y2',
    cliponaxis: false,
  };
}

/** A filled rectangle in px, for `toself` traces: five corners and a break. */
export function rectangle(x0: number, y0: number, x1: number, y1: number): { x: (number | null)[]; y: (number | null)[] } {
  return { x: [x0, x1, x1, x0, x0, null], y: [y0, y0, y1, y1, y0, null] };
}

/** A run of pieces on one line, some of them variables in serif italic: ['at ', { m: 'q' }, ' = 100k']. */
export type Piece = string | { m: string };

/** The labels of a run of pieces that starts (or ends) at x. */
export function runOf(pieces: Piece[], at: { x: number; y: number; anchor: 'start' | 'end'; color?: string; size?: number }, theme: Theme): Label[] {
  const size = at.size ?? 12;
  const widths = pieces.map((piece) => (typeof piece === 'string' ? theme.textWidth(piece, size) : theme.textWidth(piece.m, size + 1, 400, true)));
  let x = at.anchor === 'start' ? at.x : at.x - widths.reduce((a, b) => a + b, 0);
  return pieces.map((piece, i) => {
    const label: Label =
      typeof piece === 'string'
        ? { x, y: at.y, text: piece, color: at.color, size }
        : { x, y: at.y, text: piece.m, color: at.color, size: size + 1, serif: true };
    x += widths[i];
    return label;
  });
}

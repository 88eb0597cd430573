import { escapeXml } from '../text/xml';
import { readMarkup } from './escape';
import { type Axis, BLEED, type Figure, type Trace } from './figure';

/**
 * A figure as an `svg` element, drawn without Plotly and without a page: for files that are made anywhere.
 * Fonts named 'serif' are left to the class `m`, all others to the page around it.
 */

/** Position of a value along an axis, as a fraction of the figure from its left (x) or bottom (y). */
function place(axis: Axis, value: number): number {
  const at = axis.type === 'log' ? Math.log10(value) : value;
  return axis.domain[0] + ((at - axis.range[0]) / (axis.range[1] - axis.range[0])) * (axis.domain[1] - axis.domain[0]);
}

type Place = (value: number) => number;
const px = (value: number): string => String(Math.round(value * 10) / 10);
const one = <T>(value: T | T[] | undefined, i: number, otherwise: T): T => (Array.isArray(value) ? (value[i] ?? otherwise) : (value ?? otherwise));

/** Attributes, those that are undefined left out. */
const attributes = (of: Record<string, string | number | undefined>): string =>
  Object.entries(of)
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${escapeXml(String(value))}"`]))
    .join('');

/** Points joined by lines; a null breaks them. */
function path({ x, y }: Trace, toX: Place, toY: Place, closed: boolean): string {
  let d = '';
  let begun = false;
  for (const [i, at] of x.entries()) {
    const up = y[i];
    if (at === null || up === null) {
      if (begun && closed) d += 'Z';
      begun = false;
    } else {
      d += `${begun ? 'L' : 'M'}${px(toX(at))} ${px(toY(up))}`;
      begun = true;
    }
  }
  return begun && closed ? `${d}Z` : d;
}

const dashes = (dash = 'solid'): string | undefined =>
  dash === 'solid' ? undefined : dash === 'dot' ? '0.1 4.2' : dash.replace(/px/g, '').replace(/,/g, ' ');

function linesOf(trace: Trace, toX: Place, toY: Place): string {
  const { line = {}, fill, fillcolor, opacity } = trace;
  const filled = fill === 'toself';
  const d = path(trace, toX, toY, filled);
  const width = line.width ?? 2;
  return d === ''
    ? ''
    : `<path${attributes({
        d,
        fill: filled ? (fillcolor ?? line.color) : 'none',
        ...(width > 0 && { stroke: line.color, 'stroke-width': width, 'stroke-dasharray': dashes(line.dash) }),
        'stroke-linecap': line.dash === 'dot' ? 'round' : undefined,
        opacity: opacity === 1 ? undefined : opacity,
      })}/>`;
}

/** A mark of a size about a point. */
function mark(symbol: string, x: string, y: string, size: number): string {
  const r = px(size / 2);
  if (symbol === 'x-thin') return `<path d="M${x} ${y}m-${r} -${r}l${px(size)} ${px(size)}m0 -${px(size)}l-${px(size)} ${px(size)}" fill="none"/>`;
  return `<circle cx="${x}" cy="${y}" r="${r}"${symbol === 'circle-open' ? ' fill="none"' : ''}/>`;
}

function marksOf({ x, y, marker = {} }: Trace, toX: Place, toY: Place): string {
  const { color, size, symbol, opacity, line = {} } = marker;
  const places = x.flatMap((at, i) => {
    const up = y[i];
    return at === null || up === null ? [] : [{ i, x: px(toX(at)), y: px(toY(up)) }];
  });
  const alike = ![color, size, symbol, line.color, line.width].some(Array.isArray);
  if (alike && (symbol ?? 'circle') === 'circle' && !line.width) {
    // A stroke of no length with round caps is a dot; several paths, so that dots that overlap are darker.
    const layers = Math.min(4, places.length);
    return Array.from({ length: layers }, (_, layer) => {
      const d = places.flatMap((place, i) => (i % layers === layer ? [`M${place.x} ${place.y}h0`] : [])).join('');
      return `<path${attributes({ d, fill: 'none', stroke: one(color, 0, 'currentColor'), 'stroke-width': one(size, 0, 6), 'stroke-linecap': 'round', opacity })}/>`;
    }).join('');
  }
  return places
    .map((place) => {
      const { i } = place;
      const own = one(symbol, i, 'circle');
      const look = {
        fill: one(color, i, 'currentColor'),
        stroke: line.width === undefined && own === 'circle' ? undefined : one(line.color, i, one(color, i, 'currentColor')),
        'stroke-width': one(line.width, i, own === 'circle' ? 0 : 1),
        opacity,
      };
      return `<g${attributes(look)}>${mark(own, place.x, place.y, one(size, i, 6))}</g>`;
    })
    .join('');
}

const ANCHORS: Readonly<Record<string, string | undefined>> = { 'middle right': undefined, 'middle center': 'middle', 'middle left': 'end' };

interface Look {
  size: number;
  color: string;
  anchor?: string;
  weight?: number;
  serif?: boolean;
}

/** A label whose middle is at y: its baseline is a fourth of the size under it, as Plotly has it. */
function label(words: string, x: number, y: number, { size, color, anchor, weight, serif }: Look): string {
  const look = { x: px(x), y: px(y + size / 4), fill: color, 'font-size': size, 'text-anchor': anchor };
  return `<text${attributes({ ...look, 'font-weight': weight === 400 ? undefined : weight, class: serif ? 'm' : undefined })}>${escapeXml(words)}</text>`;
}

function wordsOf({ x, y, text = [], textposition, textfont = {} }: Trace, toX: Place, toY: Place): string {
  return text
    .map((words, i) =>
      label(readMarkup(words), toX(x[i] as number), toY(y[i] as number), {
        size: one(textfont.size, i, 12),
        color: one(textfont.color, i, 'currentColor'),
        anchor: ANCHORS[one(textposition, i, 'middle right')],
        weight: one(textfont.weight, i, 400),
        serif: one(textfont.family, i, 'sans') === 'serif',
      }),
    )
    .join('');
}

/** Grid, axis line, ticks and their labels of a pair of axes, in px. */
function axes(x: Axis, y: Axis, toX: Place, toY: Place, { width, height }: Figure['layout']): string {
  const [left, right] = x.domain.map((share) => share * width - BLEED);
  const [bottom, top] = y.domain.map((share) => (1 - share) * height);
  const parts: string[] = [];
  const stroke = (d: string, color: string | undefined, size = 1): void => {
    if (d !== '' && color) parts.push(`<path${attributes({ d, fill: 'none', stroke: color, 'stroke-width': size })}/>`);
  };
  // Plotly leaves out ticks beyond the ends of an axis, and so does this.
  const within = (axis: Axis, at: number): boolean => {
    const share = (place(axis, at) - axis.domain[0]) / (axis.domain[1] - axis.domain[0]);
    return share > -1e-6 && share < 1 + 1e-6;
  };
  const ticks = (axis: Axis) =>
    axis.visible === false
      ? []
      : (axis.tickvals ?? []).map((at, i) => ({ at, words: axis.ticktext?.[i] ?? '' })).filter(({ at }) => within(axis, at));
  const shown = (axis: Axis): boolean => axis.visible !== false;
  if (shown(x) && x.showgrid)
    stroke(
      ticks(x)
        .map(({ at }) => `M${px(toX(at))} ${px(top)}V${px(bottom)}`)
        .join(''),
      x.gridcolor,
    );
  if (shown(y) && y.showgrid)
    stroke(
      ticks(y)
        .map(({ at }) => `M${px(left)} ${px(toY(at))}H${px(right)}`)
        .join(''),
      y.gridcolor,
    );
  if (shown(x) && x.showline) stroke(`M${px(left)} ${px(bottom)}H${px(right)}`, x.linecolor);
  if (shown(x) && x.ticks === 'outside')
    stroke(
      ticks(x)
        .map(({ at }) => `M${px(toX(at))} ${px(bottom)}v4`)
        .join(''),
      x.tickcolor,
    );
  const look = (axis: Axis): Look => ({ size: one(axis.tickfont?.size, 0, 12), color: one(axis.tickfont?.color, 0, 'currentColor') });
  for (const { at, words } of ticks(x)) parts.push(label(readMarkup(words), toX(at), bottom + 14, { ...look(x), anchor: 'middle' }));
  for (const { at, words } of ticks(y)) parts.push(label(readMarkup(words), left - 7, toY(at), { ...look(y), anchor: 'end' }));
  return parts.join('');
}

/** The figure. `title` names it for those who do not see it; `id` is its own in the page. */
export function figureSvg({ data, layout }: Figure, title: string, id: string): string {
  const { width, height } = layout;
  const placer = (axis: Axis, down: boolean): Place =>
    down ? (value) => (1 - place(axis, value)) * height : (value) => place(axis, value) * width - BLEED;
  const pair = (trace: Pick<Trace, 'xaxis' | 'yaxis'>): [Place, Place] => [
    placer((trace.xaxis === 'x2' ? layout.xaxis2 : layout.xaxis) ?? layout.xaxis, false),
    placer((trace.yaxis === 'y2' ? layout.yaxis2 : layout.yaxis) ?? layout.yaxis, true),
  ];
  const [toX, toY] = pair({});
  const [left, right] = layout.xaxis.domain.map((share) => share * width - BLEED);
  const [bottom, top] = layout.yaxis.domain.map((share) => (1 - share) * height);
  const clip = `${id}-clip`;
  const drawn = data.map((trace) => {
    const [x, y] = pair(trace);
    const body = trace.mode === 'lines' ? linesOf(trace, x, y) : trace.mode === 'markers' ? marksOf(trace, x, y) : wordsOf(trace, x, y);
    // What is drawn on the main axes ends with them.
    return trace.xaxis === 'x2' || trace.cliponaxis === false || body === '' ? body : `<g clip-path="url(#${clip})">${body}</g>`;
  });
  const size = { width: width - 2 * BLEED, height };
  const room = `<clipPath id="${clip}"><rect${attributes({ x: px(left - 1), y: px(top - 1), width: px(right - left + 2), height: px(bottom - top + 2) })}/></clipPath>`;
  return `<svg xmlns="http://www.w3.org/2000/svg"${attributes({ ...size, viewBox: `0 0 ${size.width} ${height}`, role: 'img', 'aria-label': title })}>${room}${axes(layout.xaxis, layout.yaxis, toX, toY, layout)}${drawn.join('')}</svg>`;
}

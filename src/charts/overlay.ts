import { readMarkup } from './escape';
import { type Axis, BLEED, type Figure, type Trace } from './figure';

/** Dots of one colour and size, in px from the top left of the figure's box. */
export interface Dots {
  x: number[];
  y: number[];
  size: number;
  color: string;
  opacity: number;
}

/** A piece of text, in the same px; `y` is the middle of its line. */
export interface Words {
  x: number;
  y: number;
  text: string;
  anchor: 'start' | 'middle' | 'end';
  font: { family: string; size: number; color: string; weight: number; style: string };
}

/** A line, in the same px. */
export interface Leader {
  path: string;
  color: string;
  width: number;
  opacity: number;
}

/** What is drawn next to Plotly: dots under its figure, lines and labels over it. `rest` is left to it. */
export interface Split {
  rest: Trace[];
  dots: Dots[];
  leaders: Leader[];
  words: Words[];
}

/** Fewer marks than this stay with Plotly and stand alone. */
const MANY = 60;

/** Whether all marks of a trace look alike, so that they can be drawn together. */
function alike(trace: Trace): boolean {
  const marker = trace.marker;
  return trace.mode === 'markers' && trace.x.length >= MANY && marker?.symbol === 'circle' && typeof marker.size === 'number';
}

/** Position of a value along an axis, as a fraction of the figure from its left (x) or bottom (y). */
function along(axis: Axis, value: number): number {
  const at = axis.type === 'log' ? Math.log10(value) : value;
  return axis.domain[0] + ((at - axis.range[0]) / (axis.range[1] - axis.range[0])) * (axis.domain[1] - axis.domain[0]);
}

const ANCHORS = { 'middle right': 'start', 'middle center': 'middle', 'middle left': 'end' } as const;

/** The labels of `labelTrace`, whose fonts and positions are one a point. */
function wordsOf({ x, y, text, textfont, textposition }: Trace): Words[] {
  const font = textfont as { [key in keyof Words['font']]: Words['font'][key][] };
  const positions = textposition as (keyof typeof ANCHORS)[];
  return (text as string[]).map((label, i) => ({
    x: x[i] as number,
    y: y[i] as number,
    text: readMarkup(label),
    anchor: ANCHORS[positions[i]],
    font: { family: font.family[i], size: font.size[i], color: font.color[i], weight: font.weight[i], style: font.style[i] },
  }));
}

/** A line in px, solid and not filled, or null for any other trace. */
function leaderOf({ mode, xaxis, x, y, line, fill, opacity }: Trace): Leader | null {
  if (mode !== 'lines' || xaxis !== 'x2' || fill || !line?.color || (line.dash ?? 'solid') !== 'solid') return null;
  let path = '';
  let begun = false;
  for (const [i, at] of x.entries()) {
    const up = y[i];
    if (at === null || up === null) begun = false;
    else {
      path += `${begun ? 'L' : 'M'}${at.toFixed(2)} ${up.toFixed(2)}`;
      begun = true;
    }
  }
  return { path, color: line.color, width: line.width ?? 2, opacity: opacity ?? 1 };
}

/**
 * Takes out of a figure the clouds of dots, and the labels and lines in px that lie over everything else.
 * Plotly makes an element of every dot, and thousands of them cost the page its frames while curves grow; a
 * few paths show the same. Of a label it makes three and styles them twice, a fourth of a redraw. Exports
 * keep the whole figure.
 */
export function splitFigure(figure: Figure): Split {
  const { layout } = figure;
  const split: Split = { rest: [], dots: [], leaders: [], words: [] };
  const { rest, dots } = split;
  let below = figure.data.length;
  for (; below > 0; below--) {
    const trace = figure.data[below - 1];
    const leader = leaderOf(trace);
    if (trace.mode === 'text') split.words.unshift(...wordsOf(trace));
    else if (leader) split.leaders.unshift(leader);
    else break;
  }
  const bare: Trace[] = [];
  for (const trace of figure.data.slice(0, below)) {
    if (!alike(trace)) {
      rest.push(trace);
      continue;
    }
    bare.push(trace);
    const xAxis = (trace.xaxis === 'x2' ? layout.xaxis2 : layout.xaxis) as Axis;
    const yAxis = (trace.yaxis === 'y2' ? layout.yaxis2 : layout.yaxis) as Axis;
    dots.push({
      x: trace.x.map((value) => along(xAxis, value as number) * layout.width - BLEED),
      y: trace.y.map((value) => (1 - along(yAxis, value as number)) * layout.height),
      size: trace.marker?.size as number,
      color: trace.marker?.color as string,
      opacity: trace.marker?.opacity ?? 1,
    });
  }
  // Plotly draws no axes without a trace on them: one mark that cannot be seen holds them.
  for (const trace of bare) {
    if (rest.some(({ xaxis, yaxis }) => xaxis === trace.xaxis && yaxis === trace.yaxis)) continue;
    rest.push({ ...trace, x: trace.x.slice(0, 1), y: trace.y.slice(0, 1), marker: { ...trace.marker, opacity: 0 } });
  }
  return split;
}

/** Marker of a cloud's dots. Few dots stand alone and must be seen; many show by where they overlap. */
export const dotMarker = (count: number, color: string, many: { size: number; opacity: number }) => ({
  symbol: 'circle',
  color,
  ...(count < MANY ? { size: 6, opacity: 0.9 } : many),
  line: { width: 0 },
});

/**
 * A cloud is drawn as so many paths: where dots of different paths overlap, the picture darkens, as it does
 * with single dots.
 */
const LAYERS = 4;

/** The path of every `LAYERS`-th dot: a stroke of no length with round caps is a dot. */
function pathOf({ x, y }: Dots, layer: number): string {
  let path = '';
  for (let i = layer; i < x.length; i += LAYERS) path += `M${x[i].toFixed(1)} ${y[i].toFixed(1)}h0`;
  return path;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Gives an element so many children of one kind, those it had among them. */
function fill(parent: SVGElement, kind: 'g' | 'path' | 'text', count: number): void {
  while (parent.childElementCount > count) parent.lastElementChild?.remove();
  while (parent.childElementCount < count) parent.append(document.createElementNS(SVG, kind));
}

/** Sets what has changed. */
function set(element: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

const size = (svg: SVGSVGElement, { width, height }: Figure['layout']): void => set(svg, { width: width - 2 * BLEED, height });

/** Draws clouds of dots into an SVG element, reusing its paths. */
export function drawDots(svg: SVGSVGElement, clouds: readonly Dots[], layout: Figure['layout']): void {
  size(svg, layout);
  fill(svg, 'path', clouds.length * LAYERS);
  clouds.forEach((cloud, c) => {
    for (let layer = 0; layer < LAYERS; layer++) {
      set(svg.children[c * LAYERS + layer], {
        d: pathOf(cloud, layer),
        stroke: cloud.color,
        'stroke-opacity': cloud.opacity,
        'stroke-width': cloud.size,
      });
    }
  });
}

/**
 * Draws lines and labels into an SVG element, reusing what it has. Baselines are Plotly's: a fourth of the
 * size under the middle.
 */
export function drawOver(svg: SVGSVGElement, leaders: readonly Leader[], words: readonly Words[], layout: Figure['layout']): void {
  size(svg, layout);
  fill(svg, 'g', 2);
  const [lines, labels] = svg.children as unknown as [SVGElement, SVGElement];
  fill(lines, 'path', leaders.length);
  leaders.forEach(({ path, color, width, opacity }, i) => {
    set(lines.children[i], { d: path, stroke: color, 'stroke-width': width, 'stroke-opacity': opacity, fill: 'none' });
  });
  fill(labels, 'text', words.length);
  words.forEach(({ x, y, text, anchor, font }, i) => {
    const element = labels.children[i];
    if (element.textContent !== text) element.textContent = text;
    set(element, {
      ...{ x, y: y + font.size / 4, 'text-anchor': anchor, fill: font.color },
      ...{ 'font-family': font.family, 'font-size': font.size, 'font-weight': font.weight, 'font-style': font.style },
    });
  });
}

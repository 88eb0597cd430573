import { type Axis, BLEED, type Figure, type Trace } from './figure';

/** Dots of one colour and size, in px from the top left of the figure's box. */
export interface Dots {
  x: number[];
  y: number[];
  size: number;
  color: string;
  opacity: number;
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

/**
 * Takes the clouds of dots out of a figure. Plotly makes an element of every dot, and thousands of them cost the page its frames while curves
 * grow; a few paths show the same. Exports keep the whole figure.
 */
export function splitDots(figure: Figure): { rest: Trace[]; dots: Dots[] } {
  const { layout } = figure;
  const dots: Dots[] = [];
  const rest: Trace[] = [];
  const bare: Trace[] = [];
  for (const trace of figure.data) {
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
  return { rest, dots };
}

/** Marker of a cloud's dots. Few dots stand alone and must be seen; many show by where they overlap. */
export const dotMarker = (count: number, color: string, many: { size: number; opacity: number }) => ({
  symbol: 'circle',
  color,
  ...(count < MANY ? { size: 6, opacity: 0.9 } : many),
  line: { width: 0 },
});

/** A cloud is drawn as so many paths: where dots of different paths overlap, the picture darkens, as it does with single dots. */
const LAYERS = 4;

/** The path of every `LAYERS`-th dot: a stroke of no length with round caps is a dot. */
function pathOf({ x, y }: Dots, layer: number): string {
  let path = '';
  for (let i = layer; i < x.length; i += LAYERS) path += `M${x[i].toFixed(1)} ${y[i].toFixed(1)}h0`;
  return path;
}

/** Draws clouds of dots into an SVG element, reusing its paths. */
export function drawDots(svg: SVGSVGElement, clouds: readonly Dots[], width: number, height: number): void {
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  const needed = clouds.length * LAYERS;
  while (svg.childElementCount > needed) svg.lastElementChild?.remove();
  while (svg.childElementCount < needed) svg.append(document.createElementNS('http://www.w3.org/2000/svg', 'path'));
  clouds.forEach((cloud, c) => {
    for (let layer = 0; layer < LAYERS; layer++) {
      const path = svg.children[c * LAYERS + layer];
      path.setAttribute('d', pathOf(cloud, layer));
      path.setAttribute('stroke', cloud.color);
      path.setAttribute('stroke-opacity', String(cloud.opacity));
      path.setAttribute('stroke-width', String(cloud.size));
    }
  });
}

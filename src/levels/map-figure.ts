import { chartAxis, domains, emptyFigure, type Figure, type Label, labelTrace, markerTrace, type Theme } from '../charts/figure';
import type { Points } from '../charts/points-camera';
import { fitting } from '../charts/points-camera';
import { linearTicks } from '../charts/ticks';
import type { AxisWords } from './point-map';

/** A map as a figure for its PNG and SVG: all points, whatever part was looked at. */
export function mapFigure(points: Points, axes: readonly [AxisWords, AxisWords], theme: Theme, width: number, height: number): Figure {
  const figure = emptyFigure(theme, width, height);
  const plot = { left: 40, right: width - 8, top: 28, bottom: height - 40 };
  const across = plot.right - plot.left;
  const down = plot.bottom - plot.top;
  const camera = fitting(points, { width: across, height: down }, 12);
  const x: [number, number] = [camera.x - across / 2 / camera.scale, camera.x + across / 2 / camera.scale];
  const y: [number, number] = [camera.y - down / 2 / camera.scale, camera.y + down / 2 / camera.scale];
  const domain = domains(plot, width, height);
  figure.layout.xaxis = chartAxis(theme, 'x', { domain: domain.x, range: x, ticks: axes[0].ticks ? linearTicks(...x, 6) : [], grid: axes[0].ticks });
  figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range: y, ticks: axes[1].ticks ? linearTicks(...y, 5) : [] });
  const { colors, sizes } = points;
  figure.data.push(
    markerTrace(Array.from(points.x), Array.from(points.y), {
      symbol: 'circle',
      size: Array.from(sizes),
      color: Array.from(sizes, (_, i) => `rgb(${colors[4 * i]},${colors[4 * i + 1]},${colors[4 * i + 2]})`),
      opacity: 0.85,
      line: { width: 0 },
    }),
  );
  const labels: Label[] = [
    { x: plot.left - 32, y: 10, text: axes[1].name },
    { x: plot.right, y: height - 8, text: axes[0].name, anchor: 'end' },
  ];
  figure.data.push(labelTrace(theme, labels));
  return figure;
}

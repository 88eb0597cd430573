import { short } from '../text/numbers';
import { chartAxis, domains, emptyFigure, type Figure, type Label, labelTrace, lineTrace, markerTrace, type Theme } from './figure';
import { spread } from './spread';
import { logTicks } from './ticks';

/** Milliseconds per step of one engine over q. */
export interface BenchLine {
  engine: string;
  label: string;
  plan: boolean;
  points: { q: number; milliseconds: number }[];
}

export const benchHeight = (width: number): number => (width < 480 ? 320 : 384);

const DASHES = ['solid', '8px,3px', '2px,2px', '8px,3px,2px,3px'];

/**
 * Milliseconds per step by q, both on log scales, a line an engine with its name at its end: the lab's own
 * plans dark, the others grey.
 */
export function benchChart(lines: readonly BenchLine[], theme: Theme, width: number): Figure {
  const height = benchHeight(width);
  const small = width < 480;
  const figure = emptyFigure(theme, width, height);
  const drawn = lines.filter(({ points }) => points.length > 0);
  const levels = [...new Set(drawn.flatMap(({ points }) => points.map(({ q }) => q)))].sort((a, b) => a - b);
  const times = drawn.flatMap(({ points }) => points.map(({ milliseconds }) => milliseconds));
  if (levels.length === 0) return figure;
  const least = Math.min(...times) / 1.5;
  const most = Math.max(...times) * 1.5;
  // One q has no width of its own.
  const [low, high] = levels.length === 1 ? [levels[0] / 2, levels[0] * 2] : [levels[0] / 1.2, levels[levels.length - 1] * 1.05];
  const widest = Math.max(...drawn.map(({ label, plan }) => theme.textWidth(label, 12, plan ? 600 : 400)));
  const plot = { left: small ? 40 : 52, right: width - widest - 28, top: 28, bottom: height - 32 };
  const domain = domains(plot, width, height);
  figure.layout.xaxis = chartAxis(theme, 'x', {
    domain: domain.x,
    range: [low, high],
    log: true,
    ticks: levels.map((q) => ({ at: q, text: short(q) })),
  });
  figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range: [least, most], log: true, ticks: logTicks(least, most) });
  const toX = (q: number) => plot.left + ((Math.log(q) - Math.log(low)) / (Math.log(high) - Math.log(low))) * (plot.right - plot.left);
  const toY = (milliseconds: number) =>
    plot.bottom - ((Math.log(milliseconds) - Math.log(least)) / (Math.log(most) - Math.log(least))) * (plot.bottom - plot.top);
  const labels: Label[] = [
    { x: 0, y: 8, text: 'Milliseconds per step, log scale' },
    { x: plot.right + 12, y: plot.bottom + 14, text: 'q', serif: true, size: 13 },
  ];
  const ends = drawn.map(({ points }) => points[points.length - 1]);
  const placed = spread(
    ends.map(({ milliseconds }) => toY(milliseconds)),
    18,
    plot.top,
    plot.bottom,
  );
  const seen = { plan: 0, peer: 0 };
  drawn.forEach((line, i) => {
    const color = line.plan ? theme.ink : theme.ink3;
    const dash = DASHES[(line.plan ? seen.plan++ : seen.peer++) % DASHES.length];
    const x = line.points.map(({ q }) => q);
    const y = line.points.map(({ milliseconds }) => milliseconds);
    figure.data.push(lineTrace(x, y, { color, width: line.plan ? 2.25 : 1.25, dash }, { name: line.engine }));
    figure.data.push(markerTrace(x, y, { color, size: line.plan ? 6 : 4 }));
    const end = { x: toX(ends[i].q), y: toY(ends[i].milliseconds) };
    figure.data.push(lineTrace([end.x + 4, plot.right + 16], [end.y, placed[i]], { color: theme.line, width: 1 }, { pixels: true }));
    labels.push({ x: plot.right + 20, y: placed[i], text: line.label, color: line.plan ? theme.ink : theme.ink2, weight: line.plan ? 600 : 400 });
  });
  figure.data.push(labelTrace(theme, labels));
  return figure;
}

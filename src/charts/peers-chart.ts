import { chartAxis, domains, emptyFigure, type Figure, type Label, labelTrace, lineTrace, markerTrace, type Theme } from './figure';
import { logTicks } from './ticks';

/** A method with how many times as long as the lab's step others take; null: not measured. */
export interface PeersRow {
  label: string;
  torch: number | null;
  tfjs: number | null;
}

const ROW = 18;
const TOP = 44;

export const peersHeight = (rows: number) => (): number => rows * ROW + TOP + 28;

/** Names on a phone keep at most this share of the width. */
const MOST_NAME = 0.5;

/** As much of a text as has room. */
function cut(text: string, width: number, theme: Theme): string {
  if (theme.textWidth(text, 12) <= width) return text;
  let kept = text;
  while (kept.length > 1 && theme.textWidth(`${kept}…`, 12) > width) kept = kept.slice(0, -1).trimEnd();
  return `${kept}…`;
}

/**
 * A row a method: PyTorch as a dot and tfjs as a ring on a log scale, the lab's own step as the line at 1.
 */
export function peersChart(rows: readonly PeersRow[]) {
  return (theme: Theme, width: number): Figure => {
    const height = peersHeight(rows.length)();
    const figure = emptyFigure(theme, width, height);
    const values = rows.flatMap(({ torch, tfjs }) => [torch, tfjs]).filter((value) => value !== null);
    if (values.length === 0) return figure;
    const room = MOST_NAME * width - 16;
    const names = rows.map(({ label }) => cut(label, room, theme));
    const plot = { left: Math.max(...names.map((name) => theme.textWidth(name, 12))) + 16, right: width - 20, top: TOP, bottom: height - 28 };
    const [low, high] = [Math.min(0.8, ...values) / 1.1, Math.max(2, ...values) * 1.15];
    const domain = domains(plot, width, height);
    const ticks = logTicks(low, high).map(({ at, text }) => ({ at, text: `×${text}` }));
    figure.layout.xaxis = chartAxis(theme, 'x', { domain: domain.x, range: [low, high], log: true, ticks, grid: true });
    figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range: [rows.length, 0], ticks: [], grid: false });
    figure.data.push(lineTrace([1, 1], [0, rows.length], { color: theme.ink, width: 1.25 }));
    const toY = (i: number): number => plot.top + ROW * (i + 0.5);
    const labels: Label[] = [
      { x: 0, y: 8, text: 'Times as long as the lab’s step, log scale' },
      { x: 14, y: 28, text: 'PyTorch', color: theme.ink },
      { x: 90, y: 28, text: 'plain tfjs', color: theme.ink },
      ...names.map((text, i): Label => ({ x: 0, y: toY(i), text, color: theme.ink })),
    ];
    const ring = { color: theme.sheet, size: 7, line: { color: theme.ink3, width: 1.5 } };
    const slower = (value: number): string => (value < 1 ? theme.bad : theme.ink);
    figure.data.push(markerTrace([7], [28], { color: theme.ink, size: 8 }, { pixels: true }), markerTrace([83], [28], ring, { pixels: true }));
    for (const [of, marker] of [['tfjs', () => ring] as const, ['torch', (value: number) => ({ color: slower(value), size: 8 })] as const])
      for (const [i, row] of rows.entries()) {
        const value = row[of];
        if (value !== null) figure.data.push(markerTrace([value], [i + 0.5], marker(value), { name: `${row.label}, ${of}` }));
      }
    figure.data.push(labelTrace(theme, labels));
    return figure;
  };
}

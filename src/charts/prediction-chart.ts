import { fixed } from '../text/numbers';
import { drawnLevels } from './embedding-chart';
import { chartAxis, domains, emptyFigure, type Figure, type Label, labelTrace, lineTrace, markerTrace, type Theme } from './figure';
import type { PointGeometry } from './levels-chart';
import { dotMarker } from './overlay';
import { fitRange } from './range';
import { linearTicks } from './ticks';

/** The square of predicted against actual and of the ROC curve. */
function square(width: number, left: number) {
  const side = Math.min(Math.max(180, width - left - 8), 344);
  return {
    width: Math.min(Math.max(width, 180), side + left + 8),
    height: side + 56,
    plot: { left, right: left + side, top: 24, bottom: 24 + side },
  };
}

export interface PredictionInput {
  actual: ArrayLike<number>;
  predicted: ArrayLike<number>;
  color: string;
  /** Written inside, in order: MSE and R². */
  inside: { label: string; text: string }[];
  /** Name and unit of the response, escaped by the caller; null when it is simulated. */
  target: string | null;
  /** The axes hold every row, however far out. */
  whole?: boolean;
}

/** Common range of both axes: everything finite, a little more; a few values far out are left to `whole`. */
export function squareRange(actual: ArrayLike<number>, predicted: ArrayLike<number>, whole = false): [number, number] {
  const values = [...Array.from(actual), ...Array.from(predicted)];
  if (!values.some(Number.isFinite)) return [0, 1];
  const [low, high] = fitRange(values, whole).range;
  // However far from 0 they lie, and however close together.
  const pad = 0.04 * (high - low || Math.abs(high) * 1e-3 || 1);
  return [low - pad, high + pad];
}

/** Rows drawn, and how many of them lie outside the axes or have no number. */
export function rowsOutside({ actual, predicted, whole }: Pick<PredictionInput, 'actual' | 'predicted' | 'whole'>): {
  drawn: number;
  outside: number;
  missing: number;
} {
  const [low, high] = squareRange(actual, predicted, whole);
  const rows = drawnLevels(actual.length);
  const missing = rows.filter((i) => !Number.isFinite(actual[i]) || !Number.isFinite(predicted[i])).length;
  const inside = rows.filter((i) => [actual[i], predicted[i]].every((v) => v >= low && v <= high)).length;
  return { drawn: rows.length, outside: rows.length - missing - inside, missing };
}

function insideLabels(inside: PredictionInput['inside'], x: number, y: number, theme: Theme): Label[] {
  return inside.flatMap(({ label, text }, i) => [
    { x, y: y + i * 18, text: label, color: theme.ink3 },
    { x: x + theme.textWidth(label, 12) + 4, y: y + i * 18, text, color: theme.ink, weight: 600 },
  ]);
}

/** Where the square stands at a width, with the numbers at its axes. */
function squareOf(input: Pick<PredictionInput, 'actual' | 'predicted' | 'whole'>, width: number) {
  const range = squareRange(input.actual, input.predicted, input.whole);
  const ticks = linearTicks(range[0], range[1], 4);
  const box = square(width, Math.max(32, 14 + Math.max(...ticks.map((tick) => tick.text.length), 1) * 6.6));
  return { range, ticks, box };
}

/** Rows that are drawn, as places in the view, and where they stand in px. */
export function predictionGeometry(
  input: Pick<PredictionInput, 'actual' | 'predicted' | 'whole'>,
  width: number,
): PointGeometry & { rows: readonly number[] } {
  const { range, box } = squareOf(input, width);
  const { plot } = box;
  const inside = (v: number) => v >= range[0] && v <= range[1];
  const rows = drawnLevels(input.actual.length).filter((i) => inside(input.actual[i]) && inside(input.predicted[i]));
  const share = (v: number) => (v - range[0]) / (range[1] - range[0]);
  return {
    plot,
    height: box.height,
    rows,
    at: (place) => ({
      x: plot.left + share(input.actual[rows[place]]) * (plot.right - plot.left),
      y: plot.bottom - share(input.predicted[rows[place]]) * (plot.bottom - plot.top),
    }),
  };
}

/** Predicted against actual on test rows: square, identity dashed. At most 400 rows are drawn. */
export function predictionChart(input: PredictionInput, theme: Theme, width: number): Figure {
  const { range, ticks, box } = squareOf(input, width);
  const figure = emptyFigure(theme, box.width, box.height);
  const domain = domains(box.plot, box.width, box.height);
  figure.layout.xaxis = chartAxis(theme, 'x', { domain: domain.x, range, ticks, grid: true });
  figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range, ticks });
  const { plot, rows: kept } = predictionGeometry(input, width);
  figure.data.push(
    lineTrace([range[0], range[1]], [range[0], range[1]], { color: theme.axis, width: 1, dash: '4px,4px' }),
    markerTrace(
      kept.map((i) => input.actual[i]),
      kept.map((i) => input.predicted[i]),
      dotMarker(kept.length, input.color, { size: 4, opacity: 0.45 }),
    ),
    labelTrace(theme, [
      { x: Math.max(0, plot.left - 24), y: 8, text: input.target ? `Predicted ${input.target}` : 'Predicted' },
      { x: plot.right, y: box.height - 6, text: 'actual', anchor: 'end' },
      ...insideLabels(input.inside, plot.left + 10, plot.top + 14, theme),
    ]),
  );
  return figure;
}

export interface RocInput {
  falsePositive: ArrayLike<number>;
  truePositive: ArrayLike<number>;
  auc: number | null;
  color: string;
  dash: string;
}

/** ROC curve on test rows, with the diagonal of guessing. */
export function rocChart(input: RocInput, theme: Theme, width: number): Figure {
  const box = square(width, 32);
  const figure = emptyFigure(theme, box.width, box.height);
  const domain = domains(box.plot, box.width, box.height);
  const ticks = [0, 0.5, 1].map((at) => ({ at, text: at === 0.5 ? '0.5' : String(at) }));
  figure.layout.xaxis = chartAxis(theme, 'x', { domain: domain.x, range: [0, 1], ticks, grid: true });
  figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range: [0, 1], ticks });
  const { plot } = box;
  figure.data.push(
    lineTrace([0, 1], [0, 1], { color: theme.axis, width: 1, dash: '4px,4px' }),
    lineTrace(
      Array.from(input.falsePositive),
      Array.from(input.truePositive),
      { color: input.color, width: 2, dash: input.dash },
      { cliponaxis: false },
    ),
    labelTrace(theme, [
      { x: plot.left - 24, y: 8, text: 'True positive rate' },
      { x: plot.right, y: box.height - 6, text: 'false positive rate', anchor: 'end' },
      ...(input.auc === null ? [] : insideLabels([{ label: 'AUC', text: fixed(input.auc, 3) }], plot.right - 84, plot.bottom - 22, theme)),
    ]),
  );
  return figure;
}

import { fixed, value } from '../text/numbers';
import { isApart } from '../words/best-epoch';
import { percentOfFirst } from '../words/percent';
import { decimate } from './decimate';
import { chartAxis, domains, emptyFigure, type Figure, type Label, labelTrace, lineTrace, markerTrace, type Plot, type Theme } from './figure';
import { spread } from './spread';
import { epochTicks, linearTicks, logTicks, roundStep, type Tick } from './ticks';

/** One method's validation curve, ready to draw. Epochs count from 1: value e−1 belongs to epoch e. */
export interface LossLine {
  method: string;
  label: string;
  color: string;
  /** Plotly dash. */
  dash: string;
  values: ArrayLike<number>;
  /** The loss on training rows in the same unit, drawn beside `values`; null or absent: not drawn. */
  training?: ArrayLike<number> | null;
  /**
   * The epoch that the line is looked at; its number is read there. Null or absent: where results are taken.
   */
  readAt?: number | null;
  /** Best epoch of these values up to the stop, so far while it trains. */
  bestEpoch: number | null;
  /** The epoch after which training for the results ended; null while training. */
  stopEpoch: number | null;
  /**
   * The epoch whose weights the results use: the stop, or the best epoch where its weights are restored. Null
   * while training.
   */
  resultsFrom: number | null;
  /**
   * Stopped: early, by the rule or by hand. Reached: trained to the last epoch. Halted: ended without
   * results.
   */
  state: 'training' | 'stopped' | 'reached' | 'diverged' | 'halted';
}

export interface LossChartInput {
  lines: LossLine[];
  kind: 'predictive' | 'objective';
  scale: 'linear' | 'log';
  /** What stands above the axis: 'Mean squared error, 1,000 validation rows'. */
  axisTitle: string;
  /** The level of the method without embeddings bounds the linear axis. */
  referenceMethod: string;
  /** The epoch that is marked in the chart; null or absent: none. */
  marked?: number | null;
  /** The linear axis holds every value instead of the differences between the results. */
  whole?: boolean;
  /**
   * The objective of MMbeddings no honest prediction can be below, in the objective's own unit; null where
   * unknown.
   */
  noiseFloor: { method: string; label: string; color: string; value: number } | null;
}

/** Where a drawn chart has its epochs and values: what the crosshair needs. */
export interface LossGeometry {
  plot: Plot;
  epochs: number;
  clipped: boolean;
  yRange: [number, number];
}

const LABEL_GAP = 36;
/** More lines than these have their names and values on one line each, closer together. */
const MANY = 9;
const CLOSE_GAP = 18;

const asDrawn = (of: ArrayLike<number>, first: number, kind: LossChartInput['kind']): Float64Array =>
  Float64Array.from({ length: of.length }, (_, i) => (kind === 'objective' ? percentOfFirst(of[i], first) : of[i]));

/** The values as drawn: the loss itself, or each line as % of its first epoch. */
export const drawnValues = ({ values }: LossLine, kind: LossChartInput['kind']): Float64Array => asDrawn(values, values[0], kind);

/** The training loss on the same scale, in % of the first validation loss; empty where none is drawn. */
export const drawnTraining = ({ training, values }: LossLine, kind: LossChartInput['kind']): Float64Array => asDrawn(training ?? [], values[0], kind);

/** Dash of every training curve: no method has it. */
export const TRAINING_DASH = '1px,3px';

/** The newest epoch of any line. */
export const lastEpoch = (lines: LossLine[]): number => lines.reduce((most, line) => Math.max(most, line.values.length), 0);

const finite = (values: Iterable<number>): number[] => [...values].filter(Number.isFinite);

/** Last index with a number in it, or −1. */
function lastFinite(values: Float64Array, upTo = values.length): number {
  for (let i = upTo - 1; i >= 0; i--) if (Number.isFinite(values[i])) return i;
  return -1;
}

/**
 * The y range. Log: everything. Objective: from 0 to the start. Predictive, linear: from just under the best
 * value to just above the reference method and the results of the others, so that the differences fill the
 * chart; a line past its stop may widen it to twice that.
 */
export function lossRange(input: LossChartInput): { range: [number, number]; ticks: Tick[]; clipped: boolean } {
  const fitted = fittedRange(input);
  if (!input.whole || !fitted.clipped) return fitted;
  const every = input.lines.flatMap((line) => [...drawnValues(line, input.kind), ...drawnTraining(line, input.kind)]);
  const most = finite(every).reduce((a, b) => Math.max(a, b));
  const [low] = fitted.range;
  const step = roundStep((most - low) * 1.02, 5);
  const top = low + Math.ceil(((most - low) * 1.02) / step) * step;
  return { range: [low, top], ticks: linearTicks(low, top, 5), clipped: false };
}

/**
 * Labels of lines that are above the axis at or after their best epoch; first epochs that come down to it are
 * not meant. Diverged lines end anywhere.
 */
export function leavingTop(input: LossChartInput): string[] {
  const { range, clipped } = lossRange(input);
  if (!clipped) return [];
  return input.lines
    .filter((line) => {
      const values = drawnValues(line, input.kind);
      const best = values.reduce((at, v, i) => (Number.isFinite(v) && !(values[at] <= v) ? i : at), 0);
      return line.state !== 'diverged' && values.subarray(best).some((v) => v > range[1]);
    })
    .map(({ label }) => label);
}

function fittedRange(input: LossChartInput): { range: [number, number]; ticks: Tick[]; clipped: boolean } {
  const drawn = input.lines.map((line) => ({ line, values: drawnValues(line, input.kind) }));
  const training = input.lines.flatMap((line) => [...drawnTraining(line, input.kind)]);
  const all = finite([...drawn.flatMap(({ values }) => [...values]), ...training]).filter((v) => input.scale === 'linear' || v > 0);
  if (all.length === 0) return { range: [input.scale === 'log' ? 0.1 : 0, 1], ticks: [], clipped: false };
  const least = all.reduce((a, b) => Math.min(a, b));
  const most = all.reduce((a, b) => Math.max(a, b));
  if (input.scale === 'log') {
    const floor = input.kind === 'objective' && input.noiseFloor ? floorPercent(input) : null;
    const low = Math.min(least, floor !== null && floor > 0 ? floor : least);
    const range: [number, number] = [low / 1.08, Math.max(most, low * 1.1) * 1.05];
    return { range, ticks: logTicks(...range), clipped: false };
  }
  if (input.kind === 'objective') {
    const high = Math.min(100, most) === most || lastEpoch(input.lines) > 3 ? 100 : most;
    const low = Math.min(0, least);
    return { range: [low, high], ticks: linearTicks(low, high, 5), clipped: most > high };
  }
  const usable = drawn.filter(({ line, values }) => line.state !== 'diverged' && lastFinite(values) >= 0);
  const kept = usable.length > 0 ? usable : drawn;
  const results = finite(kept.map(({ line, values }) => values[lastFinite(values, line.resultsFrom ?? line.stopEpoch ?? values.length)]));
  const reference = kept.find(({ line }) => line.method === input.referenceMethod);
  const ends = finite(kept.map(({ values }) => values[lastFinite(values)]));
  const base = results.length > 0 ? Math.max(...results) : most;
  const bottom = Math.min(least, base);
  const cap = base + Math.max(base - bottom, Math.abs(base) * 0.05);
  let high = Math.max(base, ...ends.map((end) => Math.min(end, cap)));
  if (reference === undefined && lastEpoch(input.lines) <= 3) high = Math.max(high, most);
  const span = Math.max(high - bottom, Math.abs(high) * 0.02) || 1;
  const step = roundStep(span * 1.4, 6);
  // Half a step is enough below, so that the room goes to the differences.
  const under = Math.floor((bottom - 0.05 * span) / (step / 2)) * (step / 2);
  const low = bottom >= 0 ? Math.max(0, under) : under;
  const top = Math.ceil((high + 0.4 * span) / step) * step;
  return { range: [low, top], ticks: linearTicks(low, top, (top - low) / step), clipped: most > top };
}

function floorPercent(input: LossChartInput): number | null {
  const line = input.lines.find((candidate) => candidate.method === input.noiseFloor?.method);
  if (!input.noiseFloor || !line?.values[0]) return null;
  return percentOfFirst(input.noiseFloor.value, line.values[0]);
}

/** Room for a name and its value on one line; long names are cut. */
const closeMargin = (lines: LossLine[], small: boolean): number =>
  Math.min(small ? 148 : 248, 70 + 7 * Math.max(...lines.map(({ label }) => label.length)));

/** Size and geometry of the chart in a box of this width. */
export function lossGeometry(input: LossChartInput, width: number): LossGeometry & { height: number; small: boolean; many: boolean; ticks: Tick[] } {
  const small = width < 480;
  const many = input.lines.length > MANY;
  const height = Math.max(small ? 304 : 332, many ? (small ? 96 + CLOSE_GAP * input.lines.length : Math.min(640, 40 * input.lines.length)) : 0);
  const { range, ticks, clipped } = lossRange(input);
  const widest = Math.max(3, ...ticks.map((tick) => tick.text.length));
  const left = Math.max(32, 14 + widest * 6.6);
  const plot = { left, right: width - (many ? closeMargin(input.lines, small) : small ? 116 : 152), top: 24, bottom: height - 32 };
  return { plot, height, small, many, epochs: Math.max(1, lastEpoch(input.lines)), clipped, yRange: range, ticks };
}

/** Second line of an end label. */
export function endNote(line: LossLine, drawn: Float64Array, kind: LossChartInput['kind'], small: boolean): string {
  if (line.state === 'diverged') return `diverged at ${line.stopEpoch ?? line.values.length}`;
  const from = line.readAt ?? line.resultsFrom ?? line.stopEpoch;
  const at = lastFinite(drawn, from ?? drawn.length);
  const number = at < 0 ? '' : kind === 'objective' ? `${fixed(drawn[at], 0)} %` : value(drawn[at]);
  if (line.readAt != null && !small && number.length <= 6) return `${number} at epoch ${from}`;
  // A long number leaves no room for words.
  const short = small || number.length > 6;
  if (line.state === 'training') return short ? number : `${number}, training`;
  if (line.state === 'halted') return short ? number : `${number}, ended at ${line.values.length}`;
  if (short) return `${number} at ${from}`;
  // With the best weights restored the number is not that of the bar, nor that of the ring where the rule
  // looked at the other loss.
  if (from !== line.stopEpoch) return `${number}, ${from === line.bestEpoch ? 'best' : 'results'} at ${from}`;
  return `${number}, ${line.state} ${line.state === 'stopped' ? 'at ' : ''}${line.stopEpoch}`;
}

/** A name that fits into so many px. */
function cutTo(text: string, room: number, theme: Theme): string {
  if (theme.textWidth(text, 12, 600) <= room) return text;
  let end = text.length;
  while (end > 1 && theme.textWidth(`${text.slice(0, end)}…`, 12, 600) > room) end--;
  return `${text.slice(0, end)}…`;
}

/** Validation loss by epoch. */
export function lossChart(input: LossChartInput, theme: Theme, width: number): Figure {
  const geometry = lossGeometry(input, width);
  const { plot, height, small, many, epochs, yRange, ticks } = geometry;
  const figure = emptyFigure(theme, width, height);
  const domain = domains(plot, width, height);
  const log = input.scale === 'log';
  figure.layout.xaxis = chartAxis(theme, 'x', { domain: domain.x, range: [0, epochs], ticks: epochTicks(epochs, small ? 3 : 6) });
  figure.layout.yaxis = chartAxis(theme, 'y', { domain: domain.y, range: yRange, log, ticks });
  const toX = (epoch: number) => plot.left + (epoch / epochs) * (plot.right - plot.left);
  const scaled = (v: number) => (log ? Math.log(v) : v);
  const toY = (v: number) => plot.bottom - ((scaled(v) - scaled(yRange[0])) / (scaled(yRange[1]) - scaled(yRange[0]))) * (plot.bottom - plot.top);
  const inside = (v: number) => v >= yRange[0] && v <= yRange[1];

  const labels: Label[] = [];
  const leaving = leavingTop(input).length;
  const off = leaving > 0 ? `; ${leaving === 1 ? 'one line leaves' : `${leaving} lines leave`} the top` : '; the first epochs are off the top';
  const title = input.axisTitle + (geometry.clipped && !small ? off : '');
  labels.push({ x: Math.max(0, plot.left - 24), y: 8, text: title }, { x: plot.right + 22, y: plot.bottom + 14, text: 'epoch' });

  const floor = input.kind === 'objective' ? floorPercent(input) : null;
  if (floor !== null && input.noiseFloor && floor > yRange[0] && floor < yRange[1]) {
    figure.data.push(lineTrace([0, epochs], [floor, floor], { color: input.noiseFloor.color, width: 1, dash: '2px,3px' }));
    const text = small
      ? `noise floor of ${input.noiseFloor.label}`
      : `Noise floor of ${input.noiseFloor.label}: no prediction is better in the long run`;
    labels.push({ x: plot.right - 4, y: toY(floor) - 10, text, anchor: 'end', color: theme.ink2 });
  }

  const past: typeof figure.data = [];
  const lines: typeof figure.data = [];
  const rings = { x: [] as number[], y: [] as number[], color: [] as string[] };
  const bars: { x: (number | null)[]; y: (number | null)[]; color: string }[] = [];
  const dots = { x: [] as number[], y: [] as number[], color: [] as string[], size: [] as number[] };
  const crosses = { x: [] as number[], y: [] as number[], color: [] as string[] };
  const ends: { line: LossLine; drawn: Float64Array; x: number; y: number }[] = [];

  for (const line of input.lines) {
    const drawn = drawnValues(line, input.kind);
    const last = lastFinite(drawn);
    if (last < 0) {
      if (line.state !== 'diverged') continue;
      // Without a number there is no line: its × stands at the top edge, above the epoch that broke it.
      const x = toX(Math.max(1, Math.min(line.stopEpoch ?? drawn.length, epochs)));
      crosses.x.push(x);
      crosses.y.push(plot.top);
      crosses.color.push(line.color);
      ends.push({ line, drawn, x, y: plot.top });
      continue;
    }
    const stop = Math.min(line.stopEpoch ?? drawn.length, drawn.length);
    const pieces = (from: number, to: number) => decimate(drawn, from, to);
    const at = (index: number) => (Number.isFinite(drawn[index]) && (!log || drawn[index] > 0) ? drawn[index] : null);
    const main = pieces(0, Math.max(0, stop - 1));
    lines.push(
      lineTrace(
        main.map((i) => i + 1),
        main.map(at),
        { color: line.color, width: line.dash === 'dot' ? 2.25 : 2, dash: line.dash },
        { name: line.method },
      ),
    );
    const training = drawnTraining(line, input.kind);
    if (training.length > 0) {
      const kept = decimate(training, 0, training.length - 1);
      const y = kept.map((i) => (Number.isFinite(training[i]) && (!log || training[i] > 0) ? training[i] : null));
      const x = kept.map((i) => i + 1);
      past.push(lineTrace(x, y, { color: line.color, width: 1.75, dash: TRAINING_DASH }, { name: `${line.method}, training` }));
    }
    if (drawn.length > stop && stop >= 1) {
      const rest = pieces(stop - 1, drawn.length - 1);
      past.push(
        lineTrace(
          rest.map((i) => i + 1),
          rest.map(at),
          { color: line.color, width: 1, dash: 'solid' },
          { opacity: 0.7, name: `${line.method}, past the stop` },
        ),
      );
    }
    const best = line.bestEpoch;
    if (best !== null && best <= drawn.length && inside(drawn[best - 1])) {
      rings.x.push(toX(best));
      rings.y.push(toY(drawn[best - 1]));
      rings.color.push(line.color);
    }
    if ((line.state === 'stopped' || line.state === 'reached') && inside(drawn[stop - 1])) {
      const y = toY(drawn[stop - 1]);
      bars.push({ x: [toX(stop), toX(stop)], y: [y - 6, y + 6], color: line.color });
    }
    const read = line.readAt ?? null;
    if (read !== null && read <= drawn.length && inside(drawn[read - 1])) {
      dots.x.push(toX(read));
      dots.y.push(toY(drawn[read - 1]));
      dots.color.push(line.color);
      dots.size.push(10);
    }
    const y = Math.max(plot.top, Math.min(toY(drawn[last]), plot.bottom));
    if (line.state === 'diverged') {
      crosses.x.push(toX(last + 1));
      crosses.y.push(y);
      crosses.color.push(line.color);
    }
    // Results of another epoch than the ring's or the bar's: the best one of the other loss.
    if (line.resultsFrom !== null && isApart(line) && line.resultsFrom <= drawn.length && inside(drawn[line.resultsFrom - 1])) {
      dots.x.push(toX(line.resultsFrom));
      dots.y.push(toY(drawn[line.resultsFrom - 1]));
      dots.color.push(line.color);
      dots.size.push(8);
    }
    if (line.state === 'training' && inside(drawn[last])) {
      dots.x.push(toX(last + 1));
      dots.y.push(toY(drawn[last]));
      dots.color.push(line.color);
      dots.size.push(best === last + 1 ? 3.5 : 7);
    }
    ends.push({ line, drawn, x: toX(last + 1), y });
  }
  if (input.marked) {
    const x = toX(Math.min(input.marked, epochs));
    figure.data.push(lineTrace([x, x], [plot.top, plot.bottom], { color: theme.ink3, width: 1 }, { pixels: true, name: 'marked epoch' }));
  }
  figure.data.push(...past, ...lines);
  if (rings.x.length > 0)
    figure.data.push(
      markerTrace(
        rings.x,
        rings.y,
        { symbol: 'circle', size: 8, color: theme.sheet, line: { color: rings.color, width: 2 }, opacity: 1 },
        { pixels: true },
      ),
    );
  for (const bar of bars) figure.data.push(lineTrace(bar.x, bar.y, { color: bar.color, width: 2 }, { pixels: true }));
  if (dots.x.length > 0)
    figure.data.push(markerTrace(dots.x, dots.y, { symbol: 'circle', size: dots.size, color: dots.color, opacity: 1 }, { pixels: true }));
  if (crosses.x.length > 0) {
    figure.data.push(
      markerTrace(
        crosses.x,
        crosses.y,
        { symbol: 'x-thin', size: 9, color: crosses.color, opacity: 1, line: { color: crosses.color, width: 2 } },
        { pixels: true },
      ),
    );
  }
  // The lowest label keeps clear of the axis word under it.
  const places = spread(
    ends.map((end) => end.y),
    many ? CLOSE_GAP : LABEL_GAP,
    plot.top + 4,
    plot.bottom - (many ? 8 : 34),
  );
  ends.forEach(({ line, drawn, x, y }, i) => {
    const from = Math.max(plot.right, x);
    // A × without a line has nothing to lead from.
    if (lastFinite(drawn) >= 0)
      figure.data.push(
        lineTrace(
          [from + 5, plot.right + 14, plot.right + 17],
          [y, places[i], places[i]],
          { color: line.color, width: 1 },
          { pixels: true, opacity: 0.7 },
        ),
      );
    if (many) {
      const end = lastFinite(drawn, line.readAt ?? line.resultsFrom ?? line.stopEpoch ?? drawn.length);
      const number = line.state === 'diverged' ? '×' : end < 0 ? '' : input.kind === 'objective' ? `${fixed(drawn[end], 0)} %` : value(drawn[end]);
      const room = width - plot.right - 22;
      const name = cutTo(line.label, room - theme.textWidth(number, 12) - 10, theme);
      labels.push({ x: plot.right + 22, y: places[i], text: name, color: line.color, weight: 600 });
      labels.push({ x: width, y: places[i], text: number, anchor: 'end', color: line.state === 'diverged' ? theme.bad : theme.ink2 });
      return;
    }
    const name = cutTo(line.label, (width - plot.right - 22) * (small ? 1 : 12 / 13), theme);
    labels.push({ x: plot.right + 22, y: places[i] - 1, text: name, color: line.color, weight: 600, size: small ? 12 : 13 });
    labels.push({
      x: plot.right + 22,
      y: places[i] + 14,
      text: endNote(line, drawn, input.kind, small),
      color: line.state === 'diverged' ? theme.bad : theme.ink2,
    });
  });
  figure.data.push(labelTrace(theme, labels));
  return figure;
}

/** The crosshair's rows at one epoch: every line that has it, greatest value first. */
export function lossAt(input: LossChartInput, epoch: number): { line: LossLine; value: number; text: string; training: string | null }[] {
  const words = (number: number) =>
    Number.isFinite(number) ? (input.kind === 'objective' ? `${fixed(number, 0)} %` : value(number)) : 'not a number';
  return input.lines
    .filter((line) => epoch >= 1 && epoch <= line.values.length)
    .map((line) => {
      const number = drawnValues(line, input.kind)[epoch - 1];
      const training = drawnTraining(line, input.kind);
      return { line, value: number, text: words(number), training: epoch <= training.length ? words(training[epoch - 1]) : null };
    })
    .sort((a, b) => (Number.isNaN(a.value) ? 1 : Number.isNaN(b.value) ? -1 : b.value - a.value));
}

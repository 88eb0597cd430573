import type { DatasetSummary, EmbeddingView, Estimate, MethodResult } from '../../workers/protocol';
import { intervalOf } from '../../workers/spec/estimates';
import { SCALE_NOTES } from '../words/estimates';

type TrueComponents = NonNullable<DatasetSummary['truth']>;

/** An estimated quantity with what each method says of it. */
export interface EstimateGroup {
  key: string;
  name: string;
  /** As TeX. */
  symbol: string;
  kind: Estimate['kind'];
  rows: EstimateRow[];
}

export interface EstimateRow {
  method: string;
  /** Null where the data do not determine it. */
  value: number | null;
  standardError: number | null;
  /** Of 95 %; null without a standard error. */
  interval: [number, number] | null;
  truth: number | null;
  /** What is particular about it. */
  note: string | null;
}

/**
 * Whether the scale of a variance is its method's own. Runs that were recorded before this was said have its
 * symbol, with a hat.
 */
const hasOwnScale = ({ ofVectors, symbol }: Estimate): boolean => ofVectors ?? symbol.startsWith('\\hat\\sigma');

/**
 * Which estimates of different methods are of the same quantity and on one scale: by name, and by method
 * where the scale is the method's own.
 */
function keyOf(method: string, estimate: Estimate): string {
  const own = `${hasOwnScale(estimate) ? ` of ${method}` : ''}${estimate.scale ? `, ${estimate.scale}` : ''}`;
  return `${estimate.kind === 'variance' ? `variance ${estimate.feature ?? 'residual'} ` : `${estimate.kind} `}${estimate.name}${own}`;
}

/** Estimates of the same feature and kind before this one. */
const placeOf = (all: readonly Estimate[], index: number): number =>
  all.slice(0, index).filter(({ kind, feature }) => kind === all[index].kind && feature === all[index].feature).length;

/**
 * What the simulation was drawn with, for an estimate; null where nothing is to be compared. A variance of
 * level vectors has a truth only where the vectors have as many dimensions as the true effects: otherwise its
 * scale is the decoder's choice. `width`: numbers in the method's level vectors.
 */
export function truthOf(estimate: Estimate, place: number, truth: TrueComponents | null, width: number | null): number | null {
  if (!truth || estimate.kind === 'fit') return null;
  if (estimate.kind === 'fixed effect') return truth.fixed.find(({ name }) => name === estimate.name)?.value ?? null;
  if (estimate.feature === null) return truth.noiseVariance;
  const own = truth.effectVariances[estimate.feature] ?? [];
  // A growth curve may have an effect on its asymptote alone, which is the first of its true effects.
  const comparable = truth.fixed.length > 0 || own.length === 1;
  return comparable && (width === null || width <= own.length) ? (own[place] ?? null) : null;
}

/** The scale of the variances that a simulation drew effects with; undefined: that of the response. */
export const truthScale = ({ counts, events }: Pick<DatasetSummary, 'counts' | 'events'>): Estimate['scale'] =>
  counts ? 'log' : events ? 'factor' : undefined;

/**
 * The estimates of all finished methods by quantity, in the order in which the methods name them. `scale`:
 * that of the truth (`truthScale`), with which only variances on the same scale are compared.
 */
export function estimateGroups(
  results: readonly Pick<MethodResult, 'method' | 'estimates'>[],
  truth: TrueComponents | null,
  widthOf: (method: string) => number | null,
  scale?: Estimate['scale'],
): EstimateGroup[] {
  const groups = new Map<string, EstimateGroup>();
  for (const { method, estimates } of results) {
    estimates.forEach((estimate, index) => {
      const place = placeOf(estimates, index);
      const key = keyOf(method, estimate);
      const group = groups.get(key) ?? { key, name: estimate.name, symbol: estimate.symbol, kind: estimate.kind, rows: [] };
      // JSON has no NaN: what was recorded without a value is null.
      const value = Number.isFinite(estimate.value) ? estimate.value : null;
      const { kind, standardError, note } = estimate;
      group.rows.push({
        method,
        value,
        standardError,
        interval: intervalOf(kind, value, standardError),
        truth: hasOwnScale(estimate) || (kind === 'variance' && estimate.scale !== scale) ? null : truthOf(estimate, place, truth, widthOf(method)),
        note: [estimate.scale && SCALE_NOTES[estimate.scale], note].filter(Boolean).join('; ') || null,
      });
      groups.set(key, group);
    });
  }
  return [...groups.values()];
}

/** The common scale of a quantity's intervals: everything in it, a variance from 0. */
export function groupRange({
  kind,
  rows,
}: {
  kind: EstimateGroup['kind'];
  rows: readonly Pick<EstimateRow, 'value' | 'interval' | 'truth'>[];
}): [number, number] {
  const ends = rows.flatMap(({ value, interval, truth }) => [value, ...(interval ?? []), truth]);
  const finite = ends.filter((end): end is number => end !== null && Number.isFinite(end));
  if (finite.length === 0) return [0, 1];
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  if (kind === 'variance') return [0, most > 0 ? most * 1.1 : 1];
  // A single number says nothing of a range: its axis is told to a few figures.
  const pad = (most > least ? Math.max((most - least) * 0.15, Math.abs(most) * 1e-9) : Math.abs(most) * 0.15) || 1;
  return [least - pad, most + pad];
}

/** Methods with something to show of single levels: a posterior, or effects of one number. */
export function levelMethods(
  methods: readonly string[],
  embeddings: Readonly<Record<string, EmbeddingView>>,
  results: Readonly<Record<string, unknown>>,
): string[] {
  return methods.filter((method) => {
    const view = embeddings[method];
    return view !== undefined && results[method] !== undefined && (Boolean(view.posterior) || view.width === 1);
  });
}

/** Posterior standard deviation of each drawn level: the root of the mean variance over its dimensions. */
export function deviations({ posterior, width, drawn }: Pick<EmbeddingView, 'posterior' | 'width' | 'drawn'>): Float32Array {
  return Float32Array.from({ length: drawn }, (_, level) => {
    let sum = 0;
    for (let m = 0; m < width; m++) sum += posterior?.variances[level * width + m] ?? Number.NaN;
    return Math.sqrt(sum / width);
  });
}

import type { EmbeddingView } from '../../metrics/embedding-view';
import type { CountBin, MethodResult } from '../../training/method-result';
import { byMethod } from '../by-method';
import type { ExperimentSpec } from '../experiment';
import { factsOf } from '../facts';
import { ownWeights } from '../level-weights';
import { aboutMethod } from '../methods';
import { settingsUnder } from '../protocol';
import type { Answers } from './answer';
import type { Predicate, Series, Value } from './measure';
import type { Axis } from './schema';

/** What a lesson reads of a run with results; maps are by method id. */
export interface RunNumbers {
  spec: ExperimentSpec;
  curves: Readonly<Record<string, Record<'training' | 'predictive' | 'objective', ArrayLike<number>>>>;
  results: Readonly<Record<string, Pick<MethodResult, 'metrics' | 'parameters' | 'estimates' | 'byCount' | 'tagErrors'>>>;
  embeddings: Readonly<Record<string, Pick<EmbeddingView, 'posterior' | 'width' | 'drawn' | 'counts' | 'lengths'>>>;
}

/** What predicates and values are about. */
export interface LessonContext {
  /** The run on the page, recorded or live, when it has results. */
  now: RunNumbers | null;
  /** The newest finished run of each experiment of the lesson, by its id. */
  runs: Readonly<Record<string, RunNumbers>>;
  /** The experiment of the form. */
  spec: ExperimentSpec;
  view: Readonly<Record<string, unknown>>;
  /** How many levels are selected. */
  selected: number;
  answers: Answers;
}

type Listed<K extends 'curves' | 'results' | 'embeddings'> = readonly (RunNumbers[K][string] & { method: string })[];

/** The numbers of a run as it is recorded, where curves and results are lists. */
export function numbersOf(run: {
  spec: ExperimentSpec;
  curves: Listed<'curves'>;
  results: Listed<'results'>;
  embeddings: Listed<'embeddings'>;
}): RunNumbers {
  return { spec: run.spec, curves: byMethod(run.curves), results: byMethod(run.results), embeddings: byMethod(run.embeddings) };
}

const runOf = (at: string | undefined, context: LessonContext): RunNumbers | null => (at === undefined ? context.now : (context.runs[at] ?? null));

const known = (value: number | null | undefined): number | null => (value !== null && value !== undefined && Number.isFinite(value) ? value : null);

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : known(values.reduce((sum, value) => sum + value, 0) / values.length);

/** Index of the least finite number; −1 without one. */
function placeOfLeast(values: ArrayLike<number>): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i]) && (best < 0 || values[i] < values[best])) best = i;
  return best;
}

const holdsRows = ({ least, most }: CountBin, rows: number): boolean => rows >= least && (most === null || rows <= most);

/** The y of a sketched curve at x, by straight lines between its points; beyond its ends that of the end. */
export function sketchAt(points: readonly (readonly [number, number])[], x: number): number {
  const after = points.findIndex(([other]) => other >= x);
  if (after === 0) return points[0][1];
  if (after < 0) return points[points.length - 1][1];
  const [[x0, y0], [x1, y1]] = [points[after - 1], points[after]];
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

function answered({ answer, item, take }: Extract<Value, { answer: string }>, answers: Answers): number | null {
  const given = answers[answer];
  if (given?.kind === 'number') return given.value;
  if (given?.kind === 'sketch') {
    const points = item === undefined ? Object.values(given.curves)[0] : given.curves[item];
    return points && typeof take === 'number' ? sketchAt(points, take) : null;
  }
  if (given?.kind === 'mark') {
    const mark = item === undefined ? Object.values(given.marks)[0] : given.marks[item];
    return mark ? mark[take === 'y' ? 1 : 0] : null;
  }
  return null;
}

/** A value's number; null where the run, the method or the number is not there. */
export function measured(value: Value, context: LessonContext): number | null {
  if ('number' in value) return value.number;
  if ('answer' in value) return answered(value, context.answers);
  if ('minus' in value || 'over' in value) {
    const [a, b] = ('minus' in value ? value.minus : value.over).map((part) => measured(part, context));
    return a === null || b === null ? null : known('minus' in value ? a - b : a / b);
  }
  const run = runOf(value.at, context);
  if (run === null) return null;
  if ('metric' in value) return known(run.results[value.method]?.metrics[value.metric]);
  if ('parameters' in value) return known(run.results[value.parameters]?.parameters);
  if ('epochs' in value) return run.curves[value.epochs]?.predictive.length ?? null;
  if ('estimate' in value) return known(run.results[value.method]?.estimates.find(({ name }) => name === value.estimate)?.value);
  if ('curve' in value) {
    const curve = run.curves[value.method]?.[value.curve];
    if (!curve || curve.length === 0) return null;
    const { take } = value;
    return known(curve[take === 'first' ? 0 : take === 'last' ? curve.length - 1 : take === 'least' ? placeOfLeast(curve) : take - 1]);
  }
  if ('bestEpoch' in value) {
    const place = placeOfLeast(run.curves[value.method]?.[value.bestEpoch] ?? []);
    return place < 0 ? null : place + 1;
  }
  if ('lossOfLevels' in value) {
    const bins = run.results[value.lossOfLevels]?.byCount?.[0];
    const { rows } = value;
    return known(bins?.find((bin) => holdsRows(bin, rows === 'unseen' ? 0 : rows))?.loss);
  }
  if ('lossOfTags' in value) {
    const sizes = run.results[value.lossOfTags]?.tagErrors?.[0].bySize;
    const { tags } = value;
    return known((tags === 'fewest' ? sizes?.at(0) : tags === 'most' ? sizes?.at(-1) : sizes?.find((size) => size.tags === tags))?.loss);
  }
  if ('ownWeight' in value) {
    const view = run.embeddings[value.ownWeight];
    const weights = view && ownWeights(view);
    return weights ? mean([...weights].filter((_, level) => view.counts[level] === value.rows)) : null;
  }
  const view = run.embeddings[value.vectorLength];
  const { least = 0, most = Number.POSITIVE_INFINITY } = value;
  return view ? mean([...view.lengths].filter((_, level) => view.counts[level] >= least && view.counts[level] <= most)) : null;
}

/** The part of an experiment at a path such as 'dataset.levels.0'. */
const partAt = (spec: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((part, key) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[key] : undefined), spec);

export function holds(predicate: Predicate, context: LessonContext): boolean {
  if ('all' in predicate) return predicate.all.every((part) => holds(part, context));
  if ('any' in predicate) return predicate.any.some((part) => holds(part, context));
  if ('not' in predicate) return !holds(predicate.not, context);
  if ('answered' in predicate) return context.answers[predicate.answered] !== undefined;
  if ('finished' in predicate) return runOf(predicate.at, context) !== null;
  if ('spec' in predicate) return partAt(context.spec, predicate.spec) === predicate.is;
  if ('view' in predicate) return context.view[predicate.view] === predicate.is;
  if ('selected' in predicate) return context.selected >= predicate.selected;
  const [a, b] = predicate.less.map((part) => measured(part, context));
  return a !== null && b !== null && a < b && b - a >= (predicate.by ?? 0);
}

/** The runs that a predicate waits for, by their ids. */
export function awaited(predicate: Predicate): string[] {
  if ('all' in predicate) return predicate.all.flatMap(awaited);
  if ('any' in predicate) return predicate.any.flatMap(awaited);
  return 'finished' in predicate && predicate.at !== undefined ? [predicate.at] : [];
}

/** What a series is in the axes of a question: a line through points, or a dot for each level. */
export interface Drawn {
  look: 'line' | 'dots';
  points: [number, number][];
}

const finitePoints = (points: [number, number | null][]): [number, number][] =>
  points.flatMap(([x, y]) => (y !== null && Number.isFinite(x) && Number.isFinite(y) ? [[x, y] as [number, number]] : []));

/** Levels at which parameters are counted, over an axis. */
function over({ min, max, log }: Axis): number[] {
  const steps = 60;
  const at = (share: number): number => (log ? min * (max / min) ** share : min + (max - min) * share);
  return [...new Set(Array.from({ length: steps + 1 }, (_, i) => Math.max(1, Math.round(at(i / steps)))))];
}

function parameterLine(method: string, spec: ExperimentSpec, x: Axis): [number, number][] {
  const facts = factsOf(spec.dataset);
  const choice = spec.methods.find(({ id }) => id === method);
  if (!facts || !choice) return [];
  return over(x).map((q) => {
    const levels = facts.levels.map(() => q);
    return [q, aboutMethod(method).parameterCount({ ...facts, levels }, settingsUnder(spec.training, choice.settings, levels))];
  });
}

/** A series of a run in a question's axes; null where the run does not have it. */
export function drawn(series: Series, context: LessonContext, x: Axis): Drawn | null {
  const made = (look: Drawn['look'], points: [number, number | null][]): Drawn | null => {
    const finite = finitePoints(points);
    return finite.length > 0 ? { look, points: finite } : null;
  };
  if ('parametersByLevels' in series) return made('line', parameterLine(series.parametersByLevels, context.spec, x));
  const run = runOf(series.at, context);
  if (run === null) return null;
  if ('curve' in series) {
    const curve = run.curves[series.method]?.[series.curve];
    return curve
      ? made(
          'line',
          Array.from(curve, (y, i) => [i + 1, y]),
        )
      : null;
  }
  if ('lossByRows' in series) {
    const bins = run.results[series.lossByRows]?.byCount?.[0] ?? [];
    return made(
      'line',
      bins.map(({ least, most, loss }) => [most === null ? least : Math.sqrt(Math.max(least, 0.5) * Math.max(most, 0.5)), loss]),
    );
  }
  if ('lossByTags' in series) {
    const sizes = run.results[series.lossByTags]?.tagErrors?.[0].bySize ?? [];
    return made(
      'line',
      sizes.map(({ tags, loss }) => [tags, loss]),
    );
  }
  const view = run.embeddings['ownWeights' in series ? series.ownWeights : series.vectorLengths];
  if (!view) return null;
  const values = 'ownWeights' in series ? ownWeights(view) : view.lengths;
  return values
    ? made(
        'dots',
        Array.from(values, (value, level) => [view.counts[level], value]),
      )
    : null;
}

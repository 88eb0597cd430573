import type { DatasetSummary, Lane, MethodResult } from '../../workers/protocol';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { type DatasetFacts, factsOf } from '../../workers/spec/facts';
import { aboutMethod } from '../../workers/spec/methods';
import { PUBLISHED_LEVELS } from '../../workers/spec/presets';
import { settingsUnder } from '../../workers/spec/protocol';
import { drawnTraining, drawnValues, type LossLine } from '../charts/loss-chart';
import type { ParameterBar } from '../charts/parameters-chart';
import type { RunState } from '../state/run';
import { isUnderway } from '../state/run-status';
import { bestEpoch, type TwoLosses } from '../words/best-epoch';
import type { LossStory } from '../words/loss';
import type { TrainingGap } from '../words/training';
import { trainingValues } from './training-values';

/** What the panels read of the run store. */
export type RunView = Pick<
  RunState,
  'source' | 'status' | 'error' | 'spec' | 'summary' | 'lanes' | 'progress' | 'curves' | 'embeddings' | 'predictions' | 'results' | 'comparison'
>;

/** What parameter counts depend on. */
export type DataShape = Pick<DatasetFacts, 'task' | 'classes' | 'p' | 'levels' | 'tags' | 'series'>;

const laneOf = (run: Pick<RunView, 'lanes'>, method: string): Lane | undefined => run.lanes.find((lane) => lane.method === method);

/** Trained to the last epoch of the settings, not stopped before it. */
const reachedEnd = (lane: Lane | undefined): boolean => lane?.stopReason === 'last epoch';

/** A lane that will change no more. */
const isOver = (lane: Lane): boolean => lane.status === 'done' || lane.status === 'diverged';

/** Methods of a run in the order of its spec. */
export const methodsOf = (spec: ExperimentSpec | null): string[] => spec?.methods.map((method) => method.id) ?? [];

/**
 * The shape of the data a spec will train on: known at once for simulations, from the prepared data for a
 * table, or from its columns where the page has read them; else null.
 *
 * @param read what the columns of the spec's table say
 */
export function dataShapeOf(
  spec: ExperimentSpec,
  summary: DatasetSummary | null,
  summarySpec: ExperimentSpec | null,
  read: DataShape | null = null,
): DataShape | null {
  const facts = factsOf(spec.dataset);
  if (facts) return facts;
  if (summary && summarySpec && sameData(spec, summarySpec))
    return {
      task: summary.task,
      ...(summary.classes && { classes: summary.classes.length }),
      p: summary.p,
      levels: summary.features.map((feature) => feature.levels),
      ...(summary.tags && { tags: summary.tags }),
      ...(summary.series && { series: summary.series }),
    };
  return read;
}

/** Names of the features whose levels or tags have vectors, in the order of level vectors. */
export const vectorFeatureNames = (summary: Pick<DatasetSummary, 'features' | 'tags'> | null): string[] =>
  [...(summary?.features ?? []), ...(summary?.tags ?? [])].map(({ name }) => name);

/** Both specs read the same rows in the same roles. */
export const sameData = (a: ExperimentSpec, b: ExperimentSpec): boolean => JSON.stringify(a.dataset) === JSON.stringify(b.dataset);

/**
 * Trainable numbers of each method of a spec, on its data and, when simulated, at the published
 * cardinalities.
 */
export function parameterBars(spec: ExperimentSpec, problem: DataShape, color: (method: string) => string): ParameterBar[] {
  return spec.methods.map(({ id, settings }) => {
    const about = aboutMethod(id);
    const at = (levels: number[]) => about.parameterCount({ ...problem, levels }, settingsUnder(spec.training, settings, levels));
    return {
      method: id,
      label: about.label,
      color: color(id),
      parameters: at(problem.levels),
      atLevels: spec.dataset.kind === 'simulated' ? PUBLISHED_LEVELS.map((q) => ({ q, parameters: at(problem.levels.map(() => q)) })) : [],
    };
  });
}

/** The validation curves of a run, ready to draw. Methods without an epoch are left out. */
export function lossLines(
  run: Pick<RunView, 'spec' | 'curves' | 'lanes' | 'status' | 'source' | 'results'>,
  kind: 'predictive' | 'objective',
  style: (method: string) => { color: string; dash: string },
  withTraining = false,
): LossLine[] {
  const going = run.source.kind === 'live' && isUnderway(run.status);
  const restored = run.spec?.training.restoreBest ?? false;
  return methodsOf(run.spec).flatMap((method): LossLine[] => {
    const curves = run.curves[method];
    if (!curves || curves[kind].length === 0) return [];
    const lane = laneOf(run, method);
    const diverged = lane?.status === 'diverged';
    const stopEpoch = lane?.stopEpoch ?? null;
    const state = diverged ? 'diverged' : stopEpoch !== null ? (reachedEnd(lane) ? 'reached' : 'stopped') : going ? 'training' : 'halted';
    return [
      {
        method,
        label: aboutMethod(method).label,
        ...style(method),
        values: curves[kind],
        training: withTraining ? trainingValues(curves, kind) : null,
        bestEpoch: bestEpoch(curves[kind], stopEpoch ?? undefined),
        stopEpoch: diverged ? (stopEpoch ?? lane?.epoch ?? null) : stopEpoch,
        resultsFrom: diverged || stopEpoch === null ? null : (run.results[method]?.weightsFrom ?? (restored ? lane?.bestEpoch : null) ?? stopEpoch),
        state,
      },
    ];
  });
}

/** The lines of the chart as its caption tells them. */
export const lossStories = (lines: readonly LossLine[], curves: RunState['curves']): LossStory[] =>
  lines.map((line) => ({ ...line, training: curves[line.method]?.training ?? [] }));

/** Training and validation loss of the methods drawn, at the epoch of their results or the newest. */
export const trainingGaps = (lines: readonly LossLine[], kind: 'predictive' | 'objective'): TrainingGap[] =>
  lines.flatMap((line) => {
    const epoch = line.resultsFrom ?? line.stopEpoch ?? line.values.length;
    const training = drawnTraining(line, kind);
    if (line.state === 'diverged' || training.length < epoch || epoch < 1) return [];
    return [{ label: line.label, epoch, training: training[epoch - 1], validation: drawnValues(line, kind)[epoch - 1] }];
  });

/** Both losses of the methods drawn. */
export const twoLosses = (lines: readonly LossLine[], curves: RunState['curves']): TwoLosses[] =>
  lines.flatMap(({ method, label, stopEpoch, state }) => {
    const own = curves[method];
    return own && state !== 'diverged' ? [{ label, stopEpoch, predictive: own.predictive, objective: own.objective }] : [];
  });

/**
 * Objective of MMbeddings when every prediction is exact but for the noise: ½σ² (docs/methods.md A10,
 * DIS-13). Simulated regression only.
 */
export function noiseFloor(spec: ExperimentSpec | null): number | null {
  if (!spec?.methods.some((method) => method.id === 'mmbeddings')) return null;
  const { dataset } = spec;
  return 'noiseVariance' in dataset && dataset.task === 'regression' ? dataset.noiseVariance / 2 : null;
}

/** Every method has its results, or will have none. */
export function allFinished(run: Pick<RunView, 'spec' | 'results' | 'lanes' | 'status'>): boolean {
  const methods = methodsOf(run.spec);
  return (
    methods.length > 0 &&
    methods.every((method) => {
      const lane = laneOf(run, method);
      return run.results[method] !== undefined || (lane !== undefined && isOver(lane));
    })
  );
}

const primaryError = (result: MethodResult): number => result.metrics.mse ?? result.metrics.logLoss ?? Number.POSITIVE_INFINITY;

/**
 * Whose predictions are drawn: the chosen method, else while training the newest finished, else the one with
 * the least test error.
 */
export function predictionMethod(run: Pick<RunView, 'predictions' | 'results' | 'status' | 'spec' | 'lanes'>, chosen: string | null): string | null {
  const available = Object.keys(run.predictions);
  if (available.length === 0) return null;
  if (chosen !== null && available.includes(chosen)) return chosen;
  if (isUnderway(run.status)) return available[available.length - 1];
  return available.reduce((best, method) => {
    const [a, b] = [run.results[method], run.results[best]];
    return a && (!b || primaryError(a) < primaryError(b)) ? method : best;
  });
}

/** Whose level vectors are drawn: the chosen method, else MMbeddings, else the first that has any. */
export function embeddingMethod(run: Pick<RunView, 'embeddings' | 'spec'>, chosen: string | null): string | null {
  const available = methodsOf(run.spec).filter((method) => run.embeddings[method]);
  if (chosen !== null && available.includes(chosen)) return chosen;
  return available.includes('mmbeddings') ? 'mmbeddings' : (available[0] ?? null);
}

/** Why a row of the results has no numbers yet. */
export function waitingFor(run: Pick<RunView, 'lanes' | 'status' | 'source' | 'error'>, method: string): { text: string; bad: boolean } {
  const lane = laneOf(run, method);
  if (!lane || run.source.kind === 'none') return { text: run.status === 'failed' ? 'nothing was computed' : 'not trained yet', bad: false };
  if (lane.outOfMemory) return { text: '× too little memory: no results', bad: true };
  if (lane.status === 'diverged') return { text: `× diverged at epoch ${lane.stopEpoch ?? lane.epoch}: no results`, bad: true };
  if (run.status === 'failed') return { text: lane.epoch === 0 ? 'nothing was computed' : `the run failed at epoch ${lane.epoch}`, bad: false };
  switch (lane.status) {
    case 'waiting':
      return { text: 'waits for its turn', bad: false };
    case 'finishing':
    case 'done':
      return { text: 'trained, predicting the test rows', bad: false };
    case 'past-stop':
    case 'stopped':
      return { text: `${reachedEnd(lane) ? 'reached' : 'stopped at'} epoch ${lane.stopEpoch ?? lane.epoch}, results follow`, bad: false };
    default:
      return { text: `${run.status === 'paused' ? 'paused' : 'training'}, epoch ${lane.epoch}`, bad: false };
  }
}

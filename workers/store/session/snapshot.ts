import { z } from 'zod';
import { MOST_CLASSES, taskSchema } from '../../data/schema';
import type { DatasetSummary } from '../../data/summary';
import type { LaneEngine } from '../../engine/info';
import type { EmbeddingView, LevelPosteriorView, TagTree } from '../../metrics/embedding-view';
import type { Curves, ForecastWindow, Lane, PredictionView, RunProgress, RunSnapshot } from '../../protocol';
import { experimentSchema } from '../../spec/experiment';
import { comparisonSchema, resultSchema } from './result';
import { alike, count, doubles, floats, list, maybe, methodId, real, signed, text, unsigned, whole } from './shape';

const steps = ['fused WebGPU', 'fused WASM', 'captured WebGPU', 'recorded WASM', 'tfjs WebGPU', 'tfjs WASM', 'tfjs CPU', 'own algorithm'] as const;
export const bestEpochs = z.object({ objective: count.nullable(), predictive: count.nullable() });

const engineSchema = whole<LaneEngine>()({
  kind: z.enum(steps),
  millisecondsPerStep: maybe,
  tried: list(z.object({ kind: z.enum(steps), millisecondsPerStep: real }), 10),
  bytes: count.optional(),
});

export const laneSchema: z.ZodType<Lane> = whole<Lane>()({
  method: methodId,
  status: z.enum(['waiting', 'training', 'finishing', 'stopped', 'past-stop', 'done', 'diverged']),
  epoch: count,
  bestEpoch: count.nullable(),
  best: bestEpochs.optional(),
  stopEpoch: count.nullable(),
  stopReason: text.nullable(),
  predictive: maybe,
  parameters: count,
  engine: engineSchema.optional(),
  outOfMemory: z.literal(true).optional(),
  refused: z.literal(true).optional(),
});

const seriesShape = z.object({
  task: z.enum(['next-step', 'regression', 'forecast']),
  ...{ length: count, channels: count, outputs: count, steps: count, known: count, held: count },
  exogenousTags: z.object({ tags: count, places: count, rows: count }).optional(),
});

const summarySchema: z.ZodType<DatasetSummary> = whole<DatasetSummary>()({
  task: taskSchema,
  classes: list(text, MOST_CLASSES).optional(),
  ...{ trainRows: count, validationRows: count, testRows: count, p: count },
  features: list(z.object({ name: text, levels: count, unseenTestRows: count }), 10_000),
  tags: list(z.object({ name: text, tags: count, places: count, parents: signed, unseenTestRows: count }), 10_000).optional(),
  ...{ counts: z.literal(true).optional(), events: z.object({ name: text, censored: real }).optional() },
  series: seriesShape.optional(),
  unseen: z.object({ testRows: count, validationRows: count }),
  targetName: text,
  hasTruth: z.boolean(),
  truth: z
    .object({
      noiseVariance: maybe,
      effectVariances: list(list(real, 10_000), 10_000),
      fixed: list(z.object({ name: text, value: real }), 100),
    })
    .nullable(),
  fingerprint: z.string().max(64),
  warnings: list(z.object({ code: z.string().max(100), message: text }), 1000).optional(),
});

export const progressSchema: z.ZodType<RunProgress> = whole<RunProgress>()({
  ...{ epoch: count, epochs: count, rowsPerSecond: real, secondsLeft: maybe, elapsedSeconds: real },
});

const curvesSchema: z.ZodType<Curves> = whole<Curves>()({ method: methodId, predictive: floats, objective: floats, training: floats }).refine(
  ({ predictive, objective, training }) => alike(predictive.length, objective.length, training.length),
  'curves of one method must be of one length',
);

const posteriorSchema: z.ZodType<LevelPosteriorView> = whole<LevelPosteriorView>()({
  means: floats,
  variances: floats,
  prior: list(real, 100_000).nullable(),
  noise: maybe,
});
const treeSchema: z.ZodType<TagTree> = whole<TagTree>()({ parents: signed, cosines: floats });

const embeddingSchema: z.ZodType<EmbeddingView> = whole<EmbeddingView>()({
  method: methodId,
  ...{ epoch: count, feature: count, featureName: text, levels: count, drawn: count, width: count },
  numbers: unsigned.optional(),
  labels: list(text).nullable(),
  truth: z
    .object({
      dimensions: list(z.object({ match: z.int(), r: real, r2: real }), 10_000),
      actual: floats,
      matched: floats,
      aligned: floats,
    })
    .nullable(),
  counts: floats,
  lengths: floats,
  values: floats.nullable(),
  effects: floats.nullable(),
  posterior: posteriorSchema.nullable(),
  tree: treeSchema.optional(),
}).refine(({ drawn, width, numbers, labels, truth, counts, lengths, values, effects, posterior, tree }) => {
  const ofLevels = [counts, lengths, numbers, labels, values, effects, tree?.parents, tree?.cosines].map((one) => one?.length);
  const ofTruth = truth ? [truth.actual, truth.matched, truth.aligned].map(({ length }) => length) : [];
  return (
    alike(drawn, ...ofLevels) &&
    alike((truth?.dimensions.length ?? 0) * drawn, ...ofTruth) &&
    alike(drawn * width, posterior?.means.length, posterior?.variances.length) &&
    (tree?.parents.every((parent: number) => parent >= -1 && parent < drawn) ?? true)
  );
}, 'must have as many numbers as it draws levels');

const windowSchema: z.ZodType<ForecastWindow> = whole<ForecastWindow>()({
  ...{ name: text, known: z.boolean(), start: z.int(), asked: z.int() },
  times: list(text).nullable(),
  ...{ past: doubles, actual: doubles, predicted: doubles },
});

const predictionSchema: z.ZodType<PredictionView> = whole<PredictionView>()({
  method: methodId,
  testRows: count,
  seenRows: count.optional(),
  rows: unsigned.optional(),
  actual: doubles,
  predicted: doubles,
  roc: z.object({ falsePositive: floats, truePositive: floats }).nullable(),
  windows: list(windowSchema, 10_000).optional(),
}).refine(
  ({ rows, actual, predicted, roc }) =>
    alike(actual.length, predicted.length, rows?.length) && alike(roc?.falsePositive.length, roc?.truePositive.length),
  'must have as many predictions as responses',
);

/** What the page shows of a run, checked field by field. */
export const snapshotSchema = whole<RunSnapshot>()({
  spec: experimentSchema,
  summary: summarySchema,
  lanes: list(laneSchema, 1000),
  curves: list(curvesSchema, 1000),
  embeddings: list(embeddingSchema, 1000),
  predictions: list(predictionSchema, 1000),
  results: list(resultSchema, 1000),
  comparison: list(comparisonSchema, 100).optional(),
  progress: progressSchema,
}).superRefine(({ spec, lanes, curves, embeddings, predictions, results }, context) => {
  const known = new Set(spec.methods.map(({ id }) => id));
  for (const [name, entries] of Object.entries({ lanes, curves, embeddings, predictions, results })) {
    const ids = entries.map(({ method }) => method);
    const stranger = ids.find((id, place) => !known.has(id) || ids.indexOf(id) !== place);
    if (stranger !== undefined)
      context.addIssue({ code: 'custom', path: [name], message: `has "${stranger}", which is no method of the run or is there twice` });
  }
});

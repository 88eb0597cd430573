import { z } from 'zod';
import { ABOUTS } from '../../methods/registry';
import type { MethodCheckpoint, RunCheckpoint } from '../../training/checkpoint';
import type { StoppingState } from '../../training/early-stopping';
import type { LevelTable } from '../../training/evaluator';
import type { KeptWeight } from '../../training/kept-weights';
import type { Finished } from '../../training/results';
import type { ScheduleState } from '../../training/snapshot-schedule';
import type { LatePosterior, Snapshot } from '../../training/snapshots';
import type { KeptForTraces } from '../../training/trace/kept';
import type { TrainerCheckpoint } from '../../training/trainer-checkpoint';
import { predictorSchema } from './predictor';
import { estimatesSchema, rateSchema, resultSchema, searchSchema } from './result';
import { alike, count, doubles, floats, list, methodId, real, whole } from './shape';
import { laneSchema } from './snapshot';

const weights = z.map(z.string().max(1000), floats);
const settings = z.record(z.string(), z.unknown());
const noiseKey = z.object({ seed: count, step: count });

const stopping: z.ZodType<StoppingState> = whole<StoppingState>()({ bestEpoch: count, bestLoss: real, wait: count });
const planState = z.object({
  ...{ steps: count, weights, firstMoments: weights, secondMoments: weights },
  corrections: z.tuple([real, real]).optional(),
});
const trainer: z.ZodType<TrainerCheckpoint> = whole<TrainerCheckpoint>()({
  lane: laneSchema,
  curves: z
    .object({ training: doubles, objective: doubles, predictive: doubles })
    .refine(({ training, objective, predictive }) => alike(training.length, objective.length, predictive.length), 'must be of one length'),
  rule: stopping,
  bests: z.object({ objective: stopping, predictive: stopping }),
  ...{ epochSeconds: real, noiseStep: count },
  plan: planState.nullable(),
  best: weights.nullable(),
});

const table: z.ZodType<LevelTable> = whole<LevelTable>()({ values: floats, levels: count, d: count }).refine(
  ({ values, levels, d }) => values.length === levels * d,
  'must have d numbers for each level',
);
const vectors = z
  .object({ values: floats, d: count })
  .refine(({ values, d }) => (d === 0 ? values.length === 0 : values.length % d === 0), 'must have d numbers for each level');
const posterior = z.object({
  means: list(vectors, 10_000),
  variances: list(vectors, 10_000),
  priorVariances: list(floats, 10_000).optional(),
});
const featurePosterior = z.object({
  ...{ means: vectors, variances: vectors },
  prior: list(real, 100_000).nullable(),
  noise: real.nullable(),
});
const latePosterior: z.ZodType<LatePosterior> = whole<LatePosterior>()({
  ...{ settings, batchSize: count, nominalBatch: count, learningRate: real, weights },
});
const snapshot = whole<Snapshot>()({
  epoch: count,
  tables: list(vectors, 10_000),
  posteriors: list(featurePosterior.nullable(), 10_000),
  late: latePosterior.optional(),
  predictions: doubles.nullable(),
});
const traces: z.ZodType<KeptForTraces> = whole<KeptForTraces>()({
  ...{ settings, batchSize: count, nominalBatch: count, learningRate: real, epoch: count },
  ...{ weights, predicting: weights, extraction: noiseKey, prediction: noiseKey },
});
const keptWeight: z.ZodType<KeptWeight> = whole<KeptWeight>()({
  name: z.string().max(1000),
  shape: list(count, 8),
  values: z.union([floats, count]),
}).refine(
  ({ shape, values }) => typeof values === 'number' || values.length === shape.reduce((product, size) => product * size, 1),
  'must have as many numbers as its shape',
);
const finished: z.ZodType<Finished> = whole<Finished>()({
  result: resultSchema,
  predictions: doubles,
  vectors: list(table, 10_000),
  posterior: posterior.nullable(),
  estimates: estimatesSchema,
  validationLoss: real,
  typical: list(floats, 10_000).optional(),
  traces: traces.optional(),
  predictor: predictorSchema.optional(),
  weights: list(keptWeight, 1_000_000).optional(),
  // They are next to it.
  snapshots: z.undefined().optional(),
}).refine(
  ({ weights = [], vectors: tables }) => weights.every(({ values }) => typeof values !== 'number' || tables[values] !== undefined),
  'must have the vectors that its weights name',
);
const schedule: z.ZodType<ScheduleState> = whole<ScheduleState>()({
  ...{ asked: count, every: z.int().min(1), kept: list(count, 1000), all: real, spent: real },
});

const method = whole<MethodCheckpoint>()({
  id: methodId,
  settings,
  rate: rateSchema.optional(),
  search: searchSchema.optional(),
  trainer: trainer.nullable(),
  finished: finished.nullable(),
  snapshots: list(snapshot, 1000),
}).superRefine(({ id, settings: given, trainer: training, finished: results }, context) => {
  const about = ABOUTS.find((one) => one.id === id);
  const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (!about) refuse('id', `no method has the id "${id}"`);
  else if (!about.settings.safeParse(given).success) refuse('settings', `are no settings of ${about.label}`);
  if (training && training.lane.method !== id) refuse('trainer', 'is of another method');
  if (results && results.result.method !== id) refuse('finished', 'is of another method');
});

/** A run between two epochs, checked field by field. */
export const checkpointSchema = whole<RunCheckpoint>()({
  version: z.literal(1),
  methods: list(method, 1000),
  schedule: schedule.nullable(),
  elapsedSeconds: real,
  stopped: z.literal(true).optional(),
});

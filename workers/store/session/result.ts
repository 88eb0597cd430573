import { z } from 'zod';
import { MOST_CLASSES } from '../../data/schema';
import type { Estimate } from '../../methods/method';
import type { LevelShares } from '../../metrics/level-shares';
import type { MirroredMetrics, Scores, TestMetrics } from '../../metrics/scores';
import type { FormulaFit } from '../../mixed/formula/result';
import type { Variogram } from '../../mixed/variogram';
import { SCORE_KEYS } from '../../spec/scores';
import type {
  AttendedRow,
  ChosenTraining,
  ClassResult,
  CountBin,
  GridSearch,
  KeptPostTraining,
  MethodResult,
  MetricComparison,
  PairEffect,
  SeriesAttention,
  SeriesScores,
  SurvivalCurves,
  TagEffect,
  TagEffects,
  TagErrors,
} from '../../training/method-result';
import { count, list, maybe, methodId, real, text, whole } from './shape';

/** Absent in results of earlier versions, and where the response is neither counts nor times. */
const later = { poissonDeviance: maybe.optional(), logScore: maybe.optional(), concordance: maybe.optional() };
const metrics: z.ZodType<TestMetrics> = whole<TestMetrics>()({
  ...{ mse: maybe, mae: maybe, r2: maybe, auc: maybe, logLoss: maybe, accuracy: maybe },
  ...{ rmseD: maybe, frobenius: maybe, spearman: maybe, aucB: maybe },
  ...later,
});
const mirrored: z.ZodType<MirroredMetrics> = whole<MirroredMetrics>()({ auc: real, logLoss: real, accuracy: real });
const meanLoss = { rows: count, loss: maybe, standardError: maybe };

const countBin: z.ZodType<CountBin> = whole<CountBin>()({ least: count, most: count.nullable(), levels: count, ...meanLoss });
const estimate: z.ZodType<Estimate> = whole<Estimate>()({
  ...{ name: text, symbol: text, kind: z.enum(['variance', 'fixed effect', 'fit']), feature: count.nullable() },
  ...{ value: real, standardError: maybe, note: text.optional(), group: text.optional() },
  ...{ ownUnit: z.literal(true).optional(), ofVectors: z.literal(true).optional() },
  scale: z.enum(['log', 'factor']).optional(),
});
export const estimatesSchema = list(estimate, 100_000);

const mixedFit: z.ZodType<FormulaFit> = whole<FormulaFit>()({
  ...{ formula: text, family: text, method: text, rows: count, converged: z.boolean() },
  fixed: list(z.object({ name: text, estimate: maybe, standardError: maybe, statistic: maybe, note: text.optional() }), 100_000),
  random: list(
    z.object({
      ...{ group: text, levels: count, effects: list(text, 1000), singular: z.boolean() },
      ...{ covariance: list(real, 1_000_000), deviations: list(real, 1000), correlations: list(real, 1_000_000) },
      modes: list(z.object({ label: text, values: list(real, 1000), standardErrors: list(real, 1000) }), 1_000_000),
    }),
    1000,
  ),
  ...{ residual: maybe, shape: real.optional(), notes: list(text, 1000) },
  fit: z
    .object({
      ...{ logLikelihood: real, restricted: z.boolean(), parameters: count, aic: real, bic: real, marginal: maybe, conditional: maybe },
      correlations: list(real, 1000).nullable(),
    })
    .nullable(),
});

const levelShares: z.ZodType<LevelShares> = whole<LevelShares>()({
  ...{ kind: z.enum(['r2', 'deviance']), without: real, with: real, draws: count },
});

const windowScore = z.object({ value: real, standardError: maybe });
const seriesScores: z.ZodType<SeriesScores> = whole<SeriesScores>()({
  task: z.enum(['next-step', 'regression', 'forecast']),
  ...{ steps: count, innovationVariance: maybe },
  groups: list(
    z.object({
      ...{ known: z.boolean(), series: count, windows: count, mean: windowScore, first: windowScore, last: windowScore },
      bySteps: list(real, 10_000),
    }),
    10,
  ),
});
const seriesAttention: z.ZodType<SeriesAttention> = whole<SeriesAttention>()({
  windows: count,
  series: list(z.object({ name: text, tags: list(text, 10_000), heads: list(real, 1000) }), 10_000),
});

const variogram: z.ZodType<Variogram> = whole<Variogram>()({
  bins: list(z.object({ distance: real, semivariance: real, pairs: count }), 1000),
  nugget: real,
  fitted: list(z.object({ distance: real, semivariance: real }), 1000),
});

const survivalCurves: z.ZodType<SurvivalCurves> = whole<SurvivalCurves>()({
  ...{ times: list(real, 1000), observed: list(real, 1000), mean: list(real, 1000) },
  frailties: list(z.object({ share: real, frailty: real, survival: list(real, 1000) }), 10),
});

const tagEffect = { label: text, trainingRows: count, effect: real, sd: real, truth: maybe };
const oneTag: z.ZodType<TagEffect> = whole<TagEffect>()({ tag: count, ...tagEffect });
const onePair: z.ZodType<PairEffect> = whole<PairEffect>()({
  ...{ tags: z.tuple([count, count]), labels: z.tuple([text, text]), trainingRows: count, effect: real, sd: real, truth: maybe },
});
const attended: z.ZodType<AttendedRow> = whole<AttendedRow>()({
  row: count,
  labels: list(text, 10_000),
  heads: list(list(real, 10_000), 1000),
});
const tagEffects: z.ZodType<TagEffects> = whole<TagEffects>()({
  ...{ feature: text, of: count, rows: count, tags: list(oneTag, 1000), r: maybe, pairs: list(onePair, 1000), pairR: maybe },
  attention: list(attended, 1000).optional(),
});
const tagErrors: z.ZodType<TagErrors> = whole<TagErrors>()({
  feature: text,
  bySize: list(z.object({ tags: count, orMore: z.boolean(), ...meanLoss }), 1000),
  seen: z.object(meanLoss),
  unseen: z.object(meanLoss),
});

const rates = z.object({
  tried: list(z.object({ learningRate: z.number().positive(), loss: maybe }), 100),
  ...{ epochs: count, seconds: real },
});
export const rateSchema = z.object({ learningRate: z.number().positive().max(10), rates });
export const searchSchema: z.ZodType<GridSearch> = whole<GridSearch>()({
  tried: list(z.object({ title: text, loss: maybe }), 1000),
  chosen: count,
});
const chosen: z.ZodType<ChosenTraining> = whole<ChosenTraining>()({
  protocol: z.enum(['published', 'recommended']),
  ...{ batchSize: count, patience: count.nullable(), learningRate: maybe, d: count.nullable(), rates: rates.nullable() },
});
const postTraining: z.ZodType<KeptPostTraining> = whole<KeptPostTraining>()({
  ...{ kept: z.boolean(), before: real, after: real, bestEpoch: count },
});

const classResult: z.ZodType<ClassResult> = whole<ClassResult>()({
  ...{ labels: list(text, MOST_CLASSES), counts: list(count, MOST_CLASSES ** 2), auc: list(maybe, MOST_CLASSES) },
}).refine(
  ({ labels, counts, auc }) => counts.length === labels.length ** 2 && auc.length === labels.length,
  'must have a count for each pair of classes',
);

/** What a method came to. */
export const resultSchema: z.ZodType<MethodResult> = whole<MethodResult>()({
  method: methodId,
  ...{ parameters: count, metrics, beforePostTraining: metrics.nullable(), postTrainingEpochs: count.nullable() },
  ...{ epochs: count, bestEpoch: count, weightsFrom: count, levelVariance: maybe },
  seconds: z.object({ epochs: real, finishing: real }),
  distanceLevels: z.object({ sampled: count, of: count }).nullable(),
  estimates: estimatesSchema,
  leaks: z.literal(true).optional(),
  search: searchSchema.optional(),
  best: z.object({ objective: count.nullable(), predictive: count.nullable() }).optional(),
  chosen: chosen.optional(),
  postTraining: postTraining.optional(),
  standardErrors: whole<Scores>()({
    ...{ mse: maybe, mae: maybe, r2: maybe, auc: maybe, logLoss: maybe, accuracy: maybe },
    ...later,
  }).optional(),
  mirrored: z.object({ metrics: mirrored, beforePostTraining: mirrored.nullable() }).optional(),
  byCount: list(list(countBin, 1000), 10_000).optional(),
  classes: classResult.optional(),
  levelShares: levelShares.optional(),
  tagEffects: list(tagEffects, 1000).optional(),
  tagErrors: list(tagErrors, 1000).optional(),
  mixed: mixedFit.optional(),
  variogram: variogram.optional(),
  survival: survivalCurves.optional(),
  series: seriesScores.optional(),
  seriesAttention: seriesAttention.optional(),
});

/** One metric of the methods, against the best. */
export const comparisonSchema: z.ZodType<MetricComparison> = whole<MetricComparison>()({
  metric: z.enum(SCORE_KEYS),
  best: methodId,
  differences: list(z.object({ method: methodId, difference: real, standardError: real, byLevel: maybe }), 1000),
});

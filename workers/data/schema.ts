import { z } from 'zod';
import { stepSchema } from './reading/steps';
import { TAG_SEPARATORS } from './tags/cells';

export type { Step } from './reading/steps';

const seed = (title: string, help: string) => z.int().min(0).max(4_294_967_295).default(1).meta({ title, help });

/** One of the three seeds of a run. All methods share them, so comparisons are paired. */
export const seedsSchema = z
  .strictObject({
    data: seed('Data seed', 'Draws the simulated rows, levels and effects.'),
    split: seed('Split seed', 'Decides which rows train, validate and test.'),
    weights: seed('Weight seed', 'Draws the initial weights, the batches and the sampling noise.'),
  })
  .default({ data: 1, split: 1, weights: 1 });

/** What a response is (tasks.ts): a number, one of two classes, of several, or of several in an order. */
export const taskSchema = z.enum(['regression', 'binary', 'classes', 'ordinal']);
export type Task = z.infer<typeof taskSchema>;

/** More classes than this are no classes to predict, but names. */
export const MOST_CLASSES = 100;

/** Those that every simulator has. */
const drawnTaskSchema = taskSchema.extract(['regression', 'binary']);

/** Cardinality of one simulated categorical feature. */
const cardinality = z.int().min(2, 'at least 2 levels').max(1_000_000, 'at most 1,000,000 levels');

/** How rows are divided into training, validation and test; the same on every kind of data. */
const splitFields = {
  split: z.enum(['rows', 'by-level']).default('rows').meta({
    title: 'Test rows are',
    help: 'Rows: drawn at random. By level: all rows of some levels of one feature, so that every test row has a level never seen in training; the share of rows becomes a share of levels.',
    paper: 'rows',
  }),
  validation: z.enum(['rows', 'by-level']).default('rows').meta({
    title: 'Validation rows are',
    help: 'Rows: the last 10 % of the training rows. By level: all rows of 10 % of the levels left, so that early stopping looks at unseen levels too.',
    paper: 'rows',
  }),
  splitFeature: z.int().min(1).max(1000).nullable().default(null).meta({
    title: 'Divide the levels of feature',
    help: 'Number of the categorical feature for a split by level. Empty: the feature with most levels.',
  }),
};

/**
 * How rows with tags are divided, where there are no columns of one's own: the fields of every kind, and by
 * tag.
 */
export const tagSplitFields = {
  ...splitFields,
  split: z.enum(['rows', 'by-level', 'by-tag', 'by-combination']).default('rows').meta({
    title: 'Test rows are',
    help: 'Rows: drawn at random. By level: all rows of some levels of one feature. By tag: all rows that have one of some tags, which are then in no training row; tags are drawn until their rows are the share asked for. By combination: all rows of some sets of tags, so that a test row has tags that are known in a combination that is not.',
    paper: 'rows',
  }),
  validation: z.enum(['rows', 'by-level', 'by-tag']).default('rows').meta({
    title: 'Validation rows are',
    help: 'Rows: the last 10 % of the training rows. By level: all rows of 10 % of the levels left. By tag, where test rows are by tag: all rows that have one of some more tags, about 10 % of the rows left, so that what stops and chooses is asked for tags never seen in training, as the test is.',
    paper: 'rows',
  }),
  splitFeature: z.int().min(1).max(1000).nullable().default(null).meta({
    title: 'Divide the levels of feature',
    help: 'By level: number of the categorical feature; empty is the one with most levels. By tag and by combination: number of the column of tags; empty is the one with most tags.',
  }),
};

/** The fields that say how rows are divided, of a kind without columns of its own. */
export interface SplitChoice {
  split: 'rows' | 'by-level';
  validation: 'rows' | 'by-level';
  /** 1-based; null: the feature with most levels. */
  splitFeature: number | null;
}

/** The same where there are columns of tags; by tag, null is the column with most tags. */
export interface TagSplitChoice extends Omit<SplitChoice, 'split' | 'validation'> {
  split: SplitChoice['split'] | 'by-tag' | 'by-combination';
  /** By tag alone where test rows are by tag. */
  validation: SplitChoice['validation'] | 'by-tag';
}

/** What becomes of tags of test rows that no training or validation row has. */
export const unseenTagsSchema = z.enum(['drop', 'as-published']).meta({
  title: 'Tags never seen in training',
  help: 'Drop: they are taken out of the test rows, so that a row with no other tag counts as a row without tags. As published: they take part with the vectors they began with, which adds noise.',
  paper: 'as published',
});
export type UnseenTags = z.infer<typeof unseenTagsSchema>;

/** One part of a cross-validation: the index-th (from 1) of `of` parts of the rows tests. */
export const foldSchema = z
  .strictObject({ index: z.int().min(1), of: z.int().min(2).max(1000) })
  .refine(({ index, of }) => index <= of, 'the index of a fold is at most the number of folds');
export type Fold = z.infer<typeof foldSchema>;

/** How the rows of a table are divided: it has columns that can say so. */
const tableSplitFields = {
  ...tagSplitFields,
  split: z.enum(['rows', 'by-level', 'by-group', 'by-time', 'by-column', 'by-tag', 'by-combination']).default('rows').meta({
    title: 'Test rows are',
    help: 'Rows: drawn at random. By level: all rows of some levels of one feature, so that every test row has a level never seen in training. By group: all rows of some values of any column, whether or not the methods use it. By time: the latest rows test, so that methods train on the past. By column: the rows that a column of the file marks. By tag: all rows that have one of some tags, which are then in no training row. By combination: all rows of some sets of tags, so that known tags meet in a new combination.',
    paper: 'rows',
  }),
  /** Name of the column that divides the rows by group, by time or as it says. */
  splitColumn: z.string().min(1).nullable().default(null).meta({
    title: 'By the column',
    help: 'Groups: rows with the same value stay together. Time: numbers or dates. By column: a fold number, or the words train, validation and test.',
  }),
  /** By column: the value whose rows test. Null: the column says train and test (and validation) in words. */
  testValue: z.string().nullable().default(null).meta({
    title: 'Value of the test rows',
    help: 'Rows with this value are test rows, all others train. Empty: the column has the words train and test.',
  }),
  /**
   * The classes of a target have the same share in training, validation and test rows. Off in the
   * published protocol.
   */
  stratify: z.boolean().default(false).meta({
    title: 'Stratified by class',
    help: 'Test and validation rows have the classes in the shares of the table, so that a rare class is in every part. Only for targets of classes divided by rows.',
    paper: 'off',
  }),
};

/** Names of the fields that divide rows: they are no part of what is simulated. */
export const SPLIT_FIELDS: readonly string[] = Object.keys(splitFields);

/** Sizes that every simulator has. `paper` is what the published runs had. */
const sizeFields = (trainRows: string, testRows: string) => ({
  trainRows: z.int().min(20).max(10_000_000).meta({ title: 'Training rows', help: 'Includes the 10 % kept for validation.', paper: trainRows }),
  testRows: z.int().min(10).max(10_000_000).meta({ title: 'Test rows', help: 'Rows no method sees before the end.', paper: testRows }),
});

/** How rows are spread over levels; the same in every simulator (docs/methods.md B1.3). */
const frequencyFields = {
  levelWeightMean: z.number().min(0).max(30).default(3).meta({
    title: 'Poisson mean of level weights',
    help: 'Level weights are Poisson(mean) + 1: a smaller mean makes them more uneven.',
    paper: '3',
  }),
  skew: z.number().min(0).max(3).default(0).meta({
    title: 'Level-frequency skew',
    help: 'Zipf exponent multiplied into the level weights: 0 as published, 1 gives a few frequent and many rare levels.',
    paper: '0',
  }),
};

const noiseVariance = (help: string) => z.number().min(0).max(100).default(1).meta({ title: 'Noise variance σ²', help, paper: '1' });

const effectVariances = () =>
  z.enum(['as-published', 'as-written']).default('as-published').meta({
    title: 'Effect variances',
    help: 'The text says every dimension has variance σ²_b. The published numbers come from Poisson(σ²_b) + 1 per dimension.',
    paper: 'as published',
  });

/** Levels that are alike, and sequences that tell which (docs/methods.md F8). No published run has them. */
const blockFields = {
  blocks: z.int().min(1).max(1000).nullable().optional().meta({
    title: 'Blocks of levels',
    help: 'Levels fall into so many blocks. Sequences of eight levels come with the data, without a response: nine of ten levels of a sequence are of one block, so that skip-gram can find the blocks. Empty: none.',
    paper: 'none',
    default: null,
  }),
  blockShare: z.number().min(0).max(1).optional().meta({
    title: 'Share of the blocks',
    help: 'Share of the effects’ variance that the levels of a block have in common. 0: blocks say nothing about the response. Without blocks it is not used.',
    paper: 'none',
    default: 0.9,
  }),
  sequences: z.int().min(10).max(200_000).optional().meta({
    title: 'Sequences',
    help: 'How many sequences of levels there are for each feature. Without blocks they are not used.',
    paper: 'none',
    default: 2000,
  }),
};

/** The simulator of the paper, section 4.1 and its code (docs/methods.md B1). */
export const simulatedSchema = z.strictObject({
  kind: z.literal('simulated'),
  task: drawnTaskSchema,
  levels: z.array(cardinality).min(1).max(3).meta({ title: 'Levels q', help: 'Cardinality of each categorical feature.', paper: '100 to 100,000' }),
  ...sizeFields('10 q', '100,000'),
  p: z.int().min(1).max(100).default(10).meta({ title: 'Numeric features p', help: 'Only the first ten are in the response.', paper: '10' }),
  d: z
    .int()
    .min(1)
    .max(50)
    .default(10)
    .meta({ title: 'True dimensions', help: 'Width of the true level effects. Only the first ten are in the response.', paper: '10' }),
  noiseVariance: noiseVariance('Variance of the error in the response. Regression only: the published binary response has no noise.'),
  effectVariance: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .meta({ title: 'Effect variance σ²_b', help: 'Variance of the true level effects.', paper: '1; 0.3 and 3 in Table 4' }),
  effectVariances: effectVariances(),
  ...blockFields,
  ...frequencyFields,
  ...splitFields,
});
export type SimulatedDataset = z.infer<typeof simulatedSchema>;

const variance = z.number().min(0).max(100);

/**
 * Logistic growth curves whose asymptote, midpoint and scale differ between levels (docs/methods.md A15, B2;
 * paper eq. 1).
 */
export const growthSchema = z.strictObject({
  kind: z.literal('growth'),
  task: z.literal('regression').default('regression'),
  levels: z.array(cardinality).length(1).meta({ title: 'Levels q', help: 'How many curves there are.', paper: '10,000' }),
  ...sizeFields('80,000', '20,000'),
  curve: z
    .array(z.number().min(0.01).max(10_000))
    .length(3)
    .default([10, 5, 5])
    .meta({ title: 'Curve β', help: 'Asymptote, midpoint and scale of the mean curve.', paper: '10, 5, 5' }),
  curveVariances: z
    .array(variance)
    .length(3)
    .default([1, 1, 1])
    .meta({ title: 'Effect variances σ²_b', help: 'Variances of the levels’ asymptotes, midpoints and scales.', paper: '1, 1, 1' }),
  noiseVariance: noiseVariance('Variance of the error in the response.'),
  longest: z.number().gt(0).max(10_000).default(20).meta({ title: 'Largest x', help: 'x is uniform between 0 and this number.', paper: '20' }),
  floor: z.boolean().default(false).meta({
    title: 'Floor at 0.01',
    help: 'Raises a smaller response to 0.01, because sizes are positive. The code has this as an option.',
    paper: 'off',
  }),
  ...frequencyFields,
  ...splitFields,
});
export type GrowthDataset = z.infer<typeof growthSchema>;

/**
 * Users × items: the response is the inner product of two hidden vectors, and a little of x (docs/methods.md
 * B2).
 */
export const collaborativeSchema = z.strictObject({
  kind: z.literal('collaborative'),
  task: drawnTaskSchema,
  levels: z.array(cardinality).length(2).meta({ title: 'Users, items', help: 'How many of each there are.', paper: '100, 100' }),
  ...sizeFields('8,000', '2,000'),
  p: z
    .int()
    .min(1)
    .max(100)
    .default(10)
    .meta({ title: 'Numeric features p', help: 'Uniform on (−1, 1), with weights drawn from N(0, 1).', paper: '10' }),
  d: z.int().min(1).max(50).default(10).meta({ title: 'True dimensions', help: 'Width of the hidden vectors.', paper: '10' }),
  link: z.enum(['identity', 'relu', 'sigmoid', 'tanh']).default('identity').meta({
    title: 'Link of the inner product',
    help: 'Function applied to the inner product before x is added.',
    paper: 'identity, ReLU, sigmoid or tanh',
  }),
  effectVariance: variance.default(0.1).meta({ title: 'Effect variance σ²_b', help: 'Variance of the hidden vectors.', paper: '0.1' }),
  effectVariances: effectVariances(),
  noiseVariance: noiseVariance('Variance of the error in the response. Regression only.'),
  binaryResponse: z.enum(['above-median', 'bernoulli']).default('above-median').meta({
    title: 'A binary response is',
    help: 'Above median: 1 for the upper half, without noise, as the reference code has it. Bernoulli: drawn with the logistic probability, as clicks and ratings are.',
    paper: 'above median',
  }),
  ...frequencyFields,
  ...splitFields,
});
export type CollaborativeDataset = z.infer<typeof collaborativeSchema>;

/**
 * The simulation of the LMMNN paper: random intercepts added to a nonlinear function of x (docs/methods.md
 * B3).
 */
export const lmmnnSchema = z.strictObject({
  kind: z.literal('lmmnn'),
  task: taskSchema,
  levels: z.array(cardinality).min(1).max(3).meta({ title: 'Levels q', help: 'Cardinality of each categorical feature.', paper: '100 to 10,000' }),
  ...sizeFields('80,000', '20,000'),
  p: z.int().min(2).max(100).default(10).meta({ title: 'Numeric features p', help: 'All are in the response.', paper: '10' }),
  interceptVariances: z.array(variance).min(1).max(3).default([1]).meta({
    title: 'Intercept variances σ²_b',
    help: 'Variance of the random intercepts of each feature; the last one also counts for the features after it.',
    paper: '0.1, 1, 10; 0.5 or 5 with two features; 0.3 or 3 with three',
  }),
  effects: z.enum(['intercepts', 'polynomials', 'places', 'graph', 'products', 'cosines']).optional().meta({
    title: 'Random effects',
    help: 'Intercepts: a number a level. Polynomials: an intercept, a slope and a square in time t for each level of one feature, with these variances. Places: the first feature’s levels are places whose effects are alike where they are near. Graph: they are joined by edges, and effects of neighbours are alike. Products and cosines: levels have hidden features w, a tenth as many as there are levels, and the effect Σ w b or Σ w cos(w) b.',
    paper: 'intercepts',
    default: 'intercepts',
  }),
  correlation: z.number().min(-0.7).max(0.7).optional().meta({
    title: 'Correlation of the polynomials',
    help: 'Of the intercept with the slope and with the square. Polynomials only.',
    paper: '0.3',
    default: 0.3,
  }),
  squaredLength: z.number().min(0.001).max(10_000).optional().meta({
    title: 'Squared length of the field',
    help: 'κ₁ of the covariance κ₀ exp(−distance² / 2κ₁) of places in a square of side 20; κ₀ is the first variance. Places only.',
    paper: '0.1, 1, 10',
    default: 1,
  }),
  graph: z.enum(['grid', 'ring', 'geometric']).optional().meta({
    title: 'Shape of the graph',
    help: 'Grid: rows and columns of levels, each joined with those beside it. Ring: each with the one before and after it. Geometric: points of a square, joined where they are near, six neighbours on average. Graph only.',
    paper: 'none',
    default: 'grid',
  }),
  dependence: z.number().min(0).max(0.995).optional().meta({
    title: 'Dependence along edges ρ',
    help: 'Effects have the covariance (ρ (D − W) + (1 − ρ) I)⁻¹, scaled to the first variance for each level. At 0 they are independent. Graph only.',
    paper: 'none',
    default: 0.98,
  }),
  testTimes: z.enum(['random', 'latest']).optional().meta({
    title: 'Times of the test rows',
    help: 'Latest: the rows with the largest t test, so that methods look ahead. Polynomials only.',
    paper: 'random; latest',
    default: 'random',
  }),
  noiseVariance: noiseVariance('Variance of the error in the response. Regression only: a class is drawn with its probability.'),
  fixedIntercept: z.boolean().default(true).meta({
    title: 'Fixed intercept',
    help: 'On: s = 1 + Σx in s·cos(s), as in the code. Off: s = Σx, as in the slides.',
    paper: 'on',
  }),
  response: z.enum(['normal', 'counts', 'times']).optional().meta({
    title: 'A numeric response is',
    help: 'Normal: as above, with noise. Counts: Poisson with the exponential of the sum as its mean. Times: Weibull times to an event, some of them censored, with the exponential of the function as the risk and a gamma frailty of mean 1 for each level of the first feature, whose variance is the first intercept variance.',
    paper: 'normal; times of the survival simulation',
    default: 'normal',
  }),
  classes: z.int().min(3).max(20).optional().meta({
    title: 'Classes',
    help: 'Responses of classes and ordinal ones only: how many there are. Each class has a function and effects of its own, and is drawn by the softmax of them; ordered classes have one sum, cut at thresholds after logistic noise.',
    paper: 'none',
    default: 3,
  }),
  censored: z.number().min(0).max(0.9).optional().meta({
    title: 'Censored share',
    help: 'Times only: the share of rows whose event is not seen.',
    paper: '0.01, 0.1, 0.3',
    default: 0.1,
  }),
  censoring: z.enum(['honest', 'as-published']).optional().meta({
    title: 'Censored times are',
    help: 'Times only. Honest: a censored row is observed for a uniform share of its time. As published: it keeps its whole time and is only marked, so that every hazard is found too small.',
    paper: 'as published',
    default: 'honest',
  }),
  levelOrder: z.enum(['aligned', 'shuffled']).default('aligned').meta({
    title: 'Levels over the rows',
    help: 'Aligned: every feature is sorted over the same rows, so several features are almost nested; the published numbers have this. Shuffled: features are independent. With one feature there is no difference.',
    paper: 'aligned',
  }),
  ...frequencyFields,
  ...splitFields,
});
export type LmmnnDataset = z.infer<typeof lmmnnSchema>;

/** Most groups of simulated tags: three tags a row from each, and a row has at most 64. */
const MOST_GROUPS = 21;

/** Rows with a set of tags (docs/methods.md F6). No published run has this simulation. */
export const tagsSchema = z.strictObject({
  kind: z.literal('tags'),
  task: drawnTaskSchema,
  groups: z
    .array(z.int().min(1, 'at least 1 leaf').max(300_000, 'at most 300,000 leaves'))
    .min(1)
    .max(MOST_GROUPS)
    .refine((groups) => groups.reduce((sum, leaves) => sum + leaves + 1, 0) <= 1_000_000, 'at most 1,000,000 tags')
    .default([5, 4, 5])
    .meta({
      title: 'Leaves of each group',
      help: 'Tags are leaves of groups, as in SensorType/Temperature; a group is a tag of its own. A row has none, one or two leaves of a group.',
    }),
  trainRows: z.int().min(20).max(10_000_000).meta({ title: 'Training rows', help: 'Includes the 10 % kept for validation.' }),
  testRows: z.int().min(10).max(10_000_000).meta({ title: 'Test rows', help: 'Rows no method sees before the end.' }),
  p: z.int().min(5).max(100).default(5).meta({ title: 'Numeric features p', help: 'Only the first five are in the response.' }),
  mainVariance: variance.default(1).meta({ title: 'Main effects, variance', help: 'Variance over the rows of the sum of the tags’ own effects.' }),
  slopeVariance: variance.default(0.5).meta({ title: 'Slopes, variance', help: 'Variance over the rows of what the tags do to the slope of x5.' }),
  pairVariance: variance.default(1).meta({
    title: 'Pairs, variance',
    help: 'Variance over the rows of what pairs of tags do together. 0: no tag changes what another one does.',
  }),
  noiseVariance: z.number().min(0).max(100).default(1).meta({
    title: 'Noise variance σ²',
    help: 'Variance of the error in the response: no method’s MSE is below it in the long run. Regression only.',
  }),
  binaryResponse: z.enum(['above-median', 'bernoulli']).default('bernoulli').meta({
    title: 'A binary response is',
    help: 'Above median: 1 for the upper half, without noise. Bernoulli: drawn with the logistic probability.',
  }),
  unseenTags: unseenTagsSchema.default('drop'),
  levelWeightMean: z.number().min(0).max(30).default(3).meta({
    title: 'Poisson mean of leaf weights',
    help: 'Leaves are drawn with weights Poisson(mean) + 1: a smaller mean makes them more uneven.',
  }),
  skew: z.number().min(0).max(3).default(0).meta({
    title: 'Leaf-frequency skew',
    help: 'Zipf exponent multiplied into the weights: 0 for none, 1 gives a few frequent and many rare leaves in each group.',
  }),
  ...tagSplitFields,
});
export type TagsDataset = z.infer<typeof tagsSchema>;

/**
 * What windows of series are asked for, and how long they are; the same for a simulation and one's own
 * series.
 */
const windowFields = {
  /** Called `task` elsewhere; here that is the kind of response. */
  predicts: z.enum(['next-step', 'regression', 'forecast']).default('next-step').meta({
    title: 'What is predicted',
    help: 'Next step: the value after every step of the window, for each series by itself. Regression: the target at every step of a series’ window. Forecast: the target’s next values, from its own past and all series.',
  }),
  length: z.int().min(2).max(1000).default(24).meta({ title: 'Window L', help: 'Steps of the past that a method sees at once.' }),
  horizon: z.int().min(1).max(500).default(1).meta({ title: 'Horizon H', help: 'Forecast: how many steps ahead. Elsewhere not used.' }),
  trainShare: z.number().min(0.1).max(0.95).default(0.75).meta({
    title: 'Training part of time',
    help: 'Share of the steps before the test; the last tenth of it validates. Whatever is tested lies later than whatever trains.',
  }),
  heldOut: z.int().min(0).max(10_000).default(0).meta({
    title: 'Series held out',
    help: 'Drawn series that only test: of a new series a method knows the tags and the window, and nothing else. Not used by a forecast.',
  }),
};

/** Rows of series are divided by time alone. */
const seriesSplitFields = {
  split: z.literal('by-time').default('by-time'),
  validation: z.literal('rows').default('rows'),
  splitFeature: z.null().default(null),
};

/** Series with sets of tags (docs/methods.md F6). No published run has this simulation. */
export const tagSeriesSchema = z.strictObject({
  kind: z.literal('tag-series'),
  task: z.literal('regression').default('regression'),
  ...windowFields,
  heldOut: windowFields.heldOut.default(16),
  clock: z.boolean().default(true).meta({
    title: 'Clock in the window',
    help: 'Each step also has the sine and cosine of the hour. Without them only the order of the steps tells the time. Not used by a forecast.',
  }),
  series: z.int().min(1).max(1000).default(79).meta({ title: 'Series F', help: 'Each has a set of tags, which decides how it moves.' }),
  groups: tagsSchema.shape.groups,
  steps: z.int().min(50).max(100_000).default(1200).meta({ title: 'Steps', help: 'Steps of time, training and test together.' }),
  seriesVariance: z.number().min(0).max(100).default(0.25).meta({
    title: 'Innovation variance of a series',
    help: 'Variance of what no past tells of a series’ next value: no honest method’s next-step MSE is below it in the long run.',
  }),
  targetVariance: z.number().min(0).max(100).default(0.09).meta({
    title: 'Innovation variance of the target',
    help: 'Variance of what no past tells of the target’s next value.',
  }),
  targetMemory: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.6)
    .meta({ title: 'Memory of the target', help: 'Share of its last value that the target keeps.' }),
  strongestMemory: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.95)
    .meta({ title: 'Strongest memory of a series', help: 'Most that a series keeps of its last value; its tags decide how much of it.' }),
  period: z.int().min(2).max(1000).default(24).meta({ title: 'Season', help: 'Steps after which the season of every series comes again.' }),
  groupVariance: variance
    .default(0.09)
    .meta({ title: 'Variance of groups', help: 'Variance of the vectors of groups: how alike the leaves of a group are.' }),
  leafVariance: variance
    .default(0.25)
    .meta({ title: 'Variance of leaves', help: 'Variance of the leaves’ vectors around their group. 0 for both: tags say nothing.' }),
  ...seriesSplitFields,
});
export type TagSeriesDataset = z.infer<typeof tagSeriesSchema>;

/** Any dataset that is drawn, not read. */
export type DrawnDataset = SimulatedDataset | GrowthDataset | CollaborativeDataset | LmmnnDataset | TagsDataset | TagSeriesDataset;

/**
 * Orange trees (Draper & Smith 1981; R datasets::Orange): circumference of 5 trees at 7 ages. Shipped with
 * the lab.
 */
export const orangeSchema = z.strictObject({ kind: z.literal('orange'), fold: foldSchema.optional(), ...splitFields });
export type OrangeDataset = z.infer<typeof orangeSchema>;

/**
 * What a column is for. Key, time and fold only divide rows: no method sees them. Event: the target is a
 * time, and this says whether it was seen (1) or is only known to be longer (0).
 */
export const columnRoleSchema = z.enum(['target', 'numeric', 'categorical', 'tags', 'event', 'key', 'time', 'fold', 'ignore']);
export type ColumnRole = z.infer<typeof columnRoleSchema>;

const label = z.string().min(1).max(10_000);

/**
 * Where the parents of tags come from: their own labels ("Sensor/Pressure"), nowhere, or pairs [child,
 * parent].
 */
export const tagHierarchySchema = z.union([z.enum(['labels', 'none']), z.array(z.tuple([label, label])).max(1_000_000)]);
export type TagHierarchy = z.infer<typeof tagHierarchySchema>;

/** A file besides the table: its name, and a fingerprint of what is in it. */
const namedFileSchema = z.strictObject({
  name: z.string().min(1).max(200),
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits'),
});

/** The role of one column, and how its cells are taken in that role. */
export const columnChoiceSchema = z.strictObject({
  name: z.string().min(1),
  role: columnRoleSchema,
  /** Categorical: labels repeat within the levels of that column, so a level is "that level : this label". */
  nestedIn: z.string().min(1).optional(),
  /** Categorical: the file of edges between its levels, named by what is in it, never in the spec itself. */
  edges: namedFileSchema.optional(),
  /** Dates as 3/4/2024: true where the day comes first. Left out, the cells decide. */
  dayFirst: z.boolean().optional(),
  /** Tags: what stands between the labels of a cell. Left out, the cells decide. */
  tagSeparator: z.enum(TAG_SEPARATORS).optional(),
  /** Tags: left out, labels say it. */
  hierarchy: tagHierarchySchema.optional(),
  /**
   * Tags or categorical: the column is one of a block of 0/1 columns whose names begin with this, such as
   * "genre_" of "genre_drama"; what follows is the tag. All columns of a block make one feature, in the place
   * of the first.
   */
  block: z.string().min(1).optional(),
});
export type ColumnChoice = z.infer<typeof columnChoiceSchema>;

/** What happens to missing values; shown on the page, never silent. */
export const missingPolicySchema = z.strictObject({
  numeric: z
    .enum(['mean', 'drop-rows'])
    .default('mean')
    .meta({ title: 'Missing numbers', help: 'Use the mean of the training rows, or drop the row.' }),
  categorical: z
    .enum(['own-level', 'drop-rows'])
    .default('own-level')
    .meta({ title: 'Missing categories', help: 'Treat missing as a level of its own, or drop the row.' }),
  /** Left out: the empty set. */
  tags: z
    .enum(['empty-set', 'own-tag', 'drop-rows'])
    .optional()
    .meta({ title: 'Missing tags', help: 'A row without tags has the empty set, or the one tag “(missing)”, or is dropped.' }),
});
export type MissingPolicy = z.infer<typeof missingPolicySchema>;

/**
 * Units in which a model sees the numeric columns and a regression target of a table; results are reported in
 * the table's own units either way.
 */
export const scalingSchema = z
  .enum(['standardized', 'as-is'])
  .default('standardized')
  .meta({ title: 'Scaling', help: 'Standardise numeric columns and the target by the training rows, or leave them as they are in the file.' });
export type Scaling = z.infer<typeof scalingSchema>;

/**
 * The part of a table that is used, drawn at random by the data seed: so many rows, or all rows of so many
 * levels of a column. More than there are is all.
 */
export const tableSampleSchema = z.union([
  z.strictObject({ rows: z.int().min(20).max(1_000_000_000) }),
  z.strictObject({ levels: z.int().min(2).max(1_000_000_000), of: z.string().min(1).max(10_000) }),
]);
export type TableSample = z.infer<typeof tableSampleSchema>;

/** A table the person supplied. The spec holds roles and a fingerprint, never the data. */
export const tableSchema = z.strictObject({
  kind: z.literal('table'),
  name: z.string().min(1).max(200),
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits'),
  task: taskSchema,
  columns: z.array(columnChoiceSchema).min(2).max(1000),
  missing: missingPolicySchema.prefault({}),
  scaling: scalingSchema,
  /** Share of all rows kept for the test. */
  testFraction: z.number().min(0.01).max(0.9).default(0.2).meta({ title: 'Test rows', help: 'Share of all rows kept for the test.' }),
  /** Cross-validation; `testFraction` is then not used. */
  fold: foldSchema.optional(),
  /** For a binary target: which of its two values counts as 1. */
  positive: z.string().optional(),
  /**
   * For several classes: their order, for an ordinal target from the lowest to the highest. Values that are
   * not named come after these, numbers by size and texts by the alphabet. Left out: all by size or alphabet.
   */
  classOrder: z.array(z.string()).max(MOST_CLASSES).optional(),
  /** Left out: drop. */
  unseenTags: unseenTagsSchema.optional(),
  /**
   * What the reader did to the file, whole and in order; `columns` are those that these steps leave. Absent
   * in links of earlier versions: read as then.
   */
  reading: z.array(stepSchema).max(10_000).optional(),
  /** Left out: all rows. */
  sample: tableSampleSchema.optional(),
  ...tableSplitFields,
});
export type TableDataset = z.infer<typeof tableSchema>;

/**
 * Series that a person supplied (docs/methods.md F6): a long table, a row a step of time, and a table of
 * their tags. The spec holds roles and fingerprints, never the data.
 */
export const seriesTableSchema = z.strictObject({
  kind: z.literal('series-table'),
  task: z.literal('regression').default('regression'),
  name: z.string().min(1).max(200),
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits'),
  /** Numeric: a series. Target: what is forecast. Time: says where steps are missing. */
  columns: z.array(columnChoiceSchema).min(1).max(10_000),
  reading: z.array(stepSchema).max(10_000).optional(),
  /** A row a series: the column with the role key has their names, those with the role tags their tags. */
  features: z
    .strictObject({
      name: z.string().min(1).max(200),
      fingerprint: z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits'),
      columns: z.array(columnChoiceSchema).min(2).max(10_000),
      reading: z.array(stepSchema).max(10_000).optional(),
    })
    .nullable()
    .default(null),
  ...windowFields,
  /** Steps of a season, for the sine and cosine of a clock beside every window. */
  period: z.int().min(2).max(100_000).nullable().default(null).meta({
    title: 'Clock',
    help: 'Steps of a season: every step then has its sine and cosine beside it. Empty: no clock. Not used by a forecast.',
  }),
  scaling: scalingSchema,
  ...seriesSplitFields,
});
export type SeriesTableDataset = z.infer<typeof seriesTableSchema>;

/** A file of vectors for the levels of a column: named by what is in it, and never in the spec itself. */
export const columnVectorsSchema = z.strictObject({
  /** Name of a categorical column or a column of tags. */
  column: z.string().min(1).max(10_000),
  ...namedFileSchema.shape,
});
export type ColumnVectors = z.infer<typeof columnVectorsSchema>;

export const datasetSchema = z.discriminatedUnion('kind', [
  simulatedSchema,
  growthSchema,
  collaborativeSchema,
  lmmnnSchema,
  tagsSchema,
  tagSeriesSchema,
  orangeSchema,
  tableSchema,
  seriesTableSchema,
]);
export type DatasetSpec = z.infer<typeof datasetSchema>;

/** Datasets whose rows are windows of series. */
export type SeriesChoice = Extract<DatasetSpec, { predicts: unknown }>;

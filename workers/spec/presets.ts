import type { LmmnnDataset } from '../data/schema';
import type { AskedProblem } from '../methods/method';
import { refusalOf } from '../methods/refusals';
import { aboutMethod } from '../methods/registry';
import { type ExperimentInput, type ExperimentSpec, experimentSchema } from './experiment';

const FIVE_METHODS = ['ignore', 'embeddings', 'embeddings-l2', 'regbeddings', 'mmbeddings'].map((id) => ({ id }));

const GROWTH_METHODS = ['growth-embeddings', 'growth-regbeddings', 'growth-mmbeddings'].map((id) => ({ id }));

/**
 * Published numbers of rows at cardinality q (docs/methods.md B1.8): n = 10 q training rows, 100,000 test
 * rows, a million from q = 100,000 on.
 */
export const publishedSizes = (q: number) => ({ trainRows: Math.min(10_000_000, 10 * q), testRows: q >= 100_000 ? 1_000_000 : 100_000 });

function published(task: 'regression' | 'binary', q: number): ExperimentInput {
  return {
    dataset: { kind: 'simulated', task, levels: [q], ...publishedSizes(q) },
    methods: FIVE_METHODS,
  };
}

/** Cardinalities of Table 1. */
export const PUBLISHED_LEVELS = [100, 1_000, 10_000, 100_000] as const;

/**
 * The simulation of the LMMNN paper: n = 100,000 of which a fifth tests (docs/methods.md B3); batch 30 with
 * one feature, 100 with several.
 */
function lmmnn(task: 'regression' | 'binary', levels: number[], interceptVariances: number[], batchSize: number): ExperimentInput {
  return {
    dataset: { kind: 'lmmnn', task, levels, interceptVariances, trainRows: 80_000, testRows: 20_000 },
    methods: FIVE_METHODS,
    training: { batchSize },
  };
}

/** The same with other random effects, and the method that is about them (docs/methods.md F10). */
function lmmnnOf(id: string, levels: number[], interceptVariances: number[], effects: Partial<LmmnnDataset>): ExperimentInput {
  return {
    dataset: { kind: 'lmmnn', task: 'regression', levels, interceptVariances, trainRows: 80_000, testRows: 20_000, ...effects },
    methods: ['ignore', 'embeddings', 'lmmnn', id].map((method) => ({ id: method })),
    training: { batchSize: 1_000 },
  };
}

/** Several classes of the LMMNN simulation, small; nothing of them is published (docs/methods.md B3). */
function classes(task: 'classes' | 'ordinal'): ExperimentInput {
  return {
    dataset: { kind: 'lmmnn', task, levels: [1_000], interceptVariances: [1], trainRows: 16_000, testRows: 4_000 },
    methods: ['ignore', 'target-encoding', 'embeddings', 'mmbeddings'].map((id) => ({ id })),
    training: { batchSize: 100 },
  };
}

/** Counts and times of the LMMNN simulation, small. */
function responses(response: 'counts' | 'times', methods: string[]): ExperimentInput {
  return {
    dataset: {
      ...{ kind: 'lmmnn', task: 'regression', response, levels: [1_000], interceptVariances: [1], trainRows: 16_000, testRows: 4_000 },
      ...(response === 'times' && { fixedIntercept: false }),
    },
    methods: methods.map((id) => ({ id })),
    training: { batchSize: 100 },
  };
}

const TAG_METHODS = ['ignore', 'tag-sum', 'tag-interaction', 'tag-attention', 'tag-hybrid'];

/** The simulation of tags; nothing of it is published (docs/methods.md F6). */
function tags(groups: number[], trainRows: number, batchSize: number): ExperimentInput {
  return {
    dataset: { kind: 'tags', task: 'regression', groups, trainRows, testRows: 5_000 },
    // With many tags the stronger prior is the better one (docs/methods.md F15).
    methods: [...TAG_METHODS.map((id) => ({ id })), { id: 'tag-mmbeddings', ...(batchSize > 100 && { settings: { beta: 0.1 } }) }],
    // Attention is still falling here; more epochs would take more than a minute.
    training: { batchSize, patience: 10, epochs: 100 },
  };
}

/** The simulation of series; nothing of it is published (docs/methods.md F4, F5, F6). */
const SERIES_TRAINING = { patience: null, batchSize: 32 } as const;

const inputs: Record<string, ExperimentInput> = {
  ...Object.fromEntries(PUBLISHED_LEVELS.map((q) => [`regression-${q}`, published('regression', q)])),
  ...Object.fromEntries(PUBLISHED_LEVELS.map((q) => [`classification-${q}`, published('binary', q)])),
  // Table 7: three features of 10,000 levels, n = 100,000, KL weight 0.1 (docs/methods.md DIS-10).
  'three-features': {
    dataset: { kind: 'simulated', task: 'regression', levels: [10_000, 10_000, 10_000], ...publishedSizes(10_000) },
    methods: FIVE_METHODS.map(({ id }) => (id === 'regbeddings' || id === 'mmbeddings' ? { id, settings: { beta: 0.1 } } : { id })),
  },
  // The sizes of docs/methods.md B2 (conf_growth_model, conf_cf) and B3; small ones of each for a first look.
  // The curve starts from the data in the small one: from 1, 1, 1 it is some 10,000 steps of Adam to 10, 5,
  // 5.
  growth: {
    dataset: { kind: 'growth', levels: [100], trainRows: 2_000, testRows: 500 },
    methods: [...FIVE_METHODS, ...GROWTH_METHODS.map(({ id }) => ({ id, settings: { start: 'data' } })), { id: 'lindstrom-bates' }],
    training: { batchSize: 100 },
  },
  'growth-10000': {
    dataset: { kind: 'growth', levels: [10_000], trainRows: 80_000, testRows: 20_000 },
    methods: [...FIVE_METHODS, ...GROWTH_METHODS],
    training: { batchSize: 1_000 },
  },
  collaborative: {
    dataset: { kind: 'collaborative', task: 'regression', levels: [100, 100], trainRows: 8_000, testRows: 2_000 },
    methods: FIVE_METHODS.map(({ id }) => ({ id, settings: { decoder: [100, 100] } })),
  },
  'collaborative-binary': {
    dataset: {
      kind: 'collaborative',
      task: 'binary',
      levels: [10_000, 2_000],
      trainRows: 80_000,
      testRows: 20_000,
      binaryResponse: 'bernoulli',
      skew: 0.5,
      effectVariance: 0.3,
    },
    methods: FIVE_METHODS,
    training: { batchSize: 1_000 },
  },
  ...Object.fromEntries([100, 1_000, 10_000].map((q) => [`lmmnn-${q}`, lmmnn('regression', [q], [1], 30)])),
  'lmmnn-two': lmmnn('regression', [1_000, 10_000], [0.5, 5], 100),
  'lmmnn-three': lmmnn('regression', [1_000, 2_000, 3_000], [0.3, 3, 3], 100),
  'lmmnn-binary': lmmnn('binary', [1_000], [1], 100),
  'lmmnn-classes': classes('classes'),
  'lmmnn-ordinal': classes('ordinal'),
  // docs/methods.md F10: slopes in time, places, and hidden features.
  'lmmnn-time': lmmnnOf('lmmnn-longitudinal', [10_000], [3, 3, 3], { effects: 'polynomials' }),
  'lmmnn-places': lmmnnOf('lmmnn-spatial', [1_000], [1], { effects: 'places' }),
  // docs/methods.md A29: test rows are of places that no row trains.
  'new-places': {
    dataset: {
      ...{ kind: 'lmmnn', task: 'regression', levels: [500], interceptVariances: [1], effects: 'places', squaredLength: 10 },
      ...{ trainRows: 8_000, testRows: 2_000, split: 'by-level', validation: 'by-level' },
    },
    methods: ['ignore', 'mmbeddings', 'mmbeddings-correlated', 'lmmnn-spatial'].map((id) => ({ id })),
    training: { protocol: 'recommended', batchSize: 100, epochs: 60 },
  },
  // docs/methods.md A29: the same of levels joined by edges.
  'new-nodes': {
    dataset: {
      ...{ kind: 'lmmnn', task: 'regression', levels: [500], interceptVariances: [1], effects: 'graph' },
      ...{ trainRows: 8_000, testRows: 2_000, split: 'by-level', validation: 'by-level' },
    },
    methods: ['ignore', 'mmbeddings', 'mmbeddings-graph'].map((id) => ({ id })),
    training: { protocol: 'recommended', batchSize: 100, epochs: 60 },
  },
  'lmmnn-hidden': lmmnnOf('lmmnn-embedded', [100], [1], { effects: 'products' }),
  // docs/methods.md F10: nothing of counts is published; fewer rows, as one of few levels has hundreds else.
  'lmmnn-counts': responses('counts', ['mean', 'ignore', 'embeddings', 'mmbeddings', 'lmmnn', 'lmmnn-poisson']),
  // F10: the published simulation, at sizes for a first look.
  'lmmnn-times': responses('times', ['mean', 'ignore', 'embeddings', 'mmbeddings', 'lmmnn', 'lmmnn-survival']),
  // docs/methods.md F2, F6: seventeen tags, and many of which each has few rows.
  'tags-17': tags([5, 4, 5], 4_000, 100),
  'tags-many': tags([330, 330, 330], 5_000, 500),
  // Series whose tags decide how they move: the next value at every step, and a target that they drive.
  'series-next-step': {
    dataset: { kind: 'tag-series', predicts: 'next-step', length: 24, series: 40, heldOut: 10 },
    // So few steps are too few for dropout.
    methods: [
      ...['last-value', 'linear-autoregression'].map((id) => ({ id })),
      ...['sequence-transformer', 'sequence-transformer-untagged', 'sequence-transformer-published'].map((id) => ({ id, settings: { dropout: 0 } })),
    ],
    training: { ...SERIES_TRAINING, epochs: 12, learningRate: 0.003 },
  },
  'series-timexer': {
    dataset: { kind: 'tag-series', predicts: 'forecast', length: 48, steps: 3_000, horizon: 1 },
    methods: ['last-value', 'linear-autoregression', 'timexer', 'timexer-untagged'].map((id) => ({ id })),
    training: { ...SERIES_TRAINING, epochs: 12, learningRate: 0.001 },
  },
  // 35 rows: small vectors and a long patience, because one epoch is a single step.
  'orange-trees': {
    dataset: { kind: 'orange' },
    methods: FIVE_METHODS.map(({ id }) => (id === 'ignore' ? { id } : { id, settings: { d: 2 } })),
    training: { batchSize: 8, epochs: 500, patience: 50 },
  },
};

/**
 * Ready experiments by id, as data. Those named after a task and q are the published ones (docs/methods.md
 * D0).
 */
export const PRESETS: ReadonlyMap<string, ExperimentSpec> = new Map(Object.entries(inputs).map(([id, input]) => [id, experimentSchema.parse(input)]));

/** What a table of one's own is compared by at first: from the floor to what the lab is about. */
const TABLE_METHODS = [
  'mean',
  'ignore',
  'target-encoding',
  'embeddings',
  'mmbeddings',
  'linear-mixed-model',
  'lmmnn-survival',
  'tag-sum',
  'tag-mmbeddings',
];

/** The methods of `TABLE_METHODS` that can use a table of this shape. */
export function methodsForTable(problem: AskedProblem): string[] {
  return TABLE_METHODS.filter((id) => refusalOf(aboutMethod(id), problem) === null);
}

/** What a first visit shows. */
export const DEFAULT_PRESET = PRESETS.get('regression-1000') as ExperimentSpec;

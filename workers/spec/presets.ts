import { type ExperimentInput, type ExperimentSpec, experimentSchema } from './experiment';

const FIVE_METHODS = ['ignore', 'embeddings', 'embeddings-l2', 'regbeddings', 'mmbeddings'].map((id) => ({ id }));

/** Published numbers of rows at cardinality q (METHODS.md B1.8): n = 10 q training rows, 100,000 test rows, a million from q = 100,000 on. */
export const publishedSizes = (q: number) => ({ trainRows: Math.min(10_000_000, 10 * q), testRows: q >= 100_000 ? 1_000_000 : 100_000 });

function published(task: 'regression' | 'binary', q: number): ExperimentInput {
  return {
    dataset: { kind: 'simulated', task, levels: [q], ...publishedSizes(q) },
    methods: FIVE_METHODS,
  };
}

/** Cardinalities of Table 1. */
export const PUBLISHED_LEVELS = [100, 1_000, 10_000, 100_000] as const;

const inputs: Record<string, ExperimentInput> = {
  ...Object.fromEntries(PUBLISHED_LEVELS.map((q) => [`regression-${q}`, published('regression', q)])),
  ...Object.fromEntries(PUBLISHED_LEVELS.map((q) => [`classification-${q}`, published('binary', q)])),
  // Table 7: three features of 10,000 levels, n = 100,000, KL weight 0.1 (METHODS.md DIS-10).
  'three-features': {
    dataset: { kind: 'simulated', task: 'regression', levels: [10_000, 10_000, 10_000], ...publishedSizes(10_000) },
    methods: FIVE_METHODS.map(({ id }) => (id === 'regbeddings' || id === 'mmbeddings' ? { id, settings: { beta: 0.1 } } : { id })),
  },
  // 35 rows: small vectors and a long patience, because one epoch is a single step.
  'orange-trees': {
    dataset: { kind: 'orange' },
    methods: FIVE_METHODS.map(({ id }) => (id === 'ignore' ? { id } : { id, settings: { d: 2 } })),
    training: { batchSize: 8, epochs: 500, patience: 50 },
  },
};

/** Ready experiments by id, as data. Those named after a task and q are the published ones (METHODS.md D0). */
export const PRESETS: ReadonlyMap<string, ExperimentSpec> = new Map(Object.entries(inputs).map(([id, input]) => [id, experimentSchema.parse(input)]));

/** What a first visit shows. */
export const DEFAULT_PRESET = PRESETS.get('regression-1000') as ExperimentSpec;

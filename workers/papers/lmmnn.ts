import type { ExperimentInput } from '../spec/experiment';
import type { Caveat, Cell, Experiment, MethodColumn, Published } from './types';

export const PAPER = 'Simchoni & Rosset (2023), Integrating Random Effects in Deep Neural Networks';

/** The LMMNN authors' network and dropout (docs/methods.md A11). */
export const NETWORK = [100, 50, 25, 12];

/**
 * Their columns. `lme4` is a linear mixed model: linear in x, and of a binary response by Laplace's
 * approximation.
 */
export function columns(several: boolean, binary = false): MethodColumn[] {
  return [
    { id: 'ignore', label: 'Ignore', method: 'ignore', settings: { decoder: NETWORK }, published: 'ignore', paired: true },
    { id: 'one-hot', label: 'OHE', method: 'one-hot', settings: { decoder: NETWORK }, published: 'ohe', paired: true },
    {
      id: 'embeddings',
      label: 'Embeddings',
      method: 'embeddings',
      settings: { decoder: NETWORK },
      published: 'embed',
      paired: true,
    },
    {
      id: 'lmm',
      label: 'Linear mixed model',
      method: 'linear-mixed-model',
      settings: binary ? { approximation: 'laplace' } : {},
      published: 'lme4',
      paired: true,
    },
    {
      id: 'lmmnn',
      label: 'LMMNN',
      method: 'lmmnn',
      settings: { network: NETWORK, dropout: 0.25, order: 'by-level', largestBatch: several ? 100 : 30 },
      published: 'lmm',
      paired: true,
    },
  ];
}

/**
 * Published for one feature and a numeric response only, with the covariance as their code has it
 * (docs/methods.md DIS-19).
 */
const MENETS: MethodColumn = {
  id: 'menets',
  label: 'MeNets',
  method: 'menets',
  settings: { network: NETWORK, dropout: 0.25, covariance: 'as-published' },
  published: 'menet',
  paired: true,
};

export const DROPOUT: Caveat = {
  source: null,
  text: 'The authors’ network has dropout of 0.25 after its first three layers for every method; the lab’s Ignore, one-hot and Embeddings have none.',
  columns: ['ignore', 'one-hot', 'embeddings'],
  effect: 'note',
};
export const VALIDATION: Caveat = {
  source: 'DIS-16',
  text: 'The authors validate LMMNN on the highest levels, which are mostly unseen; the lab validates every method on the same random rows.',
  columns: ['lmmnn'],
  effect: 'note',
};
const ALIGNED: Caveat = {
  source: null,
  text: 'The authors’ generator does not shuffle levels, so several features are almost nested in each other. Repeated here as published.',
  effect: 'note',
};

function input(task: 'regression' | 'binary', levels: number[], interceptVariances: number[], batchSize: number) {
  return (repetition: number): Omit<ExperimentInput, 'methods'> => ({
    dataset: { kind: 'lmmnn', task, levels, interceptVariances, trainRows: 80_000, testRows: 20_000 },
    training: { batchSize, epochs: 500, patience: 10, drawPastStop: false, order: 'sequential' },
    seeds: { data: repetition, split: repetition, weights: repetition },
  });
}

export const count = (value: number): string => value.toLocaleString('en-US');

function one(task: 'regression' | 'binary'): Experiment {
  const binary = task === 'binary';
  return {
    id: binary ? 'lmmnn-binary' : 'lmmnn-one',
    title: `LMMNN simulation, ${binary ? 'binary response' : 'one feature'}`,
    paper: PAPER,
    about: binary
      ? 'Random intercepts of one feature in the logit of a binary response, of small, medium and large variance.'
      : 'Random intercepts of one feature added to a nonlinear function of x, of small, medium and large variance. Tests both predictions and estimates of the variances.',
    cells: [0.1, 1, 10].flatMap((variance) =>
      [100, 1_000, 10_000].map(
        (q): Cell => ({
          id: `variance=${variance},q=${q}`,
          label: `σ²_b = ${variance}, q = ${count(q)}`,
          input: input(task, [q], [variance], 30),
          publishedRepetitions: 5,
          difference: null,
        }),
      ),
    ),
    columns: binary ? columns(false, true) : [...columns(false), MENETS],
    metrics: [
      binary ? { key: 'auc', label: 'AUC', better: 'higher', digits: 3 } : { key: 'mse', label: 'MSE', better: 'lower', digits: 3 },
      ...(binary ? [] : ([{ key: 'noiseVariance', label: 'σ²_e', better: 'none', digits: 3 }] as const)),
      { key: 'effectVariance0', label: 'σ²_b', better: 'none', digits: 3 },
      { key: 'epochs', label: 'Epochs', better: 'none', digits: 0 },
      { key: 'seconds', label: 'Seconds', better: 'none', digits: 0 },
    ],
    baseline: 'ignore',
    caveats: [DROPOUT, VALIDATION],
    figure: null,
    needs: null,
    published: async () =>
      (binary
        ? (await import('./published/lmmnn-binary.json')).default
        : (await import('./published/lmmnn-one.json')).default) as unknown as Published,
  };
}

/** All combinations of `values` for `features` features, the last one changing first. */
function combinations(values: number[], features: number): number[][] {
  return features === 0 ? [[]] : combinations(values, features - 1).flatMap((head) => values.map((value) => [...head, value]));
}

/**
 * The combinations of two features that were published: with equal cardinalities, mirrored ones only once.
 */
const TWO: readonly { variances: number[]; levels: number[] }[] = [
  ...[
    [0.5, 0.5],
    [5, 0.5],
    [5, 5],
  ].map((variances) => ({ variances, levels: [1_000, 1_000] })),
  ...combinations([0.5, 5], 2).map((variances) => ({ variances, levels: [1_000, 10_000] })),
  ...[
    [0.5, 0.5],
    [0.5, 5],
    [5, 5],
  ].map((variances) => ({ variances, levels: [10_000, 10_000] })),
];

function several(features: 2 | 3): Experiment {
  const cells: Cell[] =
    features === 2
      ? TWO.map(({ variances, levels }) => ({
          id: `variance0=${variances[0]},variance1=${variances[1]},q0=${levels[0]},q1=${levels[1]}`,
          label: `σ²_b = ${variances.join(', ')}; q = ${levels.map(count).join(', ')}`,
          input: input('regression', levels, variances, 100),
          publishedRepetitions: 5,
          difference: null,
        }))
      : combinations([0.3, 3], 3).map((variances) => ({
          id: variances.map((value, k) => `variance${k}=${value}`).join(','),
          label: `σ²_b = ${variances.join(', ')}; q = 1,000, 2,000, 3,000`,
          input: input('regression', [1_000, 2_000, 3_000], variances, 100),
          publishedRepetitions: 5,
          difference: null,
        }));
  return {
    id: features === 2 ? 'lmmnn-two' : 'lmmnn-three',
    title: `LMMNN simulation, ${features === 2 ? 'two' : 'three'} features`,
    paper: PAPER,
    about: `Random intercepts of ${features === 2 ? 'two' : 'three'} features at once. The variance of each feature is estimated along with the prediction.`,
    cells,
    columns: columns(true),
    metrics: [
      { key: 'mse', label: 'MSE', better: 'lower', digits: 3 },
      { key: 'noiseVariance', label: 'σ²_e', better: 'none', digits: 3 },
      ...Array.from({ length: features }, (_, k) => ({
        key: `effectVariance${k}` as 'effectVariance0',
        label: `σ²_b${k + 1}`,
        better: 'none' as const,
        digits: 3,
      })),
      { key: 'epochs', label: 'Epochs', better: 'none', digits: 0 },
      { key: 'seconds', label: 'Seconds', better: 'none', digits: 0 },
    ],
    baseline: 'ignore',
    caveats: [DROPOUT, VALIDATION, ALIGNED],
    figure: null,
    needs: null,
    published: async () =>
      (features === 2
        ? (await import('./published/lmmnn-two.json')).default
        : (await import('./published/lmmnn-three.json')).default) as unknown as Published,
  };
}

/** The simulation tables of the LMMNN paper. */
export const LMMNN_EXPERIMENTS: readonly Experiment[] = [one('regression'), several(2), several(3), one('binary')];

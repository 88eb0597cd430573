import type { ExperimentInput } from '../spec/experiment';
import { columns, count, DROPOUT, NETWORK, PAPER, VALIDATION } from './lmmnn';
import type { Caveat, Cell, Experiment, MethodColumn, MetricColumn, Published } from './types';

/**
 * The tables of the LMMNN paper's extensions (docs/methods.md F10, F11), of which means and standard errors
 * are known.
 */

type LmmnnInput = Extract<ExperimentInput['dataset'], { kind: 'lmmnn' }>;

const [IGNORE, OHE, EMBEDDINGS, LMM, LMMNN] = columns(true);
const LMMNN_OF_ONE = columns(false)[4];

const MSE: MetricColumn = { key: 'mse', label: 'MSE', better: 'lower', digits: 3 };
const RESIDUAL: MetricColumn = { key: 'noiseVariance', label: 'σ²_e', better: 'none', digits: 3 };
const EPOCHS: MetricColumn = { key: 'epochs', label: 'Epochs', better: 'none', digits: 0 };
const SECONDS: MetricColumn = { key: 'seconds', label: 'Seconds', better: 'none', digits: 0 };
const estimate = (key: MetricColumn['key'], label: string): MetricColumn => ({ key, label, better: 'none', digits: 3 });

const MEANS: Caveat = {
  source: null,
  text: 'Means and standard errors are published here, not the repetitions, so the methods cannot be compared in pairs.',
  effect: 'note',
};

/** A repetition: 100,000 rows of which a fifth tests, 500 epochs, patience 10. */
const input =
  (dataset: Omit<LmmnnInput, 'kind' | 'task' | 'trainRows' | 'testRows'>, batchSize: number) =>
  (repetition: number): Omit<ExperimentInput, 'methods'> => ({
    dataset: { kind: 'lmmnn', task: 'regression', trainRows: 80_000, testRows: 20_000, ...dataset } satisfies LmmnnInput,
    training: { batchSize, epochs: 500, patience: 10, drawPastStop: false, order: 'sequential' },
    seeds: { data: repetition, split: repetition, weights: repetition },
  });

type TableId =
  | 'survival'
  | 'hidden-one'
  | 'cosines-one'
  | 'hidden-three'
  | 'cosines-three'
  | 'time-random'
  | 'time-future'
  | 'places'
  | 'places-categorical';

const published = (id: TableId) => async (): Promise<Published> =>
  ((await import('./published/lmmnn-extensions.json')).default as unknown as Record<TableId, Published>)[id];

/** What all of them have in common. No repetitions are published, so nothing is paired. */
function experiment(
  id: TableId,
  parts: Pick<Experiment, 'title' | 'about' | 'cells' | 'metrics' | 'caveats'> & { columns: readonly MethodColumn[] },
  score = MSE,
): Experiment {
  return {
    ...parts,
    id: `lmmnn-${id}`,
    paper: `${PAPER}; files of the authors’ repository (docs/methods.md F11)`,
    columns: parts.columns.map((column) => ({ ...column, paired: false })),
    metrics: [score, ...parts.metrics, EPOCHS, SECONDS],
    baseline: null,
    caveats: [MEANS, { ...DROPOUT, columns: DROPOUT.columns?.filter((id) => parts.columns.some((column) => column.id === id)) }, ...parts.caveats],
    figure: null,
    needs: null,
    published: published(id),
    publishedMeans: true,
  };
}

const cell = (id: string, label: string, of: Cell['input']): Cell => ({ id, label, input: of, publishedRepetitions: 5, difference: null });

/** All combinations of two values for three numbers, the last one changing first. */
const EIGHT = [0.3, 3].flatMap((a) => [0.3, 3].flatMap((b) => [0.3, 3].map((c) => [a, b, c] as const)));

const LEARNED: MethodColumn = {
  id: 'lmmnn-embedded',
  label: 'LMMNN, learned g',
  method: 'lmmnn-embedded',
  settings: { network: NETWORK, dropout: 0.25, largestBatch: 100 },
  published: 'lmm',
  paired: false,
};

const HIDDEN: Caveat = {
  source: 'DIS-50',
  text: 'With one feature the data are those of a random intercept; LMMNN with intercepts, which was not published here, is the model they have.',
  effect: 'note',
};

/** As the authors have it with one feature; with three the batch is larger. */
const LEARNED_OF_ONE: MethodColumn = { ...LEARNED, settings: { ...LEARNED.settings, largestBatch: 30, effectRows: 10_000 } };

const FEWER_ROWS: Caveat = {
  source: null,
  text: 'The authors take the hidden features’ effects from 10,000 rows drawn after training; the lab takes them here from all that train. That is not what differs: from 10,000 rows the first repetition of the first cell with g linear has an MSE of 1.320 in the place of 1.262.',
  columns: ['lmmnn-embedded'],
  effect: 'note',
};

function hidden(effects: 'products' | 'cosines', features: 1 | 3): Experiment {
  const name = effects === 'products' ? 'g(Z) linear in hidden features' : 'g(Z) with cosines of hidden features';
  const cells =
    features === 1
      ? [0.1, 1, 10].flatMap((variance) =>
          [100, 1_000, 10_000].map((q) =>
            cell(
              `s2b=${variance},q=${q}`,
              `σ²_b = ${variance}, q = ${count(q)}`,
              input({ levels: [q], interceptVariances: [variance], effects }, 30),
            ),
          ),
        )
      : EIGHT.map((variances) =>
          cell(
            variances.map((value, k) => `sig2b${k}=${value}`).join(','),
            `σ²_b = ${variances.join(', ')}; q = 1,000, 2,000, 3,000`,
            input({ levels: [1_000, 2_000, 3_000], interceptVariances: [...variances], effects }, 100),
          ),
        );
  const [learned, intercepts] = features === 1 ? [LEARNED_OF_ONE, LMMNN_OF_ONE] : [LEARNED, LMMNN];
  const lmmnn: MethodColumn = { ...intercepts, label: 'LMMNN, intercepts', published: null };
  return experiment(`${effects === 'products' ? 'hidden' : 'cosines'}-${features === 1 ? 'one' : 'three'}`, {
    title: `LMMNN simulation, ${name}, ${features === 1 ? 'one feature' : 'three features'}`,
    about:
      'Levels have hidden features that decide their effects. LMMNN learns a hidden vector of each level; a random intercept needs one number a level.',
    cells,
    columns: [IGNORE, OHE, EMBEDDINGS, { ...LMM, published: 'lme4' }, learned, lmmnn],
    metrics: [
      RESIDUAL,
      ...Array.from({ length: features }, (_, k) => estimate(`effectVariance${k}` as 'effectVariance0', `σ²_b${features === 1 ? '' : k + 1}`)),
    ],
    caveats: [features === 1 ? HIDDEN : FEWER_ROWS],
  });
}

const IN_TIME: MethodColumn = {
  id: 'lmmnn-longitudinal',
  label: 'LMMNN in time',
  method: 'lmmnn-longitudinal',
  settings: {
    time: 't',
    degree: 2,
    covariance: 'correlations',
    effects: 'as-published',
    network: NETWORK,
    dropout: 0.25,
    order: 'by-level',
    largestBatch: 100,
  },
  published: 'lmm',
  paired: false,
};

const LME4_TIME: Caveat = {
  source: 'DIS-52',
  text: 'The published lme4 has slopes and squares by level but no fixed time; the lab’s linear mixed model has the fixed time and intercepts alone.',
  columns: ['lmm'],
  effect: 'not comparable',
};

function time(testTimes: 'random' | 'latest'): Experiment {
  return experiment(testTimes === 'random' ? 'time-random' : 'time-future', {
    title: `LMMNN simulation, slopes in time, ${testTimes === 'random' ? 'random test rows' : 'the latest rows test'}`,
    about: `Every one of 10,000 levels has its own quadratic curve in time${testTimes === 'random' ? '.' : ', and the rows to predict come after those that train.'} The published table has a recurrent network besides.`,
    cells: EIGHT.map((variances) =>
      cell(
        variances.map((value, k) => `sig2b${k}=${value}`).join(','),
        `σ²_b = ${variances.join(', ')}`,
        input({ levels: [10_000], interceptVariances: [...variances], effects: 'polynomials', ...(testTimes === 'latest' && { testTimes }) }, 100),
      ),
    ),
    columns: [IGNORE, OHE, EMBEDDINGS, { ...LMM, published: 'lme4' }, IN_TIME],
    metrics: [
      RESIDUAL,
      estimate('effectVariance0', 'σ²_b0'),
      estimate('slopeVariance', 'σ²_b1'),
      estimate('squareVariance', 'σ²_b2'),
      estimate('correlation01', 'ρ_01'),
      estimate('correlation02', 'ρ_02'),
    ],
    caveats: [{ ...VALIDATION, columns: ['lmmnn-longitudinal'] }, LME4_TIME],
  });
}

const OF_PLACES: MethodColumn = {
  id: 'lmmnn-spatial',
  label: 'LMMNN of places',
  method: 'lmmnn-spatial',
  settings: { east: 'east', north: 'north', network: NETWORK, dropout: 0.25, order: 'by-level', largestBatch: 100 },
  published: 'lmm',
  paired: false,
};

const LEARNED_PLACES: MethodColumn = {
  ...LEARNED,
  id: 'lmmnn-embedded',
  label: 'LMMNN-E',
  settings: { ...LEARNED.settings, g: 'locations', east: 'east', north: 'north' },
  published: 'lmm-e',
};

const COORDINATES: Caveat = {
  source: null,
  text: 'The lab’s network of LMMNN does not see the coordinates; whether the authors’ does is not written. Ignore, one-hot and Embeddings see them.',
  columns: ['lmmnn-spatial'],
  effect: 'note',
};

function places(): Experiment {
  const values = [0.1, 1, 10];
  return experiment('places', {
    title: 'LMMNN simulation, places',
    about:
      'Effects of places are a Gaussian field over a map, of small to large variance and length. The published table has a convolutional network and two kinds of deep kernels besides.',
    cells: values.flatMap((variance) =>
      values.flatMap((squaredLength) =>
        [100, 1_000, 10_000].map((q) =>
          cell(
            `s2_0=${variance},s2_1=${squaredLength},q=${q}`,
            `κ₀ = ${variance}, κ₁ = ${squaredLength}, q = ${count(q)}`,
            input({ levels: [q], interceptVariances: [variance], squaredLength, effects: 'places' }, 100),
          ),
        ),
      ),
    ),
    columns: [IGNORE, OHE, EMBEDDINGS, LEARNED_PLACES, OF_PLACES],
    metrics: [RESIDUAL, estimate('effectVariance0', 'κ₀'), estimate('squaredLength', 'κ₁')],
    caveats: [{ ...VALIDATION, columns: ['lmmnn-spatial'] }, COORDINATES],
  });
}

function placesBeside(): Experiment {
  return experiment('places-categorical', {
    title: 'LMMNN simulation, places and two features',
    about: 'A Gaussian field over 10,000 places of squared length 1, and random intercepts of two features of 3,000 levels.',
    cells: EIGHT.map(([first, second, field]) =>
      cell(
        `s2b0=${first},s2b1=${second},kernel0=${field}`,
        `σ²_b = ${first}, ${second}; κ₀ = ${field}`,
        input({ levels: [10_000, 3_000, 3_000], interceptVariances: [field, first, second], squaredLength: 1, effects: 'places' }, 100),
      ),
    ),
    columns: [IGNORE, OHE, EMBEDDINGS, OF_PLACES],
    metrics: [
      RESIDUAL,
      estimate('effectVariance1', 'σ²_b1'),
      estimate('effectVariance2', 'σ²_b2'),
      estimate('effectVariance0', 'κ₀'),
      estimate('squaredLength', 'κ₁'),
    ],
    caveats: [{ ...VALIDATION, columns: ['lmmnn-spatial'] }, COORDINATES],
  });
}

const OF_TIMES: MethodColumn = {
  id: 'lmmnn-survival',
  label: 'LMMNN of times',
  method: 'lmmnn-survival',
  settings: { network: NETWORK, dropout: 0.25, order: 'by-level' },
  published: 'lmm',
  paired: false,
};

const ORDER_OF_EVENTS: Caveat = {
  source: 'DIS-55',
  text: 'The authors’ batches sort the rows of a level by event, so that their variance of the frailties is far too large where levels have many rows. The lab’s rows of a level are in no order.',
  columns: ['lmmnn-survival'],
  metrics: ['effectVariance0'],
  effect: 'not comparable',
};
const CENSORING: Caveat = {
  source: 'DIS-54',
  text: 'Repeated as published: a censored row keeps the whole time to its event and is only marked, so that every hazard is found too small by the censored share. The simulator’s own choice observes it for a part of that time.',
  effect: 'note',
};
const SWAPPED: Caveat = {
  source: 'DIS-56',
  text: 'The headers of the authors’ file swap λ and ν: their “weibull_nu_est” is λ and their “weibull_lambda_est” is ν. Here both stand under their own names.',
  metrics: ['baselineRate', 'baselineShape'],
  effect: 'note',
};
/** Shown by `concordantPairs` of the true risks, f + log u, on the test rows of seeds 1 to 8. */
const SPREAD: Caveat = {
  source: null,
  text: 'Data of this cell differ more than the three published repetitions tell: the true function with the true frailties scores between 0.8141 and 0.8229 over the data of seeds 1 to 8 (standard deviation 0.0026: the mean of three has a standard error of 0.0015, and 0.0004 is published), and 0.8141 and 0.8170 on the first two, where LMMNN of times is 0.007 and 0.008 below it.',
  cells: ['theta=1,q=1000,censored=10'],
  columns: ['lmmnn-survival'],
  metrics: ['concordance'],
  effect: 'note',
};
const CONSTANT: Caveat = {
  source: null,
  text: 'The rate λ and the network’s constant multiply each other, so that neither is known alone.',
  metrics: ['baselineRate'],
  effect: 'not comparable',
};
const NO_COX: Caveat = {
  source: null,
  text: 'The published table has Cox’s and Weibull’s regressions in place of Ignore, which the lab has not. Ignore and LMMNN take the times as numbers and know nothing of censoring.',
  columns: ['ignore', 'lmmnn'],
  effect: 'note',
};

function survival(): Experiment {
  const lmmnn: MethodColumn = { ...LMMNN, label: 'LMMNN, intercepts', published: null };
  return experiment(
    'survival',
    {
      title: 'LMMNN simulation, times to an event',
      about:
        'Weibull times whose risk is multiplied by a gamma frailty of each level; a share of the rows is marked as censored. Judged by Harrell’s concordance.',
      cells: [0.1, 1, 10].flatMap((theta) =>
        [100, 1_000, 10_000].flatMap((q) =>
          [1, 10, 30].map((censored) =>
            cell(
              `theta=${theta},q=${q},censored=${censored}`,
              `θ = ${theta}, q = ${count(q)}, ${censored} % censored`,
              input(
                {
                  ...{ levels: [q], interceptVariances: [theta], response: 'times', fixedIntercept: false, validation: 'by-level' },
                  ...{ censored: censored / 100, censoring: 'as-published' },
                },
                30,
              ),
            ),
          ),
        ),
      ),
      columns: [{ ...IGNORE, published: null }, lmmnn, OF_TIMES],
      metrics: [estimate('effectVariance0', 'θ'), estimate('baselineRate', 'λ'), estimate('baselineShape', 'ν')],
      caveats: [ORDER_OF_EVENTS, CENSORING, SWAPPED, SPREAD, CONSTANT, NO_COX],
    },
    { key: 'concordance', label: 'Concordance', better: 'higher', digits: 4 },
  );
}

export const LMMNN_EXTENSIONS: readonly Experiment[] = [
  hidden('products', 1),
  hidden('cosines', 1),
  hidden('products', 3),
  hidden('cosines', 3),
  time('random'),
  time('latest'),
  places(),
  placesBeside(),
  survival(),
];

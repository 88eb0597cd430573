import type { ExperimentInput } from '../spec/experiment';
import { cell, column, EPOCHS, input, known, LAB, SECONDS } from './lab-experiment';
import type { Caveat, Experiment, MethodColumn, MetricColumn } from './types';

/**
 * What a paper does not show or nobody else can fit: the network of Table 2 on data of the size of its own,
 * and Table 1 with a million levels (docs/methods.md F16).
 */

/** Nobody has numbers of them. */
const own = (...given: Parameters<typeof column>): MethodColumn => ({ ...column(...given), published: null });

const AUC: MetricColumn = { key: 'auc', label: 'AUC', better: 'higher', digits: 3 };
const LOG_LOSS: MetricColumn = { key: 'logLoss', label: 'Log loss', better: 'lower', digits: 3 };
const ACCURACY: MetricColumn = { key: 'accuracy', label: 'Accuracy', better: 'higher', digits: 3 };
const MSE: MetricColumn = { key: 'mse', label: 'MSE_Y', better: 'lower', digits: 2 };
const RMSE_D: MetricColumn = { key: 'rmseD', label: 'RMSE_D', better: 'lower', digits: 3 };

const noNumbers = async () => known('docs/methods.md F16', 0, {});

/** Users and items of the published table: 109,513 in all, of which only the total is known (DIS-41). */
const RATERS = { levels: [89_513, 20_000], trainRows: 180_000, testRows: 20_000 };

const ratings: ExperimentInput['dataset'] = {
  kind: 'collaborative',
  task: 'binary',
  binaryResponse: 'bernoulli',
  effectVariance: 1,
  ...RATERS,
};

const DRAWN: Caveat = {
  source: null,
  text: 'The ratings are drawn, not Amazon’s: users, items, rows and columns are as many, the numbers are not those of the paper. What can be read off it: parameters, seconds, and whether the two networks keep their order.',
  effect: 'note',
};

const TABLE2_SIZE: Experiment = {
  id: 'table2-size',
  title: 'Table 2’s network at its size',
  paper: LAB,
  about:
    'The network of Table 2 on a stand-in for its data: 200,000 drawn ratings of 89,513 users and 20,000 items, two rows a user. A rating is an inner product of hidden vectors and ten numbers.',
  cells: [1_000, 10_000].map((batchSize) =>
    cell(`batch=${batchSize}`, `batch ${batchSize.toLocaleString('en-US')}`, input(ratings, { batchSize, epochs: 1_000, patience: 10 })),
  ),
  columns: [
    own('ignore', 'Ignore', 'ignore'),
    own('ncf-embeddings', 'NCF-Embeddings', 'ncf-embeddings'),
    own('ncf-mmbeddings', 'NCF-MMbeddings', 'ncf-mmbeddings', { encoder: [100], beta: 0.1, priorVariance: 0.5 }),
  ],
  metrics: [AUC, LOG_LOSS, ACCURACY, EPOCHS, SECONDS],
  baseline: 'ignore',
  caveats: [DRAWN],
  figure: null,
  needs: null,
  ownExperiment: true,
  published: noNumbers,
};

const MILLION: Experiment = {
  id: 'million-levels',
  title: 'Table 1 with a million levels',
  paper: LAB,
  about:
    'The simulation of Table 1, ten training rows a level, with ten times the levels of its largest cell. Does the order of the methods hold, and the count of parameters?',
  cells: [
    cell(
      'q=1000000',
      'q = 1,000,000',
      input(
        { kind: 'simulated', task: 'regression', levels: [1_000_000], trainRows: 10_000_000, testRows: 1_000_000 },
        { batchSize: 100_000, epochs: 1_000, patience: 10 },
      ),
    ),
  ],
  columns: [own('ignore', 'Ignore', 'ignore'), own('embeddings', 'Embed.', 'embeddings'), own('mmbeddings', 'MMbed.', 'mmbeddings')],
  metrics: [MSE, RMSE_D, EPOCHS, SECONDS],
  baseline: 'ignore',
  caveats: [
    {
      source: null,
      text: 'Batches of 100,000 rows, as in the largest cell of the paper, and not of q: a batch sees at most a tenth of the levels.',
      effect: 'note',
    },
  ],
  figure: null,
  needs: null,
  ownExperiment: true,
  published: noNumbers,
};

export const BEYOND_EXPERIMENTS: readonly Experiment[] = [TABLE2_SIZE, MILLION];

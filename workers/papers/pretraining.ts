import type { ExperimentInput } from '../spec/experiment';
import { cell, column, EPOCHS, input, known, LAB, SECONDS } from './lab-experiment';
import type { Caveat, Cell, Experiment, MethodColumn, MetricColumn } from './types';

const LEVELS = 200;
const ROWS = [1, 2, 3, 6, 10, 20];

/** Skip-gram over the sequences that come with the data (docs/methods.md F8). */
const start = { from: 'skip-gram', sentences: 'sequences', passes: 5 };

/** There is no second implementation of them. */
const own = (...given: Parameters<typeof column>): MethodColumn => ({ ...column(...given), published: null });

const COLUMNS: readonly MethodColumn[] = [
  own('ignore', 'Ignore', 'ignore'),
  own('random', 'Embeddings', 'embeddings'),
  own('free', 'Pretrained, free', 'embeddings', { start, tableRate: 1 }),
  own('slow', 'Pretrained, a tenth of the rate', 'embeddings', { start, tableRate: 0.1 }),
  own('frozen', 'Pretrained, frozen', 'embeddings', { start, tableRate: 0 }),
];

const MSE: MetricColumn = { key: 'mse', label: 'MSE_Y', better: 'lower', digits: 2 };

const training: ExperimentInput['training'] = { batchSize: 50, learningRate: 0.005, epochs: 300, patience: 15 };

const cellsOf = (id: string, label: string, blockShare: number): Cell[] =>
  ROWS.map((rows) =>
    cell(
      `${id}.rows=${rows}`,
      `${label}, ${rows} ${rows === 1 ? 'row' : 'rows'} a level`,
      input(
        {
          kind: 'simulated',
          task: 'regression',
          levels: [LEVELS],
          trainRows: LEVELS * rows,
          testRows: 5_000,
          blocks: 10,
          blockShare,
        },
        training,
      ),
    ),
  );

const FLOOR: Caveat = { source: null, text: 'The noise has variance 1: no method can have a smaller MSE in the long run.', effect: 'note' };
const SEQUENCES: Caveat = {
  source: null,
  text: 'Skip-gram sees 2,000 sequences of eight levels that have no response; the rows with a response are all that the others see.',
  effect: 'note',
};

/** What vectors found before training are worth, by rows of a level (docs/methods.md F8). */
const PRETRAINING: Experiment = {
  id: 'pretraining',
  title: 'What pretraining is worth',
  paper: LAB,
  about:
    'Levels in ten blocks, which sequences without a response show. Where the levels of a block also act alike, vectors found by skip-gram stand for rows. Where they do not, free ones change nothing within noise up to ten rows a level, and frozen ones keep a network from learning its levels.',
  cells: [...cellsOf('blocks', 'Blocks act alike', 0.9), ...cellsOf('none', 'Blocks say nothing', 0)],
  columns: COLUMNS,
  metrics: [MSE, EPOCHS, SECONDS],
  baseline: null,
  caveats: [FLOOR, SEQUENCES],
  figure: null,
  needs: null,
  ownExperiment: true,
  published: async () => known('docs/methods.md F8', 0, {}),
};

export const PRETRAINING_EXPERIMENTS: readonly Experiment[] = [PRETRAINING];

import type { DatasetSpec } from '../data/schema';
import type { ScoreKey } from '../metrics/scores';
import { factsOf } from '../spec/facts';
import { hasClasses } from '../spec/scores';
import { dependenceOf, type Study } from '../spec/study';

/**
 * What the page and the command line show of a study or a grid alike: its scores, and which interval it is.
 */

const OF_NUMBERS: readonly ScoreKey[] = ['mse', 'mae', 'r2'];
const OF_CLASSES: readonly ScoreKey[] = ['logLoss', 'auc', 'accuracy'];

/** Scores that a study has, the one that names a winner first. */
export function scoresOf({ spec: { dataset } }: Study): readonly ScoreKey[] {
  const ofTask = dataset.kind !== 'orange' && hasClasses(dataset.task) ? OF_CLASSES : OF_NUMBERS;
  if (hasEvents(dataset)) return ['concordance', ...ofTask];
  return dataset.kind === 'lmmnn' && dataset.response === 'counts' ? [...ofTask, 'poissonDeviance', 'logScore'] : ofTask;
}

const hasEvents = (dataset: DatasetSpec): boolean =>
  dataset.kind === 'table' ? dataset.columns.some(({ role }) => role === 'event') : factsOf(dataset)?.events === true;

/** Scores in words. */
export const SCORE_NAMES: Readonly<Record<ScoreKey, string>> = {
  mse: 'MSE',
  mae: 'MAE',
  r2: 'R²',
  auc: 'AUC',
  logLoss: 'log loss',
  accuracy: 'accuracy',
  poissonDeviance: 'Poisson deviance',
  logScore: 'log score',
  concordance: 'concordance',
};

/** Which interval stands in the table, and why. */
export function intervalWords(study: Study): string {
  switch (dependenceOf(study)) {
    case 'new data':
      return 'Every repetition draws new data that all methods share. The difference has the 95 % interval of a paired t-test.';
    case 'same rows':
      return 'The test rows are the same every time: the interval (paired t-test, 95 %) says how much the seeds of the weights matter, and nothing of other data.';
    case 'resampled':
      return study.plan.kind === 'repeat'
        ? 'All repetitions divide one table, so they share training rows, and the test rows of one train in another. The variance of the mean is therefore taken as (1/k + test rows / training rows) times that between repetitions, in the ± of a mean and in the interval: the corrected resampled t-test of Nadeau and Bengio (2003), 95 %.'
        : 'Folds share most of their training rows. The variance of the mean is therefore taken as (1/k + test rows / training rows) times that between folds, in the ± of a mean and in the interval: the corrected resampled t-test of Nadeau and Bengio (2003), 95 %.';
  }
}

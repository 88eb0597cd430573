import type { MetricKey } from '../../workers/papers/types';

/** A metric in words: a short name where no subscript can stand, and what it is. */
export const METRIC_WORDS: Record<MetricKey, { name: string; meaning: string }> = {
  mse: { name: 'Squared error', meaning: 'mean squared error of the predictions on test rows' },
  mae: { name: 'Absolute error', meaning: 'mean absolute error of the predictions on test rows' },
  r2: { name: 'R²', meaning: 'share of the test rows’ variance that is predicted' },
  auc: { name: 'AUC', meaning: 'area under the ROC curve on test rows, mirrored as in the paper’s code' },
  logLoss: { name: 'Log loss', meaning: 'mean negative log-likelihood of the test rows, mirrored as in the paper’s code' },
  accuracy: { name: 'Accuracy', meaning: 'share of test rows on the right side of 0.5, mirrored as in the paper’s code' },
  frobenius: { name: 'Frobenius', meaning: 'error of the distances between level vectors, relative to the true distances' },
  spearman: { name: 'Spearman', meaning: 'rank correlation of estimated and true distances between levels' },
  rmseD: { name: 'RMSE of distances', meaning: 'root mean squared error of the distances between level vectors, over the largest true distance' },
  aucB: { name: 'AUC of effects', meaning: 'how well a logistic regression on the level vectors predicts a label drawn from the true effects' },
  beforePostTraining: { name: 'Before post-training', meaning: 'the first score of the table before the second stage of MMbeddings' },
  noiseVariance: { name: 'Noise variance', meaning: 'estimated variance of the noise; 1 is true' },
  effectVariance0: { name: 'Variance, feature 1', meaning: 'estimated variance of the first feature’s effects' },
  effectVariance1: { name: 'Variance, feature 2', meaning: 'estimated variance of the second feature’s effects' },
  effectVariance2: { name: 'Variance, feature 3', meaning: 'estimated variance of the third feature’s effects' },
  tagEffects: {
    name: 'Tag effects',
    meaning: 'correlation over tags of the mean change of the prediction when a tag is switched on with the true change',
  },
  knownSeries: { name: 'Known series', meaning: 'mean squared error over all steps of test windows of series that trained' },
  newSeries: { name: 'New series', meaning: 'the same of series that only test: of them a method knows the tags and the window' },
  lastStep: { name: 'Last step', meaning: 'mean squared error at the last step of a window, where no method sees the future' },
  firstStep: { name: 'First step', meaning: 'mean squared error at the first step of a window, where there is no past yet' },
  firstStepNew: { name: 'First step, new series', meaning: 'the same of series that only test' },
  epochs: { name: 'Epochs', meaning: 'epochs until early stopping' },
  seconds: { name: 'Seconds', meaning: 'preparation, training and test prediction; on other machines than the paper’s' },
};

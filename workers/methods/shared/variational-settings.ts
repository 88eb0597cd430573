import { z } from 'zod';
import { type PriorKind, priorCount } from '../../nn/prior';
import { readWidth } from '../../nn/response-shape';
import type { Candidate, CountedProblem, Problem } from '../method';
import { featureCount, stackCount } from './counts';
import { betaField, dField, encoderField, priorVarianceField } from './fields';
import { commonWidthFields } from './widths';

/** Prior variances that a grid search tries; Table 5 tries 0.1, 1 and 2. */
export const PRIOR_GRID = [0.1, 0.3, 1, 3];
/** Residual variances that a grid search tries, in units of the fixed one. */
export const NOISE_GRID = [0.1, 1, 10];

/**
 * Settings of every method whose level vectors an encoder proposes. Published defaults differ by experiment.
 */
export const variationalFields = (published: { beta?: number; priorVariance?: number; encoder?: number[] } = {}) => ({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ commonWidthFields(),
  beta: /*#__PURE__*/ betaField(published.beta),
  betaRule: /*#__PURE__*/ z.enum(['number', 'batch-share']).default('number').meta({
    title: 'β is',
    help: 'The number above, or the batch’s share n_ξ/N of the training rows, which the text recommends. In the paper’s setting this share is 0.1, but the paper uses 0.001.',
    paper: 'number',
  }),
  prior: /*#__PURE__*/ z
    .enum(['fixed', 'grid-searched', 'learned', 'full-covariance'])
    .default('fixed')
    .meta({
      title: 'Prior of level vectors',
      help: `Fixed: the variance below. Grid-searched: ${PRIOR_GRID.join(', ')} are trained first, and the one with the lowest predictive validation loss is taken. Learned: a variance per feature and dimension, trained with the model. Full covariance: a trained matrix D. With a learned variance or matrix, the KL term counts only the levels of the batch.`,
      paper: 'fixed',
    }),
  priorVariance: /*#__PURE__*/ priorVarianceField(published.priorVariance),
  noise: /*#__PURE__*/ z
    .enum(['fixed', 'grid-searched', 'learned'])
    .default('fixed')
    .meta({
      title: 'Residual variance σ²',
      help: `Regression only. Fixed: the number below. Grid-searched: ${NOISE_GRID.join(', ')} times this number are tried, as for the prior. Learned: trained with the model, it finds the weight of the prior by itself.`,
      paper: 'fixed',
    }),
  noiseVariance: /*#__PURE__*/ z.number().min(0.0001).max(10_000).default(1).meta({
    title: 'Fixed σ²',
    help: 'Variance that the model leaves in the response, in the unit that it sees (tables: standardised). The likelihood counts 1/σ², so a larger variance gives the prior more weight.',
    paper: '1',
  }),
  shrinkage: /*#__PURE__*/ z.enum(['none', 'counts', 'learned']).default('none').meta({
    title: 'Shrinkage of averages',
    help: 'Counts multiplies the average of a level’s n rows by n/(n + 1), learned by n/(n + κ) with a trained κ per feature. Appendix A tried it and did not keep it. The KL term uses the averages before shrinkage.',
    paper: 'none',
  }),
  encoder: /*#__PURE__*/ encoderField(published.encoder),
  logVarAveraging: /*#__PURE__*/ z.enum(['mean-of-logs', 'log-of-mean']).default('mean-of-logs').meta({
    title: 'Log-variance of a level',
    help: 'Mean of logs averages the log-variances of its rows, as the reference code and appendix A do. Log of mean is the log of the variance of the mean of their draws, as in section 3. At the published β the choice makes almost no difference.',
    paper: 'mean of logs',
  }),
  extraction: /*#__PURE__*/ z.enum(['sample', 'mean']).default('sample').meta({
    title: 'Level vectors average',
    help: 'Sample: one draw per training row, as the reference code does. Mean: the rows’ posterior means.',
    paper: 'sample',
  }),
  postTraining: /*#__PURE__*/ z.boolean().default(true).meta({
    title: 'Post-training',
    help: 'After training, freezes the level vectors, drops the encoder and trains only the rest of the network for some epochs, with squared error for binary responses too. Several classes keep the log loss.',
    paper: 'on',
  }),
});

const schema = /*#__PURE__*/ z.strictObject(/*#__PURE__*/ variationalFields());
export type VariationalSettings = z.output<typeof schema>;

/**
 * The prior of a model with these settings. A model that is built before its grid search has chosen has the
 * fixed prior of every candidate.
 */
export const priorKind = ({ prior }: Pick<VariationalSettings, 'prior'>): PriorKind => (prior === 'grid-searched' ? 'fixed' : prior);

/**
 * Numbers in the encoder and what is learned of prior, residual variance and shrinkage.
 *
 * @param more numbers that the encoder reads besides x and y
 */
export function variationalCount(problem: CountedProblem, settings: VariationalSettings, more = 0): number {
  const { d, encoder, noise, shrinkage } = settings;
  const inputs = problem.p + readWidth(problem) + more;
  const features = featureCount(problem);
  const width = encoder.length > 0 ? encoder[encoder.length - 1] : inputs;
  const learned = (noise === 'learned' && (problem.task ?? 'regression') === 'regression' ? 1 : 0) + (shrinkage === 'learned' ? features : 0);
  return stackCount(inputs, encoder) + 2 * features * (width + 1) * d + priorCount(priorKind(settings), features, d) + learned;
}

/** Every pair of variances that the settings ask to search, each as settings with fixed ones. */
export function variationalCandidates(
  settings: Pick<VariationalSettings, 'prior' | 'priorVariance' | 'noise' | 'noiseVariance'>,
  { task }: Pick<Problem, 'task'>,
): Candidate[] | null {
  const { prior, priorVariance, noise, noiseVariance } = settings;
  const [searchPrior, searchNoise] = [prior === 'grid-searched', noise === 'grid-searched' && task === 'regression'];
  if (!searchPrior && !searchNoise) return null;
  return (searchPrior ? PRIOR_GRID : [priorVariance]).flatMap((ofPrior) =>
    (searchNoise ? NOISE_GRID.map((times) => times * noiseVariance) : [noiseVariance]).map((ofNoise) => ({
      title: [searchPrior ? `σ²_b = ${ofPrior}` : '', searchNoise ? `σ² = ${ofNoise}` : ''].filter(Boolean).join(', '),
      settings: {
        ...settings,
        ...(searchPrior && { prior: 'fixed', priorVariance: ofPrior }),
        ...(searchNoise && { noise: 'fixed', noiseVariance: ofNoise }),
      },
    })),
  );
}

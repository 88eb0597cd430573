import { z } from 'zod';
import { priorCount } from '../nn/prior';
import { stackCount } from './counts';
import { betaField, dField, encoderField, priorVarianceField } from './fields';
import type { Problem } from './method';

/** Settings of every method whose level vectors an encoder proposes. Published defaults differ by experiment. */
export const variationalFields = (published: { beta?: number; priorVariance?: number; encoder?: number[] } = {}) => ({
  d: /*#__PURE__*/ dField(),
  beta: /*#__PURE__*/ betaField(published.beta),
  betaRule: /*#__PURE__*/ z.enum(['number', 'batch-share']).default('number').meta({
    title: 'β is',
    help: 'The number above, or the batch’s share n_ξ/N of the training rows, which the text recommends (0.1 in its own setting, where it then takes 0.001).',
    paper: 'number',
  }),
  prior: /*#__PURE__*/ z.enum(['fixed', 'learned', 'full-covariance']).default('fixed').meta({
    title: 'Prior of level vectors',
    help: 'Fixed: the variance below. Learned: a variance per feature and dimension, trained with the model. Full covariance: a trained matrix D. Learned ones count only the levels of the batch in the KL term.',
    paper: 'fixed',
  }),
  priorVariance: /*#__PURE__*/ priorVarianceField(published.priorVariance),
  noise: /*#__PURE__*/ z.enum(['fixed', 'learned']).default('fixed').meta({
    title: 'Residual variance σ²',
    help: 'Fixed at 1, or trained with the model (regression only). Learned, it finds the weight of the prior by itself.',
    paper: 'fixed',
  }),
  shrinkage: /*#__PURE__*/ z.enum(['none', 'counts', 'learned']).default('none').meta({
    title: 'Shrinkage of averages',
    help: 'Counts multiplies the average of a level’s n rows by n/(n + 1), learned by n/(n + κ) with a trained κ per feature. Appendix A tried it and went without. The KL term takes averages before it.',
    paper: 'none',
  }),
  encoder: /*#__PURE__*/ encoderField(published.encoder),
  logVarAveraging: /*#__PURE__*/ z.enum(['mean-of-logs', 'log-of-mean']).default('mean-of-logs').meta({
    title: 'Log-variance of a level',
    help: 'Mean of logs averages the log-variances of its rows, as the reference code and appendix A do. Log of mean is the log of the variance of their mean draw, section 3. Hardly matters at the published β.',
    paper: 'mean of logs',
  }),
  extraction: /*#__PURE__*/ z.enum(['sample', 'mean']).default('sample').meta({
    title: 'Level vectors average',
    help: 'Sample: one draw per training row, as the reference code does. Mean: the rows’ posterior means.',
    paper: 'sample',
  }),
  postTraining: /*#__PURE__*/ z.boolean().default(true).meta({
    title: 'Post-training',
    help: 'After training, freezes the level vectors, drops the encoder and trains the rest of the network alone for a while, on squared error also for binary responses.',
    paper: 'on',
  }),
});

const schema = /*#__PURE__*/ z.strictObject(/*#__PURE__*/ variationalFields());
export type VariationalSettings = z.output<typeof schema>;

/** Numbers in the encoder and what is learned of prior, residual variance and shrinkage. */
export function variationalCount({ p, levels, task }: Pick<Problem, 'p' | 'levels'> & Partial<Problem>, settings: VariationalSettings): number {
  const { d, encoder, prior, noise, shrinkage } = settings;
  const width = encoder.length > 0 ? encoder[encoder.length - 1] : p + 1;
  const learned = (noise === 'learned' && task !== 'binary' ? 1 : 0) + (shrinkage === 'learned' ? levels.length : 0);
  return stackCount(p + 1, encoder) + 2 * levels.length * (width + 1) * d + priorCount(prior, levels.length, d) + learned;
}

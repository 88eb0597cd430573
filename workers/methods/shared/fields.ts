import { z } from 'zod';

/**
 * Hyperparameters that several methods share. Each method file lists its own, so that the form shows nothing
 * that does nothing.
 */

const widths = () => z.array(z.int().min(1).max(1024)).max(6);

export const dField = () =>
  z.int().min(1).max(128).default(10).meta({ title: 'Width d', help: 'Numbers in the vector that stands for one level.', paper: '10' });

export const decoderField = () =>
  widths()
    .default([10, 10])
    .meta({ title: 'Decoder layers', help: 'Widths of the hidden ReLU layers between the inputs and the prediction.', paper: '10, 10' });

export const encoderField = (published: number[] = [100, 100]) =>
  widths()
    .default(published)
    .meta({ title: 'Encoder layers', help: 'Widths of the hidden ReLU layers that read a row with its response.', paper: published.join(', ') });

export const betaField = (published = 0.001) =>
  z
    .number()
    .min(0)
    .max(1000)
    .default(published)
    .meta({
      title: 'KL weight β',
      help: 'Weight of the pull towards the prior. A larger weight shrinks the level vectors more.',
      paper: published === 0.001 ? '0.001; 0.1 with three features' : String(published),
    });

export const priorVarianceField = (published = 1) =>
  z.number().min(0.0001).max(1000).default(published).meta({
    title: 'Prior variance',
    help: 'Variance of the level vectors that is expected before any data are seen.',
    paper: '1; 0.1 to 2 in Table 5',
  });

export const interactionField = (published: 'concatenation' | 'product') =>
  z.enum(['concatenation', 'product', 'product-where-equal', 'sum', 'bilinear', 'second-order']).default(published).meta({
    title: 'Level vectors are combined by',
    help: 'Concatenation sets them side by side. Product adds the element-wise products of all pairs; product where equal, as the guide’s program has it, of the pairs of equal width. Sum uses only the sum of the vectors. Bilinear adds one number, e′We, of all vectors. Second order adds one number, the sum of the inner products of all pairs of columns, numeric ones included, as a factorization machine has it.',
    paper: published,
  });

export const predictionField = () =>
  z.enum(['sample', 'mean']).default('sample').meta({
    title: 'Prediction uses',
    help: 'Sample: one random draw per row, as the reference code does. Mean: the posterior mean, as the text implies.',
    paper: 'sample',
  });

import { z } from 'zod';

/** Hyperparameters that several methods share. Each method file lists its own, so that the form shows nothing that does nothing. */

const widths = () => z.array(z.int().min(1).max(1024)).max(6);

export const dField = () =>
  z.int().min(1).max(128).default(10).meta({ title: 'Width d', help: 'Numbers in the vector that stands for one level.', paper: '10' });

export const decoderField = () =>
  widths()
    .default([10, 10])
    .meta({ title: 'Decoder layers', help: 'Widths of the hidden ReLU layers between the inputs and the prediction.', paper: '10, 10' });

export const encoderField = () =>
  widths()
    .default([100, 100])
    .meta({ title: 'Encoder layers', help: 'Widths of the hidden ReLU layers that read a row with its response.', paper: '100, 100' });

export const betaField = () =>
  z.number().min(0).max(1000).default(0.001).meta({
    title: 'KL weight β',
    help: 'Weight of the pull towards the prior. Larger shrinks the level vectors more.',
    paper: '0.001; 0.1 with three features',
  });

export const priorVarianceField = () =>
  z
    .number()
    .min(0.0001)
    .max(1000)
    .default(1)
    .meta({ title: 'Prior variance', help: 'Variance that level vectors are expected to have before any data.', paper: '1; 0.1 to 2 in Table 5' });

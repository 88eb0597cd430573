import { z } from 'zod';

/** Hyperparameters that methods about tags share (docs/methods.md F2, F3). */

export const tagWidthField = () =>
  z
    .int()
    .min(1)
    .max(128)
    .default(8)
    .meta({ title: 'Width d', help: 'Numbers in the vector that stands for one tag.', paper: '8; 16 in its series example' });

export const tagDecoderField = () =>
  z.array(z.int().min(1).max(1024)).max(6).default([10, 10]).meta({
    title: 'Decoder layers',
    help: 'Widths of the hidden ReLU layers between the inputs and the prediction.',
    paper: 'none, the guide stops at the vectors',
  });

export const tagPoolingField = (published: string) =>
  z.enum(['sum', 'mean']).default('sum').meta({
    title: 'Vectors of a row’s tags are',
    help: 'Sum: added up, so that a row with more tags can have a longer vector. Mean: averaged, which forgets how many tags a row has.',
    paper: published,
  });

export const tagInitField = () =>
  z.enum(['published', 'xavier']).default('published').meta({
    title: 'Vectors begin as',
    help: 'Published: standard normals, as PyTorch draws them. Xavier: uniform and smaller, as the guide begins the sum. Smaller ones often learn better.',
    paper: 'standard normal',
  });

export const hiddenField = (what: string) => z.int().min(1).max(1024).default(32).meta({ title: 'Hidden units', help: what, paper: '32' });

/** Begins the source of what this lab takes over from levels to tags (docs/methods.md F3). */
export const TAGS_AT_RANDOM = 'The lab’s own (docs/methods.md F3), after';

import { z } from 'zod';
import { tagDecoderField, tagWidthField } from './tag-fields';

/** Settings that the random effects of tags share (docs/methods.md F3). */

export const randomTagFields = {
  d: tagWidthField,
  pooling: () =>
    z.enum(['sum', 'mean']).default('sum').meta({
      title: 'Vectors of a row’s tags are',
      help: 'Sum: added up, so that a row with more tags can have a longer vector. Mean: averaged, which forgets how many tags a row has.',
      paper: 'none, the lab’s own',
    }),
  decoder: tagDecoderField,
};

export const TAGS_AT_RANDOM = 'The lab’s own (docs/methods.md F3), after';

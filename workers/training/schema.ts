import { z } from 'zod';

/** How a run is trained; the defaults are the published protocol (METHODS.md A0) except where `paper` says otherwise. */
export const trainingSchema = z.strictObject({
  batchSize: z
    .union([z.literal('q'), z.int().min(1).max(10_000_000)])
    .default('q')
    .meta({
      title: 'Batch',
      help: 'Rows in one step. "q" takes the largest cardinality, as the paper does.',
      paper: 'q',
    }),
  epochs: z.int().min(1).max(10_000).default(300).meta({ title: 'Epochs', help: 'At most this many passes over the training rows.', paper: '1,000' }),
  patience: z
    .int()
    .min(1)
    .max(10_000)
    .nullable()
    .default(10)
    .meta({ title: 'Patience', help: 'Stop after this many epochs without a better validation loss. Empty: never stop early.', paper: '10' }),
  drawPastStop: z.boolean().default(true).meta({ title: 'Draw past the stop', help: 'Goes on to the last epoch, thin. Results still use the stop.' }),
  restoreBest: z.boolean().default(false).meta({
    title: 'Restore the best weights',
    help: 'Take results from the best epoch instead of the last one before the stop.',
    paper: 'off, so the last weights are kept',
  }),
  stopOn: z.enum(['objective', 'predictive']).default('objective').meta({
    title: 'Stopping rule looks at',
    help: 'The published rule watches the validation objective, which for MMbeddings has seen the validation response. Predictive watches the honest loss.',
    paper: 'objective',
  }),
  learningRate: z.number().gt(0).max(10).default(0.001).meta({ title: 'Learning rate', help: 'Step size of Adam.', paper: '0.001' }),
  tableUpdates: z.enum(['dense', 'lazy']).default('dense').meta({
    title: 'Adam on tables',
    help: 'Dense: all rows of a table decay and move at every step, as Keras does. Lazy: rows of levels that the batch did not show stay as they are, which is cheaper with many levels and gives other results.',
    paper: 'dense',
  }),
  order: z
    .enum(['interleaved', 'sequential'])
    .default('interleaved')
    .meta({ title: 'Methods train', help: 'Interleaved: one epoch each in turn, so the curves race. Sequential: one method after another.' }),
});
export type TrainingSettings = z.infer<typeof trainingSchema>;

/** Adam in Keras' epsilon-hat form (METHODS.md A0); only the learning rate is a setting. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

import { z } from 'zod';

/**
 * How a run is trained. The defaults of single fields are the published protocol (docs/methods.md A0) except where `paper` says otherwise; which fields the
 * recommended protocol sets, and what `auto` amounts to on data, is in protocol.ts.
 */
export const trainingSchema = z.strictObject({
  protocol: z.enum(['published', 'recommended']).default('published').meta({
    title: 'Protocol',
    help: 'As published trains as the papers do. Recommended stops on the predictive loss, keeps the best weights and finds a learning rate for every method. Settings that are changed by hand count before either.',
  }),
  batchSize: z
    .union([z.literal('q'), z.literal('auto'), z.int().min(1).max(10_000_000)])
    .default('q')
    .meta({
      title: 'Batch',
      help: 'Rows in one step. "q" takes the largest cardinality, as the paper does. "auto" takes the largest power of two up to 1,024 that leaves ten steps an epoch.',
      paper: 'q',
    }),
  epochs: z.int().min(1).max(10_000).default(300).meta({ title: 'Epochs', help: 'At most this many passes over the training rows.', paper: '1,000' }),
  patience: z
    .union([z.literal('auto'), z.int().min(1).max(10_000), z.null()])
    .default(10)
    .meta({
      title: 'Patience',
      help: 'Stop after this many epochs without a better validation loss. Empty: never stop early. "auto" waits ten epochs, and more where an epoch has few steps.',
      paper: '10',
    }),
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
  postTraining: z.enum(['as-set', 'if-better']).default('as-set').meta({
    title: 'Post-training is kept',
    help: 'As set: whenever a method has it. If better: only where it lowers the predictive validation loss, from its best epoch.',
    paper: 'as set',
  }),
  learningRate: z
    .union([z.literal('auto'), z.number().gt(0).max(10)])
    .default(0.001)
    .meta({
      title: 'Learning rate',
      help: 'Step size of Adam. "auto" tries several for a few epochs of each method and takes the one with the least predictive validation loss.',
      paper: '0.001',
    }),
  dimensions: z.enum(['as-set', 'auto']).default('as-set').meta({
    title: 'Width of level vectors',
    help: 'As set: the d of each method. Auto: by a rule from the number of levels, for methods whose d was not changed.',
    paper: 'as set',
  }),
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
export type TrainingInput = z.input<typeof trainingSchema>;
export type ProtocolId = TrainingSettings['protocol'];

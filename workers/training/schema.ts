import { z } from 'zod';

/**
 * How a run is trained. The defaults of single fields are the published protocol (docs/methods.md A0) except
 * where `paper` says otherwise; which fields the recommended protocol sets, and what `auto` amounts to on
 * data, is in protocol.ts.
 */
export const trainingSchema = z.strictObject({
  protocol: z.enum(['published', 'recommended']).default('published').meta({
    title: 'Protocol',
    help: 'As published trains as the papers do. Recommended stops on the predictive loss, keeps the best weights and finds a learning rate for every method. Settings that you change by hand override both.',
  }),
  batchSize: z
    .union([z.literal('q'), z.literal('auto'), z.int().min(1).max(10_000_000)])
    .default('q')
    .meta({
      title: 'Batch',
      help: 'Rows in one step. "q" is the largest cardinality, as in the paper. "auto" is the largest power of two up to 1,024 that leaves ten steps per epoch.',
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
  drawPastStop: z
    .boolean()
    .default(true)
    .meta({ title: 'Draw past the stop', help: 'Training goes on to the last epoch, drawn as a thin line. Results are still those of the stop.' }),
  restoreBest: z.boolean().default(false).meta({
    title: 'Restore the best weights',
    help: 'Take results from the best epoch instead of the last one before the stop.',
    paper: 'off, so the last weights are kept',
  }),
  stopOn: z.enum(['objective', 'predictive']).default('objective').meta({
    title: 'Stopping rule looks at',
    help: 'The published rule watches the validation objective; that of MMbeddings has seen the validation responses. Predictive watches the predictive loss, which has not.',
    paper: 'objective',
  }),
  postTraining: z.enum(['as-set', 'if-better']).default('as-set').meta({
    title: 'Post-training is kept',
    help: 'As set: whenever the method’s settings ask for it. If better: only where it lowers the predictive validation loss, and then from its best epoch.',
    paper: 'as set',
  }),
  learningRate: z
    .union([z.literal('auto'), z.number().gt(0).max(10)])
    .default(0.001)
    .meta({
      title: 'Learning rate',
      help: 'Step size of Adam. "auto" trains each method for a few epochs with several step sizes and takes the one with the lowest predictive validation loss.',
      paper: '0.001',
    }),
  dimensions: z.enum(['as-set', 'auto']).default('as-set').meta({
    title: 'Width of level vectors',
    help: 'As set: the d of each method. Auto: by a rule from the number of levels, for methods whose d was not changed.',
    paper: 'as set',
  }),
  tableUpdates: z.enum(['dense', 'lazy']).default('dense').meta({
    title: 'Adam on tables',
    help: 'Dense: every step updates all rows of a table, as Keras does. Lazy: rows of levels that are not in the batch stay as they are, which is cheaper with many levels and gives different results.',
    paper: 'dense',
  }),
  order: z.enum(['interleaved', 'sequential']).default('interleaved').meta({
    title: 'Methods train',
    help: 'Interleaved: the methods take turns, one epoch each, so their curves grow together. Sequential: one method after another.',
  }),
});
export type TrainingSettings = z.infer<typeof trainingSchema>;
export type TrainingInput = z.input<typeof trainingSchema>;
export type ProtocolId = TrainingSettings['protocol'];

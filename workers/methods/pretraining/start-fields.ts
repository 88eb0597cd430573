import { z } from 'zod';

/** Where the vectors of levels begin (docs/methods.md F8): the setting that methods with tables share. */

const skipGramFields = () => ({
  negative: z.int().min(1).max(50).default(5).meta({
    title: 'Noise words',
    help: 'Levels drawn at random for each pair, which a vector learns to tell from the level that was there.',
    paper: '5',
  }),
  passes: z
    .int()
    .min(1)
    .max(100)
    .default(20)
    .meta({ title: 'Passes', help: 'How often all sentences are read: few sentences need many.', paper: '5' }),
  update: z.enum(['batches', 'pairs']).default('batches').meta({
    title: 'Learns from',
    help: 'Batches: 256 pairs at once, with Adam. Pairs: one by one with a falling rate, as word2vec does; quicker where levels are many.',
    paper: 'pairs',
  }),
});

const given = () => z.strictObject({ from: z.literal('given').meta({ title: 'Vectors of a file' }) });

const SENTENCES = {
  title: 'Sentences are',
  help: 'Rows: the levels and tags of a row. Sequences: the levels of a column in rows with the same key, in the order of the time column; give the columns these roles.',
  paper: 'sequences of purchases',
};

const windowField = () =>
  z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .meta({ title: 'Window', help: 'Most places between two levels of a sequence that count as neighbours. Rows are taken whole.', paper: '3' });

/** For tables of levels; absent: random numbers, so that recorded settings stay what they are. */
export const startField = () =>
  z
    .discriminatedUnion('from', [
      z.strictObject({ from: z.literal('random').meta({ title: 'Random numbers' }) }),
      given(),
      z.strictObject({
        from: z.literal('skip-gram').meta({ title: 'Skip-gram' }),
        sentences: z.enum(['rows', 'sequences']).default('rows').meta(SENTENCES),
        window: windowField(),
        ...skipGramFields(),
      }),
    ])
    .optional()
    .meta({
      default: { from: 'random' },
      title: 'Vectors begin as',
      help: 'Vectors of a file: those you choose for a column, matched by the labels of its levels. Skip-gram: found before training, without the response, so that levels that occur together have vectors that point the same way.',
      paper: 'random numbers',
    });

/** For tables of tags; absent: components. */
export const tagStartField = () =>
  z
    .discriminatedUnion('from', [
      z.strictObject({ from: z.literal('components').meta({ title: 'Principal components' }) }),
      given(),
      z.strictObject({ from: z.literal('skip-gram').meta({ title: 'Skip-gram' }), ...skipGramFields() }),
    ])
    .optional()
    .meta({
      default: { from: 'components' },
      title: 'Vectors begin as',
      help: 'Principal components: of the tags’ zeros and ones. Vectors of a file: those you choose for a column, matched by label. Skip-gram: a vector learns to tell the other tags of its rows from tags drawn at random.',
      paper: 'a file',
    });

/** The settings of skip-gram, whichever method asks for it. */
export type SkipGramStart = Extract<z.output<ReturnType<typeof startField>>, { from: 'skip-gram' }>;

const HELP = 'The learning rate of the vectors as a part of everything else’s. 0: frozen, they stay as they are. 1: free.';

/** Factor on the rate of the vectors; null: free from random numbers, else a tenth. */
export const tableRateField = () =>
  z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .optional()
    .meta({
      default: null,
      title: 'Rate of the vectors',
      help: `${HELP} Empty: 1 from random numbers, 0.1 from any other start.`,
      paper: '1',
    });

export const rateOf = ({ start, tableRate }: { start?: { from: string }; tableRate?: number | null }): number =>
  tableRate ?? (start === undefined || start.from === 'random' ? 1 : 0.1);

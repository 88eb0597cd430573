import { z } from 'zod';
import { Fingerprint } from '../../data/fingerprint';
import { experimentSchema } from '../experiment';
import { CONTROL_IDS } from '../view/controls';
import { PANEL_IDS } from '../view/panels';
import { predicateSchema, seriesSchema, valueSchema } from './measure';

const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'small letters, digits and hyphens')
  .max(40);
/** A text that people read; variables of the lab stand in it as they are (`MathText`). */
const words = z.string().min(1).max(600);

const axis = z
  .strictObject({ label: words, min: z.number(), max: z.number(), log: z.boolean().default(false) })
  .refine(({ min, max }) => min < max, 'an axis goes from less to more')
  .refine(({ min, log }) => !log || min > 0, 'a logarithmic axis begins above 0');
export type Axis = z.output<typeof axis>;

const item = z.strictObject({ id, label: words, /** Takes its colour and dashes. */ method: id.optional() });
const items = (least: number, most: number) =>
  z
    .array(item)
    .min(least)
    .max(most)
    .refine((list) => new Set(list.map((one) => one.id)).size === list.length, 'every id once');

/** What a step asks for. `prompt` is the question itself, which the worksheet prints too. */
export const askSchema = z.discriminatedUnion('kind', [
  /** A curve, or up to three, in the axes of a chart. */
  z.strictObject({
    kind: z.literal('sketch'),
    prompt: words,
    x: axis,
    y: axis,
    curves: items(1, 3),
    /** Values of x that the form of numbers asks for, the accessible twin of drawing. */
    at: z.array(z.number()).min(2).max(8),
  }),
  z.strictObject({ kind: z.literal('number'), prompt: words, unit: z.string().max(30).optional(), min: z.number(), max: z.number() }),
  /** `first`: what the first place means ('the smallest error'). */
  z.strictObject({ kind: z.literal('rank'), prompt: words, first: words, items: items(2, 6) }),
  z.strictObject({ kind: z.literal('choice'), prompt: words, options: items(2, 5) }),
  /** A point in the axes of a chart for each item. */
  z.strictObject({ kind: z.literal('mark'), prompt: words, x: axis, y: axis, marks: items(1, 4) }),
]);
export type Ask = z.output<typeof askSchema>;

/** What is drawn over an earlier answer, or put next to it, once the numbers are there. */
const revealSchema = z.strictObject({
  /** Id of the step whose answer it is, this one or an earlier one. */
  of: id,
  series: z.array(z.strictObject({ label: words, from: seriesSchema, method: id.optional() })).default([]),
  /** Of a rank: whether the least or the most of `values` comes first. */
  first: z.enum(['least', 'most']).default('least'),
  /**
   * Numbers by name; where the answer was a rank, `id` is that of the item, and they are put in their order.
   */
  values: z.array(z.strictObject({ id: id.optional(), label: words, value: valueSchema, decimals: z.int().min(0).max(6).default(2) })).default([]),
});

const viewSettings = z.strictObject({
  loss: z.enum(['predictive', 'objective']).optional(),
  scale: z.enum(['linear', 'log']).optional(),
  levelMethod: id.optional(),
  levelMeasure: z.enum(['weight', 'vector']).optional(),
  embeddingMethod: id.optional(),
  predictionMethod: id.optional(),
  pace: z
    .union([z.literal(10), z.literal(5), z.literal(2), z.literal(1)])
    .nullable()
    .optional(),
});

const writtenStep = z.strictObject({
  id,
  /** Two to five words: the step in the list of steps and on the worksheet. */
  title: words,
  ask: askSchema.optional(),
  /** Id of the lesson's run that stands on the page from this step on; absent: it stays. */
  run: id.optional(),
  /** How the page is looked at from this step on. */
  view: viewSettings.default({}),
  /** Controls that can be used; all others are not on the page. */
  allow: z.array(z.enum(CONTROL_IDS)).max(4),
  /** Panels that are on the page; all others are not. */
  show: z.array(z.enum(PANEL_IDS)).max(4),
  /**
   * When the step is done; until then its explanation is hidden and Next says what is missing. Absent: when
   * its question is answered.
   */
  done: predicateSchema.optional(),
  /** What is missing, as a request: 'Draw both curves.' Absent: that of the kind of question. */
  todo: words.optional(),
  /** Help on request. */
  hint: words,
  /** What “Show me” points at. */
  point: z.union([z.enum(CONTROL_IDS), z.enum(PANEL_IDS)]).optional(),
  reveal: revealSchema.optional(),
  explain: words,
});

/** What a step asks for while its question has no answer. */
const MISSING: Readonly<Record<Ask['kind'], string>> = {
  sketch: 'Draw the curves, or give their values.',
  number: 'Give a number.',
  rank: 'Put them in order.',
  choice: 'Choose one.',
  mark: 'Place the marks.',
};

export const stepSchema = writtenStep.transform((step) => ({
  ...step,
  done: step.done ?? { answered: step.id },
  todo: step.todo ?? MISSING[step.ask?.kind ?? 'choice'],
}));
export type Step = z.output<typeof stepSchema>;

/** A question before and after the lesson: the same, so that a teacher sees what changed. */
const questionSchema = z
  .strictObject({ prompt: words, options: items(2, 5), right: id, because: words })
  .refine(({ options, right }) => options.some((option) => option.id === right), 'the right answer is one of the options');
export type Question = z.output<typeof questionSchema>;

const runSchema = z.strictObject({
  id,
  spec: experimentSchema,
  /** Name of the recorded picture, `public/recorded/lessons/NAME.json`; null: there is none. */
  recorded: id.nullable(),
});

/** A lesson: one claim, at most seven steps, as data. Its texts are `src/lessons/texts/ID.mdx`. */
export const lessonSchema = z
  .strictObject({
    id,
    title: words,
    /** One sentence that a learner can say at the end. */
    claim: words,
    minutes: z.int().min(3).max(10),
    /** What many think, and the data show to be wrong. */
    misconception: words,
    /** Its experiments; the first stands on the page, and is shown as recorded, when the lesson opens. */
    runs: z.array(runSchema).min(1).max(4),
    steps: z.array(stepSchema).min(3).max(7),
    before: questionSchema,
    after: questionSchema,
    /** What to do with a table of one's own. */
    transfer: words,
    /**
     * When the claim holds, over finished runs of all of `runs`, and with which seeds it is measured: so many
     * from the first; seed s is data, split and weights s.
     */
    measured: z.strictObject({
      holds: predicateSchema,
      seeds: z.strictObject({ first: z.int().min(0).default(1), count: z.int().min(5).max(100).default(20) }).prefault({}),
    }),
  })
  .superRefine((lesson, context) => {
    const add = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const runs = lesson.runs.map((run) => run.id);
    if (new Set(runs).size !== runs.length) add(['runs'], 'every run has an id of its own');
    const steps = lesson.steps.map((step) => step.id);
    if (new Set(steps).size !== steps.length) add(['steps'], 'every step has an id of its own');
    if (steps.includes('before') || steps.includes('after')) add(['steps'], 'before and after are the ids of the two questions');
    lesson.steps.forEach((step, index) => {
      if (!step.ask && 'answered' in step.done && step.done.answered === step.id) add(['steps', index, 'done'], 'it has no question to answer');
      if (step.run !== undefined && !runs.includes(step.run)) add(['steps', index, 'run'], `no run has the id "${step.run}"`);
      if (!step.reveal) return;
      const of = lesson.steps.slice(0, index + 1).find(({ id: known }) => known === step.reveal?.of);
      if (!of?.ask) add(['steps', index, 'reveal', 'of'], `neither this step nor an earlier one with a question has the id "${step.reveal.of}"`);
    });
  });
export type Lesson = z.output<typeof lessonSchema>;
export type LessonInput = z.input<typeof lessonSchema>;

/** Tells apart editions of a lesson with other experiments or other questions: 16 hexadecimal digits. */
export function lessonHash({ id: lesson, runs, steps, before, after, measured }: Lesson): string {
  const questions = steps.map(({ id: step, ask }) => [step, ask]);
  return new Fingerprint().text(JSON.stringify([lesson, runs.map(({ spec }) => spec), questions, before, after, measured])).digest();
}

/** The experiments of a lesson with the seed s for data, split and weights. */
export const withSeed = ({ runs }: Lesson, seed: number) =>
  runs.map(({ id: run, spec }) => ({ id: run, spec: { ...spec, seeds: { data: seed, split: seed, weights: seed } } }));

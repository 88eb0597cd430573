import { z } from 'zod';
import { shortened } from '../../data/shown-text';
import { CONTROL_IDS, CONTROLS, type ControlId } from './controls';
import { PACES } from './paces';
import { PANEL_IDS, type PanelId } from './panels';

/** Sizes of text, in percent of the usual one. */
export const TEXT_SIZES = [100, 125, 150, 200] as const;

const MOST_STEPS = 7;
/** Of an experiment (workers/training/schema.ts). */
export const MOST_EPOCHS = 10_000;

/**
 * How the page is shown, whatever the experiment: a teacher's link, the embedded page and the print sheet are
 * such views.
 */
export const pageViewSchema = z.strictObject({
  /** Panels that are shown; absent: all that the run has. */
  panels: z.array(z.enum(PANEL_IDS)).optional(),
  /** Controls that are locked (in sight) or hidden; those not named are open. */
  controls: z.partialRecord(z.enum(CONTROL_IDS), z.enum(['locked', 'hidden'])).default({}),
  /** Epochs of every method a second at the start; null for full speed. */
  pace: z
    .union(PACES.map((pace) => z.literal(pace)))
    .nullable()
    .default(null),
  textSize: z.union(TEXT_SIZES.map((size) => z.literal(size))).default(100),
  /** Whether what was recorded is shown before the first run. */
  results: z.boolean().default(true),
  /** Whether the training curve is drawn beside validation. */
  trainingCurve: z.boolean().default(false),
  /** The epoch at which the slider stands once a run has ended; absent: the end. */
  epoch: z.int().min(1).max(MOST_EPOCHS).optional(),
  /** Id of a lesson. */
  lesson: z.string().max(40).optional(),
  /** First and last step of the lesson, from 1. */
  steps: z
    .tuple([z.int().min(1).max(MOST_STEPS), z.int().min(1).max(MOST_STEPS)])
    .refine(([from, to]) => from <= to, 'the first step comes before the last')
    .optional(),
});
export type PageView = z.output<typeof pageViewSchema>;

export const PLAIN_VIEW: PageView = pageViewSchema.parse({});

/** A view that was read, and a sentence for everything of it that could not be taken as it stood. */
export interface ReadView {
  view: PageView;
  said: string[];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Something of a link in a sentence. */
const shown = (value: unknown): string => shortened(JSON.stringify(value) ?? String(value), 40);

const allLocked = (): PageView['controls'] => Object.fromEntries(CONTROL_IDS.map((id) => [id, 'locked'])) as PageView['controls'];

const nearest = <N extends number>(value: number, of: readonly N[]): N =>
  of.reduce((best, one) => (Math.abs(one - value) < Math.abs(best - value) ? one : best), of[0]);

/**
 * Reads a view from anywhere. Never throws: what is unknown is left out, what is out of range is put in it,
 * and each of these is said. A control whose state cannot be read stays locked: a broken link must not open
 * what a teacher closed.
 *
 * @param lessons the number of steps of each lesson, by id
 */
export function readPageView(json: unknown, lessons: Readonly<Record<string, number>> = {}): ReadView {
  if (!isObject(json))
    return { view: { ...PLAIN_VIEW, controls: allLocked() }, said: ['How this link shows the page cannot be read, so all controls are locked.'] };
  const said: string[] = [];
  const view: PageView = { ...PLAIN_VIEW, controls: {} };
  const known = Object.keys(pageViewSchema.shape);
  for (const key of Object.keys(json))
    if (!known.includes(key)) said.push(`The link names “${shortened(key, 40)}”, which this version of the lab does not know.`);
  if (json.panels !== undefined) view.panels = readPanels(json.panels, said);
  if (json.controls !== undefined) view.controls = readControls(json.controls, said);
  if (typeof json.pace === 'number' && Number.isFinite(json.pace)) {
    view.pace = nearest(json.pace, PACES);
    if (view.pace !== json.pace) said.push(`The speed ${shown(json.pace)} was changed to ${view.pace} epochs a second.`);
  } else if (json.pace !== undefined && json.pace !== null) said.push(`The speed ${shown(json.pace)} cannot be read, so runs have full speed.`);
  if (typeof json.textSize === 'number' && Number.isFinite(json.textSize)) {
    view.textSize = nearest(json.textSize, TEXT_SIZES);
    if (view.textSize !== json.textSize) said.push(`The text size ${shown(json.textSize)} % was changed to ${view.textSize} %.`);
  } else if (json.textSize !== undefined) said.push(`The text size ${shown(json.textSize)} cannot be read, so text has its usual size.`);
  if (typeof json.results === 'boolean') view.results = json.results;
  else if (json.results !== undefined) said.push('The link does not say clearly whether results are shown, so they are.');
  if (typeof json.trainingCurve === 'boolean') view.trainingCurve = json.trainingCurve;
  else if (json.trainingCurve !== undefined) said.push('The link does not say clearly whether the training curve is drawn, so it is not.');
  readEpoch(json.epoch, view, said);
  readLesson(json, lessons, view, said);
  return { view, said };
}

function readEpoch(given: unknown, view: PageView, said: string[]): void {
  if (given === undefined) return;
  if (typeof given !== 'number' || !Number.isFinite(given)) {
    said.push(`The epoch ${shown(given)} cannot be read, so the end of a run is shown.`);
    return;
  }
  view.epoch = Math.min(MOST_EPOCHS, Math.max(1, Math.round(given)));
  if (view.epoch !== given) said.push(`The epoch ${shown(given)} was changed to ${view.epoch}.`);
}

function readPanels(given: unknown, said: string[]): PanelId[] | undefined {
  if (!Array.isArray(given)) {
    said.push('The panels in this link cannot be read, so all are shown.');
    return undefined;
  }
  const known = PANEL_IDS.filter((id) => given.includes(id));
  for (const id of given) if (!(PANEL_IDS as readonly unknown[]).includes(id)) said.push(`This version of the lab has no panel ${shown(id)}.`);
  if (known.length > 0 || given.length === 0) return known;
  said.push('None of the panels in this link exist, so all are shown.');
  return undefined;
}

function readControls(given: unknown, said: string[]): PageView['controls'] {
  if (!isObject(given)) {
    said.push('The locked controls in this link cannot be read, so all controls are locked.');
    return allLocked();
  }
  const controls: PageView['controls'] = {};
  for (const [id, state] of Object.entries(given)) {
    const control = CONTROLS.find((one) => one.id === id);
    if (!control) {
      said.push(`This version of the lab has no control “${shortened(id, 40)}”.`);
      continue;
    }
    const read = state === 'locked' || state === 'hidden';
    if (!read) said.push(`The link does not say clearly what to do with “${control.name}”, so it is locked.`);
    controls[id as ControlId] = read ? state : 'locked';
  }
  return controls;
}

function readLesson(json: Record<string, unknown>, lessons: Readonly<Record<string, number>>, view: PageView, said: string[]): void {
  const { lesson, steps } = json;
  if (lesson === undefined) {
    if (steps !== undefined) said.push('The link names steps but no lesson, so they are left out.');
    return;
  }
  if (typeof lesson !== 'string' || !Object.hasOwn(lessons, lesson)) {
    said.push(`This version of the lab has no lesson ${shown(lesson)}.`);
    return;
  }
  view.lesson = lesson;
  if (steps === undefined) return;
  const last = lessons[lesson];
  const whole = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value);
  if (!Array.isArray(steps) || steps.length !== 2 || !steps.every(whole)) {
    said.push('The steps in this link cannot be read, so the whole lesson is shown.');
    return;
  }
  const within = (value: number): number => Math.min(last, Math.max(1, value));
  const [from, to] = [within(Math.min(...steps)), within(Math.max(...steps))];
  view.steps = [from, to];
  if (from !== steps[0] || to !== steps[1]) said.push(`The steps ${shown(steps[0])} to ${shown(steps[1])} were changed to ${from} to ${to}.`);
}

import { shortened } from '../../workers/data/shown-text';
import type { Answer } from '../../workers/spec/lessons/answer';
import type { HandIn, ReadHandIn } from '../../workers/spec/lessons/hand-in';
import type { Ask, Lesson } from '../../workers/spec/lessons/schema';
import { exactly } from '../text/numbers';
import { plural } from '../ui/format';
import type { Mark } from './pad';
import { answerMarks } from './sketch-ask';

/** What a class has handed in, and what could not be taken. */
export interface Collected {
  taken: { handIn: HandIn; source: string }[];
  refused: { source: string; problem: string }[];
}

export const NOTHING: Collected = { taken: [], refused: [] };

/** Hand-ins with the same key are one person's: of those without a name only the very same. */
const keyOf = (handIn: HandIn): string => {
  // An ü may be written as one sign or as two, by the keyboard that wrote it.
  const name = handIn.name.normalize('NFC').trim().toLowerCase();
  return JSON.stringify(name === '' ? handIn : [handIn.lesson, name]);
};

/**
 * Adds what was read. The same hand-in twice counts once; of one name and lesson the newest counts, because
 * people hand in again. Those of another edition of a lesson are refused: their questions were others.
 */
export function added(known: Collected, read: readonly ReadHandIn[], hashes: Readonly<Record<string, string>>): Collected {
  const taken = new Map(known.taken.map((one) => [keyOf(one.handIn), one]));
  const refused = [...known.refused];
  for (const one of read) {
    if (!one.ok) {
      refused.push({ source: one.source, problem: one.problem });
      continue;
    }
    const { handIn, source } = one;
    const which = shortened(handIn.lesson, 40);
    const hash = Object.hasOwn(hashes, handIn.lesson) ? hashes[handIn.lesson] : null;
    if (hash === null) refused.push({ source, problem: `is of the lesson “${which}”, which this version of the lab does not have.` });
    else if (hash !== handIn.hash) refused.push({ source, problem: `is of another edition of the lesson “${which}”, with other questions.` });
    else {
      const key = keyOf(handIn);
      // The newest stands last.
      taken.delete(key);
      taken.set(key, one);
    }
  }
  return { taken: [...taken.values()], refused };
}

/** All drawings of one question in the axes of the question; whose they are is not said. */
export function overlaid(ask: Extract<Ask, { kind: 'sketch' | 'mark' }>, answers: readonly (Answer | undefined)[]): Mark[] {
  return answers.flatMap((answer, i) => answerMarks(ask, answer).map((mark) => ({ ...mark, id: `${mark.id} ${i}` })));
}

export interface Counted {
  id: string;
  label: string;
  count: number;
}

/** How often each option was chosen. */
export const countedChoices = (options: readonly { id: string; label: string }[], answers: readonly (Answer | undefined)[]): Counted[] =>
  options.map(({ id, label }) => ({ id, label, count: answers.filter((answer) => answer?.kind === 'choice' && answer.chosen === id).length }));

/** Mean place of each item over the class, the first first; items nobody placed are left out. */
export function meanPlaces(
  items: readonly { id: string; label: string }[],
  answers: readonly (Answer | undefined)[],
): { label: string; place: number }[] {
  const orders = answers.flatMap((answer) => (answer?.kind === 'rank' ? [answer.order] : []));
  return items
    .flatMap(({ id, label }) => {
      const places = orders.map((order) => order.indexOf(id) + 1).filter((place) => place > 0);
      return places.length > 0 ? [{ label, place: places.reduce((sum, place) => sum + place, 0) / places.length }] : [];
    })
    .sort((a, b) => a.place - b.place);
}

/** For how many the claim of a lesson held when they tried other seeds. */
export const heldSentence = (again: readonly { held: boolean }[]): string =>
  `With new seeds the claim held for ${again.filter(({ held }) => held).length} of ${plural(again.length, 'pupil')}.`;

/** Numbers as they were given, and their median; null where there are none. */
export function numbersInWords(answers: readonly (Answer | undefined)[]): { all: string; median: string } | null {
  const sorted = sortedNumbers(answers);
  const median = medianOf(sorted);
  return median === null ? null : { all: sorted.map(exactly).join(', '), median: exactly(Number(median.toPrecision(12))) };
}

/** Numbers in order of size. */
export const sortedNumbers = (answers: readonly (Answer | undefined)[]): number[] =>
  answers.flatMap((answer) => (answer?.kind === 'number' ? [answer.value] : [])).sort((a, b) => a - b);

export function medianOf(sorted: readonly number[]): number | null {
  if (sorted.length === 0) return null;
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** An answer as one cell of a table. */
function cellOf(ask: Ask | { kind: 'choice'; options: readonly { id: string; label: string }[] }, answer: Answer | undefined): string {
  if (!answer || answer.kind !== ask.kind) return '';
  if (answer.kind === 'number') return String(answer.value);
  if (answer.kind === 'choice' && ask.kind === 'choice') return ask.options.find(({ id }) => id === answer.chosen)?.label ?? answer.chosen;
  if (answer.kind === 'rank' && ask.kind === 'rank')
    return answer.order.map((id) => ask.items.find((item) => item.id === id)?.label ?? id).join(' > ');
  if (answer.kind === 'mark')
    return Object.entries(answer.marks)
      .map(([id, [x, y]]) => `${id}: ${x}, ${y}`)
      .join('; ');
  if (answer.kind === 'sketch')
    return Object.entries(answer.curves)
      .map(([id, points]) => `${id}: ${points.map((point) => point.join(' ')).join(', ')}`)
      .join('; ');
  return '';
}

/**
 * A row a hand-in, a column a question and a number of the run. Names come from pupils: what writes the table
 * sees to it that a spreadsheet takes none for a formula.
 */
export function collectedTable(lesson: Lesson, handIns: readonly HandIn[]): { columns: string[]; rows: (string | number | null)[][] } {
  const steps = lesson.steps.filter((step) => step.ask);
  const labels = [...new Set(handIns.flatMap(({ numbers }) => numbers.map(({ label }) => label)))];
  const questions = {
    before: { kind: 'choice' as const, options: lesson.before.options },
    after: { kind: 'choice' as const, options: lesson.after.options },
  };
  return {
    columns: ['Name', 'Before', ...steps.map(({ title }) => title), 'After', ...labels, 'Seed of the repetition', 'Claim held'],
    rows: handIns.map(({ name, answers, numbers, again }) => [
      name,
      cellOf(questions.before, answers.before),
      ...steps.map(({ id, ask }) => cellOf(ask as Ask, answers[id])),
      cellOf(questions.after, answers.after),
      ...labels.map((label) => numbers.find((one) => one.label === label)?.value ?? null),
      again?.seed ?? null,
      again ? (again.held ? 'yes' : 'no') : null,
    ]),
  };
}

/** The teacher's notes, docs/lessons.md, written from the lessons and from what was measured of them. */
import type { Claims } from '../../workers/spec/lessons/claims';
import type { Ask, Lesson, Question, Step } from '../../workers/spec/lessons/schema';

export const NOTES = 'docs/lessons.md';

const HEAD = `# Lessons: a teacher's notes

<!-- Written by \`npm run lessons -- --notes\` from workers/spec/lessons/data and public/recorded/lessons/claims.json. Do not edit by hand. -->

Eight lessons of ten minutes at most. Each has one claim that a learner can say in a sentence at the end. A lesson asks before it shows: a sketch, a number, an order, a choice or a mark; the answer is kept and laid over the result. The order below is a good one, and each lesson stands alone.

*Held* says how often the claim was true when the lesson's experiments were trained with other seeds; the lesson says the same to the learner. *Seconds* is the most that all runs of a lesson took together with one seed: seconds of processor, of two threads in WebAssembly.

`;

/** A cell of a table: no line may end it. */
const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');

const heldWords = (claim: Claims['lessons'][string] | undefined): string => (claim ? `${claim.held} of ${claim.of}` : 'not measured');

/** How a step asks, in words. */
function askWords(ask: Ask): string {
  switch (ask.kind) {
    case 'sketch':
      return `Sketch (${ask.curves.map(({ label }) => label).join('; ')})`;
    case 'number':
      return 'Number';
    case 'rank':
      return `Order (${ask.items.map(({ label }) => label).join('; ')})`;
    case 'choice':
      return `Choice (${ask.options.map(({ label }) => label.replace(/\.$/, '')).join('; ')})`;
    case 'mark':
      return `Marks (${ask.marks.map(({ label }) => label).join('; ')})`;
  }
}

function stepWords(step: Step, index: number): string {
  const asked = step.ask ? ` ${step.ask.prompt} *${askWords(step.ask)}.*` : ` ${step.todo}`;
  return `${index + 1}. **${step.title}.**${asked}\n   Key: ${step.explain}`;
}

function questionWords(name: string, { prompt, options, right, because }: Question): string {
  const others = options.filter(({ id }) => id !== right).map(({ label }) => label.replace(/\.$/, ''));
  const answer = options.find(({ id }) => id === right)?.label ?? '';
  return `**${name}.** ${prompt}\n*Right:* ${answer} ${because} *Also offered:* ${others.join('; ')}.`;
}

function lessonWords(lesson: Lesson, place: number, claim: Claims['lessons'][string] | undefined): string {
  const misses = claim && claim.failed.length > 0 ? ` It did not hold with seed ${claim.failed.join(', ')}.` : '';
  return [
    `## ${place}. ${lesson.title}`,
    `Link: \`?lesson=${lesson.id}\` · ${lesson.minutes} minutes · ${lesson.runs.length === 1 ? 'one run' : `${lesson.runs.length} runs`}${claim ? `, ${claim.seconds} s` : ''}`,
    `**Claim.** ${lesson.claim}\nHeld with ${heldWords(claim)} seeds.${misses}`,
    `**What many think.** ${lesson.misconception}`,
    questionWords('Before', lesson.before),
    lesson.steps.map(stepWords).join('\n'),
    questionWords('After', lesson.after),
    `**On one's own table.** ${lesson.transfer}`,
  ].join('\n\n');
}

/** The whole page. */
export function notesOf(lessons: readonly Lesson[], claims: Claims['lessons']): string {
  const rows = lessons.map((lesson, i) => {
    const claim = claims[lesson.id];
    const cells = [String(i + 1), `[${lesson.title}](#${anchor(i + 1, lesson.title)})`, lesson.claim, String(lesson.minutes)];
    return `| ${[...cells, heldWords(claim), claim ? String(claim.seconds) : ''].map(cell).join(' | ')} |`;
  });
  const table = ['| | lesson | claim | minutes | held | seconds |', '|---|---|---|---|---|---|', ...rows].join('\n');
  return `${HEAD}${table}\n\n${lessons.map((lesson, i) => lessonWords(lesson, i + 1, claims[lesson.id])).join('\n\n')}\n`;
}

/** The anchor of a heading, as GitHub makes it. */
const anchor = (place: number, title: string): string =>
  `${place}-${title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replace(/ /g, '-')}`;

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LESSONS } from '../../workers/spec/lessons';
import type { Answer, Answers } from '../../workers/spec/lessons/answer';
import { type LessonContext, numbersOf } from '../../workers/spec/lessons/evaluate';
import type { Ask, Lesson } from '../../workers/spec/lessons/schema';
import { toldOf } from './told';

function answerTo(ask: Ask): Answer {
  switch (ask.kind) {
    case 'sketch':
      return {
        kind: 'sketch',
        curves: Object.fromEntries(ask.curves.map(({ id }) => [id, [ask.x.min, ask.x.max].map((x) => [x, ask.y.min])])),
      } as Answer;
    case 'number':
      return { kind: 'number', value: ask.min };
    case 'rank':
      return { kind: 'rank', order: ask.items.map(({ id }) => id) };
    case 'choice':
      return { kind: 'choice', chosen: ask.options[0].id };
    case 'mark':
      return { kind: 'mark', marks: Object.fromEntries(ask.marks.map(({ id }) => [id, [ask.x.min, ask.y.min]])) };
  }
}

const answersTo = ({ steps }: Lesson): Answers => Object.fromEntries(steps.flatMap(({ id, ask }) => (ask ? [[id, answerTo(ask)]] : [])));

/** All numbers of the recorded picture, which also stands for the runs that have none. */
function everythingKnown(lesson: Lesson): LessonContext {
  const { run } = JSON.parse(readFileSync(`public/recorded/lessons/${lesson.runs[0].recorded}.json`, 'utf8'));
  const now = numbersOf(run);
  const runs = Object.fromEntries(lesson.runs.map(({ id }) => [id, now]));
  return { now, runs, spec: lesson.runs[0].spec, view: {}, selected: 0, answers: answersTo(lesson) };
}

describe.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))('the lesson %s', (_, lesson) => {
  const known = everythingKnown(lesson);
  const asking = lesson.steps.filter(({ ask }) => ask);
  const training = lesson.steps.filter(({ ask }) => !ask);

  it('tells nothing of a question before it is answered, however much is known', () => {
    for (const step of asking) {
      const { [step.id]: _own, ...others } = known.answers;
      const { explained, revealed } = toldOf(lesson, step, { ...known, answers: others }, true);
      expect([step.id, explained, revealed === step]).toEqual([step.id, false, false]);
    }
  });

  it('waits while an answer is typed, and then tells all', () => {
    for (const step of asking) {
      const own = step.reveal?.of === step.id;
      for (const settled of [false, true]) {
        const { explained, revealed } = toldOf(lesson, step, known, settled);
        expect([step.id, explained, revealed === step]).toEqual([step.id, settled, settled && own]);
      }
    }
  });

  it('tells what was trained once the run has ended', () => {
    for (const step of training) {
      expect(toldOf(lesson, step, { ...known, runs: {} }, true)).toEqual({ done: false, explained: false, revealed: null });
      const { explained, revealed } = toldOf(lesson, step, known, true);
      expect([explained, revealed?.id]).toEqual([true, step.reveal?.of]);
    }
  });
});

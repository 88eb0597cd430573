import { expect, it } from 'vitest';
import { lessonOf } from '../../workers/spec/lessons';
import type { RunNumbers } from '../../workers/spec/lessons/evaluate';
import type { Lesson } from '../../workers/spec/lessons/schema';
import { handInOf } from './hand-in-stage';

const STATE = { hash: '0123456789abcdef', name: 'Ada', answers: {}, again: null, numbers: {} };

it('hands in numbers of the runs that the steps were about, whatever stands on the page', () => {
  const lesson = lessonOf('leakage') as Lesson;
  const run = (own: number, ignore: number) =>
    ({
      spec: lesson.runs[0].spec,
      curves: {},
      embeddings: {},
      results: { 'target-encoding': { metrics: { r2: own } }, ignore: { metrics: { r2: ignore } } },
    }) as unknown as RunNumbers;
  const context = {
    now: run(0.9, 0.8),
    runs: { 'before-split': run(0.43, -0.01), honest: run(0.002, 0.001) },
    spec: lesson.runs[0].spec,
    view: {},
    selected: 0,
    answers: {},
  };
  expect(handInOf(lesson, STATE, context).numbers).toEqual([
    { label: 'R² of Target encoding', value: 0.43 },
    { label: 'R² of Ignore', value: -0.01 },
    { label: 'R², out of fold', value: 0.002 },
  ]);
  // What was recorded, or is of a table of one's own, is no number of a run of the lesson.
  expect(handInOf(lesson, STATE, { ...context, runs: {} }).numbers).toEqual([]);
  // After a reload there are those that were kept, also where "Again" has trained since.
  const kept = { ...STATE, numbers: { 'R² of Ignore': -0.01, 'R² of Target encoding': 0.43 } };
  const again = { ...run(0.7, 0.6), spec: { ...lesson.runs[0].spec, seeds: { data: 9, split: 9, weights: 9 } } };
  expect(handInOf(lesson, kept, { ...context, runs: { 'before-split': again, honest: again } }).numbers).toEqual([
    { label: 'R² of Target encoding', value: 0.43 },
    { label: 'R² of Ignore', value: -0.01 },
    { label: 'R², out of fold', value: 0.7 },
  ]);
});

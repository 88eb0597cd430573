/**
 * The experiments of the lessons train: a quarter of each, every number known that a claim or an answer is
 * about.
 */
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../workers/engine/testing';
import { type ExperimentSpec, experimentSchema } from '../workers/spec/experiment';
import { LESSONS } from '../workers/spec/lessons';
import { drawn, type LessonContext, measured, numbersOf, type RunNumbers } from '../workers/spec/lessons/evaluate';
import type { Predicate, Value } from '../workers/spec/lessons/measure';
import type { Lesson } from '../workers/spec/lessons/schema';
import { collected } from './collect';

beforeAll(() => useBackend('wasm'));

/** Two epochs, or as many as a claim names. */
const epochsOf = (lesson: Lesson): number => Math.max(2, ...[...JSON.stringify(lesson.measured).matchAll(/"take":(\d+)/g)].map(([, n]) => Number(n)));

const quarter = (count: number): number => Math.ceil(count / 4);

function smaller(spec: ExperimentSpec, epochs: number): ExperimentSpec {
  const { dataset, training } = spec;
  if (!('trainRows' in dataset)) throw new Error('a lesson is about a simulation');
  const few = 'levels' in dataset ? { levels: dataset.levels.map((q) => (q < 20 ? q : quarter(q))) } : {};
  return experimentSchema.parse({
    ...spec,
    dataset: { ...dataset, ...few, trainRows: quarter(dataset.trainRows), testRows: quarter(dataset.testRows) },
    training: { ...training, epochs, patience: null },
  });
}

/** The values that a predicate compares. */
const valuesIn = (predicate: Predicate): Value[] =>
  'all' in predicate
    ? predicate.all.flatMap(valuesIn)
    : 'any' in predicate
      ? predicate.any.flatMap(valuesIn)
      : 'not' in predicate
        ? valuesIn(predicate.not)
        : 'less' in predicate
          ? predicate.less
          : [];

it.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))('%s', async (_, lesson) => {
  const runs: Record<string, RunNumbers> = {};
  for (const { id, spec } of lesson.runs) runs[id] = numbersOf(await collected(smaller(spec, epochsOf(lesson))));
  const contextOf = (now: RunNumbers): LessonContext => ({ now, runs, spec: lesson.runs[0].spec, view: {}, selected: 0, answers: {} });
  let onPage = lesson.runs[0].id;
  const unknown = valuesIn(lesson.measured.holds).filter((value) => measured(value, contextOf(runs[onPage])) === null);
  for (const { run = onPage, reveal, ask } of lesson.steps) {
    onPage = run;
    const context = contextOf(runs[onPage]);
    for (const { value } of reveal?.values ?? []) if (measured(value, context) === null) unknown.push(value);
    const axis = ask && 'x' in ask ? ask.x : { label: '', min: 1, max: 100, log: true };
    for (const { label, from } of reveal?.series ?? []) expect(drawn(from, context, axis)?.points.length, label).toBeGreaterThan(1);
  }
  expect(unknown).toEqual([]);
});

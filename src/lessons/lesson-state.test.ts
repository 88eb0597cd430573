import 'fake-indexeddb/auto';
import { expect, it, vi } from 'vitest';
import { LESSONS, lessonOf } from '../../workers/spec/lessons';
import type { RunNumbers } from '../../workers/spec/lessons/evaluate';
import type { Lesson } from '../../workers/spec/lessons/schema';
import { storedLesson } from '../state/lesson-store';
import { useLesson } from './lesson-state';

it('takes answers that the browser gives late beside those given meanwhile, which stay', async () => {
  const state = () => useLesson.getState();
  state().begin(LESSONS[0], () => null, undefined, null);
  state().answer('second', { kind: 'number', value: 2 });
  state().recall(null);
  expect(state().answers).toEqual({ second: { kind: 'number', value: 2 } });
  const kept = { first: { kind: 'number', value: 1 }, second: { kind: 'number', value: 9 } } as const;
  state().recall({ answers: kept, place: 3, name: 'Ada', again: { seed: 2, held: true }, numbers: {} });
  expect(state().answers).toEqual({ first: kept.first, second: { kind: 'number', value: 2 } });
  expect(state()).toMatchObject({ place: 0, name: 'Ada', again: { seed: 2, held: true } });
  // The browser keeps both, for the next visit.
  await vi.waitFor(async () => expect(await storedLesson(LESSONS[0].id, state().hash)).toMatchObject({ answers: state().answers, name: 'Ada' }));
  state().recall({ answers: {}, place: 0, name: 'Grace', again: null, numbers: {} });
  state().recall({ answers: {}, place: 0, name: 'Grace', again: { seed: 3, held: false }, numbers: {} });
  expect(state()).toMatchObject({ name: 'Ada', again: { seed: 2, held: true } });
});

it('stands where the browser left it, if nobody has gone on or answered meanwhile', () => {
  const state = () => useLesson.getState();
  const kept = { answers: {}, place: 3, name: '', again: null, numbers: {} };
  state().begin(LESSONS[0], () => null, undefined, null);
  state().recall(kept);
  expect(state().place).toBe(3);
  state().begin(LESSONS[0], () => null, undefined, null);
  state().go(1);
  state().recall(kept);
  expect(state().place).toBe(1);
  // The lesson may have had more stages.
  state().begin(LESSONS[0], () => null, undefined, null);
  state().recall({ ...kept, place: 99 });
  expect(state().place).toBe(state().stages.length - 1);
});

it('keeps what runs with the lesson’s own seeds showed, for the next visit', async () => {
  const state = () => useLesson.getState();
  const lesson = lessonOf('leakage') as Lesson;
  state().begin(lesson, () => null, undefined, null);
  const run = (r2: number, seed: number): RunNumbers => {
    const { spec } = lesson.runs[0];
    const results = { 'target-encoding': { metrics: { r2 } } };
    return { spec: { ...spec, seeds: { ...spec.seeds, data: seed } }, curves: {}, embeddings: {}, results } as unknown as RunNumbers;
  };
  const own = lesson.runs[0].spec.seeds.data;
  state().found('before-split', run(0.43, own));
  state().found('before-split', run(0.9, own + 1));
  expect(state().runs['before-split'].spec.seeds.data).toBe(own + 1);
  expect(state().numbers).toEqual({ 'R² of Target encoding': 0.43 });
  await vi.waitFor(async () => expect(await storedLesson(lesson.id, state().hash)).toMatchObject({ numbers: state().numbers }));
});

import { describe, expect, it } from 'vitest';
import { LESSONS, lessonOf } from '../../workers/spec/lessons';
import { type Lesson, withSeed } from '../../workers/spec/lessons/schema';
import { accessTo, isShown, plainOf } from '../state/page-view';
import { moved } from './rank-ask';
import { bringsRun, runAt, stagesOf, titleOf, viewOf } from './stages';

const [lesson] = LESSONS;
const last = lesson.steps.length;
const kinds = (range?: [number, number]): string[] =>
  stagesOf(lesson, range).map((stage) => (stage.kind === 'step' ? `step ${stage.number}` : stage.kind));

describe('stages', () => {
  it('are the whole lesson between its two questions', () => {
    const steps = lesson.steps.map((_, i) => `step ${i + 1}`);
    expect(kinds()).toEqual(['before', ...steps, 'after', 'again', 'own', 'hand-in']);
  });

  it('of a part are its steps, with what belongs to its ends, and a hand-in', () => {
    expect(kinds([1, 1])).toEqual(['before', 'step 1', 'hand-in']);
    expect(kinds([2, 2])).toEqual(['step 2', 'hand-in']);
    expect(kinds([last, last])).toEqual([`step ${last}`, 'after', 'again', 'own', 'hand-in']);
  });

  it('have names that tell them apart in every lesson', () => {
    for (const one of LESSONS) {
      const titles = stagesOf(one).map(titleOf);
      expect(new Set(titles).size).toBe(titles.length);
    }
  });

  it('open the whole page for one’s own table, and only what the step allows before', () => {
    const view = { controls: { seeds: 'locked' as const }, pace: null, textSize: 100 as const, results: true, trainingCurve: false };
    const embedded = false;
    for (const stage of stagesOf(lesson)) {
      const step = viewOf(stage, lesson, lesson.steps[0]);
      expect(accessTo({ view, step, embedded }, 'simulator')).toBe(stage.kind === 'own' ? 'open' : 'hidden');
      // What a teacher locked, no stage opens.
      expect(accessTo({ view, step, embedded }, 'seeds')).toBe(stage.kind === 'own' ? 'locked' : 'hidden');
      if (stage.kind === 'step') for (const panel of stage.step.show) expect(isShown({ view, step }, panel)).toBe(true);
      expect(isShown({ view: { ...view, panels: [] }, step }, 'results')).toBe(false);
    }
  });
});

describe('the chart of losses beside a lesson', () => {
  const encoder = lessonOf('encoder') as Lesson;
  const step = encoder.steps.find(({ allow }) => allow.includes('loss-kind')) as Lesson['steps'][number];
  const view = { step: viewOf({ kind: 'step', step, number: 1 }, encoder, step) };

  it('says of the predictive loss alone that lower is better', () => {
    expect(plainOf(view, 'validation-loss', 'predictive')).toContain('The lower its predictive loss, the better');
    expect(plainOf(view, 'validation-loss', 'objective')).toMatch(/read the answers there, so the lines cannot be compared\.$/);
    expect(plainOf(view, 'validation-loss', 'objective')).not.toContain('better');
    expect(plainOf(view, 'parameters', 'objective')).toBe(plainOf(view, 'parameters', 'predictive'));
    expect(plainOf({ step: null }, 'validation-loss', 'objective')).toBeUndefined();
  });
});

describe('the experiment of a step', () => {
  const two = lessonOf('new-level') as Lesson;
  const [known, fresh] = two.runs.map(({ spec }) => spec);
  const brings = (id: string, spec: Lesson['runs'][number]['spec']): boolean => {
    const step = two.steps.find((one) => one.id === id);
    if (!step) throw new Error(`no step ${id}`);
    return bringsRun(two, step, spec);
  };

  it('is that of the nearest step that names one', () => {
    expect(two.steps.map((step) => runAt(two, step).id)).toEqual(['known', 'known', 'known', 'new', 'new', 'new']);
    expect(runAt(two, null).id).toBe('known');
  });

  it('comes back with the step, and stays where it stands, with other seeds too', () => {
    // From known levels to new ones, and back to the question about known ones.
    expect([brings('train', known), brings('expect', fresh), brings('compare', fresh), brings('expect', known)]).toEqual([true, true, false, false]);
    expect(brings('compare', withSeed(two, 77)[1].spec)).toBe(false);
    // A table of one's own is none of the lesson's.
    expect(brings('compare', { ...fresh, methods: fresh.methods.slice(1) })).toBe(true);
  });
});

describe('answers', () => {
  it('in a rank move within its ends', () => {
    expect(moved(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 'a', 9)).toEqual(['b', 'c', 'a']);
    expect(moved(['a', 'b', 'c'], 'c', -1)).toEqual(['c', 'a', 'b']);
  });
});

import { expect, it } from 'vitest';
import { countedThings, thingAt, thingOf } from './thing';

it('names a level or a tag in each form', () => {
  expect(thingOf({ kind: 'levels' })).toEqual({ one: 'level', many: 'levels', One: 'Level', Many: 'Levels' });
  expect(thingOf({ kind: 'tags' })).toEqual({ one: 'tag', many: 'tags', One: 'Tag', Many: 'Tags' });
});

it('knows a column of tags by its place after the other features', () => {
  const summary = { features: ['city', 'user'] };
  expect([0, 1, 2].map((feature) => thingAt(feature, summary).one)).toEqual(['level', 'level', 'tag']);
  expect(thingAt(5, null).one).toBe('level');
});

it('counts them', () => {
  expect(countedThings(1, thingOf({ kind: 'tags' }), String)).toBe('1 tag');
  expect(countedThings(0, thingOf({ kind: 'levels' }), String)).toBe('0 levels');
});

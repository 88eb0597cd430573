import { expect, it } from 'vitest';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { readable, readStudy, unreadableWords } from './unit-store';

const study = { version: 1, begun: '2026-01-01T00:00:00Z', study: { spec: DEFAULT_PRESET, plan: { kind: 'repeat', times: 5 } } };

it('reads what is whole beside what is damaged, and counts the damaged', () => {
  const { study: inner } = study;
  const damaged = [
    null,
    7,
    {},
    { ...study, version: 2 },
    { ...study, begun: 3 },
    { ...study, study: null },
    { ...study, study: { ...inner, plan: {} } },
  ];
  const { found, unreadable } = readable([study, ...damaged, study], readStudy);
  expect(found.map(({ begun }) => begun)).toEqual([study.begun, study.begun]);
  expect(unreadable).toBe(damaged.length);
});

it('says how many cannot be read', () => {
  expect(unreadableWords(0, 'study')).toBeNull();
  expect(unreadableWords(1, 'repetition')?.message).toBe('A stored repetition of this browser cannot be read and is left out.');
  expect(unreadableWords(2, 'study')?.message).toBe('2 stored studies of this browser cannot be read and are left out.');
});

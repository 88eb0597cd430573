import { expect, it } from 'vitest';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { compareWords, persistWords, runFacts, runTitle, STAY_WORDS } from './words';

const run = { spec: DEFAULT_PRESET, begun: new Date(2026, 0, 2, 14, 5).toISOString(), over: false, epoch: 1112, bytes: 2_345_678 };
const now = new Date(2026, 0, 2, 18, 0);

it('calls a run by its name, else by its data and time', () => {
  expect(runTitle({ ...run, name: 'wide' }, now)).toBe('wide');
  expect(runTitle(run, now)).toMatch(/, 14:05$/);
  expect(runTitle(run, new Date(2026, 0, 3))).toMatch(/, 2 Jan, 14:05$/);
});

it('says how far it came, and its data where the name does not', () => {
  expect(runFacts(run, now)).toMatch(/^\d methods, stopped at epoch 1,112 · 2\.3 MB$/);
  expect(runFacts({ ...run, over: true, epoch: 1, name: 'wide' }, now)).toMatch(/, 14:05 · \d methods, 1 epoch, ended · 2\.3 MB$/);
});

it('says in plain words what the browser promised, and how many runs stay', () => {
  expect([true, false, null].map(persistWords).map((words) => /promised|may clear|does not say/.exec(words)?.[0])).toEqual([
    'promised',
    'may clear',
    'does not say',
  ]);
  expect(STAY_WORDS).toMatch(/^The \d+ newest runs stay/);
});

it('says of curves whether they are of the same rows, and who lacks the method', () => {
  const other = { spec: { ...DEFAULT_PRESET, seeds: { ...DEFAULT_PRESET.seeds, data: 2 } } };
  const weights = { spec: { ...DEFAULT_PRESET, seeds: { ...DEFAULT_PRESET.seeds, weights: 2 } } };
  expect(compareWords([run, weights], [])).toBe('All of these runs train and validate on the same rows.');
  const split = { spec: { ...DEFAULT_PRESET, seeds: { ...DEFAULT_PRESET.seeds, split: 2 } } };
  expect(compareWords([run, split], [])).toBe('These runs are not of the same rows: their losses are of different things.');
  expect(compareWords([run, other], ['wide'])).toBe(
    'These runs are not of the same rows: their losses are of different things. Without this method: wide.',
  );
});

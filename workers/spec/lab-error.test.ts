import { describe, expect, it } from 'vitest';
import { LabFailure } from '../data/failure';
import { toLabError } from './lab-error';

describe('what was thrown, as the page shows it', () => {
  it('keeps the words of a refusal, as an instance and as what crosses the boundary', () => {
    const refusal = { code: 'csv-empty', message: 'The file is empty.', hint: 'Choose another file.' };
    expect(toLabError(new LabFailure(refusal.code, refusal.message, refusal.hint))).toStrictEqual(refusal);
    expect(toLabError({ ...refusal, stack: 'lost' })).toStrictEqual(refusal);
  });
  it('names anything else a failure of the engine, in one sentence', () => {
    expect(toLabError(new Error('out of memory'))).toMatchObject({ code: 'unexpected', message: 'The engine failed: out of memory.' });
    expect(toLabError('gone.').message).toBe('The engine failed: gone.');
  });
});

it.each([
  'Failed to fetch dynamically imported module: https://lab.example/assets/runner-1a.js',
  'error loading dynamically imported module: https://lab.example/assets/runner-1a.js',
  'Importing a module script failed.',
  'Unable to preload CSS for /assets/levels-1a.css',
])('says that a part is missing, with a way on: %s', (message) => {
  expect(toLabError(new TypeError(message))).toMatchObject({
    code: 'part-missing',
    hint: expect.stringContaining('Reload the page when your results are saved.'),
  });
});

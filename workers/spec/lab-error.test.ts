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

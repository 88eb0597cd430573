import { expect, it } from 'vitest';
import { ABOUTS } from '../registry';
import { ASSUMPTIONS } from './assumptions';

it('every method says in one sentence what it assumes', () => {
  expect(Object.keys(ASSUMPTIONS).sort()).toEqual(ABOUTS.map(({ id }) => id).sort());
  for (const [id, sentence] of Object.entries(ASSUMPTIONS)) expect(sentence, id).toMatch(/^[A-Z][^.!?]*\.$/);
});

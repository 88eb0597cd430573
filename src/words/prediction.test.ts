import { expect, it } from 'vitest';
import { drawnWords } from './prediction';

it('says how many rows are drawn, of times that censored ones are not, and how many the scores are of', () => {
  expect(drawnWords({ drawn: 80, testRows: 80, scored: null })).toBe('All 80 test rows drawn.');
  expect(drawnWords({ drawn: 400, testRows: 9000, scored: 2000 })).toBe('400 of 9,000 test rows drawn. Scores of 2,000 of them.');
  expect(drawnWords({ drawn: 50, testRows: 80, seenRows: 50, scored: null })).toBe(
    'All 50 test rows whose event was seen are drawn; of the other 30 the time is not known.',
  );
  expect(drawnWords({ drawn: 400, testRows: 9000, seenRows: 5000, scored: 2000 })).toBe(
    '400 of 5,000 test rows whose event was seen are drawn; of the other 4,000 the time is not known. Scores of 2,000 of all 9,000.',
  );
});

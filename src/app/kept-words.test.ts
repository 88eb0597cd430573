import { describe, expect, it } from 'vitest';
import { keptWords } from './kept-words';

describe('the line on a run of an earlier visit', () => {
  const now = new Date(2026, 10, 29, 16, 0);
  const facts = { begun: new Date(2026, 10, 29, 14, 5).toISOString(), epoch: '112', over: false, data: 'Shops' };

  it('says when it was begun and how far it came', () => {
    expect(keptWords(facts, now).lead).toBe('Your run of 14:05 stopped at epoch 112.');
    expect(keptWords({ ...facts, begun: new Date(2026, 10, 3, 9, 7).toISOString(), over: true }, now).lead).toBe(
      'Your run of 3 November, 09:07 is kept.',
    );
  });

  it('says that another page has it', () => {
    expect(keptWords({ ...facts, elsewhere: true }, now)).toEqual({
      lead: 'Your run of 14:05 is open in another page, at epoch 112.',
      rest: 'Here it can only be read; it is offered here when that page is closed.',
    });
    expect(keptWords({ ...facts, elsewhere: true, over: true }, now).lead).toBe('Your run of 14:05 is open in another page.');
  });
});

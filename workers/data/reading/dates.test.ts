import { describe, expect, it } from 'vitest';
import { dateNumbers, daysFrom } from './dates';

describe('numbers of dates', () => {
  // Europe/Berlin at the end of summer time; days as Python's datetime gives them.
  const texts = ['2024-10-27T00:00:00+02:00', '2024-10-27T02:30:00+02:00', '2024-10-27T02:30:00+01:00', '2024-10-28T00:00:00+01:00'];
  const step = { kind: 'date', column: 'when', dayFirst: false } as const;

  it('days pass as they do, whatever the clock shows', () => {
    expect([...dateNumbers(texts, { ...step, as: 'days' }, null)]).toEqual([0, 2.5 / 24, 3.5 / 24, 25 / 24]);
  });

  it('hours and weekdays are those that were on the clock there', () => {
    expect([...dateNumbers(texts, { ...step, as: 'hour' }, null)]).toEqual([0, 2, 2, 0]);
    expect([...dateNumbers(texts, { ...step, as: 'weekday' }, null)]).toEqual([7, 7, 7, 1]);
  });

  it('the date that days count from is found from any of them', () => {
    const days = dateNumbers(texts, { ...step, as: 'days' }, null);
    for (const [i, text] of texts.entries()) expect(daysFrom(text, days[i], false)).toBe('2024-10-26T22:00:00.000Z');
    expect([...dateNumbers(texts.slice(3), { ...step, as: 'days', from: '2024-10-26T22:00:00.000Z' }, null)]).toEqual([25 / 24]);
  });
});

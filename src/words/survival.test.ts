import { describe, expect, it } from 'vitest';
import { halfTime, survivalSentence } from './survival';

const times = [0, 1, 2, 3];
const frailties = [
  { share: 0.1, frailty: 0.2, survival: [1, 0.9, 0.8, 0.7] },
  { share: 0.5, frailty: 0.7, survival: [1, 0.7, 0.5, 0.3] },
  { share: 0.9, frailty: 2.31, survival: [1, 0.4, 0.2, 0.1] },
];

describe('survival curves in words', () => {
  it('say whether the predicted shares are the observed ones', () => {
    const near = survivalSentence({ times, observed: [1, 0.7, 0.5, 0.3], mean: [1, 0.72, 0.5, 0.31], frailties });
    expect(near).toMatch(/^The predicted share of rows without the event is within 0\.02 of the observed one at all times drawn\./);
    const far = survivalSentence({ times, observed: [1, 0.7, 0.5, 0.3], mean: [1, 0.72, 0.71, 0.31], frailties });
    expect(far).toMatch(/^At time 2 the predicted share of rows without the event is 0\.71 and the observed one 0\.50\./);
  });

  it('say how far frailties move the middle row, also beyond what is drawn', () => {
    const curves = { times, observed: [1, 0.7, 0.5, 0.3], mean: [1, 0.7, 0.5, 0.3], frailties };
    expect(survivalSentence(curves)).toContain(
      'in 10 % of levels it is below 0.2, in 10 % above 2.31. Of rows with the middle prediction, half have had the event by time 1 with the high frailty, with the low one later than is drawn.',
    );
    const short = [{ ...frailties[0], survival: [1, 0.9, 0.5, 0.2] }, ...frailties.slice(1)];
    expect(survivalSentence({ ...curves, frailties: short })).toContain('by time 1 with the high frailty, with the low one by time 2.');
  });

  it('find the time of half the rows', () => {
    expect(halfTime(times, [1, 0.8, 0.5, 0.1])).toBe(2);
    expect(halfTime(times, [1, 0.9, 0.8, 0.7])).toBeNull();
  });
});

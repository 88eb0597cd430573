import { describe, expect, it } from 'vitest';
import { dotsOutside, linesOutside, notNumbers, planeOutsideWords } from './outside';

describe('what axes leave out', () => {
  it('is counted and named, and nothing is said of nothing', () => {
    expect(linesOutside(['TabNet', 'NCF'])).toBe('2 lines leave the top: TabNet and NCF.');
    expect(linesOutside(['TabNet'])).toBe('One line leaves the top: TabNet.');
    expect(linesOutside([])).toBeNull();
    expect(dotsOutside(1, 400, 'rows')).toBe('1 of 400 rows lies outside the axes.');
    expect(dotsOutside(3, 1400, 'rows', 'below 0')).toBe('3 of 1,400 rows lie below 0.');
    expect(dotsOutside(0, 400, 'rows')).toBeNull();
    expect(notNumbers(1, ['prediction', 'predictions'])).toBe('1 prediction is not drawn: not a number.');
    expect(notNumbers(2, ['prediction', 'predictions'])).toBe('2 predictions are not drawn: not a number.');
    expect(notNumbers(0, ['prediction', 'predictions'])).toBeNull();
  });

  it('is the prior, too', () => {
    expect(planeOutsideWords({ levels: 0, prior: false }, 400)).toBeNull();
    expect(planeOutsideWords({ levels: 0, prior: true }, 400)).toBe('The prior reaches beyond the axes.');
    expect(planeOutsideWords({ levels: 1, prior: false }, 400)).toBe('1 of 400 levels drawn lies outside the axes.');
    expect(planeOutsideWords({ levels: 2, prior: true }, 400)).toBe('2 of 400 levels drawn and a part of the prior lie outside the axes.');
  });
});

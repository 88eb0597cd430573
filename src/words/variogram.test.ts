import { describe, expect, it } from 'vitest';
import { variogramSentence } from './variogram';

const curve = (variance: number, squaredLength: number, nugget: number) =>
  Array.from({ length: 61 }, (_, i) => {
    const distance = i / 6;
    return { distance, semivariance: nugget + variance * (1 - Math.exp((-distance * distance) / (2 * squaredLength))) };
  });
const bins = (of: readonly { distance: number; semivariance: number }[], factor = 1) =>
  of.filter((_, i) => i % 4 === 2).map(({ distance, semivariance }) => ({ distance, semivariance: semivariance * factor, pairs: 10 }));

describe('a variogram in words', () => {
  it('says how far places are alike, and whether the residuals follow', () => {
    const fitted = curve(2, 4, 0.1);
    // 95 % of the way at √(2 · 4 · log 20) = 4.9.
    expect(variogramSentence({ bins: bins(fitted), nugget: 0.1, fitted })).toBe(
      'Places are alike up to a distance of about 5 in the fitted field, and the residuals of the places follow it.',
    );
    expect(variogramSentence({ bins: bins(fitted, 1.8), nugget: 0.1, fitted })).toMatch(
      /but the residuals of the places lie away from it, by \d+ % of its height on average\.$/,
    );
  });

  it('says that a field without variance is flat', () => {
    const fitted = curve(0.001, 1, 1);
    expect(variogramSentence({ bins: bins(fitted), nugget: 1, fitted })).toBe(
      'The fitted field is flat: near places are no more alike than far ones.',
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { ForecastWindow, SeriesAttention } from '../../workers/protocol';
import { RandomStream } from '../../workers/random/random';
import { hasReadAhead, leakSentence, type SeriesStory, seriesAttentionSentence, stepSentence, windowSentence } from './series';

function story(
  label: string,
  mean: number,
  last: number,
  given: { floor?: number | null; error?: number | null; task?: SeriesStory['scores']['task'] } = {},
) {
  const { floor = 0.25, error = 0.005, task = 'next-step' } = given;
  const score = (value: number) => ({ value, standardError: error });
  const group = { known: true, series: 63, windows: 700, mean: score(mean), first: score(1), last: score(last), bySteps: [1, last] };
  return { label, scores: { task, steps: 2, innovationVariance: floor, groups: [group] } } satisfies SeriesStory;
}

describe('what shows that a method has read the answer', () => {
  it('a mean below the innovation variance proves it', () => {
    const published = story('Sequence transformer as published', 0.084, 0.527);
    expect(hasReadAhead(published)).toBe(true);
    expect(leakSentence([story('Sequence transformer', 0.353, 0.318), published])).toBe(
      'Sequence transformer as published has a mean error of 0.0840, below the innovation variance 0.25 by more than noise: no past tells that much, so the answer was read from the window. At the last step, after which the window holds nothing, the error is 0.53.',
    );
  });

  it('a mean above it, or within its noise, does not', () => {
    expect(hasReadAhead(story('Honest', 0.353, 0.318))).toBe(false);
    expect(hasReadAhead(story('Lucky', 0.245, 0.245))).toBe(false);
    // A single window has no standard error, and proves nothing.
    expect(hasReadAhead(story('Once', 0.1, 0.1, { error: null }))).toBe(false);
    expect(leakSentence([story('Honest', 0.353, 0.318), story('Last value', 0.8, 0.8)])).toBe(
      'Honest and Last value: no mean error is below the innovation variance 0.25 by more than noise, so nothing shows that the answer was read from the window.',
    );
  });

  it('a mean below it by chance is not told as none: the truth itself is below in half of all draws', () => {
    const windows = 200;
    const draws = Array.from({ length: 400 }, (_, seed) => {
      const random = new RandomStream(seed, 'innovations');
      const errors = Array.from({ length: windows }, () => 0.25 * random.normal() ** 2);
      const mean = errors.reduce((a, b) => a + b) / windows;
      const spread = errors.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (windows - 1);
      return story('Truth', mean, mean, { error: Math.sqrt(spread / windows) });
    });
    const below = draws.filter(({ scores }) => scores.groups[0].mean.value < 0.25);
    expect(below.length / draws.length).toBeGreaterThan(0.45);
    expect(draws.filter(hasReadAhead).length / draws.length).toBeLessThan(0.07);
    expect(leakSentence([story('Lucky', 0.245, 0.245, { error: 0.01 })])).toBe(
      'Lucky: no mean error is below the innovation variance 0.25 by more than noise, so nothing shows that the answer was read from the window.',
    );
  });

  it('without a known variance, a last step that is worse than the mean is told', () => {
    expect(leakSentence([story('Both ways', 0.1, 0.5, { floor: null })])).toContain('errs more at the last step (0.50) than on average (0.10)');
    expect(leakSentence([story('Causal', 0.353, 0.318, { floor: null })])).toBeNull();
    // The later steps of a forecast are farther away, so that says nothing.
    expect(leakSentence([story('Forecast', 0.1, 0.5, { floor: null, task: 'forecast' })])).toBeNull();
  });
});

describe('errors by step', () => {
  const tagged = story('With tags', 0.35, 0.32);
  const untagged = story('Without', 0.43, 0.31);
  tagged.scores.groups[0].first.value = 0.71;

  it('name who has the least at either end', () => {
    expect(stepSentence([tagged, untagged], true)).toBe(
      'On series that trained, With tags has the least error at the first step (0.71), and Without at the last (0.31).',
    );
    expect(stepSentence([tagged, story('Worse', 0.5, 0.5)], true)).toBe(
      'On series that trained, With tags has the least error at the first step (0.71) and at the last (0.32).',
    );
    expect(stepSentence([tagged], true)).toBe('On series that trained, With tags errs by 0.71 at the first step and 0.32 at the last.');
  });

  it('say nothing of new series where there are none, or of a single step', () => {
    expect(stepSentence([tagged, untagged], false)).toBeNull();
    const one = story('Forecast', 0.2, 0.2, { task: 'forecast' });
    expect(stepSentence([{ ...one, scores: { ...one.scores, steps: 1 } }], true)).toBeNull();
  });
});

describe('a forecast of a window', () => {
  const window = (predicted: number[]): ForecastWindow => ({
    name: 'series 7',
    known: true,
    start: 10,
    asked: 12,
    times: null,
    past: Float64Array.of(1, 2),
    actual: Float64Array.of(3, 4),
    predicted: Float64Array.from(predicted),
  });

  it('names the method that comes closest, whichever it is', () => {
    const [near, far] = [
      { label: 'Near', window: window([3, 3]) },
      { label: 'Far', window: window([0, 0]) },
    ];
    const words = 'The two values of series 7 from step 12 on: Near comes closest here, with a mean squared error of 0.50.';
    expect(windowSentence([near, far])).toBe(words);
    expect(windowSentence([far, near])).toBe(words);
    expect(windowSentence([far])).toContain('Far has a mean squared error of');
  });
});

describe('attention to other series', () => {
  const attention = (weights: number[]): SeriesAttention => ({
    windows: 5,
    series: weights.map((weight, f) => ({ name: `series ${f + 1}`, tags: [], heads: [weight, weight] })),
  });

  it('says which series stand out against an even share', () => {
    expect(seriesAttentionSentence(attention([0.1, 0.6, 0.1, 0.1, 0.1]), 'TimeXer')).toBe(
      'TimeXer looks most at series 2, with 60 % of its attention against an even share of 20 %. No other has two times that share.',
    );
  });

  it('counts those that stand out where there are several', () => {
    expect(seriesAttentionSentence(attention([0.45, 0.45, 0.05, 0.03, 0.02]), 'TimeXer')).toContain(
      '2 of 5 series have two times that share or more, 90 % together.',
    );
  });

  it('says that none does', () => {
    expect(seriesAttentionSentence(attention([0.2, 0.3, 0.2, 0.15, 0.15]), 'TimeXer')).toBe(
      'TimeXer spreads its attention: no series has two times the even share of 20 %.',
    );
  });
});

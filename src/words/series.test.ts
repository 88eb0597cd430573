import { describe, expect, it } from 'vitest';
import { hasReadAhead, leakSentence, type SeriesStory } from './series';

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
      'Sequence transformer as published has a mean error of 0.0840, below the innovation variance 0.25: no past tells that much, so the answer was read from the window. At the last step, after which the window holds nothing, the error is 0.53.',
    );
  });

  it('a mean above it, or within its noise, does not', () => {
    expect(hasReadAhead(story('Honest', 0.353, 0.318))).toBe(false);
    expect(hasReadAhead(story('Lucky', 0.245, 0.245))).toBe(false);
    // A single window has no standard error, and proves nothing.
    expect(hasReadAhead(story('Once', 0.1, 0.1, { error: null }))).toBe(false);
    expect(leakSentence([story('Honest', 0.353, 0.318), story('Last value', 0.8, 0.8)])).toBe(
      'Honest and Last value: no mean error is below the innovation variance 0.25, so nothing shows that the answer was read from the window.',
    );
  });

  it('without a known variance, a last step that is worse than the mean is told', () => {
    expect(leakSentence([story('Both ways', 0.1, 0.5, { floor: null })])).toContain('errs more at the last step (0.50) than on average (0.10)');
    expect(leakSentence([story('Causal', 0.353, 0.318, { floor: null })])).toBeNull();
    // The later steps of a forecast are farther away, so that says nothing.
    expect(leakSentence([story('Forecast', 0.1, 0.5, { floor: null, task: 'forecast' })])).toBeNull();
  });
});

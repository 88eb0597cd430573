import { describe, expect, it } from 'vitest';
import type { MixedView, VarianceTest } from '../../workers/protocol';
import { ShownNames, shownTests, shownView } from './shown-view';

const LONG = 'w'.repeat(9_000);
const view = {
  method: 'linear-mixed-model',
  fit: {
    formula: `y ~ 1 + (1 | ${LONG})`,
    notes: [`${LONG} is a combination of others.`],
    random: [{ group: LONG, effects: ['(Intercept)', `${LONG}a`], deviations: [1, 2], correlations: [1, 0, 0, 1] }],
    fixed: [
      { name: '(Intercept)', estimate: 3 },
      { name: `${LONG}a`, estimate: 4 },
    ],
  },
  levels: [{ group: LONG, effects: ['(Intercept)', `${LONG}a`], labels: [LONG], values: new Float64Array(2), errors: new Float64Array(2) }],
  numeric: [{ name: `${LONG}a`, least: 0, most: 1, mean: 0.5 }],
  noIntervals: null,
} as unknown as MixedView;

describe('a mixed model with long names', () => {
  const names = new ShownNames();
  const shown = shownView(view, names);

  it('is shown with names that a page can hold', () => {
    for (const text of [shown.fit.formula, ...shown.fit.notes, shown.fit.random[0].group, ...shown.levels[0].effects])
      expect(text.length).toBeLessThanOrEqual(400);
    expect(shown.fit.fixed[0].name).toBe('(Intercept)');
    // Labels of levels are searched and saved as they are.
    expect(shown.levels[0].labels).toEqual([LONG]);
  });

  it('keeps columns apart whose names are cut to the same, and names one column alike everywhere', () => {
    expect(shown.fit.random[0].effects[1]).not.toBe(shown.fit.random[0].group);
    expect(shown.numeric[0].name).toBe(shown.fit.fixed[1].name);
    expect(shown.levels[0].effects[1]).toBe(shown.fit.fixed[1].name);
    const [test] = shownTests([{ group: LONG, effects: [`${LONG}a`] } as unknown as VarianceTest], names);
    expect(test.group).toBe(shown.fit.random[0].group);
    expect(test.effects).toEqual([shown.numeric[0].name]);
  });
});

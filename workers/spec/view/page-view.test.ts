import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTROL_IDS } from './controls';
import { PLAIN_VIEW, pageViewSchema, readPageView } from './page-view';

const LESSONS = { memorise: 5 };

describe('readPageView', () => {
  it('takes a whole view as it stands and says nothing', () => {
    const view = {
      panels: ['validation-loss', 'results'],
      controls: { levels: 'locked', share: 'hidden' },
      pace: 5,
      textSize: 150,
      results: false,
      trainingCurve: true,
      epoch: 12,
      lesson: 'memorise',
      steps: [2, 4],
    };
    expect(readPageView(view, LESSONS)).toEqual({ view, said: [] });
  });

  it('puts numbers in their range and says so', () => {
    const { view, said } = readPageView({ pace: 1000, textSize: 7, epoch: 0.2, lesson: 'memorise', steps: [0, 99] }, LESSONS);
    expect(view).toMatchObject({ pace: 10, textSize: 100, epoch: 1, steps: [1, 5] });
    expect(said).toHaveLength(4);
    expect(said[3]).toBe('The steps 0 to 99 were changed to 1 to 5.');
  });

  it('leaves out what it does not know and says so', () => {
    const { view, said } = readPageView({ panels: ['results', 'lasers'], colour: 'red', lesson: 'none' }, LESSONS);
    expect(view.panels).toEqual(['results']);
    expect(view.lesson).toBeUndefined();
    expect(said).toHaveLength(3);
  });

  it('says what a link names on one line, without marks that turn the words after it', () => {
    const { said } = readPageView({ 'a\u202Eb': 1, panels: ['x\u2067\ny'], controls: { 'c\u202Ed': 'locked' }, pace: 'e\u202E', lesson: 'f\u202E' });
    expect(said).toHaveLength(6);
    expect(said.join('')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    expect(said[0]).toBe('The link names “ab”, which this version of the lab does not know.');
  });

  it('never opens a control that a link meant to close', () => {
    expect(readPageView({ controls: { levels: 'unlocked' } }).view.controls).toEqual({ levels: 'locked' });
    const { view } = readPageView({ controls: 'none' });
    expect(Object.values(view.controls)).toEqual(CONTROL_IDS.map(() => 'locked'));
  });

  it('gives a valid view for any JSON, and a sentence unless it was one', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.record(
            {
              panels: fc.oneof(fc.jsonValue(), fc.array(fc.constantFrom('results', 'x'))),
              controls: fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('levels', 'x', '__proto__'), fc.jsonValue())),
              pace: fc.oneof(fc.jsonValue(), fc.constantFrom(1, 3, null)),
              textSize: fc.oneof(fc.jsonValue(), fc.integer()),
              results: fc.oneof(fc.jsonValue(), fc.boolean()),
              lesson: fc.constantFrom('memorise', 'x', '__proto__', 3),
              steps: fc.oneof(fc.jsonValue(), fc.tuple(fc.integer(), fc.integer())),
            },
            { requiredKeys: [] },
          ),
        ),
        (json) => {
          const { view, said } = readPageView(json, LESSONS);
          expect(pageViewSchema.parse(view)).toEqual(view);
          if (said.length === 0) expect({ ...PLAIN_VIEW, ...(json as object) }).toEqual(view);
        },
      ),
    );
  });
});

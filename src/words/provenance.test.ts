import { describe, expect, it } from 'vitest';
import { originSlug, originWords, staleButton, staleSentence, staleWords } from './provenance';

describe('where numbers come from', () => {
  it('is said in a line and in the name of a file', () => {
    const live = { data: 'Regression, q = 1,000', seeds: [1, 2, 3], run: { number: 4 } };
    expect(originWords(live)).toBe('Regression, q = 1,000; seeds 1, 2, 3; run 4');
    expect(originSlug(live)).toBe('regression-q-1000-run-4');
    expect(originWords({ ...live, epoch: 'epoch 12 of 34', at: 12 })).toBe('Regression, q = 1,000; seeds 1, 2, 3; run 4; epoch 12 of 34');
    expect(originSlug({ ...live, at: 12 })).toBe('regression-q-1000-run-4-epoch-12');
    const recorded = { ...live, run: { recorded: '1 May 2026' } };
    expect(originWords(recorded)).toBe('Regression, q = 1,000; seeds 1, 2, 3; recorded');
    expect(originWords(recorded, true)).toBe('Regression, q = 1,000; seeds 1, 2, 3; recorded 1 May 2026');
    expect(originSlug(recorded)).toBe('regression-q-1000-recorded');
  });

  it('makes a file name of any label', () => {
    const slug = (data: string) => originSlug({ data, seeds: [1, 1], run: { number: 1 } });
    expect(slug('../Größe & <b>.csv')).toBe('größe-b-csv-run-1');
    expect(slug('***')).toBe('data-run-1');
    expect(slug('x'.repeat(300)).length).toBeLessThan(80);
  });
});

describe('results of other settings', () => {
  const input = { kind: 'data' as const, shown: 'a.csv', chosen: 'b.csv', changed: [], missing: [] };

  it('name both tables, and do not contradict themselves where both have one name', () => {
    expect(staleSentence(input)).toBe('These are results of a.csv. Chosen now: b.csv.');
    expect(staleSentence({ ...input, chosen: 'a.csv' })).toBe('These are results of a.csv with other rows, columns or seeds than those chosen now.');
    expect(staleButton(input)).toBe('Train on b.csv');
  });

  it('name the methods that alone are concerned', () => {
    expect(staleSentence({ ...input, kind: 'methods', changed: ['NCF'], missing: ['LMMNN', 'TabNet'] })).toBe(
      'NCF was trained before its settings changed; LMMNN and TabNet are not trained yet. The other numbers are those of the settings.',
    );
  });

  it('mark a panel only where it is concerned', () => {
    expect(staleWords('data', false)).toBe('Not of the data chosen now.');
    expect(staleWords('training', false)).toBe('Not of the settings chosen now.');
    expect(staleWords('methods', true)).toBe('Trained before its settings changed.');
    expect(staleWords('methods', false)).toBe('');
    expect(staleWords('current', false)).toBe('');
  });
});

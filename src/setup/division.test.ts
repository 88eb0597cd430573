import { describe, expect, it } from 'vitest';
import type { TableDataset } from '../../workers/data/schema';
import { featureRefusal, shortWords, shownFields } from './division';

const table = (patch: Partial<TableDataset>): TableDataset => ({
  kind: 'table',
  name: 'prices.csv',
  fingerprint: '0123456789abcdef',
  task: 'regression',
  columns: [{ name: 'split', role: 'fold' }],
  reading: [],
  missing: { numeric: 'mean', categorical: 'own-level' },
  scaling: 'standardized',
  testFraction: 0.2,
  split: 'by-column',
  validation: 'rows',
  splitFeature: null,
  splitColumn: 'split',
  testValue: null,
  stratify: false,
  ...patch,
});

describe('how rows are divided, in a few words', () => {
  it('names the value whose rows test', () => {
    expect(shortWords(table({ testValue: '1' }))).toBe('test where split = 1');
    expect(shortWords(table({ testValue: null }))).toBe('as split says');
    expect(shortWords(table({ testValue: 'x'.repeat(300) }))).toHaveLength('test where split = '.length + 20);
  });
});

describe('the feature whose levels are divided', () => {
  const byLevel = (splitFeature: number | null) => table({ split: 'by-level', splitFeature });

  it('is asked for where there are several, and stays in sight where a number was chosen', () => {
    expect(shownFields(byLevel(null), 3)).toContain('splitFeature');
    expect(shownFields(byLevel(null), 1)).not.toContain('splitFeature');
    expect(shownFields(byLevel(3), 1)).toContain('splitFeature');
    expect(shownFields(byLevel(3), null)).toContain('splitFeature');
    expect(shownFields(table({ splitFeature: 3 }), 3)).not.toContain('splitFeature');
  });

  it('is one that there is', () => {
    expect(featureRefusal(5, 3)).toBe('The data have 3 categorical features.');
    expect(featureRefusal(2, 1)).toBe('The data have 1 categorical feature.');
    expect([featureRefusal(3, 3), featureRefusal(null, 3), featureRefusal(5, null)]).toEqual([null, null, null]);
  });
});

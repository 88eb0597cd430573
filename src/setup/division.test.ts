import { describe, expect, it } from 'vitest';
import type { TableDataset } from '../../workers/data/schema';
import { shortWords } from './division';

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

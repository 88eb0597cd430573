import { describe, expect, it } from 'vitest';
import type { TableDataset } from '../../workers/data/schema';
import { PUBLISHED_DIVISION } from '../../workers/spec/division';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { blockedReason } from './blocked';

const table: TableDataset = {
  kind: 'table',
  name: 'ratings.csv',
  fingerprint: '0123456789abcdef',
  task: 'regression',
  columns: [
    { name: 'user', role: 'categorical' },
    { name: 'stars', role: 'target' },
  ],
  missing: { numeric: 'mean', categorical: 'own-level' },
  scaling: 'standardized',
  testFraction: 0.2,
  ...PUBLISHED_DIVISION,
};

describe('why nothing can be trained', () => {
  it('asks for the column that is to divide the rows', () => {
    expect(blockedReason('none', { ...table, split: 'by-time' }, true)).toBe('Choose the column that divides the rows, under Test and validation.');
    expect(blockedReason('none', { ...table, split: 'by-time', splitColumn: 'user' }, true)).toBeNull();
  });

  it('names the file that a link needs, and waits for the column roles', () => {
    expect(blockedReason('none', table, false)).toBe('This needs the file ratings.csv. Drop it under Data.');
    // How its rows are divided is no part of its name.
    expect(blockedReason('none', { ...table, split: 'by-level' }, false)).toBe('This needs the file ratings.csv. Drop it under Data.');
    expect(blockedReason('roles', table, true)).toBe('Choose the column roles first.');
    expect(blockedReason('reading', DEFAULT_PRESET.dataset, true)).toBe('Choose the column roles first.');
  });
  it('is nothing once the rows are known, and for every simulation', () => {
    expect(blockedReason('none', table, true)).toBeNull();
    expect(blockedReason('refused', DEFAULT_PRESET.dataset, true)).toBeNull();
  });
});

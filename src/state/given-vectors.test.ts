import { describe, expect, it } from 'vitest';
import { experimentSchema } from '../../workers/spec/experiment';
import { widthFor } from '../../workers/spec/vectors';
import { haveSeenTestRows } from './given-vectors';

const simulated = { kind: 'simulated', task: 'regression', levels: [10], trainRows: 100, testRows: 50 };
const specOf = (dataset: unknown, seeds = {}) => experimentSchema.parse({ dataset, methods: [{ id: 'embeddings' }], seeds });

const table = {
  kind: 'table',
  name: 'a.csv',
  fingerprint: '0123456789abcdef',
  task: 'regression',
  columns: [
    { name: 'city', role: 'categorical' },
    { name: 'y', role: 'target' },
  ],
};

describe('vectors of a run', () => {
  it('have seen test rows where the same data are divided otherwise, and there alone', () => {
    const trained = specOf(simulated);
    expect(haveSeenTestRows(null, trained)).toBe(false);
    expect(haveSeenTestRows(trained, specOf(simulated))).toBe(false);
    expect(haveSeenTestRows(trained, specOf(simulated, { split: 2 }))).toBe(true);
    // Other rows altogether.
    expect(haveSeenTestRows(trained, specOf(simulated, { data: 2 }))).toBe(false);
    expect(haveSeenTestRows(trained, specOf({ ...simulated, trainRows: 200 }))).toBe(false);
    expect(haveSeenTestRows(specOf(table), specOf(table, { data: 2 }))).toBe(false);
    expect(haveSeenTestRows(specOf(table), specOf(table, { split: 2 }))).toBe(true);
    expect(haveSeenTestRows(specOf(table), specOf({ ...table, testFraction: 0.5 }))).toBe(true);
    expect(haveSeenTestRows(specOf(table), specOf({ ...table, fingerprint: 'fedcba9876543210', testFraction: 0.5 }))).toBe(false);
    expect(haveSeenTestRows(trained, specOf(table))).toBe(false);
  });

  it('are as wide as those of the column, of the only feature, or of the file', () => {
    expect(widthFor({ d: 9, features: [] }, 'city')).toBe(9);
    expect(widthFor({ d: 9, features: [{ name: 'river', d: 4 }] }, 'city')).toBe(4);
    const two = [
      { name: 'river', d: 4 },
      { name: 'city', d: 9 },
    ];
    expect([widthFor({ d: 9, features: two }, 'river'), widthFor({ d: 9, features: two }, 'town')]).toEqual([4, 9]);
  });
});

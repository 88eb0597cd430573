import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchFor } from './batch';

describe('batch size of a table', () => {
  it('is 1,024 for a long table, and leaves about ten steps an epoch for a short one', () => {
    expect([52_864, 4500, 1000, 100, 25, 5].map(batchFor)).toEqual([1024, 256, 64, 8, 8, 5]);
  });

  it('is never above the rows', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e8 }), (rows) => batchFor(rows) >= 1 && batchFor(rows) <= Math.min(rows, 1024)));
  });
});

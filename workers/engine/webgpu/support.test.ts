import { describe, expect, it } from 'vitest';
import type { FusedDescription } from '../plan';
import { unsupported } from './support';

describe('what the WebGPU step computes', () => {
  const tables = { kind: 'tables', d: 2, decoder: [3], l2: 0 } as const;

  it.each([
    [{ kind: 'no-levels', decoder: [3], dropout: [0.5] }, 'dropout'],
    [{ ...tables, levelDropout: 0.1 }, 'dropout'],
    [{ ...tables, interaction: 'inner-product' }, 'inner product'],
    [{ ...tables, lookups: { tables: [{ rows: 1, width: 2 }], features: [] } }, 'index maps'],
  ] as [FusedDescription, string][])('refuses what it would leave out: %o', (description, word) => {
    expect(unsupported(description, {})).toContain(word);
  });

  it('takes what asks for nothing new', () => {
    expect(unsupported({ ...tables, dropout: [0, 0], levelDropout: 0, interaction: 'concatenate', biases: false }, {})).toBeNull();
    expect(unsupported({ kind: 'no-levels', decoder: [3] }, { lazyTables: true })).toBeNull();
    expect(unsupported(tables, { lazyTables: true })).toContain('lazy');
  });
});

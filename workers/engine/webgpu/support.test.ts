import { expect, it } from 'vitest';
import { unsupported } from './support';

it('refuses random intercepts and columns of tags that draw in two ways, which the WebGPU step does not know, and nothing else', () => {
  const tables = { kind: 'tables', d: 2, decoder: [3], l2: 0 } as const;
  expect(unsupported({ kind: 'random-intercepts', d: 1, decoder: [3], leastVariance: 1e-3 })).toContain('random intercepts');
  const tags = [{ pooling: 'sum', table: 'tags/table' }] as const;
  expect(unsupported({ ...tables, tags })).toBeNull();
  expect(unsupported({ ...tables, tags, interaction: 'inner-product' })).toBeNull();
  const ofTags = { pooling: 'sum', draw: 'tag', mean: 'encoder/mean', logVar: 'encoder/logVar' } as const;
  const weights = { beta: 1, priorVariance: 1, logVarAveraging: 'mean-of-logs', extraction: 'mean' } as const;
  const encoder = { kind: 'encoder', d: 2, encoder: [], decoder: [], ...weights } as const;
  expect(unsupported({ ...encoder, tags: [ofTags, ofTags] })).toBeNull();
  expect(unsupported({ ...encoder, tags: [ofTags, { ...ofTags, draw: 'row' }] })).toContain('by row and some by tag');
  expect(unsupported({ ...tables, lookups: { tables: [{ rows: 1, width: 2 }], features: [] } })).toBeNull();
  expect(unsupported({ ...tables, interaction: 'inner-product', biases: true, levelDropout: 0.1, dropout: [0.5] })).toBeNull();
});

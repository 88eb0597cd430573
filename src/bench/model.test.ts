import { describe, expect, it } from 'vitest';
import type { BenchRow } from '../../workers/bench/schema';
import { binaryBytes, cellsOf, digits, linesOf, optionsOf, plansOf } from './model';

const ROW: BenchRow = {
  ...{ method: 'mmbeddings', q: 100, engine: 'plan-wasm', label: 'our plan, WASM, 1 thread', role: 'plan', skipped: null, firstStep: 12, loss: 1 },
  ...{ timing: { median: 0.1765, least: 0.17, most: 1, rounds: [0.17, 0.1765, 1] }, dispatches: null, javascript: null, order: null },
  ...{ memory: { bytes: 3 * 2 ** 20, kind: 'linear memory' }, gflops: 44.25, ratios: {}, kernels: null },
};
const PEER: BenchRow = { ...ROW, engine: 'tfjs-wasm', label: 'plain tfjs, WASM', role: 'peer', ratios: { 'plan-wasm': 15.1 } };
const OUT: BenchRow = { ...PEER, q: 1_000, timing: null, skipped: 'a step took 9 ms at q = 100', ratios: {} };

describe('what the bench page shows', () => {
  it('takes its settings from the address and leaves out what it does not know', () => {
    expect(optionsOf('?bench')).toMatchObject({ methods: ['mmbeddings', 'embeddings'], levels: [100, 1_000, 10_000], backends: ['wasm', 'webgpu'] });
    expect(optionsOf('?bench&q=60,20,20,x,1&rounds=2&turn=0&methods=embeddings,forest&backends=metal')).toMatchObject({
      levels: [20, 60],
      rounds: 2,
      turn: 100,
      methods: ['embeddings'],
      backends: ['wasm', 'webgpu'],
    });
  });

  it('writes numbers with three digits and bytes in binary units', () => {
    expect([0.1765, 15.1, 1234.5, 0, Number.NaN].map(digits)).toEqual(['0.177', '15.1', '1,235', '0', '–']);
    expect([4, 3 * 2 ** 20, 2 ** 31].map(binaryBytes)).toEqual(['4.00 B', '3.00 MiB', '2.00 GiB']);
  });

  it('compares peers with the plans that were measured', () => {
    const plans = plansOf([ROW, PEER, OUT]);
    expect(plans).toEqual([{ engine: 'plan-wasm', label: 'WASM, 1 thread' }]);
    expect(cellsOf(PEER, plans)).toMatchObject({ plan: false, ratios: ['×15.1'], skipped: null });
    expect(cellsOf(ROW, plans)).toMatchObject({ plan: true, ratios: [''], cells: ['0.177', '0.170–1.00', '44.3', '', '', '12.0', '3.00 MiB'] });
    expect(cellsOf(OUT, plans)).toMatchObject({ cells: [], skipped: 'a step took 9 ms at q = 100' });
  });

  it('draws what was measured, by engine', () => {
    expect(linesOf([ROW, PEER, OUT], 'mmbeddings').map(({ engine, points }) => [engine, points])).toEqual([
      ['plan-wasm', [{ q: 100, milliseconds: 0.1765 }]],
      ['tfjs-wasm', [{ q: 100, milliseconds: 0.1765 }]],
    ]);
    expect(linesOf([ROW], 'embeddings')).toEqual([]);
  });
});

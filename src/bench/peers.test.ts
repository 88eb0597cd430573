import { describe, expect, it } from 'vitest';
import type { EveryMethodReport, EveryMethodRow } from '../../workers/bench/every-method';
import { chartRows, mixedTableRows, peersOrigin, peersSentence, sizesOf, tableRows } from './peers';

const rounds = (wall: number[], processor = wall) => ({ wall, processor });
const row = (method: string, lab: number, torch: number, q: number | null = 1_000): EveryMethodRow => ({
  ...{ method, label: method.toUpperCase(), q, batch: 1_000, batches: 9, step: 'recorded WASM', absent: {}, differences: [1e-8, 2.4e-7] },
  ...{ preparation: 10, bytes: null, load: 0.5 },
  times: {
    'lab, 1 thread': rounds([2, 2, 2]),
    // A slow round slows both sides: the ratio is within rounds.
    'lab, 2 threads': rounds([lab, 10 * lab, lab]),
    'torch, 1 thread': rounds([9, 9, 9], [6, 6, 6]),
    'torch, 2 threads': rounds([torch, 10 * torch, torch]),
    tfjs: rounds([20, 20, 20]),
  },
});
const REPORT: EveryMethodReport = {
  ...{ version: 1, date: '2026-11-29T22:00:00Z', machine: 'a processor', cores: 2, node: '20', torch: '2.13', rounds: 3, turn: 100, compared: 20 },
  rows: [row('a', 1, 4), row('b', 2, 1), row('w', 1, 3, null)],
};

describe('every method next to PyTorch', () => {
  it('compares within rounds, and sorts by what PyTorch takes', () => {
    expect(chartRows(REPORT, 1_000, 'clock')).toEqual([
      { label: 'A', torch: 4, tfjs: 10 },
      { label: 'B', torch: 0.5, tfjs: 10 },
    ]);
    expect(chartRows(REPORT, 1_000, 'processor')[0]).toEqual({ label: 'A', torch: 3, tfjs: 10 });
    expect(sizesOf(REPORT)).toEqual([1_000, null]);
    expect(tableRows(REPORT, null, 'clock')[0].cells).toEqual(['2.00', '1.00', '9.00', '3.00', '20.0', '×3.00', '×10.0', '2e-7']);
  });

  it('compares medians of whole fits with lme4, where R was there', () => {
    const mixed = [
      { label: 'school', lab: [2, 1, 9], lme4: [3, 8, 4] },
      { label: 'large', lab: [20], lme4: [] },
    ];
    expect(mixedTableRows({ mixed })).toEqual([
      { label: 'school', cells: ['2.00', '4.00', '×2.00'] },
      { label: 'large', cells: ['20.0', '', ''] },
    ]);
    expect(mixedTableRows({})).toEqual([]);
  });

  it('names the methods with which PyTorch is faster, and claims none where there are none', () => {
    // The geometric mean of 4 and ½.
    expect(peersSentence(REPORT, 1_000, 'clock')).toContain('×1.41 the time');
    expect(peersSentence(REPORT, 1_000, 'clock')).toContain('PyTorch is faster with B (×0.500).');
    expect(peersSentence(REPORT, 1_000, 'processor')).toContain('With each of the 2 methods the lab is at least as fast.');
    expect(peersSentence({ ...REPORT, rows: [{ ...row('a', 1, 1), times: {} }] }, 1_000, 'clock')).toBe('PyTorch took no part.');
  });

  it('tells the machine, and that it was busy where it was', () => {
    expect(peersOrigin(REPORT)).toContain('29 November 2026: a processor, load 0.5 to 0.5');
    expect(peersOrigin(REPORT)).not.toContain('Others worked');
    expect(peersOrigin({ ...REPORT, rows: [{ ...row('a', 1, 1), load: 9 }] })).toContain('Others worked on it');
    // Its own turns, on two cores.
    expect(peersOrigin({ ...REPORT, rows: [{ ...row('a', 1, 1), load: 2.7 }] })).not.toContain('Others worked on it');
  });
});

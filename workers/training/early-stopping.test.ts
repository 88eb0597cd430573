import { describe, expect, it } from 'vitest';
import { EarlyStopping } from './early-stopping';

function stopEpoch(losses: number[], patience: number | null): { stop: number | null; best: number } {
  const rule = new EarlyStopping(patience);
  for (let i = 0; i < losses.length; i++) {
    if (rule.update(i + 1, losses[i]).stop) return { stop: i + 1, best: rule.bestEpoch };
  }
  return { stop: null, best: rule.bestEpoch };
}

describe('EarlyStopping', () => {
  it('stops patience epochs after the best one', () => {
    expect(stopEpoch([5, 4, 3, 3.5, 3.4, 3.3, 2], 3)).toEqual({ stop: 6, best: 3 });
  });
  it('counts a tie as no improvement', () => {
    expect(stopEpoch([3, 3, 3], 2)).toEqual({ stop: 3, best: 1 });
  });
  it('starts counting anew after an improvement', () => {
    expect(stopEpoch([3, 4, 2, 4, 4], 2)).toEqual({ stop: 5, best: 3 });
  });
  it('never stops without patience', () => {
    expect(stopEpoch([1, 2, 3, 4, 5], null)).toEqual({ stop: null, best: 1 });
  });
  it('does not take a NaN for an improvement', () => {
    expect(stopEpoch([Number.NaN, 2, Number.NaN], 5)).toEqual({ stop: null, best: 2 });
  });
});

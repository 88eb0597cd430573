import { describe, expect, it } from 'vitest';
import type { Lane } from '../../workers/protocol';
import { lanesWords } from './lanes';

const lane = (method: string, more: Partial<Lane>): Lane => ({
  method,
  status: 'training',
  epoch: 3,
  bestEpoch: 2,
  stopEpoch: null,
  stopReason: null,
  predictive: 4,
  parameters: 1,
  ...more,
});

describe('many lanes in few words', () => {
  it('counts them by what they do and names the best that has not diverged', () => {
    const lanes = [
      lane('ignore', { status: 'done', stopEpoch: 3 }),
      lane('embeddings', { predictive: 3 }),
      lane('mmbeddings', { status: 'diverged', stopEpoch: 2, predictive: 1 }),
    ];
    expect(lanesWords(lanes, 'live')).toEqual({ counts: '1 train, 1 stopped, 1 diverged', best: 'best: Embeddings 3.00' });
    expect(lanesWords(lanes, 'pale')).toEqual({ counts: '3 methods', best: '' });
    expect(lanesWords([lane('ignore', { predictive: null })], 'live')).toEqual({ counts: '1 train', best: '' });
    const lacking = lane('mmbeddings', { status: 'diverged', outOfMemory: true, predictive: null });
    expect(lanesWords([...lanes, lacking], 'live').counts).toBe('1 train, 1 stopped, 1 diverged, 1 without memory');
  });
});

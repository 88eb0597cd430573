import { describe, expect, it } from 'vitest';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { withProtocol } from '../state/presets-on-page';
import { changedWords, foundWords, ruledWords } from './protocol-words';

const published = DEFAULT_PRESET.training;
const recommended = withProtocol(DEFAULT_PRESET, 'recommended').training;
const facts = { trainRows: 2_500, levels: [6] };

describe('words of a protocol', () => {
  it('say what its rules come to on the data, and nothing without any', () => {
    expect(ruledWords(published, facts)).toBeNull();
    expect(ruledWords(recommended, null)).toBeNull();
    expect(ruledWords({ ...recommended, dimensions: 'as-set' }, facts)).toBe('Here: batch 128 and patience 20.');
    expect(ruledWords(recommended, facts)).toContain('d = 3');
  });

  it('say which learning rates a run found', () => {
    const result = (method: string, learningRate: number) => ({
      method,
      chosen: { protocol: 'recommended' as const, batchSize: 8, patience: 10, learningRate, d: null, rates: { tried: [], epochs: 1, seconds: 1 } },
    });
    expect(foundWords([])).toBeNull();
    expect(foundWords([result('ignore', 0.01), result('embeddings', 0.001), result('mmbeddings', 0.01)])).toBe(
      'Learning rates found: 0.01 for Ignore and MMbeddings; 0.001 for Embeddings.',
    );
  });

  it('name the settings that were changed by hand', () => {
    expect(changedWords(published, published)).toBeNull();
    expect(changedWords(recommended, recommended)).toBeNull();
    expect(changedWords({ ...recommended, patience: 3, learningRate: 0.01 }, recommended)).toBe(
      'Changed from recommended: patience and learning rate.',
    );
    expect(changedWords({ ...published, restoreBest: true }, published)).toBe('Changed from as published: restore the best weights.');
  });
});

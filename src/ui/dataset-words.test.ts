import { expect, it } from 'vitest';
import { PRESETS } from '../../workers/spec/presets';
import { datasetName } from './dataset-words';

const nameOf = (preset: string): string | undefined => {
  const found = PRESETS.get(preset);
  return found && datasetName(found.dataset);
};

it('a simulation is named by its random effects, and no two of them alike', () => {
  expect(nameOf('new-nodes')).toBe('Nodes of a graph, q = 500, unseen levels');
  expect(nameOf('lmmnn-1000')).toBe('Random intercepts, q = 1,000');
  const names = [...PRESETS.keys()].map(nameOf);
  expect(new Set(names).size).toBe(names.length);
});

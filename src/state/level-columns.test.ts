import { expect, it } from 'vitest';
import { vectorFeatures } from '../../workers/data/dataset';
import { prepareDataset } from '../../workers/data/prepare';
import { PRESETS } from '../../workers/spec/presets';
import { levelColumns } from './level-columns';

it('calls the columns of a simulation as its data do', async () => {
  const kinds = new Map([...PRESETS.values()].map((preset) => [preset.dataset.kind, preset]));
  expect(kinds.size).toBeGreaterThan(5);
  for (const { dataset, seeds } of kinds.values()) {
    const small = 'trainRows' in dataset ? { ...dataset, trainRows: 200, testRows: 50 } : dataset;
    const features = vectorFeatures(await prepareDataset({ dataset: small as never, seeds }, new Map()));
    const named = (kind: 'levels' | 'tags') => features.filter((feature) => feature.kind === kind).map(({ name }) => name);
    expect([dataset.kind, levelColumns(dataset)]).toEqual([dataset.kind, { levels: named('levels'), tags: named('tags') }]);
  }
});

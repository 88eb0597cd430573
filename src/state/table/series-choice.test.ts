import { describe, expect, it } from 'vitest';
import { DEFAULT_PRESET } from '../../../workers/spec/presets';
import { seriesTableSchema } from '../../../workers/spec/schemas';
import { featuresOf, firstFeatures, firstSeries, seriesColumns, seriesDatasetOf, seriesFacts, seriesOf, seriesSpec } from './series-choice';
import { longTable, seriesSummary, tagTable } from './test-tables';

const LONG = longTable();
const TAGS = tagTable();

describe('series of one’s own', () => {
  it('takes a count of the steps as the time, and every other column of numbers as a series', () => {
    const first = firstSeries(LONG);
    expect(first).toMatchObject({ time: 't', target: 'y' });
    expect(seriesColumns(LONG, first)).toEqual(['a', 'b', 'y']);
    const forecast = { ...first, window: { ...first.window, predicts: 'forecast' as const } };
    expect(seriesColumns(LONG, forecast)).toEqual(['a', 'b']);
  });

  it('finds the column of names by its cells, and the tags with their separator', () => {
    expect(firstFeatures(TAGS, ['a', 'b'])).toMatchObject({ key: 'sensor', tags: { name: 'kinds', block: false }, separator: '|' });
  });

  it('makes a dataset that the schema takes, and reads the same choice from it', () => {
    const first = firstSeries(LONG);
    const choice = {
      ...first,
      left: ['b'],
      window: { ...first.window, predicts: 'regression' as const, length: 12, period: 24 },
      features: firstFeatures(TAGS, ['a']),
    };
    const dataset = seriesDatasetOf(LONG, choice);
    expect(seriesTableSchema.parse(dataset)).toEqual(dataset);
    expect(dataset.columns.map(({ role }) => role)).toEqual(['time', 'numeric', 'ignore', 'target']);
    expect(dataset.features?.columns.map(({ role }) => role)).toEqual(['ignore', 'key', 'tags']);
    expect(seriesOf(LONG, dataset)).toEqual({ ...choice, features: null, wanted: 'tags.csv' });
    if (!dataset.features) throw new Error('no table of tags');
    expect(featuresOf(TAGS, dataset.features)).toEqual(choice.features);
  });

  it('leaves out the methods that need tags where there are none, and trains as the preset', () => {
    const first = firstSeries(LONG);
    const dataset = seriesDatasetOf(LONG, { ...first, window: { ...first.window, predicts: 'forecast' } });
    const spec = seriesSpec(DEFAULT_PRESET, dataset, seriesFacts(seriesSummary(dataset)));
    expect(spec.methods.map(({ id }) => id)).toEqual(['last-value', 'linear-autoregression', 'timexer-untagged']);
    expect(spec.training.patience).toBeNull();
    expect(spec.dataset).toEqual(dataset);
  });
});

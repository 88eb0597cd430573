import { describe, expect, it } from 'vitest';
import type { DatasetSummary, TablePreview } from '../../../workers/protocol';
import { DEFAULT_PRESET } from '../../../workers/spec/presets';
import { seriesTableSchema } from '../../../workers/spec/schemas';
import { featuresOf, firstFeatures, firstSeries, seriesColumns, seriesDatasetOf, seriesFacts, seriesOf, seriesSpec } from './series-choice';
import { column, ratings } from './test-tables';

function table(name: string, columns: TablePreview['columns'], head: (string | null)[][], rows: number): TablePreview {
  return { ...ratings(), name, columns, head, rows };
}

const number = (name: string, role: 'numeric' | 'target' = 'numeric') => column(name, { kind: 'number', role, levels: 90, min: 0, max: 1 });

/** Steps counted from 1, two series, a guessed target. */
const LONG = table(
  'steps.csv',
  [column('t', { levels: 100, min: 1, max: 100 }), number('a'), number('b'), number('y', 'target')],
  [['1', '0.1', '0.2', '0.3']],
  100,
);
const TAGS = table(
  'tags.csv',
  [column('note', { kind: 'text' }), column('sensor', { kind: 'text' }), column('kinds', { kind: 'text', role: 'tags', tagSeparator: '|' })],
  [['x', 'a', 'slow|north']],
  2,
);

const summaryOf = (dataset: ReturnType<typeof seriesDatasetOf>): DatasetSummary => ({
  task: 'regression',
  trainRows: 10,
  validationRows: 2,
  testRows: 4,
  p: 0,
  features: [],
  series: { task: dataset.predicts, length: dataset.length, channels: 3, outputs: 1, steps: 100, known: 2, held: 0 },
  unseen: { testRows: 0, validationRows: 0 },
  targetName: 'y',
  hasTruth: false,
  truth: null,
  fingerprint: dataset.fingerprint,
});

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
    const spec = seriesSpec(DEFAULT_PRESET, dataset, seriesFacts(summaryOf(dataset)));
    expect(spec.methods.map(({ id }) => id)).toEqual(['last-value', 'linear-autoregression', 'timexer-untagged']);
    expect(spec.training.patience).toBeNull();
    expect(spec.dataset).toEqual(dataset);
  });
});

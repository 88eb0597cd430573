import type { SeriesTableDataset } from '../../../workers/data/schema';
import type { ColumnPreview, DatasetSummary, TablePreview } from '../../../workers/protocol';

/** Previews for tests, as the worker gives them. */
export function column(name: string, facts: Partial<ColumnPreview>): ColumnPreview {
  return {
    name,
    kind: 'whole number',
    role: 'numeric',
    reason: 'whole numbers',
    unsure: false,
    levels: 5,
    missing: 0,
    min: null,
    max: null,
    mean: null,
    shape: { form: 'histogram', heights: [1, 0.5] },
    rareLevels: 0,
    identifier: false,
    values: null,
    index: false,
    badCells: null,
    missingWords: [],
    spellings: [],
    dates: null,
    longNumbers: false,
    labels: facts.levels ?? 5,
    ...facts,
  };
}

/** Lecture ratings, the columns of InstEval and an identifier. */
export function ratings(): TablePreview {
  return {
    fingerprint: '0123456789abcdef',
    name: 'ratings.csv',
    bytes: 2_100_000,
    rows: 73_421,
    columns: [
      column('id', { role: 'ignore', levels: 73_421, identifier: true, min: 1, max: 73_421, mean: 36_711 }),
      column('s', { role: 'categorical', levels: 2972, rareLevels: 330, min: 1, max: 2972, mean: 1500 }),
      column('d', { role: 'categorical', levels: 1128, min: 1, max: 2160, mean: 1100 }),
      column('dept', { role: 'categorical', levels: 14, min: 1, max: 15, mean: 7 }),
      column('studage', { levels: 4, min: 2, max: 8, mean: 4.9 }),
      column('lectage', { levels: 6, min: 1, max: 6, mean: 3.1, missing: 1204 }),
      column('service', { levels: 2, kind: 'two values', min: 0, max: 1, mean: 0.4312, values: ['0', '1'] }),
      column('y', { role: 'target', levels: 5, min: 1, max: 5, mean: 3.2057 }),
    ],
    head: [['1', '1', '1002', '2', '2', null, '0', '5']],
    task: 'regression',
    steps: [],
    questions: [],
  };
}

function table(name: string, columns: TablePreview['columns'], head: (string | null)[][], rows: number): TablePreview {
  return { ...ratings(), name, columns, head, rows };
}

const number = (name: string, role: 'numeric' | 'target' = 'numeric') => column(name, { kind: 'number', role, levels: 90, min: 0, max: 1 });

/** Steps counted from 1, two series, a guessed target. */
export const longTable = (): TablePreview =>
  table(
    'steps.csv',
    [column('t', { levels: 100, min: 1, max: 100 }), number('a'), number('b'), number('y', 'target')],
    [['1', '0.1', '0.2', '0.3']],
    100,
  );

/** Tags of the series `a` and others. */
export const tagTable = (): TablePreview =>
  table(
    'tags.csv',
    [column('note', { kind: 'text' }), column('sensor', { kind: 'text' }), column('kinds', { kind: 'text', role: 'tags', tagSeparator: '|' })],
    [['x', 'a', 'slow|north']],
    2,
  );

/** What the worker says of series without tags. */
export const seriesSummary = (dataset: SeriesTableDataset): DatasetSummary => ({
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

import type { DatasetSpec, TableDataset } from '../../workers/data/schema';
import { isDrawn, splitWords } from '../../workers/spec/division';
import { SIMULATORS, SPLIT_FIELDS, seriesTableSchema, tableSchema } from '../../workers/spec/schemas';
import { fixed, listed, whole } from '../text/numbers';
import { datasetName } from '../ui/dataset-words';
import { plural } from '../ui/format';
import { inSentence } from '../words/names';
import { type Block, type Section, table, text } from './document';
import type { ReportInput } from './input';
import { settingRows, settingsTwin } from './settings';

/** More rows of a table than this are counted instead. */
const MOST_ROWS = 200;

const SCHEMAS = { ...SIMULATORS, table: tableSchema, 'series-table': seriesTableSchema } as const;

/** Fields of a dataset that are said in other places of the report. */
const TOLD = [
  ...SPLIT_FIELDS,
  'kind',
  'name',
  'fingerprint',
  'columns',
  'reading',
  'task',
  'splitColumn',
  'testValue',
  'stratify',
  'testFraction',
  'sample',
];

function whatFor({ run }: ReportInput): string {
  const { summary, spec } = run;
  const name = inSentence(summary.targetName);
  if (summary.series) return `Windows of series: ${datasetName(spec.dataset)}.`;
  if (summary.task === 'regression') return `Every method predicts ${name}, a number.`;
  if (summary.classes) {
    const order = summary.task === 'ordinal' ? `, in the order ${listed(summary.classes.map(inSentence))}` : '';
    return `Every method predicts the probability of each of the ${summary.classes.length} classes of ${name}${order}.`;
  }
  const positive = spec.dataset.kind === 'table' ? spec.dataset.positive : undefined;
  return `Every method predicts the probability that ${name} is ${positive === undefined ? '1' : inSentence(positive)}.`;
}

/** A column's role with what belongs to it. */
function roleWords({ role, nestedIn, block, edges }: TableDataset['columns'][number]): string {
  const what = block === undefined ? role : `${role}, in the block ${block}`;
  const nested = nestedIn === undefined ? what : `${what}, nested in ${nestedIn}`;
  return edges && role === 'categorical' && block === undefined ? `${nested}, with edges from ${edges.name}` : nested;
}

function rolesBlocks(dataset: DatasetSpec): Block[] {
  if (dataset.kind !== 'table') return [];
  const { columns } = dataset;
  const shown = columns.slice(0, MOST_ROWS);
  return table('roles', {
    caption: 'Columns of the file and what they are to the methods.',
    columns: ['Column', 'Role'],
    rows: shown.map((column) => [column.name, roleWords(column)]),
    note: columns.length > shown.length ? `The first ${whole(shown.length)} of ${whole(columns.length)} columns.` : undefined,
  });
}

/** What becomes of missing cells, of tags that training never shows, and which rows are used. */
function policyWords(dataset: DatasetSpec): string[] {
  if (dataset.kind !== 'table') return [];
  const { columns, missing, unseenTags, sample } = dataset;
  const has = (role: string): boolean => columns.some((column) => column.role === role);
  const words: string[] = [];
  if (has('numeric'))
    words.push(missing.numeric === 'mean' ? 'A missing number counts as the mean of the training rows.' : 'Rows with a missing number are left out.');
  if (has('categorical'))
    words.push(missing.categorical === 'own-level' ? 'A missing category is a level of its own.' : 'Rows with a missing category are left out.');
  if (has('tags')) {
    const tags = {
      'empty-set': 'A row without tags has the empty set.',
      'own-tag': 'A row without tags has a tag of its own.',
      'drop-rows': 'Rows without tags are left out.',
    };
    words.push(tags[missing.tags ?? 'empty-set']);
    words.push(
      unseenTags === 'as-published'
        ? 'Tags of test rows that no training row has take part with the vectors they began with.'
        : 'Tags of test rows that no training row has are left out of their sets.',
    );
  }
  if (sample)
    words.push(
      'rows' in sample
        ? `A sample is used: at most ${whole(sample.rows)} rows, drawn at random.`
        : `A sample is used: all rows of at most ${whole(sample.levels)} levels of ${inSentence(sample.of)}, drawn at random.`,
    );
  return words;
}

/** As many as can be read, and how many are left out. */
const cut = (items: readonly string[]): string[] =>
  items.length > MOST_ROWS ? [...items.slice(0, MOST_ROWS), `${whole(items.length - MOST_ROWS)} more steps are in the settings.`] : [...items];

/** The data: what they are, what was done to the file, columns and roles. */
export function dataSection(input: ReportInput): Section {
  const { run, steps } = input;
  const { dataset } = run.spec;
  const { summary } = run;
  const own = dataset.kind === 'table' || dataset.kind === 'series-table';
  const rows = dataset.kind === 'orange' ? [] : settingRows(SCHEMAS[dataset.kind], dataset as unknown as Record<string, unknown>, TOLD);
  const read: Block[] = !own
    ? []
    : [
        { kind: 'sub', title: 'What was done to the file' },
        ...(steps.length === 0 ? text('It was read as it stands.') : [{ kind: 'list' as const, items: cut(steps) }]),
        ...text(policyWords(dataset).join(' ')),
      ];
  return {
    id: 'data',
    title: 'Data',
    blocks: [
      ...text(
        own ? `The file ${inSentence(dataset.name)}, with the fingerprint ${summary.fingerprint}.` : `${datasetName(dataset)}.`,
        isDrawn(dataset) && 'The lab drew these data, so that the true effects are known.',
        whatFor(input),
      ),
      ...rolesBlocks(dataset),
      ...read,
      ...table('dataset', settingsTwin(own ? 'How the table is used.' : 'How the data were drawn.', rows)),
    ],
  };
}

/** How the rows are divided, and the seeds. */
export function divisionSection({ run: { spec, summary } }: ReportInput): Section {
  const { trainRows, validationRows, testRows, unseen } = summary;
  const all = trainRows + validationRows + testRows;
  const what = summary.series ? 'Windows' : 'Rows';
  const part = (name: string, rows: number) => [name, rows, `${fixed((100 * rows) / Math.max(1, all), 1)} %`];
  const { data, split, weights } = spec.seeds;
  const features = [
    ...summary.features.map((one) => ({ ...one, count: one.levels })),
    ...(summary.tags ?? []).map((one) => ({ ...one, count: one.tags })),
  ];
  return {
    id: 'division',
    title: 'Division and seeds',
    blocks: [
      ...text(
        splitWords(spec.dataset),
        'All methods share the division and the seeds, so that their scores are compared row by row.',
        unseen.testRows > 0 &&
          `${plural(unseen.testRows, 'test row')} ${unseen.testRows === 1 ? 'has' : 'have'} a level that no training or validation row has.`,
      ),
      ...table('rows', {
        caption: `${what} of each part.`,
        columns: ['Part', what, 'Share'],
        rows: [part('Training', trainRows), part('Validation', validationRows), part('Test', testRows)],
      }),
      ...table('levels', {
        caption: 'Columns of levels and of tags.',
        columns: ['Column', 'Levels', 'Test rows with an unseen one'],
        rows: features.slice(0, MOST_ROWS).map(({ name, count, unseenTestRows }) => [name, count, unseenTestRows]),
      }),
      ...table('seeds', {
        caption: 'Seeds: the same ones give the same data, the same division and the same weights to begin with.',
        columns: ['Seed', 'Number'],
        rows: [...(isDrawn(spec.dataset) ? [['Data', data]] : []), ['Division', split], ['Weights and order', weights]],
      }),
    ],
  };
}

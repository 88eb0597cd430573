import type { ColumnKind, ColumnPreview, TablePreview } from '../protocol';
import { type ColumnFacts, guessRoles, looksLikeIdentifier } from './guess-role';
import { stepFindings } from './reading/apply';
import { badCells, foundWords, questionsOf } from './reading/questions';
import { stepWords } from './reading/words';
import { MISSING, type Table, type TableColumn } from './table';

const HEAD_ROWS = 20;
const HEIGHTS = 24;

/** Levels with fewer rows than this are rare. */
const RARE = 10;

/** What the page shows of a table before roles are set: exact counts, a guessed role with its reason, the first rows. */
export function previewTable(table: Table): TablePreview {
  const bad = badCells(table);
  const words = foundWords(table);
  const index = new Set(table.steps.flatMap((step) => (step.kind === 'index-column' ? [step.column] : [])));
  const facts = table.columns.map((column) => factsOf(column, bad.has(column.name)));
  const guesses = guessRoles(facts);
  const columns = table.columns.map((column, j): ColumnPreview => {
    const { kind, levels, min, max, mean } = facts[j];
    const { role, reason, unsure } = index.has(column.name) ? { role: 'ignore' as const, reason: 'it names the rows', unsure: false } : guesses[j];
    return {
      name: column.name,
      kind,
      role,
      reason,
      unsure,
      levels,
      missing: column.missing,
      min,
      max,
      mean,
      shape:
        role === 'categorical' || !facts[j].numeric || min === null || max === null
          ? { form: 'levels', heights: levelHeights(column.counts) }
          : { form: 'histogram', heights: histogram(column, min, max) },
      rareLevels: column.counts.reduce((rare, count) => rare + (count < RARE ? 1 : 0), 0),
      identifier: looksLikeIdentifier(facts[j]),
      values: levels <= 2 ? [...column.dictionary] : null,
      index: index.has(column.name),
      badCells: bad.get(column.name) ?? null,
      missingWords: words.get(column.name) ?? [],
    };
  });
  const target = columns.find((column) => column.role === 'target');
  return {
    fingerprint: table.fingerprint,
    name: table.name,
    bytes: table.bytes,
    rows: table.rows,
    columns,
    head: Array.from({ length: Math.min(HEAD_ROWS, table.rows) }, (_, row) =>
      table.columns.map(({ codes, dictionary }) => (codes[row] === MISSING ? null : dictionary[codes[row]])),
    ),
    task: target?.levels === 2 ? 'binary' : 'regression',
    steps: stepFindings(table).map(({ step, columns, found }) => ({ step, words: stepWords(step, found), columns })),
    questions: questionsOf(table),
  };
}

/** Of a column of numbers with a few bad cells, the numbers: it is one of numbers until a person says otherwise. */
function factsOf(column: TableColumn, mostly: boolean): ColumnFacts {
  const { numbers, counts } = column;
  const levels = column.dictionary.length;
  const numeric = levels > 0 && (column.textLevels === 0 || mostly);
  let [min, max, sum, present, known, whole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0, numeric];
  for (let code = 0; code < levels; code++) {
    present += counts[code];
    if (mostly && Number.isNaN(numbers[code])) continue;
    known += counts[code];
    min = Math.min(min, numbers[code]);
    max = Math.max(max, numbers[code]);
    sum += numbers[code] * counts[code];
    whole &&= Number.isInteger(numbers[code]);
  }
  const kind: ColumnKind = levels === 2 ? 'two values' : !numeric ? 'text' : whole ? 'whole number' : 'number';
  const measured = numeric && known > 0;
  return {
    name: column.name,
    kind,
    numeric,
    whole,
    levels,
    present,
    min: measured ? min : null,
    max: measured ? max : null,
    mean: measured ? sum / known : null,
  };
}

/** Rows per bin between least and greatest value, the tallest 1. */
function histogram({ numbers, counts }: TableColumn, min: number, max: number): number[] {
  const bins = new Array<number>(HEIGHTS).fill(0);
  const width = (max - min) / HEIGHTS || 1;
  for (let code = 0; code < numbers.length; code++)
    if (!Number.isNaN(numbers[code])) bins[Math.min(HEIGHTS - 1, Math.floor((numbers[code] - min) / width))] += counts[code];
  return scaledToOne(bins);
}

/** Logarithm of the rows per level in falling order, at up to 24 evenly spaced ranks; the tallest 1. */
function levelHeights(counts: Uint32Array): number[] {
  const falling = counts.slice().sort().reverse();
  const bars = Math.min(HEIGHTS, falling.length);
  return scaledToOne(
    Array.from({ length: bars }, (_, bar) => Math.log1p(falling[bars === 1 ? 0 : Math.round((bar * (falling.length - 1)) / (bars - 1))])),
  );
}

function scaledToOne(heights: number[]): number[] {
  const tallest = Math.max(...heights, 0);
  return tallest > 0 ? heights.map((height) => height / tallest) : heights;
}

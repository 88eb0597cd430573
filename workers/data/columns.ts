import { NumberColumn } from './bytes/number-column';
import { textOf } from './bytes/utf8-texts';
import { cellIn, textsIn } from './cells';
import { findingSpellings } from './facts/spellings';
import { type ColumnFacts, factsOf } from './guess/facts';
import { guessRoles, looksLikeIdentifier } from './guess/roles';
import type { ColumnPreview, TablePreview, TagBlock } from './preview';
import { findingSteps } from './reading/apply';
import { badCells, currentName, foundWords, questionsOf } from './reading/questions';
import { listColumns } from './reading/steps';
import { stepWords } from './reading/words';
import type { Task } from './schema';
import { LIST_SEPARATOR } from './sources/cell-texts';
import type { Table, TableColumn } from './table';
import { blockCells, findBlocks } from './tags/blocks';
import { atOnce, inPieces, type Work } from './work';

const HEAD_ROWS = 20;
const HEIGHTS = 24;

/** A column with more values than this does not say which rows test. */
const FEW_VALUES = 20;

/** Levels with fewer rows than this are rare. */
const RARE = 10;

/** More groups of spellings than this are more than one click should merge. */
const MOST_SPELLINGS = 2000;

const INDEX = { role: 'ignore', reason: 'it names the rows', unsure: false } as const;
const LISTS = { role: 'tags', reason: 'its cells are lists', unsure: false } as const;

/**
 * What the page shows of a table before roles are set: exact counts, a guessed role with its reason, the
 * first rows.
 */
export const previewTable = (table: Table): TablePreview => atOnce(previewing(table));

/** As `previewTable`. */
export function* previewing(table: Table): Work<TablePreview> {
  const bad = badCells(table);
  yield;
  const words = foundWords(table);
  const index = new Set(table.steps.flatMap((step) => (step.kind === 'index-column' ? [currentName(table.steps, step.column)] : [])));
  const lists = new Set(listColumns(table.steps).map((name) => currentName(table.steps, name)));
  const facts: ColumnFacts[] = [];
  for (const column of table.columns) {
    if (column instanceof NumberColumn) yield* column.learning();
    facts.push(factsOf(column, bad.has(column.name)));
    yield;
  }
  const guesses = guessRoles(facts);
  const columns: ColumnPreview[] = [];
  for (const [j, column] of table.columns.entries()) {
    const { kind, levels, min, max, mean } = facts[j];
    const ofLists = lists.has(column.name) && levels > 1;
    const { role, reason, unsure } = index.has(column.name) ? INDEX : ofLists ? LISTS : guesses[j];
    // Decimal numbers are no labels, and a million different ones would take seconds.
    const levelNames = !(column instanceof NumberColumn || (facts[j].numeric && !facts[j].whole));
    columns.push({
      name: column.name,
      kind,
      role,
      reason,
      unsure,
      levels,
      labels: textsIn(column),
      missing: column.missing,
      min,
      max,
      mean,
      shape:
        role === 'categorical' || !facts[j].numeric || min === null || max === null
          ? { form: 'levels', heights: levelHeights(column.counts) }
          : { form: 'histogram', heights: yield* histogram(column, min, max) },
      // Of decimal numbers that are held row by row nobody asks: they are no levels.
      rareLevels: column instanceof NumberColumn && !facts[j].whole ? 0 : column.counts.reduce((rare, count) => rare + (count < RARE ? 1 : 0), 0),
      identifier: looksLikeIdentifier(facts[j]),
      index: index.has(column.name),
      badCells: bad.get(column.name) ?? null,
      missingWords: words.get(column.name) ?? [],
      values: levels <= 2 ? facts[j].values : null,
      spellings: levelNames ? (yield* findingSpellings(column)).slice(0, MOST_SPELLINGS) : [],
      dates: facts[j].dates === 'texts' ? { first: textOf(column, 0) } : null,
      longNumbers: facts[j].long,
      ...(role === 'tags' && (ofLists ? { tagSeparator: LIST_SEPARATOR } : facts[j].tags && { tagSeparator: facts[j].tags.separator })),
      ...(levels <= FEW_VALUES && { fewValues: [...column.dictionary] }),
    });
    yield;
  }
  const target = columns.find((column) => column.role === 'target');
  const blocks = tagBlocks(table, (name) => name !== target?.name && !index.has(name));
  return {
    fingerprint: table.fingerprint,
    name: table.name,
    bytes: table.bytes,
    rows: table.rows,
    columns,
    ...(blocks.length > 0 && { blocks }),
    head: Array.from({ length: Math.min(HEAD_ROWS, table.rows) }, (_, row) => table.columns.map((column) => cellIn(column, row))),
    task: taskOf(target),
    steps: (yield* findingSteps(table)).map(({ step, columns, found }) => ({ step, words: stepWords(step, found), columns })),
    questions: yield* questionsOf(table),
  };
}

/** What the target's column suggests before its roles are checked. */
function taskOf(target: ColumnPreview | undefined): Task {
  if (target?.levels === 2) return 'binary';
  return target?.kind === 'text' && target.min === null ? 'classes' : 'regression';
}

/** Blocks of 0/1 columns, with how many 1s the rows have. */
function tagBlocks(table: Table, isFeature: (name: string) => boolean): TagBlock[] {
  return findBlocks(table.columns.filter(({ name }) => isFeature(name))).map(({ block, columns }) => {
    const members = table.columns.filter(({ name }) => columns.includes(name));
    const { begin, end, ids } = blockCells(table, block, members);
    let [most, oneEach] = [0, true];
    for (let row = 0; row < table.rows; row++) {
      most = Math.max(most, end(row) - begin(row));
      oneEach &&= end(row) - begin(row) === 1;
    }
    const missing = members.reduce((sum, column) => sum + column.missing, 0);
    return { block, columns, oneEach, mean: ids.length / Math.max(1, table.rows), most, missing };
  });
}

/** Rows per bin between least and greatest value, the tallest 1. */
function* histogram(column: TableColumn, min: number, max: number): Work<number[]> {
  const bins = new Array<number>(HEIGHTS).fill(0);
  const width = (max - min) / HEIGHTS || 1;
  if (column instanceof NumberColumn) {
    yield* inPieces(column.cells.values, (piece) => intoBins(piece, bins, min, width));
    return scaledToOne(bins);
  }
  const { numbers, counts } = column;
  for (let code = 0; code < numbers.length; code++)
    if (!Number.isNaN(numbers[code])) bins[Math.min(HEIGHTS - 1, Math.floor((numbers[code] - min) / width))] += counts[code];
  return scaledToOne(bins);
}

function intoBins(values: Float64Array, bins: number[], min: number, width: number): void {
  for (let row = 0; row < values.length; row++) {
    if (!Number.isNaN(values[row])) bins[Math.min(HEIGHTS - 1, Math.floor((values[row] - min) / width))]++;
  }
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

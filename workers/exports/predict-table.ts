import { columnAs } from '../data/as-role';
import { NumberColumn } from '../data/bytes/number-column';
import { cellIn, firstTextRow, numbersOf } from '../data/cells';
import { valuesOfPair } from '../data/facts/booleans';
import { LabFailure } from '../data/failure';
import { MISSING_LABEL } from '../data/levels';
import { messageTurn } from '../data/message-turn';
import { placeOf } from '../data/place';
import { quote } from '../data/refusals';
import type { ColumnChoice } from '../data/schema';
import { MISSING, type Table } from '../data/table';
import { categoryOf } from '../data/tags/category';
import { roleFeatures } from '../data/tags/features';
import type { TagCells } from '../data/tags/sets';
import { tableTags } from '../data/tags/table-tags';
import { hasSeveralClasses } from '../data/tasks';
import type { Tensor } from '../model-file/graph';
import { runGraph } from '../model-file/interpret';
import type { ModelColumn } from './columns';
import { knownLabels, type OpenedModel } from './opened';
import { readAlike } from './read-alike';

/** Rows that the graph is computed on at a time. */
const CHUNK = 4096;

/** Predictions of the rows of a table, in its order. */
export interface TablePredictions {
  /** One a row; of several classes a probability for each, row by row. */
  fitted: Float64Array;
  /** Labels of several classes; null for every other response. */
  classes: readonly string[] | null;
  /** Ends of the 95 % interval; null where the method has none. */
  lower: Float64Array | null;
  upper: Float64Array | null;
  /** 1 where a level of the row has no training rows; null for a model without levels. */
  unseen: Uint8Array | null;
  /** Training rows of the rarest level of the row. */
  rows: Int32Array | null;
}

/** A stretch of rows of a column as the model takes it. */
type Take = (from: number, end: number) => Tensor;

/**
 * Columns of the file that the model reads: choices of its table, without the target and what was ignored.
 */
function choicesOf({ spec, facts }: Pick<OpenedModel, 'spec' | 'facts'>): ColumnChoice[] {
  const { dataset } = spec;
  if (dataset.kind === 'table') return dataset.columns.filter(({ role }) => role === 'numeric' || role === 'categorical' || role === 'tags');
  return facts.columns.map(({ name, kind }) => ({ name, role: kind }));
}

/** Refuses a table that lacks columns of the model, by their names. */
function checkColumns(table: Table, choices: readonly ColumnChoice[]): void {
  const names = new Set(table.columns.map(({ name }) => name));
  const needed = choices.flatMap(({ name, nestedIn }) => (nestedIn === undefined ? [name] : [name, nestedIn]));
  const missing = [...new Set(needed)].filter((name) => !names.has(name));
  if (missing.length === 0) return;
  const shown = missing.slice(0, 8).map(quote).join(', ') + (missing.length > 8 ? ` and ${missing.length - 8} more` : '');
  throw new LabFailure(
    'columns-missing',
    `${table.name} lacks ${missing.length === 1 ? 'a column' : `${missing.length} columns`} that the model was trained on: ${shown}.`,
    'Give the columns the names that they had in training; other columns may be there too.',
  );
}

function numericTake(table: Table, choice: ColumnChoice, choices: readonly ColumnChoice[], says: ModelColumn['says']): Take {
  let column = columnAs(table, choice, choices);
  // One answer in every row does not say what stands against it; training did.
  const answers = says && column.textLevels > 0 && !(column instanceof NumberColumn) ? valuesOfPair(column.dictionary, says) : null;
  if (answers) column = { ...column, numbers: answers, textLevels: 0 };
  if (column.textLevels > 0) {
    const row = firstTextRow(column);
    throw new LabFailure(
      'numeric-text',
      `The column ${quote(column.name)} holds ${quote(cellIn(column, row) ?? '')} on ${placeOf(table, row)}; the model needs ${says ? `${quote(says[1])} or ${quote(says[0])}` : 'numbers'} there.`,
      'Correct the cell, or leave it empty: it then counts as the mean of the training rows.',
    );
  }
  const number = numbersOf(column);
  return (from, end) => {
    const data = new Float64Array(end - from);
    for (let i = from; i < end; i++) data[i - from] = number(i);
    return { type: 'double', dims: [end - from], data };
  };
}

/** A whole number however many zeros stand behind its point. */
const withoutZeros = (text: string): string => text.replace(/^([+-]?\d+)\.0*$/, '$1');

/**
 * Texts by the labels of a model. "100000.0" and "100000" are one level: a column of many numbers is read as
 * numbers, and a short file of the same numbers is not.
 */
function asLabels(dictionary: readonly string[], known: ReadonlySet<string>): readonly string[] {
  let byNumber: Map<string, string> | null = null;
  return dictionary.map((text) => {
    if (known.has(text) || !/^[+-]?\d+(\.0*)?$/.test(text)) return text;
    byNumber ??= new Map([...known].map((label) => [withoutZeros(label), label]));
    return byNumber.get(withoutZeros(text)) ?? text;
  });
}

function levelTake({ codes, dictionary }: { codes: Int32Array; dictionary: readonly string[] }, known: ReadonlySet<string>): Take {
  const labels = asLabels(dictionary, known);
  return (from, end) => {
    const data = new Array<string>(end - from);
    for (let i = from; i < end; i++) data[i - from] = codes[i] === MISSING ? '' : labels[codes[i]];
    return { type: 'string', dims: [end - from], data };
  };
}

/**
 * The tags of each row that the model knows. `own`: rows without a tag have one of their own.
 *
 * @throws LabFailure 'many-tags' naming the first row with more of them than a row had in training
 */
function tagTake(table: Table, cells: TagCells, places: number, known: ReadonlySet<string>, own: boolean): Take {
  const isKnown = Uint8Array.from(cells.labels, (label) => Number(known.has(label)));
  return (from, end) => {
    const data = new Array<string>((end - from) * places).fill('');
    for (let i = from; i < end; i++) {
      const first = (i - from) * places;
      let count = 0;
      for (let at = cells.begin(i); at < cells.end(i); at++) {
        if (isKnown[cells.ids[at]] === 0) continue;
        if (count === places) throw manyTags(table, cells.name, i, places);
        data[first + count++] = cells.labels[cells.ids[at]];
      }
      if (own && cells.isMissing(i)) data[first] = MISSING_LABEL;
    }
    return { type: 'string', dims: [end - from, places], data };
  };
}

const manyTags = (table: Table, column: string, row: number, places: number): LabFailure =>
  new LabFailure(
    'many-tags',
    `${quote(column)} has more than ${places} tags that the model knows on ${placeOf(table, row)}; it was trained on fewer in a row.`,
    'Leave some of them out in that row, or train on a table with such rows.',
  );

/** The columns of a table by the inputs of a model. @throws LabFailure naming column, line and value */
function takesOf(table: Table, opened: OpenedModel, choices: readonly ColumnChoice[]): Map<string, Take> {
  checkColumns(table, choices);
  const takes = new Map<string, Take>();
  const about = (name: string) => opened.facts.columns.find((column) => column.name === name);
  for (const choice of choices) if (choice.role === 'numeric') takes.set(choice.name, numericTake(table, choice, choices, about(choice.name)?.says));
  for (const feature of roleFeatures(choices, 'categorical'))
    takes.set(feature.name, levelTake(categoryOf(table, feature, choices), knownLabels(opened, feature.name)));
  const { dataset } = opened.spec;
  const own = dataset.kind === 'table' && dataset.missing.tags === 'own-tag';
  for (const { cells } of tableTags(table, choices))
    takes.set(cells.name, tagTake(table, cells, about(cells.name)?.places ?? 0, knownLabels(opened, cells.name), own));
  return takes;
}

export interface PredictOptions {
  /** Hears of the rows that are done, at most every 100 ms. */
  onProgress?: (rows: number) => void;
  signal?: AbortSignal;
}

/**
 * Predicts every row of a table with an opened model. Columns are found by their names; they are read as in
 * training, missing cells too.
 *
 * @throws LabFailure 'columns-missing', 'numeric-text', 'many-tags', 'model-damaged', 'cancelled' and those
 * of `readAlike`
 */
export async function predictTable(given: Table, opened: OpenedModel, { onProgress, signal }: PredictOptions = {}): Promise<TablePredictions> {
  const choices = choicesOf(opened);
  const table = readAlike(given, opened, choices);
  const takes = takesOf(table, opened, choices);
  const { outputs, columns, task } = opened.facts;
  const { rows } = table;
  const classes = hasSeveralClasses(task) ? opened.facts.classes : null;
  const width = classes?.length ?? 1;
  const numbers = (name: string | undefined): Float64Array | null => (name === undefined ? null : new Float64Array(rows));
  const predictions: TablePredictions = {
    fitted: new Float64Array(rows * width),
    classes,
    lower: numbers(outputs.lower),
    upper: numbers(outputs.upper),
    unseen: outputs.unseen === undefined ? null : new Uint8Array(rows),
    rows: outputs.rows === undefined ? null : new Int32Array(rows),
  };
  let told = performance.now();
  for (let from = 0; from < rows; from += CHUNK) {
    const end = Math.min(rows, from + CHUNK);
    const feeds = new Map(columns.map(({ name }: ModelColumn) => [name, (takes.get(name) as Take)(from, end)]));
    const results = runGraph(opened.model.graph, feeds);
    for (const kind of ['fitted', 'lower', 'upper', 'unseen', 'rows'] as const) {
      const name = outputs[kind];
      const data = name === undefined ? undefined : results.get(name)?.data;
      const each = kind === 'fitted' ? width : 1;
      if (kind === 'fitted' && data?.length !== each * (end - from))
        throw new LabFailure(
          'model-damaged',
          `The model gives ${data?.length ?? 0} numbers for ${end - from} rows, and not ${each} a row.`,
          'Choose a model.onnx that the lab has written.',
        );
      if (data && !Array.isArray(data) && data.length === each * (end - from)) predictions[kind]?.set(data, each * from);
    }
    if (performance.now() - told > 100) {
      onProgress?.(end);
      await messageTurn();
      told = performance.now();
    }
    if (signal?.aborted) throw new LabFailure('cancelled', `The prediction of ${table.name} was cancelled.`, 'Choose the file again to predict it.');
  }
  onProgress?.(rows);
  return predictions;
}

import { NumberColumn } from '../bytes/number-column';
import { LabFailure } from '../failure';
import { placeOf } from '../place';
import { quote } from '../refusals';
import { MISSING, type Table, type TableColumn } from '../table';
import { MOST_TAGS } from '../tag-rows';
import { BLOCK_SIGNS, blockName, tagOf } from './features';
import type { TagCells } from './sets';

/** Fewer columns than this are no block. */
const FEWEST = 3;

const YES = new Set(['1', 'true', 'yes']);
const NO = new Set(['0', 'false', 'no']);

/** 1 for each text that says yes; null where a text says neither yes nor no, or there is none. */
function yesOf(column: TableColumn): Uint8Array | null {
  if (column instanceof NumberColumn) return null;
  const { counts, numbers } = column;
  // Spellings of two values: more than these are something else.
  if (counts.length === 0 || counts.length > 32) return null;
  const { dictionary } = column;
  const yes = new Uint8Array(dictionary.length);
  for (let code = 0; code < dictionary.length; code++) {
    const word = dictionary[code].trim().toLowerCase();
    if (YES.has(word) || numbers[code] === 1) yes[code] = 1;
    else if (!NO.has(word) && numbers[code] !== 0) return null;
  }
  return yes;
}

/** A block of columns that say 0 or 1 of a tag each. */
export interface Block {
  /** What all names begin with, sign included: "genre_". */
  block: string;
  columns: string[];
}

/**
 * Blocks of at least three 0/1 columns whose names begin with the same word and a sign. Of several beginnings
 * that of most columns counts, and of equally many the longest (docs/methods.md F1).
 */
export function findBlocks(columns: readonly TableColumn[]): Block[] {
  const left = new Map(columns.filter((column) => yesOf(column) !== null).map(({ name }) => [name, beginningsOf(name)]));
  const blocks: Block[] = [];
  for (;;) {
    const members = new Map<string, string[]>();
    for (const [name, beginnings] of left) {
      for (const beginning of beginnings) {
        const known = members.get(beginning);
        if (known) known.push(name);
        else members.set(beginning, [name]);
      }
    }
    let best: Block | null = null;
    for (const [block, names] of members) {
      const better = !best || names.length > best.columns.length || (names.length === best.columns.length && block.length > best.block.length);
      if (names.length >= FEWEST && better) best = { block, columns: names };
    }
    if (!best) return blocks.sort((a, b) => place(columns, a) - place(columns, b));
    blocks.push(best);
    for (const name of best.columns) left.delete(name);
  }
}

const place = (columns: readonly TableColumn[], block: Block): number => columns.findIndex(({ name }) => name === block.columns[0]);

/** What a name begins with before a tag: "a_", "a_b_" of "a_b_c". */
function beginningsOf(name: string): string[] {
  const found: string[] = [];
  for (let at = 1; at + 1 < name.length; at++)
    if (BLOCK_SIGNS.includes(name[at]) && name.slice(at + 1).trim() !== '') found.push(name.slice(0, at + 1));
  return found;
}

/**
 * The sets that the columns of a block say; missing cells count as 0.
 *
 * @throws LabFailure 'block-cell' for a cell that is neither yes nor no
 */
export function blockCells(table: Table, block: string, columns: readonly TableColumn[]): TagCells {
  const says = columns.map((column) => ({ codes: column.codes, yes: yesOf(column) ?? refuseCell(table, block, column) }));
  const offsets = new Uint32Array(table.rows + 1);
  const ids: number[] = [];
  const cut = new Uint8Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    says.forEach(({ codes, yes }, label) => {
      if (codes[row] === MISSING || yes[codes[row]] === 0) return;
      if (ids.length - offsets[row] < MOST_TAGS) ids.push(label);
      else cut[row] = 1;
    });
    offsets[row + 1] = ids.length;
  }
  return {
    name: blockName(block),
    labels: columns.map(({ name }) => tagOf(block, name)),
    fixed: true,
    ids: Int32Array.from(ids),
    begin: (row) => offsets[row],
    end: (row) => offsets[row + 1],
    isMissing: () => false,
    isCut: (row) => cut[row] === 1,
  };
}

function refuseCell(table: Table, block: string, column: TableColumn): never {
  const { codes, counts, dictionary, numbers, name } = column;
  const isStrange = (code: number): boolean => {
    const [one, next] = [code, code + 1];
    const alone = { dictionary: [dictionary[one]], numbers: numbers.subarray(one, next), counts: counts.subarray(one, next), utf8: undefined };
    return yesOf({ ...column, ...alone }) === null;
  };
  const row = codes.findIndex((code) => code !== MISSING && isStrange(code));
  throw new LabFailure(
    'block-cell',
    row < 0
      ? `The column ${quote(name)} of the block ${quote(block)} has no value.`
      : `The column ${quote(name)} of the block ${quote(block)} holds ${quote(dictionary[codes[row]])} on ${placeOf(table, row)}, which is neither 0 nor 1.`,
    'Take this column out of the block.',
  );
}

/**
 * A block with exactly one 1 in each row as the categorical column that it is.
 *
 * @throws LabFailure 'block-not-one' naming the first line with none or several, and that of `blockCells`
 */
export function blockAsCategory(table: Table, block: string, columns: readonly TableColumn[]): TableColumn {
  const { name, labels, ids, begin, end } = blockCells(table, block, columns);
  const codes = new Int32Array(table.rows);
  const counts = new Uint32Array(labels.length);
  for (let row = 0; row < table.rows; row++) {
    const tags = end(row) - begin(row);
    if (tags !== 1) {
      throw new LabFailure(
        'block-not-one',
        `The block ${quote(block)} has ${tags === 0 ? 'no 1' : `${tags} columns with 1`} on ${placeOf(table, row)}, so its columns are no levels of one feature.`,
        'Give its columns the role tags.',
      );
    }
    codes[row] = ids[begin(row)];
    counts[codes[row]]++;
  }
  const all = { name, codes, dictionary: [...labels], numbers: new Float64Array(labels.length).fill(Number.NaN), counts };
  return { ...all, missing: 0, textLevels: labels.length };
}

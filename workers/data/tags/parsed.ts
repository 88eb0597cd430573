import type { TableColumn } from '../table';
import { MOST_TAGS } from '../tag-rows';
import { labelsOf, TAG_SEPARATORS, type TagSeparator } from './cells';

/** The sets of the distinct texts of a column. */
export interface ParsedTags {
  /** Labels in order of first appearance. */
  labels: string[];
  /** Labels of text i are `ids[offsets[i]] … ids[offsets[i + 1] − 1]`, in the order of the cell. */
  offsets: Uint32Array;
  ids: Int32Array;
  /** 1 for each text with more labels than a row may have: the first ones stay. */
  cut: Uint8Array;
}

/** Parses each text once. @param most labels that a text may have */
export function parseTexts(texts: readonly string[], separator: TagSeparator, most = MOST_TAGS): ParsedTags {
  const known = new Map<string, number>();
  const offsets = new Uint32Array(texts.length + 1);
  const cut = new Uint8Array(texts.length);
  let ids = new Int32Array(4 * texts.length + most);
  let count = 0;
  texts.forEach((text, i) => {
    if (count + most > ids.length) {
      const grown = new Int32Array(2 * ids.length);
      grown.set(ids);
      ids = grown;
    }
    const from = count;
    for (const label of labelsOf(text, separator)) {
      let id = known.get(label);
      if (id !== undefined && has(ids, from, count, id)) continue;
      if (count - from === most) {
        cut[i] = 1;
        break;
      }
      if (id === undefined) {
        id = known.size;
        // A piece of a longer string keeps all of it alive in V8; this copy does not.
        known.set(label.length > 12 ? ` ${label}`.slice(1) : label, id);
      }
      ids[count++] = id;
    }
    offsets[i + 1] = count;
  });
  return { labels: [...known.keys()], offsets, ids: ids.slice(0, count), cut };
}

function has(ids: Int32Array, from: number, to: number, id: number): boolean {
  for (let i = from; i < to; i++) if (ids[i] === id) return true;
  return false;
}

/** Columns are never changed, and each change of roles asks for the same sets again. */
const parsed = new WeakMap<TableColumn, Map<TagSeparator, ParsedTags>>();

/** The sets of a column under a separator. */
export function parsedTags(column: TableColumn, separator: TagSeparator): ParsedTags {
  const bySeparator = parsed.get(column) ?? new Map<TagSeparator, ParsedTags>();
  parsed.set(column, bySeparator);
  const found = bySeparator.get(separator) ?? parseTexts(column.dictionary, separator);
  bySeparator.set(separator, found);
  return found;
}

/** Share of the non-missing cells in which a separator stands between something. */
export function shareWith(column: TableColumn, separator: TagSeparator): number {
  const { counts, codes, missing } = column;
  let cells = 0;
  const { utf8 } = column;
  // Most columns have the sign nowhere.
  if (utf8 && separator !== ' ' && !utf8.has(separator.charCodeAt(0))) return 0;
  const stands = separator === ' ' ? (text: string) => /\S\s+\S/.test(text) : (text: string) => text.includes(separator);
  const inBytes = separator === ' ' ? spaceWithin : byteWithin(separator.charCodeAt(0));
  if (utf8) for (let code = 0; code < counts.length; code++) cells += (utf8.is(code, inBytes) ?? stands(utf8.text(code))) ? counts[code] : 0;
  else
    column.dictionary.forEach((text, code) => {
      if (stands(text)) cells += counts[code];
    });
  return cells / Math.max(1, codes.length - missing);
}

/** As `stands` of the text that these bytes are; null where only the text tells. */
const byteWithin =
  (separator: number) =>
  (bytes: Uint8Array, start: number, end: number): boolean | null => {
    for (let i = start; i < end; i++) if (bytes[i] === separator) return true;
    return false;
  };

function spaceWithin(bytes: Uint8Array, start: number, end: number): boolean | null {
  // Signs so far, and white space after them.
  let signs = false;
  let space = false;
  let within = false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte >= 0x80) return null;
    if (byte === 32 || (byte >= 9 && byte <= 13)) space = signs;
    else {
      within ||= space;
      signs = true;
    }
  }
  return within;
}

/** Share of the cells with a separator from which on it is taken for one. */
export const ENOUGH = 0.2;

/**
 * What a column is split by where nothing says it: the first separator in a fifth of the cells, or the
 * commonest.
 */
export function likelySeparator(column: TableColumn, enough = ENOUGH): TagSeparator {
  let [best, most]: [TagSeparator, number] = [TAG_SEPARATORS[0], 0];
  for (const separator of TAG_SEPARATORS) {
    const share = shareWith(column, separator);
    if (share >= enough) return separator;
    if (share > most) [best, most] = [separator, share];
  }
  return best;
}

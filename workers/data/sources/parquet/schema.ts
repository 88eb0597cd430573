import type { FileMetaData, SchemaElement, SchemaTree } from 'hyparquet';

/** What the numbers or bytes of a column stand for. */
export type Meaning =
  | { is: 'number' }
  | { is: 'unsigned' }
  | { is: 'long'; signed: boolean }
  | { is: 'half' }
  | { is: 'decimal'; scale: number }
  | { is: 'boolean' }
  /** `sure`: the file says that the bytes are text. */
  | { is: 'text'; sure: boolean }
  | { is: 'uuid' }
  | { is: 'date' }
  | { is: 'time'; perSecond: bigint }
  | { is: 'clock'; perSecond: bigint }
  | { is: 'int96' };

/** A column of cells, or of lists of them. */
export interface ParquetColumn {
  name: string;
  element: SchemaElement;
  /** Path to the cells, as column chunks name it. */
  path: string;
  meaning: Meaning;
  list: boolean;
  /**
   * Greatest definition and repetition level; a list is there from `listAt` on, its elements from above it.
   */
  definition: number;
  repetition: number;
  listAt: number;
  /** Times are those of UTC. */
  utc: boolean;
  /** The levels are declared, whatever they look like. */
  category: boolean;
}

export interface ParquetSchema {
  columns: ParquetColumn[];
  /** Columns that cannot become cells, and what they hold. */
  leftOut: { column: string; holds: 'records' | 'lists of lists' | 'bytes' }[];
  /** The columns that pandas or R wrote as row names. */
  index: string | null;
}

const PER_SECOND = { MILLIS: 1_000n, MICROS: 1_000_000n, NANOS: 1_000_000_000n };

/** Digits of the longest decimal that is written anywhere; each costs time in every cell. */
const MOST_DIGITS = 76;

/** @throws RangeError for a place of the decimal point that no number has */
function scaleOf(scale: number): number {
  if (!(Number.isInteger(scale) && scale >= 0 && scale <= MOST_DIGITS)) throw new RangeError('a decimal has no such scale');
  return scale;
}

function meaningOf({ type, converted_type: converted, logical_type: logical, scale, type_length: length }: SchemaElement): Meaning | null {
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL')
    return { is: 'decimal', scale: scaleOf(scale ?? (logical?.type === 'DECIMAL' ? logical.scale : 0)) };
  switch (type) {
    case 'BOOLEAN':
      return { is: 'boolean' };
    case 'FLOAT':
    case 'DOUBLE':
      return { is: 'number' };
    case 'INT96':
      return { is: 'int96' };
    case 'INT32':
      if (converted === 'DATE' || logical?.type === 'DATE') return { is: 'date' };
      if (converted === 'TIME_MILLIS' || logical?.type === 'TIME') return { is: 'clock', perSecond: PER_SECOND.MILLIS };
      return { is: converted === 'UINT_32' ? 'unsigned' : 'number' };
    case 'INT64':
      if (logical?.type === 'TIMESTAMP') return { is: 'time', perSecond: PER_SECOND[logical.unit] };
      if (converted === 'TIMESTAMP_MILLIS') return { is: 'time', perSecond: PER_SECOND.MILLIS };
      if (converted === 'TIMESTAMP_MICROS') return { is: 'time', perSecond: PER_SECOND.MICROS };
      if (logical?.type === 'TIME') return { is: 'clock', perSecond: PER_SECOND[logical.unit] };
      if (converted === 'TIME_MICROS') return { is: 'clock', perSecond: PER_SECOND.MICROS };
      return { is: 'long', signed: converted !== 'UINT_64' };
    case 'FIXED_LEN_BYTE_ARRAY':
      if (logical?.type === 'FLOAT16' && length === 2) return { is: 'half' };
      return logical?.type === 'UUID' && length === 16 ? { is: 'uuid' } : null;
    case 'BYTE_ARRAY': {
      const sure = ['UTF8', 'ENUM', 'JSON'].includes(converted ?? '') || ['STRING', 'ENUM', 'JSON'].includes(logical?.type ?? '');
      if (!sure && (converted !== undefined || logical !== undefined)) return null;
      return { is: 'text', sure };
    }
    default:
      return null;
  }
}

/** The one leaf below an element that has no other, and how deep its levels are; null for records. */
function leafOf(tree: SchemaTree): Pick<ParquetColumn, 'element' | 'path' | 'definition' | 'repetition' | 'listAt'> | null {
  let [definition, repetition, listAt] = [0, 0, 0];
  for (let node = tree; ; [node] = node.children) {
    const { repetition_type: repeats } = node.element;
    if (repeats === 'REPEATED') {
      repetition++;
      listAt = definition;
    }
    if (repeats !== 'REQUIRED') definition++;
    if (node.children.length === 0) return { element: node.element, path: node.path.join('.'), definition, repetition, listAt };
    if (node.children.length > 1) return null;
    // A record of one field is no list.
    const lists = ['LIST', 'MAP', 'MAP_KEY_VALUE'].includes(node.element.converted_type ?? '') || node.element.logical_type?.type === 'LIST';
    if (repetition === 0 && !lists) return null;
  }
}

/** Columns that pandas says are categories, and its index, by what it has left in the file. */
function ofPandas(metadata: FileMetaData): { categories: Set<string>; index: string | null } {
  const none = { categories: new Set<string>(), index: null };
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'pandas')?.value;
  if (!text) return none;
  try {
    const { columns, index_columns: index } = JSON.parse(text) as { columns?: unknown; index_columns?: unknown };
    const listed = Array.isArray(columns) ? (columns as { name?: unknown; field_name?: unknown; pandas_type?: unknown }[]) : [];
    const categories = listed.flatMap(({ name, field_name: field, pandas_type: type }) => (type === 'categorical' ? [String(field ?? name)] : []));
    const [first] = Array.isArray(index) ? (index as unknown[]) : [];
    return { categories: new Set(categories), index: typeof first === 'string' ? first : null };
  } catch {
    return none;
  }
}

/**
 * The columns of a file, as far as they can be columns of a table. @param tree `parquetSchema` of the file
 */
export function schemaOf(metadata: FileMetaData, tree: SchemaTree): ParquetSchema {
  const { categories, index } = ofPandas(metadata);
  const columns: ParquetColumn[] = [];
  const leftOut: ParquetSchema['leftOut'] = [];
  for (const child of tree.children) {
    const { name } = child.element;
    if (typeof name !== 'string') throw new TypeError('a column has no name');
    const leaf = leafOf(child);
    if (!leaf) {
      leftOut.push({ column: name, holds: 'records' });
      continue;
    }
    const meaning = leaf.repetition > 1 ? null : meaningOf(leaf.element);
    if (!meaning) {
      leftOut.push({ column: name, holds: leaf.repetition > 1 ? 'lists of lists' : 'bytes' });
      continue;
    }
    const { logical_type: logical, converted_type: converted } = leaf.element;
    const utc = logical?.type === 'TIMESTAMP' ? logical.isAdjustedToUTC : converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS';
    columns.push({ ...leaf, name, meaning, list: leaf.repetition === 1, utc: meaning.is === 'time' && utc, category: categories.has(name) });
  }
  return { columns, leftOut, index: columns.some(({ name }) => name === index) ? index : null };
}

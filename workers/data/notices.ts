import { leakOf } from './facts/leaks';
import { nestings } from './facts/nested';
import type { RoleNotice } from './preview';
import { MISSING, type TableColumn } from './table';
import type { Target } from './target';

/** What is worth reporting about the columns of a model together. */
export interface Columns {
  target: TableColumn;
  numeric: readonly TableColumn[];
  categorical: readonly TableColumn[];
  /** 1 for each row that is used. */
  kept: Uint8Array;
}

/**
 * Leaks first, then nested labels, columns that are constant in the rows that are used, and labels that only
 * the other rows have.
 */
export function noticesOf({ target, numeric, categorical, kept }: Columns, response: Target): RoleNotice[] {
  const y = Float64Array.from(kept, (used, row) => (used && target.codes[row] !== MISSING ? response.values[target.codes[row]] : Number.NaN));
  const notices: RoleNotice[] = [];
  for (const [columns, names] of [
    [numeric, false],
    [categorical, true],
  ] as const) {
    for (const column of columns) {
      const how = leakOf(column, y, names);
      if (how) notices.push({ kind: 'leak', column: column.name, how });
    }
  }
  for (const { inner, ...rest } of nestings(categorical, y)) notices.push({ kind: 'nested', column: inner, ...rest });
  if (kept.every(Boolean)) return notices;
  for (const column of [...numeric, ...categorical]) {
    const { dictionary, name } = column;
    const used = usedCodes(column, kept);
    if (used.size === 1 && dictionary.length > 1) notices.push({ kind: 'constant', column: name, value: dictionary[[...used][0]] });
    else if (used.size < dictionary.length && categorical.includes(column)) {
      notices.push({ kind: 'unused-levels', column: name, labels: dictionary.length, used: used.size });
    }
  }
  return notices;
}

function usedCodes({ codes }: TableColumn, kept: Uint8Array): Set<number> {
  const used = new Set<number>();
  for (let row = 0; row < kept.length; row++) if (kept[row] && codes[row] !== MISSING) used.add(codes[row]);
  return used;
}

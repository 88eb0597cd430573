import { NumberColumn } from './bytes/number-column';
import { textOf } from './bytes/utf8-texts';
import { missingIn } from './cells';
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
  const noTarget = missingIn(target);
  const y = new Float64Array(kept.length).fill(Number.NaN);
  for (let row = 0; row < kept.length; row++) if (kept[row] && !noTarget(row)) y[row] = response.numberOf(row);
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
  if (!kept.includes(0)) return notices;
  for (const column of [...numeric, ...categorical]) {
    const { name } = column;
    if (column instanceof NumberColumn && !categorical.includes(column)) {
      const only = onlyValue(column, kept);
      if (only !== null) notices.push({ kind: 'constant', column: name, value: only });
      continue;
    }
    const labels = column.counts.length;
    const { used, first } = usedCodes(column, kept);
    if (used === 1 && labels > 1) notices.push({ kind: 'constant', column: name, value: textOf(column, first) });
    else if (used < labels && categorical.includes(column)) notices.push({ kind: 'unused-levels', column: name, labels, used });
  }
  return notices;
}

/** How many texts occur in rows that are used, and one of them. */
function usedCodes({ codes, counts }: TableColumn, kept: Uint8Array): { used: number; first: number } {
  const seen = new Uint8Array(counts.length);
  let [used, first] = [0, MISSING];
  for (let row = 0; row < kept.length; row++) {
    const code = codes[row];
    if (!kept[row] || code === MISSING || seen[code] === 1) continue;
    seen[code] = 1;
    used++;
    first = code;
  }
  return { used, first };
}

/** The one number that a column of several has in rows that are used. */
function onlyValue({ cells: { values } }: NumberColumn, kept: Uint8Array): string | null {
  let only = Number.NaN;
  for (let row = 0; row < kept.length; row++) {
    if (!kept[row] || Number.isNaN(values[row])) continue;
    if (!Number.isNaN(only) && values[row] !== only) return null;
    only = values[row];
  }
  return Number.isNaN(only) ? null : String(only);
}

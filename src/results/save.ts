import { saveBlob } from '../lab-client/save';
import { useRun } from '../state/run';
import { originSlug } from '../words/provenance';
import { originOf } from './origin';
import { type Twin, toCsv } from './twin';

/**
 * A file name that says which data and which run it is of: 'results.csv' becomes
 * 'results-ratings-csv-run-2.csv'.
 */
export function namedAfterRun(name: string): string {
  const origin = originOf(useRun.getState());
  if (origin === null) return name;
  const dot = name.lastIndexOf('.');
  return `${name.slice(0, dot)}-${originSlug(origin)}${name.slice(dot)}`;
}

/** A file name with what it says of its origin: that of the run on the page unless it is given. */
export function fileName(name: string, after?: string): string {
  if (after === undefined) return namedAfterRun(name);
  const dot = name.lastIndexOf('.');
  return `${name.slice(0, dot)}-${after}${name.slice(dot)}`;
}

/** A table as a CSV file. @param after what its name says of its origin; absent: the run on the page */
export function saveCsv(name: string, twin: Pick<Twin, 'columns' | 'rows'>, after?: string): void {
  saveBlob(fileName(`${name}.csv`, after), new Blob([toCsv(twin)], { type: 'text/csv;charset=utf-8' }));
}

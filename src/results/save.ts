import { saveBlob } from '../lab-client/save';
import { useRun } from '../state/run';
import { originSlug } from '../words/provenance';
import { originOf } from './origin';
import { type Twin, toCsv } from './twin';

/** A file name that says which data and which run it is of: 'results.csv' becomes 'results-ratings-csv-run-2.csv'. */
export function namedAfterRun(name: string): string {
  const origin = originOf(useRun.getState());
  if (origin === null) return name;
  const dot = name.lastIndexOf('.');
  return `${name.slice(0, dot)}-${originSlug(origin)}${name.slice(dot)}`;
}

/** A table of the run on the page as a CSV file. */
export function saveCsv(name: string, twin: Pick<Twin, 'columns' | 'rows'>): void {
  saveBlob(namedAfterRun(`${name}.csv`), new Blob([toCsv(twin)], { type: 'text/csv;charset=utf-8' }));
}

import { type Twin, toCsv } from './twin';

/** Hands a file to the browser's downloads. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The click has been handed over by the next task; some browsers read the URL only then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A table as a CSV file. */
export function saveCsv(name: string, twin: Pick<Twin, 'columns' | 'rows'>): void {
  saveBlob(`${name}.csv`, new Blob([toCsv(twin)], { type: 'text/csv;charset=utf-8' }));
}

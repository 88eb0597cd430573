import { saveBlob } from '../lab-client/save';
import { type Twin, toCsv } from './twin';

/** A table as a CSV file. */
export function saveCsv(name: string, twin: Pick<Twin, 'columns' | 'rows'>): void {
  saveBlob(`${name}.csv`, new Blob([toCsv(twin)], { type: 'text/csv;charset=utf-8' }));
}

import { fittedOf } from '../../workers/papers/record';
import type { Fitted, UnitRecord } from '../../workers/papers/types';

/** By what repetitions were fitted: versions of the lab, engines and dates, in words. */
export function fittedBy(records: readonly UnitRecord[]): string {
  const all = records
    .flatMap((record): Fitted[] => {
      const columns = Object.keys(record.outcomes);
      return columns.length > 0 ? columns.map((id) => fittedOf(record, id)) : [record];
    })
    .sort((a, b) => a.finished.localeCompare(b.finished));
  if (all.length === 0) return '';
  const days = all.map(({ finished }) => finished.slice(0, 10));
  const engines = [...new Set(all.map(({ backend, threads }) => `${backend.toUpperCase()}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`))];
  const versions = [...new Set(all.map(({ lab }) => lab))];
  const when = days[0] === days[days.length - 1] ? days[0] : `${days[0]} to ${days[days.length - 1]}`;
  return `Lab ${versions.join(', ')}, ${engines.join(' and ')}, ${when}`;
}

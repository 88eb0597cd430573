import type { UnitRecord } from '../../workers/papers/types';

/** By what repetitions were fitted: version of the lab, engine and dates, in words. */
export function fittedBy(records: readonly UnitRecord[]): string {
  if (records.length === 0) return '';
  const days = records.map(({ finished }) => finished.slice(0, 10)).sort();
  const engines = [...new Set(records.map(({ backend, threads }) => `${backend.toUpperCase()}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`))];
  const versions = [...new Set(records.map(({ lab }) => lab))];
  const when = days[0] === days[days.length - 1] ? days[0] : `${days[0]} to ${days[days.length - 1]}`;
  return `Lab ${versions.join(', ')}, ${engines.join(' and ')}, ${when}`;
}

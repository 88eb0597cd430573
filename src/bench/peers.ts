import { type EveryMethodReport, type EveryMethodRow, geometricMean, timesAsLong, usualSeconds, usualTime } from '../../workers/bench/every-method';
import type { PeersRow } from '../charts/peers-chart';
import { whole } from '../text/numbers';
import { digits } from './model';

/** Another library's time over the lab's: by the clock on two threads, or of processors on one. */
export type PeersClock = 'clock' | 'processor';

const torchTimes = (row: EveryMethodRow, by: PeersClock): number | null =>
  by === 'clock' ? timesAsLong(row, 'torch, 2 threads', 'lab, 2 threads') : timesAsLong(row, 'torch, 1 thread', 'lab, 1 thread', 'processor');
/** tfjs runs on one thread in Node. */
const tfjsTimes = (row: EveryMethodRow, by: PeersClock): number | null =>
  timesAsLong(row, 'tfjs', 'lab, 1 thread', by === 'clock' ? 'wall' : 'processor');

const of = (report: EveryMethodReport, q: number | null): EveryMethodRow[] => report.rows.filter((row) => row.q === q);

/** What was measured: levels q, then null for windows of series. */
export const sizesOf = (report: EveryMethodReport): (number | null)[] => [...new Set(report.rows.map(({ q }) => q))];

/** The rows of the chart, methods that PyTorch gains most on last. */
export const chartRows = (report: EveryMethodReport, q: number | null, by: PeersClock): PeersRow[] =>
  of(report, q)
    .map((row) => ({ label: row.label, torch: torchTimes(row, by), tfjs: tfjsTimes(row, by) }))
    .sort((a, b) => (b.torch ?? 0) - (a.torch ?? 0));

export const PEERS_COLUMNS = ['lab, 1', 'lab, 2', 'PyTorch, 1', 'PyTorch, 2', 'tfjs', 'to PyTorch', 'to tfjs', 'losses apart'];

const or = (value: number | null, before = ''): string => (value === null ? '' : `${before}${digits(value)}`);

/** The rows of the table: a method and its cells, milliseconds a step before ratios. */
export function tableRows(report: EveryMethodReport, q: number | null, by: PeersClock): { method: string; label: string; cells: string[] }[] {
  const engines = ['lab, 1 thread', 'lab, 2 threads', 'torch, 1 thread', 'torch, 2 threads', 'tfjs'] as const;
  return of(report, q).map((row) => ({
    method: row.method,
    label: row.label,
    cells: [
      ...engines.map((engine) => or(usualTime(row, engine))),
      or(torchTimes(row, by), '×'),
      or(tfjsTimes(row, by), '×'),
      row.differences.length > 0 ? Math.max(...row.differences).toExponential(0) : '',
    ],
  }));
}

export const MIXED_COLUMNS = ['lab', 'lme4', 'to lme4'];

/**
 * The rows of the table of mixed models: processor seconds of a usual fit, and how many times as long lme4
 * takes.
 */
export const mixedTableRows = ({ mixed = [] }: Pick<EveryMethodReport, 'mixed'>): { label: string; cells: string[] }[] =>
  mixed.map((row) => {
    const [lab, lme4] = [usualSeconds(row.lab), usualSeconds(row.lme4)];
    return { label: row.label, cells: [or(lab), or(lme4), or(lab && lme4 && lme4 / lab, '×')] };
  });

/** What the numbers say, and where they do not hold. */
export function peersSentence(report: EveryMethodReport, q: number | null, by: PeersClock): string {
  const rows = of(report, q);
  const known = rows.flatMap((row) => {
    const times = torchTimes(row, by);
    return times === null ? [] : [{ label: row.label, times }];
  });
  const mean = geometricMean(known.map(({ times }) => times));
  if (mean === null) return 'PyTorch took no part.';
  const how = by === 'clock' ? 'on two threads, by the clock,' : 'on one thread, by processor time,';
  const slower = known.filter(({ times }) => times < 1).sort((a, b) => a.times - b.times);
  const where =
    slower.length === 0
      ? `With each of the ${whole(known.length)} methods the lab is at least as fast.`
      : `PyTorch is faster with ${slower.map(({ label, times }) => `${label} (×${digits(times)})`).join(', ')}.`;
  return `PyTorch ${how} takes ×${digits(mean)} the time of the lab’s step in the geometric mean over methods. ${where}`;
}

/**
 * Whether others worked on the machine: more was to do than it has cores, and than a turn of two threads
 * leaves for the next.
 */
export const isBusy = ({ rows, cores }: EveryMethodReport): boolean => rows.some(({ load }) => load > Math.max(cores, 2) + 1);

/** Where the numbers come from. */
export function peersOrigin(report: EveryMethodReport): string {
  const { date, machine, node, torch, rounds, compared, rows } = report;
  const loads = rows.map(({ load }) => load);
  const [least, most] = [Math.min(...loads), Math.max(...loads)].map((load) => load.toFixed(1));
  const busy = isBusy(report)
    ? ' Others worked on it at the same time, which slows two threads more than one: processor time is the fairer comparison.'
    : '';
  const day = new Date(date).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  return `Recorded on ${day}: ${machine}, load ${least} to ${most}; Node ${node}, PyTorch ${torch ?? 'not there'}; medians of ${rounds} rounds in which all take turns. Losses of the first ${compared} steps are compared in the last column.${busy}`;
}

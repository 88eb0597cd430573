import type { BenchMethod, BenchOptions, BenchRow } from '../../workers/bench/schema';
import type { BenchLine } from '../charts/bench-chart';

export const METHOD_LABELS: Record<BenchMethod, string> = { mmbeddings: 'MMbeddings', embeddings: 'Embeddings' };
export const LEVELS = [100, 1_000, 10_000, 100_000] as const;

/**
 * The parts of the address that the page takes:
 * `?bench&q=20,40&rounds=2&turn=5&methods=mmbeddings&backends=wasm`. Anything else is left at its default.
 */
export function optionsOf(search: string): BenchOptions {
  const parameters = new URLSearchParams(search);
  const among = <T extends string>(name: string, known: readonly T[]): T[] => {
    const given = (parameters.get(name) ?? '').split(',');
    const kept = known.filter((one) => given.includes(one));
    return kept.length > 0 ? kept : [...known];
  };
  const number = (name: string, fallback: number, most: number): number => {
    const value = Number(parameters.get(name));
    return Number.isInteger(value) && value > 0 && value <= most ? value : fallback;
  };
  const levels = (parameters.get('q') ?? '')
    .split(',')
    .map(Number)
    .filter((q) => Number.isInteger(q) && q >= 2 && q <= 1_000_000);
  return {
    methods: among('methods', ['mmbeddings', 'embeddings']),
    levels: levels.length > 0 ? [...new Set(levels)].sort((a, b) => a - b) : LEVELS.slice(0, 3),
    backends: among('backends', ['wasm', 'webgpu']),
    engines: parameters.get('engines')?.split(',') ?? null,
    rounds: number('rounds', 5, 100),
    turn: number('turn', 100, 10_000),
    longestStep: number('longest', 3_000, 600_000),
  };
}

/** Three significant digits without exponents. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const decimals = Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

export function binaryBytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10)));
  return `${digits(value / 2 ** (10 * power))} ${units[power]}`;
}

export interface BenchCells {
  label: string;
  plan: boolean;
  /** Ratio to each plan, in the order of `plans`. */
  ratios: string[];
  cells: string[];
  skipped: string | null;
}

export const COLUMNS = ['ms per step', 'range', 'GFLOP/s', 'dispatches', 'JavaScript µs', 'first step ms', 'memory'];

/** The plans that a peer can be compared with. */
export function plansOf(rows: readonly BenchRow[]): { engine: string; label: string }[] {
  const plans = new Map(rows.filter((row) => row.role === 'plan' && row.timing).map((row) => [row.engine, row.label.replace('our plan, ', '')]));
  return [...plans].map(([engine, label]) => ({ engine, label }));
}

export function cellsOf(row: BenchRow, plans: readonly { engine: string }[]): BenchCells {
  const { timing, memory } = row;
  const or = (value: number | null): string => (value === null ? '' : digits(value));
  return {
    label: row.label,
    plan: row.role === 'plan',
    skipped: timing ? null : row.skipped,
    ratios: plans.map(({ engine }) => (row.ratios[engine] === undefined ? '' : `×${digits(row.ratios[engine])}`)),
    cells: timing
      ? [
          digits(timing.median),
          `${digits(timing.least)}–${digits(timing.most)}`,
          or(row.gflops),
          or(row.dispatches),
          or(row.javascript),
          or(row.firstStep),
          memory === null ? '' : binaryBytes(memory.bytes),
        ]
      : [],
  };
}

/** Lines of the chart for one method, in the order in which engines were measured. */
export function linesOf(rows: readonly BenchRow[], method: BenchMethod): BenchLine[] {
  const lines = new Map<string, BenchLine>();
  for (const row of rows) {
    if (row.method !== method || !row.timing) continue;
    const line = lines.get(row.engine) ?? { engine: row.engine, label: row.label, plan: row.role === 'plan', points: [] };
    line.points.push({ q: row.q, milliseconds: row.timing.median });
    lines.set(row.engine, line);
  }
  return [...lines.values()];
}

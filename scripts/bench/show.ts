import type { BenchReport, BenchRow } from '../../workers/bench/schema';

/** Three significant digits without exponents. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const decimals = Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** Bytes in the largest binary unit that leaves at least 1. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10)));
  return `${digits(value / 2 ** (10 * power))} ${units[power]}`;
}

/** A plain-text table: the first column flush left, the others right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  return [header, ...rows].map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')).join('\n');
}

function cells(row: BenchRow, plans: readonly string[]): string[] {
  if (!row.timing) return [row.label, `left out: ${row.skipped ?? 'not measured'}`];
  const { median, least, most } = row.timing;
  return [
    row.label,
    digits(median),
    `${digits(least)}–${digits(most)}`,
    ...plans.map((plan) => (row.ratios[plan] === undefined ? '' : `×${digits(row.ratios[plan])}`)),
    row.gflops === null ? '' : digits(row.gflops),
    row.dispatches === null ? '' : digits(row.dispatches),
    row.javascript === null ? '' : digits(row.javascript),
    row.firstStep === null ? '' : digits(row.firstStep),
    row.memory === null ? '' : `${bytes(row.memory.bytes)} (${row.memory.kind})`,
  ];
}

/** GPU time of a step by kernel, compared with what the plainest kernels reach. */
function showKernels({ label, kernels }: BenchRow, { ceiling }: BenchReport): void {
  const share = (value: number | null, most: number | undefined, unit: string): string =>
    value === null ? '' : `, ${digits(value)} ${unit}${most ? ` (${Math.round((100 * value) / most)} % of plain)` : ''}`;
  const parts = (kernels ?? []).map(
    ({ name, microseconds, gflops, gigabytes }) =>
      `${name} ${digits(microseconds)} µs${share(gflops, ceiling?.multiply, 'GFLOP/s')}${share(gigabytes, ceiling?.copy, 'GB/s')}`,
  );
  console.log(`  ${label}, GPU time by kernel: ${parts.join('; ')}`);
}

/** Prints a report: a table for each method and q, then what a step cannot do without. */
export function showReport(report: BenchReport): void {
  const { environment, options } = report;
  const load = environment.load ? `, load ${environment.load.map((value) => value.toFixed(1)).join(' → ')}` : '';
  console.log(
    `${environment.runtime}, ${environment.cores ?? '?'} cores${load}; adapter: ${environment.adapter ?? 'none'}${environment.adapter && !environment.hardware ? ' (software)' : ''}`,
  );
  console.log(
    `ms per step, median and range of ${options.rounds} rounds in which all engines take turns; ×: times as long as the plan, from the same rounds`,
  );
  for (const line of report.absent) console.log(`missing – ${line}`);
  if (report.ceiling) {
    const { copy, multiply, clock } = report.ceiling;
    const by = clock === 'timestamp' ? 'GPU timestamps' : 'from outside';
    console.log(`adapter: a plain copy reaches ${digits(copy)} GB/s, a plain tiled product ${digits(multiply)} GFLOP/s (${by})`);
  }
  const plans = [...new Set(report.rows.filter((row) => row.role === 'plan' && row.timing).map((row) => row.engine))];
  const labels = new Map(report.rows.map((row) => [row.engine, row.label]));
  for (const work of report.work) {
    const rows = report.rows.filter((row) => row.method === work.method && row.q === work.q);
    console.log(
      `\n${work.method}, q = batch = ${work.q.toLocaleString('en-US')}: ${digits(work.flops / 1e6)} MFLOP of dense products and at least ${bytes(work.bytes)} a step, ${work.parameters.toLocaleString('en-US')} parameters`,
    );
    const { wasm, webgpu } = work.done;
    const done = (name: string, { flops, bytes: moved }: { flops: number; bytes: number }): string =>
      `${name} ${digits(flops / 1e6)} MFLOP and ${bytes(moved)}`;
    console.log(
      `  by count of their arrays our plans do: ${done('WASM', wasm)}, ${done('WebGPU', webgpu)}; WASM leaves out products with zeros behind a wide ReLU`,
    );
    const header = ['engine', 'ms', 'range', ...plans.map((plan) => `to ${labels.get(plan)?.replace('our plan, ', '')}`)];
    header.push('GFLOP/s', 'dispatches', 'JS µs', 'first step ms', 'memory');
    const measured = rows.filter((row) => row.timing);
    console.log(
      table(
        header,
        measured.map((row) => cells(row, plans)),
      ),
    );
    for (const row of rows) if (!row.timing) console.log(cells(row, plans).join(': '));
    for (const row of measured) if (row.kernels) showKernels(row, report);
    for (const row of measured) if (row.loss !== null && !Number.isFinite(row.loss)) console.log(`${row.label}: its loss is not a number`);
  }
}

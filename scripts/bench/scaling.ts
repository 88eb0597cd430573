import { measureScaling, type ScalingReport } from '../../workers/bench/scaling';
import type { BenchOptions } from '../../workers/bench/schema';
import { nodeWasmPath } from '../../workers/engine/node';
import { bytes, digits, table } from './show';

/** Measures and prints how an epoch grows with the number of rows. */
export async function scaling({ methods, levels, backends }: BenchOptions, print: (line: string) => void): Promise<ScalingReport> {
  const report = await measureScaling({ methods, levels, backend: backends[0], wasmPath: nodeWasmPath() });
  print(`Seconds per epoch, training and both validation losses, ${backends[0]}; q levels, n = 10 q training rows of which 10 % validate, batch = q`);
  for (const method of methods) {
    const rows = report.rows.filter((row) => row.method === method);
    print(`\n${method}: time grows as n to the power ${digits(report.slopes[method])} (1 is linear)`);
    print(
      table(
        ['n', 'q', 'seconds per epoch', 'µs per row', 'memory', 'bytes per row'],
        rows.map(({ n, q, seconds, memory }) => [
          n.toLocaleString('en-US'),
          q.toLocaleString('en-US'),
          digits(seconds),
          digits((1e6 * seconds) / n),
          memory === null ? '' : bytes(memory),
          memory === null ? '' : digits(memory / n),
        ]),
      ),
    );
  }
  return report;
}

import { parseArgs } from 'node:util';
import { LabFailure } from '../workers/data/failure';
import { installNodeEngine } from '../workers/engine/node';
import type { BackendId } from '../workers/protocol';
import { fail, say, tell, whole } from './cli';
import { type Held, heldAfterRuns, heldAfterTables, slope } from './flat/measure';

const USAGE = `npm run flat -- [--runs 200] [--tables 50] [--rows 2000] [--megabytes 5] [--backend wasm|webgpu|cpu]
So many runs, and so many tables, one after another in one session: what is held after each. Ends with 1 where it grows by 0.5 MB each time or more.`;
/** Megabytes each time. */
const MOST = 0.5;

/** A line for each kind of memory; how many of them grow. */
function judged(what: string, all: readonly Held[]): number {
  const kinds = ['heap', 'buffers', 'wasm', 'device', 'gpu'] as const;
  const [first, last] = [all[0], all[all.length - 1]];
  say(`${what}, ${all.length} in a row:`);
  for (const kind of [...kinds, 'process'] as const)
    say(
      `  ${kind.padEnd(8)} ${first[kind].toFixed(1)} MB after the first, ${last[kind].toFixed(1)} after the last, ${slope(all.map((held) => held[kind])).toFixed(3)} MB each`,
    );
  return kinds.filter((kind) => slope(all.map((held) => held[kind])) >= MOST).length;
}

try {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ options: { runs: option, tables: option, rows: option, megabytes: option, backend: option } });
  const backend = values.backend ?? 'wasm';
  if (!['wasm', 'webgpu', 'cpu'].includes(backend)) throw new LabFailure('bad-option', `--backend is "${backend}".`, USAGE);
  await installNodeEngine(backend as BackendId);
  const [runs, tables] = [whole('runs', values.runs, 200), whole('tables', values.tables, 50)];
  let growing = 0;
  if (runs > 1)
    growing += judged(
      'runs',
      await heldAfterRuns(
        backend as BackendId,
        runs,
        ({ heap, gpu }) => tell(`heap ${heap.toFixed(1)} MB, GPU ${gpu.toFixed(2)} MB`),
        undefined,
        whole('rows', values.rows, 2_000, 100),
      ),
    );
  if (tables > 1)
    growing += judged(
      `tables of ${whole('megabytes', values.megabytes, 5, 1)} MB`,
      await heldAfterTables(backend as BackendId, tables, whole('megabytes', values.megabytes, 5, 1), ({ buffers }) =>
        tell(`buffers ${buffers.toFixed(1)} MB`),
      ),
    );
  process.exit(growing > 0 ? 1 : 0);
} catch (failure) {
  fail(failure);
}

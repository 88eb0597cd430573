import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LabFailure } from '../workers/data/failure';
import { shardOf } from '../workers/papers/shard';
import { fail, leave, NOT_ALL, say, tell, whole } from './cli';
import type { Tally } from './experiment-units';

// What fits is loaded by the process that fits: not by one that starts others or refuses an option.

const usage = (
  experiments: string,
): string => `npm run experiment -- EXPERIMENT [--q 100,1000 | --cells A,B] [--reps 10] [--methods A,B] --out DIR [--file TABLE.csv] [--backend wasm|cpu|webgpu] [--threads N] [--jobs N] [--shard i/n]
npm run experiment -- --grid GRID.json --out DIR [--file TABLE] [--backend wasm|cpu|webgpu] [--threads N] [--jobs N] [--shard i/n]
npm run experiment -- merge DIR
npm run experiment -- list
Experiments: ${experiments}; table1 means table1-regression and table1-classification, and so on.
--grid: methods × settings × folds of a table of yours (docs/experiments.md); a share is of all of them, so that n may be larger than the number of folds.
--threads N computes one unit on N threads (as many as cores when absent); --jobs N fits N units at once, each in a process of its own and on one thread unless --threads says more.
--shard i/n fits every n-th unit from the i-th (1 ≤ i ≤ n); without it the index of a Slurm array (SLURM_ARRAY_TASK_ID, SLURM_ARRAY_TASK_COUNT) or of a Kubernetes indexed job
(JOB_COMPLETION_INDEX, JOB_COMPLETIONS) is used where there is one. One file a finished unit is written in DIR; what is there is not fitted again.`;

const OPTIONS = {
  q: { type: 'string' },
  cells: { type: 'string' },
  reps: { type: 'string' },
  methods: { type: 'string' },
  out: { type: 'string' },
  file: { type: 'string' },
  grid: { type: 'string' },
  backend: { type: 'string' },
  threads: { type: 'string' },
  jobs: { type: 'string' },
  shard: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

export type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** As a shell tells it: 130 for Ctrl-C. */
const codeOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/**
 * The same command in several processes, each with its share of this process's units. What ends this one ends
 * them; they also end when it is killed.
 */
async function runJobs(jobs: number, values: Values): Promise<number> {
  const { exitCode, tallyWords } = await import('./experiment-units');
  const { index, of } = shardOf(values.shard, process.env);
  const [script, ...options] = process.argv.slice(1);
  const kept = options.filter((option, i) => !/^--(jobs|shard)(=|$)/.test(option) && !/^--(jobs|shard)$/.test(options[i - 1] ?? ''));
  // Heard from before the first process on, or a signal that comes early would leave some behind.
  let stopped = 0;
  const children: ChildProcess[] = [];
  for (const signal of SIGNALS)
    process.on(signal, () => {
      stopped = codeOfSignal(signal);
      for (const child of children) child.kill(signal);
    });
  for (let job = 0; job < jobs; job++) {
    const more = ['--shard', `${index + of * job + 1}/${of * jobs}`, ...(values.threads ? [] : ['--threads', '1'])];
    children.push(spawn(process.execPath, [...process.execArgv, script, ...kept, ...more], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] }));
  }
  const ends = await Promise.all(
    children.map(
      (child) =>
        new Promise<Tally | number>((resolved) => {
          let tally: Tally | null = null;
          child.on('message', (message) => {
            tally = message as Tally;
          });
          child.on('exit', (code) => resolved(tally ?? code ?? 1));
          child.on('error', () => resolved(1));
        }),
    ),
  );
  if (stopped > 0) return stopped;
  const codes = ends.filter((end) => typeof end === 'number');
  if (codes.length > 0) {
    tell('Not every process ended well. What is finished is kept: run the command again.');
    return Math.max(...codes) === 2 ? 2 : NOT_ALL;
  }
  // A share may hold nothing but methods that fail: they are judged together.
  const sum = (key: keyof Tally): number => ends.reduce<number>((all, end) => all + (typeof end === 'number' ? 0 : end[key]), 0);
  const tally = { finished: sum('finished'), failures: sum('failures'), lost: sum('lost') };
  for (const words of tallyWords(tally)) tell(words);
  return exitCode(tally);
}

/** A finished unit is in its file; what is in progress is fitted again. */
function endOnSignal(): void {
  for (const signal of SIGNALS)
    process.once(signal, () => {
      tell('Stopped. What is finished is kept: run the command again to go on.');
      process.exit(codeOfSignal(signal));
    });
  // Of --jobs: the process that asked for this one is gone.
  if (process.channel) process.once('disconnect', () => process.exit(NOT_ALL));
}

try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [what, folder] = positionals;
  const { exitCode, refuseIgnored, tallyWords } = await import('./experiment-units');
  if (!values.help) refuseIgnored(positionals, values);
  const jobs = whole('jobs', values.jobs, 1, 1);
  const asks = values.help || (!what && values.grid === undefined);
  if (jobs > 1 && !asks && what !== 'list' && what !== 'merge') await leave(await runJobs(jobs, values));
  const { experimentIds, listExperiments, merge, runAll } = await import('./experiment-run');
  const text = usage(experimentIds().join(', '));
  if (asks) {
    say(text);
    await leave(values.help ? 0 : 2);
  }
  if (what === 'list') {
    listExperiments();
    await leave(0);
  } else if (what === 'merge') {
    if (!folder) throw new LabFailure('bad-option', 'merge needs the folder of the finished units.', text);
    await leave(await merge(resolve(folder)));
  }
  endOnSignal();
  const tally = await runAll(what, values, text);
  // Of --jobs: the process that asked for this one judges all shares.
  if (process.send) await new Promise((sent) => process.send?.(tally, sent));
  else for (const words of tallyWords(tally)) tell(words);
  await leave(exitCode(tally));
} catch (thrown) {
  fail(thrown);
}

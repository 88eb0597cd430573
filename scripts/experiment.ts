import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../package.json';
import { openTable, type Table } from '../workers/data/csv';
import { LabFailure } from '../workers/data/failure';
import { setPlanThreads } from '../workers/engine/wasm/threads';
import { type GridPlan, gridUnits } from '../workers/experiments/grid';
import { type Unit, UnitRun, unitKey } from '../workers/experiments/unit';
import { EXPERIMENTS } from '../workers/papers/catalog';
import { toCsv, toJson, toLatex, toMarkdown } from '../workers/papers/formats';
import { assignRoles } from '../workers/papers/open-table';
import { type Shard, shardOf } from '../workers/papers/shard';
import { makeTable } from '../workers/papers/table';
import type { UnitRecord } from '../workers/papers/types';
import { fail, fileFrom, leave, NOT_ALL, nodeEngine, say, tell, whole } from './cli';
import { storedUnit, storeUnit, unitsIn } from './experiment-folder';
import { gridJob, mergeGrid, storedPlans, storePlan } from './experiment-grid';
import { exitCode, experimentsOf, unitsOf } from './experiment-units';
import { folderAt, storeFile } from './files';

const USAGE = `npm run experiment -- EXPERIMENT [--q 100,1000 | --cells A,B] [--reps 10] [--methods A,B] --out DIR [--file TABLE.csv] [--backend wasm|cpu|webgpu] [--threads N] [--jobs N] [--shard i/n]
npm run experiment -- --grid GRID.json --out DIR [--file TABLE] [--backend wasm|cpu|webgpu] [--threads N] [--jobs N] [--shard i/n]
npm run experiment -- merge DIR
npm run experiment -- list
Experiments: ${EXPERIMENTS.map(({ id }) => id).join(', ')}; table1 means table1-regression and table1-classification, and so on.
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

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** As a shell tells it: 130 for Ctrl-C. */
const codeOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

const fileOf = (folder: string, unit: Unit): string => join(folder, `${unitKey(unit)}.json`);

/** What a process fits. */
interface Share {
  units: Unit[];
  /** How much of how many there are, in words. */
  told: string;
  opened: Table | null;
  /** The grid that the units are of; null for the papers' experiments. */
  plan: GridPlan | null;
}

async function paperShare(name: string, values: Values, shard: Shard): Promise<Share> {
  const all = experimentsOf(name).flatMap((experiment) => unitsOf(experiment, values));
  const units = all.filter((_, i) => i % shard.of === shard.index);
  const opened = values.file ? await openTable(await fileFrom(values.file), {}) : null;
  for (const { needs, title } of new Set(units.map(({ experiment }) => experiment))) {
    if (needs && !opened)
      throw new LabFailure('no-file', `${title} needs ${needs.name}, which is not shipped. ${needs.where}`, 'Give the file with --file.');
  }
  return { units, told: `${units.length} of ${all.length} units`, opened, plan: null };
}

async function gridShare(path: string, values: Values, shard: Shard): Promise<Share> {
  for (const option of ['q', 'cells', 'reps', 'methods'] as const)
    if (values[option] !== undefined)
      throw new LabFailure('bad-option', `--${option} is for the papers' experiments; a grid says it itself.`, 'Change the grid.');
  const { plan, table } = await gridJob(path, values.file);
  const { units, fits } = gridUnits(plan, shard);
  const own = units.reduce((sum, { columns }) => sum + columns.length, 0);
  return { units, told: `${own} of ${fits} fits, in ${units.length} ${units.length === 1 ? 'unit' : 'units'}`, opened: table, plan };
}

/** Fits this process's share, unit by unit. Resolves with the exit code. */
async function runAll(name: string, values: Values): Promise<number> {
  const shard = shardOf(values.shard, process.env);
  if (!values.out) throw new LabFailure('bad-option', 'No --out was given.', USAGE);
  const folder = resolve(values.out);
  const { units, told, opened, plan } =
    values.grid === undefined ? await paperShare(name, values, shard) : await gridShare(values.grid, values, shard);
  const tables = new Map(opened ? [[opened.fingerprint, opened]] : []);
  await folderAt(folder);
  if (plan) await storePlan(folder, plan);
  if (values.threads) setPlanThreads(whole('threads', values.threads, 1, 1));
  const engine = await nodeEngine(values.backend);
  tell(`${told}${shard.of > 1 ? ` (shard ${shard.index + 1} of ${shard.of})` : ''}, ${engine.backend} (${engine.detail})`);
  const started = performance.now();
  let [fitted, failures, unread] = [0, 0, 0];
  for (const [i, unit] of units.entries()) {
    const path = fileOf(folder, unit);
    let before: UnitRecord | null;
    try {
      before = await storedUnit(path);
    } catch (failure) {
      if (!(failure instanceof LabFailure)) throw failure;
      tell(`${i + 1}/${units.length} ${failure.message} ${failure.hint}`);
      unread++;
      continue;
    }
    if (before && unit.columns.every(({ id }) => before.outcomes[id])) continue;
    const began = performance.now();
    const { needs } = unit.experiment;
    const table = needs && opened ? assignRoles(needs, opened) : undefined;
    const record = await new UnitRun(unit, { engine, lab: version, tables, table, before }).train();
    await storeUnit(path, record);
    const fresh = Object.entries(record.outcomes).filter(([id]) => !before?.outcomes[id]);
    const failed = fresh.flatMap(([id, outcome]) => ('failure' in outcome ? [`; ${id} ${outcome.failure}`] : []));
    fitted += fresh.length;
    failures += failed.length;
    const seconds = (performance.now() - began) / 1000;
    tell(`${i + 1}/${units.length} ${unitKey(unit)}: ${seconds.toFixed(1)} s${failed.join('')}`);
  }
  tell(`done in ${((performance.now() - started) / 1000).toFixed(0)} s; npm run experiment -- merge ${values.out}`);
  if (fitted > 0 && failures === fitted) tell('No method gave results; their reasons are in the files.');
  if (unread > 0) tell(`${unread} ${unread === 1 ? 'file was' : 'files were'} not read and ${unread === 1 ? 'its unit' : 'their units'} not fitted.`);
  return exitCode({ fitted, failures, unread });
}

/**
 * The same command in several processes, each with its share of this process's units. What ends this one ends
 * them; they also end when it is killed.
 */
async function runJobs(jobs: number, values: Values): Promise<number> {
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
  const codes = await Promise.all(
    children.map(
      (child) =>
        new Promise<number>((resolved) => {
          child.on('exit', (code) => resolved(code ?? 1));
          child.on('error', () => resolved(1));
        }),
    ),
  );
  if (stopped > 0) return stopped;
  if (codes.every((code) => code === 0)) return 0;
  tell('Not every process ended well. What is finished is kept: run the command again.');
  return Math.max(...codes) === 2 ? 2 : NOT_ALL;
}

/**
 * The tables of all records in a folder, as Markdown, JSON, CSV and LaTeX next to them; Markdown also on
 * standard output.
 */
async function merge(folder: string): Promise<number> {
  const { records, bad } = await unitsIn(folder);
  for (const { message } of bad) tell(`Left out: ${message}`);
  if (records.length === 0) throw new LabFailure('no-records', `${folder} holds no finished unit.`, 'Run an experiment with --out first.');
  for (const experiment of EXPERIMENTS) {
    const ours = records.filter((record) => record.experiment === experiment.id).sort((a, b) => a.repetition - b.repetition);
    if (ours.length === 0) continue;
    const published = await experiment.published();
    const table = makeTable(experiment, published, ours);
    const markdown = toMarkdown(experiment, table, published.source);
    await storeFile(join(folder, `${experiment.id}.md`), markdown);
    await storeFile(join(folder, `${experiment.id}.csv`), toCsv(table));
    await storeFile(join(folder, `${experiment.id}.tex`), toLatex(experiment, table, true));
    await storeFile(join(folder, `${experiment.id}.json`), toJson(experiment, table, ours));
    say(markdown);
  }
  for (const plan of await storedPlans(folder)) {
    const markdown = await mergeGrid(folder, plan, records);
    if (markdown !== null) say(markdown);
  }
  return bad.length > 0 ? NOT_ALL : 0;
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
  if (values.help || (!what && values.grid === undefined)) {
    say(USAGE);
    await leave(values.help ? 0 : 2);
  }
  if (what === 'list') {
    for (const { id, title, cells, columns } of EXPERIMENTS)
      say(`${id}: ${title}; cells ${cells.map((cell) => cell.id).join(', ')}; methods ${columns.map((column) => column.id).join(', ')}`);
    await leave(0);
  } else if (what === 'merge') {
    if (!folder) throw new LabFailure('bad-option', 'merge needs the folder of the finished units.', USAGE);
    await leave(await merge(resolve(folder)));
  }
  const jobs = whole('jobs', values.jobs, 1, 1);
  if (jobs === 1) endOnSignal();
  await leave(jobs > 1 ? await runJobs(jobs, values) : await runAll(what, values));
} catch (thrown) {
  fail(thrown);
}

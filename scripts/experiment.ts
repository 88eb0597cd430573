import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openTable, type Table } from '../workers/data/csv';
import { LabFailure } from '../workers/data/failure';
import { setPlanThreads } from '../workers/engine/wasm/threads';
import { type Unit, UnitRun, unitKey } from '../workers/experiments/unit';
import { EXPERIMENTS } from '../workers/papers/catalog';
import { toCsv, toJson, toLatex, toMarkdown } from '../workers/papers/formats';
import { assignRoles } from '../workers/papers/open-table';
import { readRecord } from '../workers/papers/record';
import { shardOf } from '../workers/papers/shard';
import { makeTable } from '../workers/papers/table';
import type { UnitRecord } from '../workers/papers/types';
import { fail, fileFrom, nodeEngine, whole } from './cli';
import { experimentsOf, unitsOf } from './experiment-units';

const USAGE = `npm run experiment -- EXPERIMENT [--q 100,1000 | --cells A,B] [--reps 10] [--methods A,B] --out DIR [--file TABLE.csv] [--backend wasm|cpu|webgpu] [--threads N] [--jobs N] [--shard i/n]
npm run experiment -- merge DIR
npm run experiment -- list
Experiments: ${EXPERIMENTS.map(({ id }) => id).join(', ')}; table1 means table1-regression and table1-classification, and so on.
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
  backend: { type: 'string' },
  threads: { type: 'string' },
  jobs: { type: 'string' },
  shard: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

const fileOf = (folder: string, unit: Unit): string => join(folder, `${unitKey(unit)}.json`);

/**
 * A record of a file; null when there is none. Rejects when the file is not one, because an overwritten
 * result would be lost.
 */
async function stored(path: string): Promise<UnitRecord | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return null;
  }
  return readRecord(text, path);
}

/** Written under another name and then renamed, so that a file is complete or does not exist. */
async function store(path: string, record: UnitRecord): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  await writeFile(beside, `${JSON.stringify(record)}\n`);
  await rename(beside, path);
}

async function runAll(name: string, values: Values): Promise<void> {
  const all = experimentsOf(name).flatMap((experiment) => unitsOf(experiment, values));
  const shard = shardOf(values.shard, process.env);
  const units = all.filter((_, i) => i % shard.of === shard.index);
  if (!values.out) throw new LabFailure('bad-option', 'No --out was given.', USAGE);
  const folder = resolve(values.out);
  const tables = new Map<string, Table>();
  const opened = values.file ? await openTable(await fileFrom(values.file), {}) : null;
  if (opened) tables.set(opened.fingerprint, opened);
  for (const { needs, title } of new Set(units.map(({ experiment }) => experiment))) {
    if (needs && !opened)
      throw new LabFailure('no-file', `${title} needs ${needs.name}, which is not shipped. ${needs.where}`, 'Give the file with --file.');
  }
  await mkdir(folder, { recursive: true });
  if (values.threads) setPlanThreads(whole('threads', values.threads, 1, 1));
  const engine = await nodeEngine(values.backend);
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string };
  console.error(
    `${units.length} of ${all.length} units${shard.of > 1 ? ` (shard ${shard.index + 1} of ${shard.of})` : ''}, ${engine.backend} (${engine.detail})`,
  );
  const started = performance.now();
  for (const [i, unit] of units.entries()) {
    const path = fileOf(folder, unit);
    const before = await stored(path);
    if (before && unit.columns.every(({ id }) => before.outcomes[id])) continue;
    const began = performance.now();
    const { needs } = unit.experiment;
    const table = needs && opened ? assignRoles(needs, opened) : undefined;
    const record = await new UnitRun(unit, { engine, lab: version, tables, table, before }).train();
    await store(path, record);
    const failed = Object.entries(record.outcomes).filter(([, outcome]) => 'failure' in outcome);
    const seconds = (performance.now() - began) / 1000;
    console.error(
      `${i + 1}/${units.length} ${unitKey(unit)}: ${seconds.toFixed(1)} s${failed.map(([id, outcome]) => `; ${id} ${'failure' in outcome ? outcome.failure : ''}`).join('')}`,
    );
  }
  console.error(`done in ${((performance.now() - started) / 1000).toFixed(0)} s; npm run experiment -- merge ${values.out}`);
}

/** The same command in several processes, each with its share of this process's units. */
async function runJobs(jobs: number, values: Values): Promise<void> {
  const { index, of } = shardOf(values.shard, process.env);
  const [script, ...options] = process.argv.slice(1);
  const kept = options.filter((option, i) => !/^--(jobs|shard)(=|$)/.test(option) && !/^--(jobs|shard)$/.test(options[i - 1] ?? ''));
  const ends = Array.from({ length: jobs }, (_, job) => {
    const more = ['--shard', `${index + of * job + 1}/${of * jobs}`, ...(values.threads ? [] : ['--threads', '1'])];
    const child = spawn(process.execPath, [...process.execArgv, script, ...kept, ...more], { stdio: 'inherit' });
    return new Promise<number>((resolved) => {
      child.on('exit', (code) => resolved(code ?? 1));
    });
  });
  const codes = await Promise.all(ends);
  if (codes.some((code) => code !== 0))
    throw new LabFailure('job-failed', 'Not every process ended well.', 'What is finished is kept: run the command again.');
}

/**
 * The tables of all records in a folder, as Markdown, JSON, CSV and LaTeX next to them; Markdown also on
 * standard output.
 */
async function merge(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((file) => /\.rep=\d+\.json$/.test(file)).sort();
  if (names.length === 0) throw new LabFailure('no-records', `${folder} holds no finished unit.`, 'Run an experiment with --out first.');
  const records = await Promise.all(names.map(async (file) => readRecord(await readFile(join(folder, file), 'utf8'), file)));
  for (const experiment of EXPERIMENTS) {
    const ours = records.filter((record) => record.experiment === experiment.id).sort((a, b) => a.repetition - b.repetition);
    if (ours.length === 0) continue;
    const published = await experiment.published();
    const table = makeTable(experiment, published, ours);
    const markdown = toMarkdown(experiment, table, published.source);
    await writeFile(join(folder, `${experiment.id}.md`), markdown);
    await writeFile(join(folder, `${experiment.id}.csv`), toCsv(table));
    await writeFile(join(folder, `${experiment.id}.tex`), toLatex(experiment, table, true));
    await writeFile(join(folder, `${experiment.id}.json`), toJson(experiment, table, ours));
    console.log(markdown);
  }
}

try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [what, folder] = positionals;
  if (values.help || !what) {
    console.log(USAGE);
    process.exit(values.help ? 0 : 2);
  }
  if (what === 'list') {
    for (const { id, title, cells, columns } of EXPERIMENTS)
      console.log(`${id}: ${title}; cells ${cells.map((cell) => cell.id).join(', ')}; methods ${columns.map((column) => column.id).join(', ')}`);
  } else if (what === 'merge') {
    if (!folder) throw new LabFailure('bad-option', 'merge needs the folder of the finished units.', USAGE);
    await merge(resolve(folder));
  } else {
    const jobs = whole('jobs', values.jobs, 1, 1);
    if (jobs > 1) await runJobs(jobs, values);
    else await runAll(what, values);
  }
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}

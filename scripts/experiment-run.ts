import { join, resolve } from 'node:path';
import { version } from '../package.json';
import { openTable, type Table } from '../workers/data/csv';
import { LabFailure } from '../workers/data/failure';
import { setPlanThreads } from '../workers/engine/wasm/threads';
import type { GridPlan } from '../workers/experiments/grid';
import type { Unit } from '../workers/experiments/unit';
import { EXPERIMENTS } from '../workers/papers/catalog';
import { toCsv, toJson, toLatex, toMarkdown } from '../workers/papers/formats';
import { assignRoles } from '../workers/papers/open-table';
import { type Shard, shardOf } from '../workers/papers/shard';
import { makeTable } from '../workers/papers/table';
import type { UnitRecord } from '../workers/papers/types';
import { fileFrom, NOT_ALL, nodeEngine, pathsOf, say, tell, whole } from './cli';
import type { Values } from './experiment';
import { storedUnit, storeUnit, unitsIn } from './experiment-folder';
import { refuseInputs, storeOutputs } from './experiment-outputs';
import { exitCode, experimentsOf, unitsOf } from './experiment-units';
import { folderAt } from './files';

// Training and grids are loaded once there is something to fit: what is refused is refused at once.

export const experimentIds = (): string[] => EXPERIMENTS.map(({ id }) => id);

/** Says what there is, a line an experiment. */
export function listExperiments(): void {
  for (const { id, title, cells, columns } of EXPERIMENTS)
    say(`${id}: ${title}; cells ${cells.map((cell) => cell.id).join(', ')}; methods ${columns.map((column) => column.id).join(', ')}`);
}

/** What a process fits. */
interface Share {
  units: Unit[];
  /** How much of how many there are, in words. */
  told: string;
  opened: Table | null;
  /** The grid that the units are of; null for the papers' experiments. */
  plan: GridPlan | null;
  /** Paths of the files that are read. */
  read: string[];
}

async function paperShare(name: string, values: Values, shard: Shard): Promise<Share> {
  const all = experimentsOf(name).flatMap((experiment) => unitsOf(experiment, values));
  const units = all.filter((_, i) => i % shard.of === shard.index);
  const opened = values.file ? await openTable(await fileFrom(values.file), {}) : null;
  for (const { needs, title } of new Set(units.map(({ experiment }) => experiment))) {
    if (needs && !opened)
      throw new LabFailure('no-file', `${title} needs ${needs.name}, which is not shipped. ${needs.where}`, 'Give the file with --file.');
  }
  return { units, told: `${units.length} of ${all.length} units`, opened, plan: null, read: values.file ? await pathsOf(values.file) : [] };
}

async function gridShare(path: string, values: Values, shard: Shard): Promise<Share> {
  for (const option of ['q', 'cells', 'reps', 'methods'] as const)
    if (values[option] !== undefined)
      throw new LabFailure('bad-option', `--${option} is for the papers' experiments; a grid says it itself.`, 'Change the grid.');
  const { gridJob } = await import('./experiment-grid');
  const { gridUnits } = await import('../workers/experiments/grid');
  const { plan, table, read } = await gridJob(path, values.file);
  const { units, fits } = gridUnits(plan, shard);
  const own = units.reduce((sum, { columns }) => sum + columns.length, 0);
  return { units, told: `${own} of ${fits} fits, in ${units.length} ${units.length === 1 ? 'unit' : 'units'}`, opened: table, plan, read };
}

/**
 * Fits this process's share, unit by unit. Resolves with the exit code.
 *
 * @param usage what is said where an option is missing
 */
export async function runAll(name: string, values: Values, usage: string): Promise<number> {
  const shard = shardOf(values.shard, process.env);
  if (!values.out) throw new LabFailure('bad-option', 'No --out was given.', usage);
  const folder = resolve(values.out);
  const { units, told, opened, plan, read } =
    values.grid === undefined ? await paperShare(name, values, shard) : await gridShare(values.grid, values, shard);
  refuseInputs(folder, plan ? [plan.grid.name] : [...new Set(units.map(({ experiment }) => experiment.id))], read);
  const tables = new Map(opened ? [[opened.fingerprint, opened]] : []);
  await folderAt(folder);
  if (plan) await (await import('./experiment-grid')).storePlan(folder, plan);
  const { fitUnit, unitKey } = await import('../workers/experiments/unit');
  if (values.threads) setPlanThreads(whole('threads', values.threads, 1, 1));
  const engine = await nodeEngine(values.backend);
  tell(`${told}${shard.of > 1 ? ` (shard ${shard.index + 1} of ${shard.of})` : ''}, ${engine.backend} (${engine.detail})`);
  const started = performance.now();
  let [fitted, failures, unread] = [0, 0, 0];
  for (const [i, unit] of units.entries()) {
    const path = join(folder, `${unitKey(unit)}.json`);
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
    const record = await fitUnit(unit, { engine, lab: version, tables, table, before }, () => nodeEngine(values.backend));
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
 * The tables of all records in a folder, as Markdown, JSON, CSV and LaTeX next to them; Markdown also on
 * standard output.
 */
export async function merge(folder: string): Promise<number> {
  const { records, bad } = await unitsIn(folder);
  for (const { message } of bad) tell(`Left out: ${message}`);
  if (records.length === 0) throw new LabFailure('no-records', `${folder} holds no finished unit.`, 'Run an experiment with --out first.');
  for (const experiment of EXPERIMENTS) {
    const ours = records.filter((record) => record.experiment === experiment.id).sort((a, b) => a.repetition - b.repetition);
    if (ours.length === 0) continue;
    const published = await experiment.published();
    const table = makeTable(experiment, published, ours);
    const markdown = toMarkdown(experiment, table, published.source);
    await storeOutputs(folder, experiment.id, [
      { ending: 'md', text: markdown, opening: `## ${experiment.title}\n` },
      { ending: 'csv', text: toCsv(table), opening: 'cell,method,metric,n,mean,se,published_n,' },
      { ending: 'tex', text: toLatex(experiment, table, true), opening: `% ${experiment.title}: ` },
      { ending: 'json', text: toJson(experiment, table, ours), opening: `{"experiment":"${experiment.id}",` },
    ]);
    say(markdown);
  }
  const { mergeGrid, storedPlans } = await import('./experiment-grid');
  for (const plan of await storedPlans(folder)) {
    const markdown = await mergeGrid(folder, plan, records);
    if (markdown !== null) say(markdown);
  }
  return bad.length > 0 ? NOT_ALL : 0;
}

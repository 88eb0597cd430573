import { join, resolve } from 'node:path';
import { version } from '../package.json';
import { openTable, type Table } from '../workers/data/csv';
import { LabFailure } from '../workers/data/failure';
import { setPlanThreads } from '../workers/engine/wasm/threads';
import type { GridPlan } from '../workers/experiments/grid';
import type { Unit } from '../workers/experiments/unit';
import { EXPERIMENTS } from '../workers/papers/catalog';
import { toCsv, toJson, toLatex, toMarkdown } from '../workers/papers/formats';
import { assignRoles, ofOneTable } from '../workers/papers/open-table';
import { recordKey } from '../workers/papers/record';
import { type Shard, shardOf } from '../workers/papers/shard';
import { makeTable } from '../workers/papers/table';
import type { UnitRecord } from '../workers/papers/types';
import { STUDY_CELL } from '../workers/spec/study';
import { fileFrom, NOT_ALL, nodeEngine, pathsOf, say, tell, whole } from './cli';
import type { Values } from './experiment';
import { storedUnit, storeUnit, unitsIn } from './experiment-folder';
import { refuseInputs, storeOutputs } from './experiment-outputs';
import { experimentsOf, type Tally, unitsOf } from './experiment-units';
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
  for (const { needs, title } of new Set(all.map(({ experiment }) => experiment))) {
    if (!needs) continue;
    if (!opened) throw new LabFailure('no-file', `${title} needs ${needs.name}, which is not shipped. ${needs.where}`, 'Give the file with --file.');
    assignRoles(needs, opened);
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

const keyOf = ({ experiment, cell, repetition }: Unit): string => recordKey({ experiment: experiment.id, cell: cell.id, repetition });

/** Folds are averaged, so those of the folder must be of the opened table. @throws LabFailure */
async function refuseOtherTable(folder: string, units: readonly Unit[], { fingerprint, name }: Table): Promise<void> {
  for (const unit of units) {
    if (!unit.experiment.needs) continue;
    const path = join(folder, `${keyOf(unit)}.json`);
    // One that cannot be read is told when its turn comes.
    const there = await storedUnit(path).catch(() => null);
    if (there && there.fingerprint !== fingerprint)
      throw new LabFailure(
        'record-of-other-data',
        `${path} was fitted on another table than ${name}.`,
        'Name another folder with --out, or the table it was fitted on.',
      );
  }
}

/** Failures that the next unit would meet too: a disk that is full, an engine that lost a thread. */
const ENDING: readonly string[] = ['not-written', 'thread-lost'];

/**
 * Fits this process's share, unit by unit. One whose data cannot be prepared is told, and the rest goes on.
 *
 * @param usage what is said where an option is missing
 */
export async function runAll(name: string, values: Values, usage: string): Promise<Tally> {
  const shard = shardOf(values.shard, process.env);
  if (!values.out) throw new LabFailure('bad-option', 'No --out was given.', usage);
  const folder = resolve(values.out);
  const { units, told, opened, plan, read } =
    values.grid === undefined ? await paperShare(name, values, shard) : await gridShare(values.grid, values, shard);
  refuseInputs(folder, plan ? [plan.grid.name] : [...new Set(units.map(({ experiment }) => experiment.id))], read);
  const tables = new Map(opened ? [[opened.fingerprint, opened]] : []);
  if (opened) await refuseOtherTable(folder, units, opened);
  await folderAt(folder);
  if (plan) await (await import('./experiment-grid')).storePlan(folder, plan);
  const { fitUnit } = await import('../workers/experiments/unit');
  if (values.threads) setPlanThreads(whole('threads', values.threads, 1, 1));
  const engine = await nodeEngine(values.backend);
  tell(`${told}${shard.of > 1 ? ` (shard ${shard.index + 1} of ${shard.of})` : ''}, ${engine.backend} (${engine.detail})`);
  const started = performance.now();
  const tally = { finished: 0, failures: 0, lost: 0 };
  for (const [i, unit] of units.entries()) {
    const path = join(folder, `${keyOf(unit)}.json`);
    try {
      const before = await storedUnit(path);
      const record = before && unit.columns.every(({ id }) => before.outcomes[id]) ? before : await fitOpen(unit, before, `${i + 1}/${units.length}`);
      const outcomes = unit.columns.map(({ id }) => record.outcomes[id]);
      tally.finished += outcomes.length;
      tally.failures += outcomes.filter((outcome) => 'failure' in outcome).length;
    } catch (failure) {
      if (!(failure instanceof LabFailure) || ENDING.includes(failure.code)) throw failure;
      tell(`${i + 1}/${units.length} ${keyOf(unit)}: ${failure.message} ${failure.hint}`);
      tally.lost++;
    }
  }
  tell(`done in ${((performance.now() - started) / 1000).toFixed(0)} s; npm run experiment -- merge ${values.out}`);
  return tally;

  async function fitOpen(unit: Unit, before: UnitRecord | null, at: string): Promise<UnitRecord> {
    const began = performance.now();
    const { needs } = unit.experiment;
    const table = needs && opened ? assignRoles(needs, opened) : undefined;
    const record = await fitUnit(unit, { engine, lab: version, tables, table, before }, () => nodeEngine(values.backend));
    const kept = await storeUnit(join(folder, `${keyOf(unit)}.json`), record);
    const failed = Object.entries(record.outcomes).flatMap(([id, outcome]) =>
      !before?.outcomes[id] && 'failure' in outcome ? [`; ${id} ${outcome.failure}`] : [],
    );
    tell(`${at} ${keyOf(unit)}: ${((performance.now() - began) / 1000).toFixed(1)} s${failed.join('')}`);
    return kept;
  }
}

/**
 * The tables of all records in a folder, as Markdown, JSON, CSV and LaTeX next to them; Markdown also on
 * standard output.
 */
export async function merge(folder: string): Promise<number> {
  const { records, bad } = await unitsIn(folder);
  if (records.length + bad.length === 0)
    throw new LabFailure('no-records', `${folder} holds no finished unit.`, 'Run an experiment with --out first.');
  const { mergeGrid, storedPlans } = await import('./experiment-grid');
  const plans = await storedPlans(folder);
  const left = [...bad.map(({ message }) => message), ...leftOut(records, plans)];
  for (const experiment of EXPERIMENTS) {
    const all = records.filter((record) => record.experiment === experiment.id).sort((a, b) => a.repetition - b.repetition);
    const { records: ours, others } = ofOneTable(experiment, all);
    left.push(...others.map((record) => `${recordKey(record)} was fitted on another table than most of ${experiment.title}.`));
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
  for (const plan of plans) {
    const markdown = await mergeGrid(folder, plan, records);
    if (markdown !== null) say(markdown);
  }
  for (const what of left) tell(`Left out: ${what}`);
  return left.length > 0 ? NOT_ALL : 0;
}

/** What of the records no table has a place for, in a sentence each. */
function leftOut(records: readonly UnitRecord[], plans: readonly GridPlan[]): string[] {
  const places = new Map<string, { cells: string[]; columns: string[] }>(
    EXPERIMENTS.map(({ id, cells, columns }) => [id, { cells: cells.map((cell) => cell.id), columns: columns.map((column) => column.id) }]),
  );
  for (const { grid, columns } of plans) places.set(`grid-${grid.name}`, { cells: [STUDY_CELL], columns: columns.map(({ id }) => id) });
  return records.flatMap((record) => {
    const { experiment, cell, outcomes } = record;
    const place = places.get(experiment);
    const key = recordKey(record);
    if (!place)
      return experiment.startsWith('grid-')
        ? [`${key}, as ${experiment.slice('grid-'.length)}.grid.json is not in the folder.`]
        : [`${key}, as the lab has no experiment "${experiment}".`];
    if (!place.cells.includes(cell)) return [`${key}, as ${experiment} has no cell "${cell}".`];
    const columns = Object.keys(outcomes).filter((id) => !place.columns.includes(id));
    return columns.length === 0 ? [] : [`of ${key} ${columns.join(', ')}, which ${experiment} has no column for.`];
  });
}

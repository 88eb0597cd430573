import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Table } from '../workers/data/csv';
import { LabFailure } from '../workers/data/failure';
import { datasetSchema } from '../workers/data/schema';
import { type Grid, type GridPlan, gridSchema, planGrid, readGrid } from '../workers/experiments/grid';
import { gridCsv, gridMarkdown, gridTable } from '../workers/experiments/grid-table';
import { refusedMethods } from '../workers/methods/refusals';
import { EXPERIMENTS } from '../workers/papers/catalog';
import type { UnitRecord } from '../workers/papers/types';
import { pathsOf } from './cli';
import { storeOutputs } from './experiment-outputs';
import { alone, storeFile, textAt } from './files';
import { OPTIONS, type Values } from './fit/options';
import { readTable } from './fit/table';

/** Options of `npm run fit` that say how a table is read, used and divided. */
const TABLE_OPTIONS = [
  ...['target', 'categorical', 'numeric', 'ignore', 'tags', 'tag-separator', 'tag-block', 'tag-hierarchy', 'nested', 'key', 'time', 'event'],
  ...['task', 'positive', 'scaling', 'missing-numeric', 'missing-categorical', 'missing-tags', 'unseen-tags'],
  ...['missing-words', 'decimal', 'thousands', 'dates', 'category', 'bad-cells', 'merge', 'encoding', 'separator', 'skip-lines', 'entry', 'step'],
  ...['test', 'sample-rows', 'sample-levels', 'split', 'validation', 'stratify'],
] as const;

/** The options of a grid as `npm run fit` takes them. */
function valuesOf({ options, seed, repeat }: Grid, name: string): Values {
  const values: Record<string, string | string[]> = { seed: String(seed) };
  for (const [option, given] of Object.entries(options)) {
    const refuse = (what: string): LabFailure =>
      new LabFailure('bad-grid', `${name}, options.${option}: ${what}.`, `A grid takes these options of npm run fit: ${TABLE_OPTIONS.join(', ')}.`);
    if (!TABLE_OPTIONS.some((known) => known === option)) throw refuse('there is no such option');
    if (option === 'test' && !('times' in repeat)) throw refuse('says nothing here, as each part of "repeat" tests once');
    const several = 'multiple' in OPTIONS[option as keyof typeof OPTIONS];
    if (several) values[option] = typeof given === 'string' ? [given] : given;
    else if (typeof given === 'string') values[option] = given;
    else {
      const comma = given.find((one) => one.includes(','));
      if (comma !== undefined) throw refuse(`"${comma}" has a comma, which separates columns`);
      values[option] = given.join(',');
    }
  }
  return values as Values;
}

/** A grid, its table, and what is fitted. */
export interface GridJob {
  plan: GridPlan;
  table: Table;
  /** Paths of the grid and of its table. */
  read: string[];
}

/**
 * Reads a grid and the table that it is about.
 *
 * @param file in place of what the grid names, which is looked for next to the grid
 * @throws LabFailure that names the place in the grid, and those of the table
 */
export async function gridJob(path: string, file?: string): Promise<GridJob> {
  const name = basename(path);
  const text = await readFile(resolve(path), 'utf8').catch(() => {
    throw new LabFailure('no-file', `--grid: there is no readable file at "${path}".`, 'Check the path.');
  });
  const grid = readGrid(text, name);
  // Both would be merged into files of that name.
  if (EXPERIMENTS.some(({ id }) => id === grid.name))
    throw new LabFailure('bad-grid', `${name}, name: "${grid.name}" is an experiment of the papers.`, 'Give the grid another name.');
  const [named, folder] = file === undefined ? [grid.file, dirname(resolve(path))] : [file, undefined];
  const { table, dataset, check } = await readTable(named, valuesOf(grid, name), folder);
  const plan = planGrid(grid, dataset, name);
  refuseValues(plan, table, name);
  const [refused] = refusedMethods(
    plan.columns.map(({ method }) => ({ id: method })),
    { ...check, task: dataset.task },
  );
  if (refused) throw new LabFailure('bad-grid', `${name}, methods: ${refused.label} cannot use this table. ${refused.sentence}`, 'Leave it out.');
  return { plan, table, read: [path, ...(await pathsOf(named, folder))] };
}

/** A value that no row has would be found out when its turn comes, after the others are fitted. */
function refuseValues({ study: { plan, spec } }: GridPlan, table: Table, name: string): void {
  if (plan.kind !== 'values' || spec.dataset.kind !== 'table') return;
  const { splitColumn } = spec.dataset;
  const dictionary: readonly string[] = table.columns.find((column) => column.name === splitColumn)?.dictionary ?? [];
  const none = plan.values.find((value) => !dictionary.includes(value));
  if (none !== undefined)
    throw new LabFailure(
      'bad-grid',
      `${name}, repeat.values: no row of "${splitColumn}" is "${none}".`,
      `Its values are ${dictionary.slice(0, 20).join(', ')}${dictionary.length > 20 ? ', …' : ''}.`,
    );
}

const storedSchema = z.strictObject({ version: z.literal(1), grid: gridSchema, dataset: datasetSchema });
const ENDING = '.grid.json';

/**
 * Keeps what a grid was in the folder of its units, so that they can be merged without its table.
 *
 * @throws LabFailure 'other-grid' where the folder has units of another grid of this name
 */
export function storePlan(folder: string, { grid, study }: GridPlan): Promise<void> {
  const path = join(folder, `${grid.name}${ENDING}`);
  const text = `${JSON.stringify({ version: 1, grid, dataset: study.spec.dataset }, null, 1)}\n`;
  return alone(path, async () => {
    const there = await textAt(path);
    if (there === text) return;
    if (there !== null)
      throw new LabFailure(
        'other-grid',
        `${folder} holds units of another grid called "${grid.name}".`,
        'Name another folder, or give the grid another name.',
      );
    await storeFile(path, text);
  });
}

/** The grids of a folder. @throws LabFailure 'bad-grid' for a file that cannot be read */
export async function storedPlans(folder: string): Promise<GridPlan[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ENDING)).sort();
  return Promise.all(
    names.map(async (name) => {
      let value: unknown = null;
      try {
        value = JSON.parse((await textAt(join(folder, name))) ?? '');
      } catch {
        // Said below.
      }
      const parsed = storedSchema.safeParse(value);
      if (!parsed.success)
        throw new LabFailure('bad-grid', `${join(folder, name)} is not as the lab wrote it.`, 'Run the grid again into this folder.');
      return planGrid(parsed.data.grid, parsed.data.dataset, name);
    }),
  );
}

/**
 * Writes the tables of a grid next to its units; returns that for people, null where no unit is of it.
 *
 * @throws LabFailure 'not-own' where a file of another origin has the name of one of them
 */
export async function mergeGrid(folder: string, plan: GridPlan, records: readonly UnitRecord[]): Promise<string | null> {
  const { name } = plan.grid;
  const ours = records.filter(({ experiment }) => experiment === `grid-${name}`);
  if (ours.length === 0) return null;
  const table = gridTable(plan, ours);
  const markdown = gridMarkdown(plan, table);
  await storeOutputs(folder, name, [
    { ending: 'md', text: markdown, opening: `## ${name}\n\n| method | n |` },
    { ending: 'csv', text: gridCsv(table), opening: 'method,metric,n,mean,se,difference,low,high,verdict' },
    { ending: 'json', text: `${JSON.stringify({ grid: plan.grid, table, records: ours })}\n`, opening: `{"grid":{"name":"${name}",` },
  ]);
  return markdown;
}

import { z } from 'zod';
import { LabFailure } from '../data/failure';
import type { DatasetSpec } from '../data/schema';
import { aboutMethod } from '../methods/registry';
import type { MethodColumn } from '../papers/types';
import { type ExperimentInput, type ExperimentSpec, experimentSchema } from '../spec/experiment';
import { firstFault } from '../spec/fault';
import { canFold, repetitionsOf, type Study, type StudyPlan } from '../spec/study';
import { studyExperiment } from './study';
import type { Unit } from './unit';

const times = z.int().min(2).max(100);
const values = z.record(z.string(), z.unknown());

const methodSchema = z.union([
  z.string(),
  z.strictObject({
    id: z.string(),
    /** Settings of all its columns, and values of settings: each combination of these is a column. */
    settings: values.default({}),
    vary: z.record(z.string(), z.array(z.unknown()).min(1).max(100)).default({}),
  }),
]);

/**
 * A person's own grid: methods × settings × folds (or repetitions) of a file, as JSON. `options` are those of
 * `npm run fit` about the table, by their names; lists are lists.
 */
export const gridSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be small letters, digits and hyphens, 60 at most'),
  file: z.string().min(1),
  options: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  repeat: z.union([z.strictObject({ folds: times }), z.strictObject({ times }), z.strictObject({ values: z.array(z.string()).min(2).max(100) })], {
    error: 'must be {"folds": N}, {"times": N} or {"values": ["a", "b"]}, with N from 2 to 100',
  }),
  seed: z.int().min(0).max(4_294_967_295).default(1),
  training: values.default({}),
  methods: z.array(methodSchema).min(1).max(100),
  /** The column that others are compared with; absent: the first. */
  reference: z.string().optional(),
});
export type Grid = z.infer<typeof gridSchema>;

/** A grid on a table: what is fitted, and how it is told. */
export interface GridPlan {
  grid: Grid;
  study: Study;
  columns: MethodColumn[];
  /** Id of the column that others are compared with. */
  reference: string;
}

/** Most columns of a grid. */
const MOST_COLUMNS = 1_000;

const fault = (where: string, what: string): LabFailure =>
  new LabFailure('bad-grid', `${where}: ${what}.`, 'Correct the grid; docs/experiments.md says what it may hold.');

/**
 * A grid from its JSON. @param name what errors call it @throws LabFailure 'bad-grid' that names the place
 */
export function readGrid(text: string, name: string): Grid {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fault(name, `is not JSON (${error instanceof Error ? error.message : 'it cannot be parsed'})`);
  }
  const parsed = gridSchema.safeParse(value);
  if (parsed.success) return unambiguous(parsed.data, name);
  const { where, what } = firstFault(parsed.error);
  throw fault(where ? `${name}, ${where}` : name, what);
}

/** A grid none of whose words would be passed over. Those of earlier folders may have such, and merge. */
function unambiguous(grid: Grid, name: string): Grid {
  for (const [i, given] of grid.methods.entries()) {
    if (typeof given === 'string') continue;
    const both = Object.keys(given.vary).find((setting) => setting in given.settings);
    if (both !== undefined) throw fault(`${name}, methods.${i}.settings.${both}`, 'stands in "vary" too');
  }
  if ('values' in grid.repeat && new Set(grid.repeat.values).size < grid.repeat.values.length)
    throw fault(`${name}, repeat.values`, 'has a value twice, and each tests once');
  return grid;
}

/** How many combinations of the values there are. */
const combinationsOf = (vary: Readonly<Record<string, readonly unknown[]>>): number =>
  Object.values(vary).reduce((product, list) => product * list.length, 1);

/** Every combination of the values, the last name turning fastest. */
function combinations(vary: Readonly<Record<string, readonly unknown[]>>): Record<string, unknown>[] {
  return Object.entries(vary).reduce<Record<string, unknown>[]>(
    (all, [name, list]) => all.flatMap((one) => list.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The columns of a grid, each with its settings checked. */
function columnsOf(grid: Grid, name: string, base: Omit<ExperimentInput, 'methods'>): { columns: MethodColumn[]; spec: ExperimentSpec } {
  const asked = grid.methods.reduce((sum, one) => sum + (typeof one === 'string' ? 1 : combinationsOf(one.vary)), 0);
  if (asked > MOST_COLUMNS) throw fault(name, `asks for more than ${MOST_COLUMNS} combinations of settings`);
  const columns: MethodColumn[] = [];
  let spec: ExperimentSpec | null = null;
  for (const [i, given] of grid.methods.entries()) {
    const { id, settings, vary } = typeof given === 'string' ? { id: given, settings: {}, vary: {} } : given;
    for (const varied of combinations(vary)) {
      const parsed = experimentSchema.safeParse({ ...base, methods: [{ id, settings: { ...settings, ...varied } }] });
      if (!parsed.success) {
        const { where, what } = firstFault(parsed.error);
        throw fault(`${name}, ${where.replace(/^methods\.0/, `methods.${i}`)}`, what);
      }
      spec ??= parsed.data;
      const words = Object.entries(varied).map(([setting, value]) => `${setting} = ${shown(value)}`);
      const column = [id, ...words].join(', ');
      const [{ settings: own }] = parsed.data.methods;
      const same = columns.find((other) => other.id === column);
      if (same) {
        const alike = JSON.stringify(same.settings) === JSON.stringify(own);
        const why = alike ? '' : ' with other settings, and columns are named by what stands in "vary"';
        throw fault(`${name}, methods.${i}`, `asks for "${column}" a second time${why}`);
      }
      columns.push({
        ...{ id: column, label: [aboutMethod(id).label, ...words].join(', '), method: id, settings: own },
        ...{ published: null, paired: true },
      });
    }
  }
  return { columns, spec: spec as ExperimentSpec };
}

const planOf = ({ repeat }: Grid): StudyPlan => {
  if ('folds' in repeat) return { kind: 'folds', of: repeat.folds };
  return 'times' in repeat ? { kind: 'repeat', times: repeat.times } : { kind: 'values', values: repeat.values };
};

/**
 * A grid on its data.
 *
 * @param name what errors call it
 * @throws LabFailure 'bad-grid' that names the place: an unknown method or setting, a combination that is
 * there twice
 */
export function planGrid(grid: Grid, dataset: DatasetSpec, name: string): GridPlan {
  const { seed, training, reference } = grid;
  if (!canFold(dataset)) throw fault(`${name}, file`, 'must be a table of rows');
  if ('values' in grid.repeat && (dataset.kind !== 'table' || dataset.splitColumn === null))
    throw fault(`${name}, repeat.values`, 'needs the option "split": "by-column:COLUMN"');
  const base = { dataset, training: { protocol: 'recommended', ...training }, seeds: { data: seed, split: seed, weights: seed } };
  const { columns, spec } = columnsOf(grid, name, base as Omit<ExperimentInput, 'methods'>);
  if (reference !== undefined && !columns.some(({ id }) => id === reference))
    throw fault(`${name}, reference`, `is "${reference}", and the columns are ${columns.map(({ id }) => `"${id}"`).join(', ')}`);
  return { grid, study: { spec, plan: planOf(grid) }, columns, reference: reference ?? columns[0].id };
}

/**
 * The units of one share of a grid. Every column of every repetition counts, so that as many processes can
 * share it; those of one repetition that fall to this share are fitted on one reading of its data.
 */
export function gridUnits({ grid, study, columns }: GridPlan, { index, of }: { index: number; of: number }): { units: Unit[]; fits: number } {
  const experiment = { ...studyExperiment(study), id: `grid-${grid.name}`, title: grid.name, columns };
  const [cell] = experiment.cells;
  const repetitions = repetitionsOf(study.plan);
  const units = Array.from({ length: repetitions }, (_, r) => ({
    ...{ experiment, cell, repetition: r + 1 },
    columns: columns.filter((_column, c) => (r * columns.length + c) % of === index),
  })).filter(({ columns: own }) => own.length > 0);
  return { units, fits: repetitions * columns.length };
}

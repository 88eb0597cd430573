import { LabFailure } from '../workers/data/failure';
import type { Unit } from '../workers/experiments/unit';
import { EXPERIMENTS } from '../workers/papers/catalog';
import type { Experiment } from '../workers/papers/types';
import { list, NOT_ALL, whole } from './cli';

/**
 * Experiments of a name: the one that is called so, as lmmnn-places beside lmmnn-places-categorical, or all
 * that begin with 'table1'.
 */
export function experimentsOf(name: string): Experiment[] {
  const named = EXPERIMENTS.filter(({ id }) => id === name);
  const found = named.length > 0 ? named : EXPERIMENTS.filter(({ id }) => id.startsWith(`${name}-`));
  if (found.length === 0)
    throw new LabFailure('no-experiment', `There is no experiment "${name}".`, `Choose one of ${EXPERIMENTS.map(({ id }) => id).join(', ')}.`);
  return found;
}

/** The options that choose units, as they were written. */
export interface UnitOptions {
  q?: string;
  cells?: string;
  methods?: string;
  reps?: string;
}

/**
 * Ids of cells in a comma-separated list. Ids may hold commas themselves (variance=1,q=1000): the longest
 * known one that stands next is taken.
 */
export function cellIds(text: string | undefined, known: readonly string[]): string[] {
  const longestFirst = [...known].sort((a, b) => b.length - a.length);
  const found: string[] = [];
  for (let rest = (text ?? '').trim(); rest !== ''; ) {
    const part = longestFirst.find((id) => rest === id || rest.startsWith(`${id},`)) ?? rest.split(',', 1)[0];
    if (part.trim() !== '') found.push(part.trim());
    rest = rest.slice(part.length).replace(/^\s*,/, '').trim();
  }
  return found;
}

function refuseUnknown(what: 'cell' | 'method', wanted: ReadonlySet<string>, { title }: Experiment, known: readonly { id: string }[]): void {
  const ids = known.map(({ id }) => id);
  for (const id of wanted) {
    if (!ids.includes(id)) throw new LabFailure(`no-${what}`, `${title} has no ${what} "${id}".`, `Its ${what}s are ${ids.join(', ')}.`);
  }
}

/** All units that are asked for, in a fixed order, so that shards divide them alike everywhere. */
export function unitsOf(experiment: Experiment, values: UnitOptions): Unit[] {
  const wanted = new Set([
    ...cellIds(
      values.cells,
      experiment.cells.map(({ id }) => id),
    ),
    ...list(values.q).map((q) => `q=${q}`),
  ]);
  refuseUnknown('cell', wanted, experiment, experiment.cells);
  const methods = new Set(list(values.methods));
  refuseUnknown('method', methods, experiment, experiment.columns);
  const repetitions = whole('reps', values.reps, 10, 1);
  return experiment.cells
    .filter(({ id }) => wanted.size === 0 || wanted.has(id))
    .flatMap((cell) =>
      Array.from({ length: repetitions }, (_, i) => ({
        experiment,
        cell,
        repetition: i + 1,
        columns: experiment.columns.filter(({ id }) => (methods.size === 0 || methods.has(id)) && (!cell.columns || cell.columns.includes(id))),
      })),
    );
}

/**
 * Exit code of a process that has gone through its units. A method that fails is a finding of its own, unless
 * none gives results.
 *
 * @param fitted methods fitted here, `failures` of them without results; `unread`: units whose files could
 * not be read
 */
export const exitCode = ({ fitted, failures, unread }: { fitted: number; failures: number; unread: number }): number =>
  (fitted > 0 && failures === fitted) || unread > 0 ? NOT_ALL : 0;

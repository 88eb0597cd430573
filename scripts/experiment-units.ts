import { LabFailure } from '../workers/data/failure';
import type { Unit } from '../workers/experiments/unit';
import { EXPERIMENTS } from '../workers/papers/catalog';
import { REAL_FOLDS } from '../workers/papers/real-data';
import type { Experiment } from '../workers/papers/types';
import { chosen, NOT_ALL, whole } from './cli';

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
  chosen('cells', values.cells);
  const wanted = new Set([
    ...cellIds(
      values.cells,
      experiment.cells.map(({ id }) => id),
    ),
    ...chosen('q', values.q).map((q) => `q=${q}`),
  ]);
  refuseUnknown('cell', wanted, experiment, experiment.cells);
  const methods = new Set(chosen('methods', values.methods));
  refuseUnknown('method', methods, experiment, experiment.columns);
  const repetitions = whole('reps', values.reps, 10, 1);
  if (experiment.needs && repetitions > REAL_FOLDS)
    throw new LabFailure(
      'bad-option',
      `--reps is ${repetitions}, and ${experiment.title} has ${REAL_FOLDS} folds.`,
      `Write --reps ${REAL_FOLDS} or less.`,
    );
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

/** Words and options that nothing would be done with are refused. @throws LabFailure 'bad-option' */
export function refuseIgnored(positionals: readonly string[], values: Readonly<Record<string, unknown>>): void {
  const [what] = positionals;
  const [known, hint] =
    values.grid !== undefined
      ? [0, 'A grid is one command, an experiment another.']
      : what === 'merge'
        ? [2, 'Merge one folder at a time.']
        : [1, what === 'list' ? 'list stands alone.' : 'Name one experiment at a time.'];
  if (positionals.length > known) throw new LabFailure('bad-option', `"${positionals[known]}" is one word too many.`, hint);
  if (what !== 'merge' && what !== 'list') return;
  const [option] = Object.keys(values).filter((name) => name !== 'help');
  if (option !== undefined) throw new LabFailure('bad-option', `--${option} does nothing with ${what}.`, 'Leave it out.');
}

/** What came of the units that a process was asked for, those that were finished before included. */
export interface Tally {
  /** Methods that are finished, `failures` of them without results. */
  finished: number;
  failures: number;
  /** Units whose files could not be read, or whose data could not be prepared. */
  lost: number;
}

/** Exit code for that. A method that fails is a finding of its own, unless none gives results. */
export const exitCode = ({ finished, failures, lost }: Tally): number => ((finished > 0 && failures === finished) || lost > 0 ? NOT_ALL : 0);

/** What there is to say of it. */
export function tallyWords({ finished, failures, lost }: Tally): string[] {
  return [
    ...(finished > 0 && failures === finished ? ['No method gave results; their reasons are in the files.'] : []),
    ...(lost > 0 ? [`${lost} ${lost === 1 ? 'unit was' : 'units were'} not fitted; the reasons stand above.`] : []),
  ];
}

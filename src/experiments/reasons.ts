import type { Entry, Table } from '../../workers/papers/table';
import type { Experiment } from '../../workers/papers/types';

/** A place of the table and what there is to say of it. */
export interface Reason {
  what: string;
  why: string;
}

/**
 * What the marks of a table do not say: why an entry differs, which repetitions have no results, why entries
 * are not compared (one line a reason).
 */
export function reasonsOf(experiment: Experiment, table: Table): { differs: Reason[]; failed: Reason[]; apart: Reason[] } {
  const label = (list: readonly { id: string; label: string }[], id: string) => list.find((one) => one.id === id)?.label ?? id;
  const metric = (key: string) => experiment.metrics.find((one) => one.key === key)?.label ?? key;
  const place = ({ cell, column }: Entry) => `${label(experiment.cells, cell)}, ${label(experiment.columns, column)}`;
  const differs = table.entries
    .filter(({ verdict }) => verdict === 'differs')
    .map((entry) => ({ what: `${place(entry)}, ${metric(entry.metric)}`, why: `${entry.reason}${sizes(experiment, entry)}` }));
  // A failure belongs to a method on some data, so one of its metrics tells all of them.
  const failed = table.entries
    .filter(({ metric: key, failures }) => key === experiment.metrics[0].key && failures.length > 0)
    .map((entry) => ({ what: place(entry), why: `${entry.failures.join('; ')}.` }));
  const reasons = new Map<string, Map<string, Set<string>>>();
  for (const { verdict, reason, column, metric: key } of table.entries) {
    if (verdict !== 'not comparable') continue;
    const columns = reasons.get(reason) ?? new Map<string, Set<string>>();
    columns.set(column, (columns.get(column) ?? new Set()).add(metric(key)));
    reasons.set(reason, columns);
  }
  const apart = [...reasons].map(([why, columns]) => ({
    what: [...columns].map(([id, metrics]) => `${label(experiment.columns, id)} (${[...metrics].join(', ')})`).join(', '),
    why,
  }));
  return { differs, failed, apart };
}

const sizes = ({ ownExperiment }: Experiment, { ours, published }: Entry): string =>
  ours && published ? ` The lab has ${ours.n} repetitions, the ${ownExperiment ? 'other' : 'paper'} ${published.n}.` : '';

/** How many numbers of the lab agree with the published ones; where none is compared, why. */
export function countWords({ ownExperiment }: Pick<Experiment, 'ownExperiment'>, { entries, verdicts: { reproduced, differs } }: Table): string {
  if (reproduced + differs > 0) return `${reproduced} of ${reproduced + differs} compared numbers reproduced.`;
  const apart = entries.filter(({ verdict }) => verdict === 'not comparable');
  const beside = apart.filter(({ published }) => published);
  const reasons = [...new Set((beside.length > 0 ? beside : apart).map(({ reason }) => reason))];
  if (reasons.length === 1) return reasons[0];
  if (reasons.length > 1) return 'No number is compared; the reasons stand under the table.';
  return ownExperiment ? 'There is nothing to compare with.' : 'The paper has no numbers to compare with.';
}

/** What is said of folds that are left out of a table; '' where there are none. */
export const otherTableWords = (folds: number): string =>
  folds === 0 ? '' : ` ${folds} ${folds === 1 ? 'fold' : 'folds'} of another table ${folds === 1 ? 'is' : 'are'} left out.`;

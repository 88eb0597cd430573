import type { DatasetSpec } from '../../../workers/data/schema';
import type { DatasetSummary } from '../../../workers/protocol';
import { hasFixedTest } from '../../../workers/spec/division';
import type { ExperimentSpec } from '../../../workers/spec/experiment';
import { type DatasetFacts, factsOf } from '../../../workers/spec/facts';
import { hasSeveralClasses } from '../../../workers/spec/scores';
import { type RunState, useRun } from '../run';
import { useSpec } from '../spec';
import { seriesFacts } from './series-choice';
import { useSeries } from './series-store';
import { hasEdges } from './table-choice';
import type { TableState } from './table-state';
import { useTable } from './table-store';

const texts = new WeakMap<DatasetSpec, string>();
const textOf = (dataset: DatasetSpec): string => {
  const text = texts.get(dataset) ?? JSON.stringify(dataset);
  texts.set(dataset, text);
  return text;
};

/** The same dataset, in whatever copy of the spec: every change of the experiment makes one. */
const isSame = (a: DatasetSpec | undefined, b: DatasetSpec): boolean => a === b || (a?.kind === b.kind && textOf(a) === textOf(b));

type KnownTable = Pick<TableState, 'phase' | 'preview' | 'problem' | 'check' | 'task' | 'roles' | 'takes'>;

/**
 * What is known of the data that Train would use, or null: a table that this page has not read. How many rows
 * a column, groups or levels keep for the test is an estimate before a run has divided them.
 *
 * @param series what the worker said of the series of this dataset, where they are open
 */
export function knownFacts(
  { dataset, seeds }: { dataset: DatasetSpec; seeds: Pick<ExperimentSpec['seeds'], 'split'> },
  table: KnownTable,
  run: Pick<RunState, 'summary' | 'spec'>,
  series: DatasetSummary | null = null,
): DatasetFacts | null {
  const { problem, task } = table;
  const isOpen = dataset.kind === 'table' && dataset.fingerprint === table.preview?.fingerprint;
  const exact = !isOpen || (dataset.split === 'rows' && dataset.validation === 'rows');
  const divided = dataset.kind === 'table' && table.phase !== 'roles' && isSame(run.spec?.dataset, dataset) ? run.summary : null;
  // While roles are chosen the counts follow them at once.
  if (problem && (table.phase === 'roles' || isOpen) && (exact || !divided)) {
    const rows = table.check?.rows;
    const { several, ...shape } = problem;
    const classes = hasSeveralClasses(task) && several !== undefined ? { classes: several } : {};
    const joined = hasEdges(table.roles.map((role, index) => ({ ...table.takes[index], role })));
    return {
      task,
      ...classes,
      ...shape,
      ...(joined && { edges: true }),
      trainRows: rows?.train ?? 0,
      validationRows: rows?.validation ?? 0,
      testRows: rows?.test ?? 0,
      exact,
    };
  }
  if (dataset.kind === 'table' && divided) {
    const { task: own, classes, trainRows, validationRows, testRows, p, features, tags, counts, events } = divided;
    const levels = features.map((feature) => feature.levels);
    return {
      task: own,
      ...(classes && { classes: classes.length }),
      p,
      levels,
      ...(tags && { tags }),
      ...(counts && { counts }),
      ...(events && { events: true }),
      ...(hasEdges(dataset.columns) && { edges: true }),
      trainRows,
      validationRows,
      testRows,
      // Another split seed may draw other groups, of other sizes.
      exact: hasFixedTest(dataset) || run.spec?.seeds.split === seeds.split,
    };
  }
  if (dataset.kind === 'series-table') {
    const summary = series ?? (isSame(run.spec?.dataset, dataset) ? run.summary : null);
    return summary && seriesFacts(summary);
  }
  return factsOf(dataset);
}

/** `knownFacts` of this page. */
export function useFacts(): DatasetFacts | null {
  const dataset = useSpec((state) => state.spec.dataset);
  const split = useSpec((state) => state.spec.seeds.split);
  const phase = useTable((state) => state.phase);
  const preview = useTable((state) => state.preview);
  const problem = useTable((state) => state.problem);
  const check = useTable((state) => state.check);
  const task = useTable((state) => state.task);
  const roles = useTable((state) => state.roles);
  const takes = useTable((state) => state.takes);
  const summary = useRun((state) => state.summary);
  const spec = useRun((state) => state.spec);
  const series = useSeries((state) => state.inUse);
  return knownFacts({ dataset, seeds: { split } }, { phase, preview, problem, check, task, roles, takes }, { summary, spec }, series);
}

/** The same of this moment, outside of what is drawn. */
export const factsNow = (): DatasetFacts | null =>
  knownFacts(useSpec.getState().spec, useTable.getState(), useRun.getState(), useSeries.getState().inUse);

import type { RunStatus } from '../../workers/protocol';
import { type DatasetFacts, factsOf } from '../../workers/spec/facts';
import { useTable } from '../setup/csv/table-store';
import { useRun } from './run';
import { useSpec } from './spec';

/** The run has the worker's attention: the setup is locked and the main button pauses. */
export const isTraining = (status: RunStatus): boolean => status === 'preparing' || status === 'running';

/** Running, or paused and able to go on: the spec on the page is that of the run. */
export const isUnderway = (status: RunStatus): boolean => isTraining(status) || status === 'paused';

/** What is known of the data that Train would use, or null: a table that this page has not read. */
export function useFacts(): DatasetFacts | null {
  const dataset = useSpec((state) => state.spec.dataset);
  const fingerprint = useTable((state) => state.preview?.fingerprint ?? null);
  const problem = useTable((state) => state.problem);
  const rows = useTable((state) => state.check?.rows ?? null);
  const task = useTable((state) => state.task);
  const choosing = useTable((state) => state.phase === 'roles');
  const summary = useRun((state) => state.summary);
  const runDataset = useRun((state) => state.spec?.dataset);
  // While roles are chosen the counts follow them at once.
  if (problem && (choosing || (dataset.kind === 'table' && dataset.fingerprint === fingerprint))) {
    return { task, ...problem, trainRows: rows?.train ?? 0, validationRows: rows?.validation ?? 0, testRows: rows?.test ?? 0 };
  }
  if (dataset.kind === 'table' && summary && runDataset === dataset) {
    const { trainRows, validationRows, testRows, p, features } = summary;
    return { task: summary.task, p, levels: features.map(({ levels }) => levels), trainRows, validationRows, testRows };
  }
  return factsOf(dataset);
}

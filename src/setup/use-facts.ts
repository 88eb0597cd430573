import { type DatasetFacts, factsOf } from '../../workers/spec/facts';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { useTable } from './csv/table-store';

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

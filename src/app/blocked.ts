import type { DatasetSpec } from '../../workers/data/schema';
import type { TablePhase } from '../setup/csv/table-state';
import { useTable } from '../setup/csv/table-store';
import { knownFacts, useFacts } from '../setup/use-facts';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { datasetName } from './dataset-words';

/** Why nothing can be trained now, in one sentence, or null. `known`: the page knows the rows of the dataset. */
export function blockedReason(phase: TablePhase, dataset: DatasetSpec, known: boolean): string | null {
  if (phase === 'roles' || phase === 'reading') return 'Choose the column roles first.';
  if (dataset.kind === 'table' && !known) return `This needs the file ${datasetName(dataset)}. Drop it under Data.`;
  return null;
}

/** The reason of this page, for a key that was pressed. */
export function blockedNow(): string | null {
  const { dataset } = useSpec.getState().spec;
  const table = useTable.getState();
  return blockedReason(table.phase, dataset, knownFacts(dataset, table, useRun.getState()) !== null);
}

/** The reason of this page, for what is drawn. */
export function useBlocked(): string | null {
  const dataset = useSpec((state) => state.spec.dataset);
  const phase = useTable((state) => state.phase);
  return blockedReason(phase, dataset, useFacts() !== null);
}

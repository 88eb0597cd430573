import type { DatasetSpec } from '../../workers/data/schema';
import { isOwnTable, needsColumn } from '../../workers/spec/division';
import type { DatasetFacts } from '../../workers/spec/facts';
import { refusedMethods } from '../../workers/spec/methods';
import { useSpec } from '../state/spec';
import type { TablePhase } from '../state/table/table-state';
import { useTable } from '../state/table/table-store';
import { factsNow, useFacts } from '../state/table/use-facts';
import { listed } from './format';

/**
 * Why nothing can be trained now, in one sentence, or null. `known`: the page knows the rows of the dataset.
 */
export function blockedReason(phase: TablePhase, dataset: DatasetSpec, known: boolean): string | null {
  if (phase === 'roles' || phase === 'reading') return 'Choose the column roles first.';
  if (dataset.kind === 'series-table' && dataset.features && !known)
    return `This needs the files ${dataset.name} and ${dataset.features.name}. Drop the first under Data.`;
  if (isOwnTable(dataset) && !known) return `This needs the file ${dataset.name}. Drop it under Data.`;
  if (dataset.kind === 'table' && needsColumn(dataset)) return 'Choose the column that divides the rows, under Test and validation.';
  return null;
}

/**
 * Which methods cannot be used on the data, each with its reason, in one sentence; null when all can, or when
 * the data is not known.
 */
export function refusedReason(methods: readonly { id: string }[], facts: DatasetFacts | null): string | null {
  const refused = facts ? refusedMethods(methods, facts) : [];
  if (refused.length === 0) return null;
  const names = listed(refused.map(({ label }) => label));
  return `${refused[0].sentence} Leave ${names} out, or choose other data.`;
}

/** The reason of this page, for a key that was pressed. */
export function blockedNow(): string | null {
  const { dataset, methods } = useSpec.getState().spec;
  const facts = factsNow();
  return blockedReason(useTable.getState().phase, dataset, facts !== null) ?? refusedReason(methods, facts);
}

/** The reason of this page, for what is drawn. */
export function useBlocked(): string | null {
  const dataset = useSpec((state) => state.spec.dataset);
  const methods = useSpec((state) => state.spec.methods);
  const phase = useTable((state) => state.phase);
  const facts = useFacts();
  return blockedReason(phase, dataset, facts !== null) ?? refusedReason(methods, facts);
}

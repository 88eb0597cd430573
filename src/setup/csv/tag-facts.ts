import type { TagFacts } from '../../../workers/protocol';
import { useTable } from '../../state/table/table-store';

/**
 * What the worker says of a column of tags under the roles it was asked about last; null where it is none.
 */
export const useTagFacts = (feature: string): TagFacts | null => useTable((state) => state.check?.tags?.find(({ name }) => name === feature)) ?? null;

import { useStore } from 'zustand';
import { isOwnTable } from '../../../workers/spec/division';
import * as client from '../../lab-client/client';
import { useSpec } from '../spec';
import { createTableStore, type TableState } from './table-state';

/** The CSV step of this page, bound to its worker and its experiment. */
export const tableStore = createTableStore(
  {
    openTable: (file, onProgress, options) => client.openTable(file, onProgress, options),
    rereadTable: (fingerprint, steps, onProgress) => client.rereadTable(fingerprint, steps, onProgress),
    // A cancel that comes too late has nothing to say.
    cancelTable: () => client.cancelTable().catch(() => undefined),
    checkRoles: (...asked) => client.checkRoles(...asked),
  },
  {
    current: () => useSpec.getState().spec,
    change: (edit) => useSpec.getState().change(edit),
  },
);

useSpec.subscribe((state, before) => {
  const { dataset } = state.spec;
  if (dataset === before.spec.dataset) return;
  tableStore.getState().follow();
  // So that the next visit can find the file again.
  const file = isOwnTable(dataset) ? client.openFile(dataset.fingerprint) : null;
  if (isOwnTable(dataset) && file && 'handle' in file)
    void import('../kept-tables').then(({ rememberHandle }) => rememberHandle(file, dataset.fingerprint)).catch(() => undefined);
});

function useTableState<T>(selector: (state: TableState) => T): T {
  return useStore(tableStore, selector);
}

/** `useTable(selector)` in components, `useTable.getState()` elsewhere, as any zustand store. */
export const useTable = Object.assign(useTableState, tableStore);

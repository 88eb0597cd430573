import { useStore } from 'zustand';
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
    checkRoles: (fingerprint, columns, missing, testFraction) => client.checkRoles(fingerprint, columns, missing, testFraction),
  },
  {
    current: () => useSpec.getState().spec,
    change: (edit) => useSpec.getState().change(edit),
  },
);

useSpec.subscribe((state, before) => {
  if (state.spec.dataset !== before.spec.dataset) tableStore.getState().follow();
});

function useTableState<T>(selector: (state: TableState) => T): T {
  return useStore(tableStore, selector);
}

/** `useTable(selector)` in components, `useTable.getState()` elsewhere, as any zustand store. */
export const useTable = Object.assign(useTableState, tableStore);

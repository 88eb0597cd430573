import { useStore } from 'zustand';
import { useSpec } from '../spec';
import { createTableStore, type TableClient, type TableState } from './table-state';

let worker: TableClient | null = null;

/** The lab client, which stands above the stores, says here how tables are read. */
export function connectTables(client: TableClient): void {
  worker = client;
}

function connected(): TableClient {
  if (!worker) throw new Error('no lab client reads tables yet');
  return worker;
}

/** The CSV step of this page, bound to its worker and its experiment. */
export const tableStore = createTableStore(
  {
    openTable: (...asked) => connected().openTable(...asked),
    rereadTable: (...asked) => connected().rereadTable(...asked),
    cancelTable: () => connected().cancelTable(),
    checkRoles: (...asked) => connected().checkRoles(...asked),
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

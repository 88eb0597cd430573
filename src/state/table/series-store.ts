import { useStore } from 'zustand';
import * as client from '../../lab-client/client';
import { useSpec } from '../spec';
import { createSeriesStore, type SeriesState } from './series-state';
import { tableStore } from './table-store';

/** Series of one's own on this page, bound to its worker, its experiment and its long table. */
export const seriesStore = createSeriesStore(
  {
    openFeatures: (file, steps) => client.openFeatures(file, steps),
    summarize: (spec) => client.summarize(spec),
  },
  {
    current: () => useSpec.getState().spec,
    change: (edit) => useSpec.getState().change(edit),
  },
  tableStore,
);

useSpec.subscribe((state, before) => {
  if (state.spec.dataset !== before.spec.dataset) seriesStore.getState().follow();
});

tableStore.subscribe(({ phase, preview }, before) => {
  if (phase !== 'roles' || !preview || (before.phase === 'roles' && before.preview === preview)) return;
  seriesStore.getState().arrive(preview, before.phase === 'roles');
});

function useSeriesState<T>(selector: (state: SeriesState) => T): T {
  return useStore(seriesStore, selector);
}

/** `useSeries(selector)` in components, `useSeries.getState()` elsewhere. */
export const useSeries = Object.assign(useSeriesState, seriesStore);

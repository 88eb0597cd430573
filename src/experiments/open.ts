import { EXPERIMENTS } from '../../workers/papers/catalog';
import { firstGrid } from './grid';
import { readView, useExperiment, writeView } from './state';

/**
 * Opens another experiment, with an entry in the browser's history. While one is being fitted it stays, and
 * the page says so.
 */
export function openExperiment(id: string): void {
  const { experiment, status, set } = useExperiment.getState();
  const next = EXPERIMENTS.find((one) => one.id === id);
  if (!next || next === experiment) return;
  if (status !== 'idle') {
    refuse();
    return;
  }
  history.pushState(null, '', `?experiment=${id}`);
  const grid = firstGrid(next);
  set({ experiment: next, grid, cell: grid.cells[0], source: 'recorded', error: null, table: null });
}

/**
 * Takes the view of the address after Back or Forward; while an experiment is being fitted its own address
 * comes back.
 */
export function followAddress(): void {
  const { status, experiment, set } = useExperiment.getState();
  const { explicitSource: _, ...view } = readView(location.search);
  if (status === 'idle') {
    set({ ...view, error: null, ...(view.experiment !== experiment && { table: null }) });
    return;
  }
  history.pushState(null, '', writeView(useExperiment.getState()));
  refuse();
}

function refuse(): void {
  const { experiment, set } = useExperiment.getState();
  set({
    error: {
      code: 'run-on',
      message: `${experiment.title} is being fitted.`,
      hint: 'Stop it to open another table; finished repetitions are kept.',
    },
  });
}

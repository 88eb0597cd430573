import type { Cell, Experiment, MethodColumn, UnitRecord } from '../../workers/papers/types';

/** What a person asked for: cells, methods and how many repetitions of each cell. */
export interface Grid {
  cells: string[];
  columns: string[];
  repetitions: number;
}

export interface PlannedUnit {
  cell: Cell;
  repetition: number;
  columns: readonly MethodColumn[];
}

/** Most repetitions that the page offers; the command line takes more. */
export const MOST_REPETITIONS = 20;

/** A first grid: the smallest cell, all methods, three repetitions. */
export function firstGrid(experiment: Experiment): Grid {
  return { cells: [experiment.cells[0].id], columns: experiment.columns.map(({ id }) => id), repetitions: experiment.needs ? 10 : 3 };
}

/** A grid of an address or a store, with what the experiment does not have taken out. */
export function soundGrid(experiment: Experiment, grid: Partial<Grid>): Grid {
  const first = firstGrid(experiment);
  const cells = (grid.cells ?? first.cells).filter((id) => experiment.cells.some((cell) => cell.id === id));
  const columns = (grid.columns ?? first.columns).filter((id) => experiment.columns.some((column) => column.id === id));
  const repetitions = Math.round(grid.repetitions ?? first.repetitions);
  return {
    cells: cells.length > 0 ? cells : first.cells,
    columns: columns.length > 0 ? columns : first.columns,
    repetitions: repetitions >= 1 && repetitions <= MOST_REPETITIONS ? repetitions : first.repetitions,
  };
}

/**
 * Units of a grid that are not finished: the first repetition of every cell, then the second, so that every
 * cell has numbers early. A stored repetition that lacks a method is there again, with all methods asked for.
 */
export function openUnits(experiment: Experiment, grid: Grid, records: readonly UnitRecord[]): PlannedUnit[] {
  const units: PlannedUnit[] = [];
  for (let repetition = 1; repetition <= grid.repetitions; repetition++) {
    for (const cell of experiment.cells.filter(({ id }) => grid.cells.includes(id))) {
      const columns = columnsOf(experiment, cell, grid);
      const before = records.find((record) => record.cell === cell.id && record.repetition === repetition);
      if (before && columns.every(({ id }) => before.outcomes[id])) continue;
      units.push({ cell, repetition, columns });
    }
  }
  return units;
}

/** Methods of a grid that are fitted in a cell. */
export function columnsOf(experiment: Experiment, cell: Cell, grid: Grid): MethodColumn[] {
  return experiment.columns.filter(({ id }) => grid.columns.includes(id) && (!cell.columns || cell.columns.includes(id)));
}

/** How many fits of the grid there are, and how many of them are finished. */
export function progressOf(experiment: Experiment, grid: Grid, records: readonly UnitRecord[]): { done: number; all: number } {
  let done = 0;
  let all = 0;
  for (const cell of experiment.cells.filter(({ id }) => grid.cells.includes(id))) {
    const columns = columnsOf(experiment, cell, grid);
    all += columns.length * grid.repetitions;
    for (const record of records) {
      if (record.cell === cell.id && record.repetition <= grid.repetitions) done += columns.filter(({ id }) => record.outcomes[id]).length;
    }
  }
  return { done, all };
}

/**
 * Seconds that the open fits will take, from what finished ones of the same cell and method took; null while
 * some have no measured one.
 */
export function secondsLeft(experiment: Experiment, grid: Grid, records: readonly UnitRecord[]): number | null {
  let seconds = 0;
  for (const { cell, repetition, columns } of openUnits(experiment, grid, records)) {
    const before = records.find((record) => record.cell === cell.id && record.repetition === repetition);
    for (const { id } of columns) {
      if (before?.outcomes[id]) continue;
      const taken = records.flatMap((record) => {
        const outcome = record.cell === cell.id ? record.outcomes[id] : undefined;
        return outcome && 'result' in outcome ? [outcome.result.seconds.epochs + outcome.result.seconds.finishing] : [];
      });
      if (taken.length === 0) return null;
      seconds += taken.reduce((sum, one) => sum + one, 0) / taken.length;
    }
  }
  return seconds;
}

import { create } from 'zustand';
import { EXPERIMENTS } from '../../workers/papers/catalog';
import type { Experiment, Published, UnitRecord } from '../../workers/papers/types';
import type { LabError, Lane } from '../../workers/protocol';
import { isVolatile } from '../state/volatile';
import { firstGrid, type Grid, soundGrid } from './grid';

/** Which numbers the table shows. */
export type Shown = 'both' | 'ours' | 'published';
/** Whose repetitions are "ours": the recorded ones shipped with the lab, or those of this browser. */
export type Source = 'recorded' | 'live';

/** Repetitions that were run with the lab and are shipped with it. */
export interface Recorded {
  records: UnitRecord[];
}

export interface ExperimentState {
  experiment: Experiment;
  grid: Grid;
  shown: Shown;
  source: Source;
  /** The cell and metric of the chart. */
  cell: string;
  published: Published | null;
  /** Of this browser. */
  live: UnitRecord[];
  /** Repetitions that were forgotten last, to be put back. */
  forgotten: UnitRecord[];
  recorded: Recorded | null;
  status: 'idle' | 'running' | 'paused' | 'stopping';
  /** What trains now. */
  now: { cell: string; repetition: number; column: string; lane: Lane | null } | null;
  /** Set when a run of units ended by itself or could not go on. */
  error: LabError | null;
  /** The opened table of an experiment on a person's own data. */
  table: { name: string; fingerprint: string } | null;
  set(patch: Partial<Omit<ExperimentState, 'set'>>): void;
}

/**
 * The view of an address:
 * `?experiment=table1-regression&cells=q=100&methods=…&reps=3&show=both&source=live&cell=q=100`.
 */
export function readView(search: string): Pick<ExperimentState, 'experiment' | 'grid' | 'shown' | 'source' | 'cell'> & { explicitSource: boolean } {
  const query = new URLSearchParams(search);
  const list = (name: string): string[] | undefined => query.get(name)?.split(';').filter(Boolean);
  const experiment = EXPERIMENTS.find(({ id }) => id === query.get('experiment')) ?? EXPERIMENTS[0];
  const repetitions = query.get('reps');
  const grid = soundGrid(experiment, {
    cells: list('cells'),
    columns: list('methods'),
    ...(repetitions !== null && { repetitions: Number(repetitions) }),
  });
  const shown = query.get('show');
  const source = query.get('source');
  const cell = query.get('cell');
  return {
    experiment,
    grid,
    shown: shown === 'ours' || shown === 'published' ? shown : 'both',
    source: source === 'live' ? 'live' : 'recorded',
    explicitSource: source !== null,
    cell: experiment.cells.some(({ id }) => id === cell) ? (cell as string) : grid.cells[0],
  };
}

/** The address of a view; what is the default is left out. */
export function writeView({
  experiment,
  grid,
  shown,
  source,
  cell,
}: Pick<ExperimentState, 'experiment' | 'grid' | 'shown' | 'source' | 'cell'>): string {
  const first = firstGrid(experiment);
  const query = new URLSearchParams({ experiment: experiment.id });
  if (grid.cells.join() !== first.cells.join()) query.set('cells', grid.cells.join(';'));
  if (grid.columns.join() !== first.columns.join()) query.set('methods', grid.columns.join(';'));
  if (grid.repetitions !== first.repetitions) query.set('reps', String(grid.repetitions));
  if (shown !== 'both') query.set('show', shown);
  query.set('source', source);
  if (cell !== grid.cells[0]) query.set('cell', cell);
  return `?${query}${isVolatile() ? '&volatile' : ''}`;
}

export const useExperiment = create<ExperimentState>((set) => {
  const { explicitSource: _, ...view } = readView(globalThis.location?.search ?? '');
  return {
    ...view,
    published: null,
    live: [],
    forgotten: [],
    recorded: null,
    status: 'idle',
    now: null,
    error: null,
    table: null,
    set: (patch) => set(patch),
  };
});

/** The repetitions that the table shows as ours. */
export const shownRecords = ({ source, live, recorded }: Pick<ExperimentState, 'source' | 'live' | 'recorded'>): readonly UnitRecord[] =>
  source === 'recorded' && recorded ? recorded.records : live;

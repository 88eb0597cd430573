import { useState } from 'react';
import { assignRoles } from '../../workers/papers/open-table';
import type { UnitRecord } from '../../workers/papers/types';
import { toLabError } from '../../workers/spec/lab-error';
import { openTable, startEngine } from '../lab-client/client';
import { forgetRecords, restoreRecords } from '../state/unit-store';
import { clock } from '../ui/format';
import { MathText } from '../ui/math-text';
import { Choices, Repetitions } from './choices';
import { type Grid, MOST_REPETITIONS, openUnits, progressOf, secondsLeft } from './grid';
import { pauseGrid, resumeGrid, runGrid, stopGrid } from './runner';
import { useExperiment } from './state';

/** What to fit, the buttons, and how far it is. */
export function Controls() {
  const state = useExperiment();
  const { experiment, grid, status, live, forgotten, error, table, set } = state;
  const change = (patch: Partial<Grid>) => set({ grid: { ...grid, ...patch } });
  const running = status !== 'idle';
  const { done, all } = progressOf(experiment, grid, live);
  const open = openUnits(experiment, grid, live).length;
  const left = secondsLeft(experiment, grid, live);
  /** '4 of 18' under a cell that has begun. */
  const finishedOf = (id: string): string | null => {
    const { done: finished, all: asked } = progressOf(experiment, { ...grid, cells: [id] }, live);
    return finished > 0 && grid.cells.includes(id) ? `${finished} of ${asked}` : null;
  };
  return (
    <section className="grid-controls" aria-label="What to run">
      {experiment.needs && <DataFile />}
      <Choices
        legend="Data"
        options={experiment.cells.map(({ id, label }) => ({ id, label, note: finishedOf(id) }))}
        chosen={grid.cells}
        disabled={running}
        onChange={(cells) => change({ cells })}
      />
      <Choices legend="Methods" options={experiment.columns} chosen={grid.columns} disabled={running} onChange={(columns) => change({ columns })} />
      <div className="actions">
        <Repetitions
          label={experiment.needs ? 'Folds' : 'Repetitions'}
          value={grid.repetitions}
          most={experiment.needs ? 10 : MOST_REPETITIONS}
          disabled={running}
          onChange={(repetitions) => change({ repetitions })}
        />
        {status === 'idle' && (
          <button
            type="button"
            className="btn solid"
            disabled={open === 0 || grid.cells.length === 0 || grid.columns.length === 0 || (experiment.needs !== null && !table)}
            onClick={() => void runGrid()}
          >
            {done > 0 && open > 0 ? 'Resume' : 'Run'}
          </button>
        )}
        {status === 'running' && (
          <button type="button" className="btn solid" onClick={pauseGrid}>
            Pause
          </button>
        )}
        {status === 'paused' && (
          <button type="button" className="btn solid" onClick={resumeGrid}>
            Resume
          </button>
        )}
        {running && (
          <button type="button" className="btn" disabled={status === 'stopping'} onClick={stopGrid}>
            {status === 'stopping' ? 'Stopping' : 'Stop'}
          </button>
        )}
        {!running && live.length > 0 && <Forget records={live} />}
        {!running && forgotten.length > 0 && <Undo records={forgotten} />}
        <span className="far" role="status">
          {done} of {all} fits finished
          {running && left !== null ? `, about ${clock(left)} left` : ''}
        </span>
      </div>
      <progress value={done} max={Math.max(all, 1)} aria-label="Fits finished" />
      <p className="now">
        <MathText>{doing(state, open, all)}</MathText>
      </p>
      {error && (
        <p className="bad" role="alert">
          {error.message} {error.hint}
        </p>
      )}
    </section>
  );
}

/** What trains now, or what became of what was asked for. */
function doing({ experiment, now, status, grid }: ReturnType<typeof useExperiment.getState>, open: number, all: number): string {
  if (now && status !== 'idle') {
    const epoch = now.lane ? `, epoch ${now.lane.epoch}` : '';
    const what = `${labelOf(experiment.cells, now.cell)}, ${experiment.needs ? 'fold' : 'repetition'} ${now.repetition}, ${labelOf(experiment.columns, now.column)}${epoch}`;
    return status === 'paused' ? `Paused: ${what}` : what;
  }
  if (status !== 'idle') return 'Preparing';
  if (grid.cells.length === 0) return 'Choose data to fit.';
  if (grid.columns.length === 0) return 'Choose methods to fit.';
  if (open === 0 && all > 0) return 'Everything asked for is finished and kept in this browser.';
  return 'Finished repetitions are kept in this browser; a reload or a crash loses at most the one in progress.';
}

const labelOf = (list: readonly { id: string; label: string }[], id: string): string => list.find((entry) => entry.id === id)?.label ?? id;

/** Forgets this browser's repetitions; they stay at hand until the next run or reload. */
function Forget({ records }: { records: UnitRecord[] }) {
  const { experiment, set } = useExperiment();
  const forget = async () => {
    await forgetRecords(experiment.id).catch(() => undefined);
    set({ live: [], forgotten: records, error: null });
  };
  return (
    <button type="button" className="btn quiet" onClick={() => void forget()}>
      Forget {records.length} {records.length === 1 ? 'repetition' : 'repetitions'}
    </button>
  );
}

/** Takes a Forget back. */
function Undo({ records }: { records: UnitRecord[] }) {
  const set = useExperiment((state) => state.set);
  const restore = async () => {
    set({ live: await restoreRecords(records), forgotten: [] });
  };
  return (
    <button type="button" className="btn quiet" onClick={() => void restore()}>
      Undo
    </button>
  );
}

/**
 * The file of an experiment on a person's own data: where it is, what it must have, and a place to open it.
 */
function DataFile() {
  const { experiment, table, set } = useExperiment();
  const [state, setState] = useState<{ reading: boolean; problem: string | null }>({ reading: false, problem: null });
  const { needs } = experiment;
  if (!needs) return null;
  const read = async (file: File) => {
    setState({ reading: true, problem: null });
    try {
      await startEngine();
      const preview = await openTable(file);
      assignRoles(needs, preview);
      set({ table: { name: preview.name, fingerprint: preview.fingerprint } });
      setState({ reading: false, problem: null });
    } catch (thrown) {
      const { message, hint } = toLabError(thrown);
      setState({ reading: false, problem: `${message} ${hint}` });
    }
  };
  return (
    <div className="data-file">
      <p>
        <b>{needs.name} is not shipped with the lab.</b> {needs.where} {needs.rows}.
      </p>
      <p>
        Columns of the file: {needs.target} (response); {needs.categorical.join(', ')} (categories); {shortList(needs.numeric)} (numbers).
      </p>
      <label className="btn">
        {state.reading ? 'Reading' : table ? `Opened ${table.name}; open another` : 'Open a CSV file'}
        <input
          type="file"
          accept=".csv,.tsv,.gz,text/csv"
          className="sr"
          disabled={state.reading}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) void read(file);
            event.target.value = '';
          }}
        />
      </label>
      {state.problem && (
        <p className="bad" role="alert">
          {state.problem}
        </p>
      )}
    </div>
  );
}

/** Long lists of columns by their first and last. */
function shortList(names: readonly string[]): string {
  return names.length <= 16 ? names.join(', ') : `${names.slice(0, 8).join(', ')}, … ${names[names.length - 1]} (${names.length} columns)`;
}

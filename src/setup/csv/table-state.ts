import { createStore } from 'zustand/vanilla';
import type { ColumnChoice, ColumnRole, MissingPolicy, Scaling, TableDataset, Task } from '../../../workers/data/schema';
import type { LabError, RoleCheck, TablePreview, TableProgress } from '../../../workers/protocol';
import { batchFor } from '../../../workers/spec/batch';
import { ownDivision } from '../../../workers/spec/division';
import type { ExperimentSpec } from '../../../workers/spec/experiment';
import { toLabError } from '../../../workers/spec/lab-error';
import { adaptSpec } from './adapt-spec';
import { positiveValue, problemOf, type TableProblem, withRole } from './roles';

/** The calls of the worker that the CSV step needs; all reject with a LabError. */
export interface TableClient {
  openTable(file: File, onProgress: (progress: TableProgress) => void): Promise<TablePreview>;
  cancelTable(): unknown;
  checkRoles(fingerprint: string, columns: ColumnChoice[], missing: MissingPolicy, testFraction: number): Promise<RoleCheck>;
}

/** The experiment on the page, as far as this step touches it. */
export interface SpecAccess {
  current(): ExperimentSpec;
  /** Returns the reason when the change is refused. */
  change(edit: (spec: ExperimentSpec) => ExperimentSpec): string | null;
}

export type TablePhase = 'none' | 'reading' | 'roles' | 'refused';

/** How the cells of a column are taken in its role: nested in another column. */
export type ColumnTake = Omit<ColumnChoice, 'name' | 'role'>;

/** A file and everything chosen for it. */
export interface TableChoice {
  fileName: string;
  bytes: number;
  preview: TablePreview | null;
  /** One per column of the preview. */
  roles: ColumnRole[];
  /** How the cells of each column are taken in its role, as long as the preview's columns; empty where there is nothing to say. */
  takes: ColumnTake[];
  missing: MissingPolicy;
  scaling: Scaling;
  /** Share of all rows kept for the test. */
  testFraction: number;
  task: Task;
  /** True once the person picked the task; a new target takes it back. */
  taskChosen: boolean;
  /** The value of a binary target that counts as 1; null for regression. */
  positive: string | null;
  /** The newest answer of the worker to the roles; null before the first. */
  check: RoleCheck | null;
  /** Numeric features and levels under the roles, for the parameter counts; null without a preview. */
  problem: TableProblem | null;
}

export interface TableState extends TableChoice {
  phase: TablePhase;
  progress: TableProgress | null;
  /** Why the file was refused, or why the roles could not be checked. */
  error: LabError | null;
  /** A check of the newest roles is on its way; `check` still answers the roles before. */
  checking: boolean;
  /** Reads a file. The table before, and the dataset of the experiment, stay until `use`. */
  open(file: File): Promise<void>;
  /** Ends reading or choosing; what was there before is back. */
  cancel(): void;
  setRole(column: number, role: ColumnRole): void;
  /** The same role for several columns; a target is given to the first only. */
  setRoles(columns: number[], role: ColumnRole): void;
  setMissing(missing: Partial<MissingPolicy>): void;
  setScaling(scaling: Scaling): void;
  setTestFraction(testFraction: number): void;
  setTask(task: Task): void;
  setPositive(positive: string): void;
  /** The training settings that `use` will set; null while there are no roles to choose. */
  plannedTraining(): ExperimentSpec['training'] | null;
  /** Makes the table the dataset of the experiment, as one step of its undo history. False when the roles cannot be used. */
  use(): Promise<boolean>;
  /** Leaves the refusal; what was there before is back. */
  dismiss(): void;
  /** Back to the roles of the table in use; false when it is not at hand. */
  reopen(): boolean;
  /** Takes up the table that the experiment has now, after an undo or redo, when it was used here before. */
  follow(): void;
  receiveProgress(progress: TableProgress): void;
}

/** Pause after the last change before the worker is asked, in milliseconds. */
export const CHECK_DELAY = 120;

const NO_TABLE: TableChoice = {
  fileName: '',
  bytes: 0,
  preview: null,
  roles: [],
  takes: [],
  missing: { numeric: 'mean', categorical: 'own-level' },
  scaling: 'standardized',
  testFraction: 0.2,
  task: 'regression',
  taskChosen: false,
  positive: null,
  check: null,
  problem: null,
};

function choiceOf(state: TableChoice): TableChoice {
  const { fileName, bytes, preview, roles, takes, missing, scaling, testFraction, task, taskChosen, positive, check, problem } = state;
  return { fileName, bytes, preview, roles, takes, missing, scaling, testFraction, task, taskChosen, positive, check, problem };
}

/** Role and reading of every column, as the experiment holds them. */
function choicesOf(preview: TablePreview, roles: ColumnRole[], takes: ColumnTake[]): ColumnChoice[] {
  return preview.columns.map(({ name }, index) => {
    const role = roles[index];
    const { nestedIn } = takes[index] ?? {};
    return { name, role, ...(role === 'categorical' && nestedIn !== undefined ? { nestedIn } : {}) };
  });
}

/** The table as the dataset of an experiment, in the roles chosen. */
function datasetOf({ roles, takes, task, positive, missing, scaling, testFraction }: TableChoice, preview: TablePreview): TableDataset {
  return {
    kind: 'table',
    name: preview.name.slice(0, 200),
    fingerprint: preview.fingerprint,
    task,
    columns: choicesOf(preview, roles, takes),
    reading: preview.steps.map(({ step }) => step),
    missing,
    scaling,
    testFraction,
    ...ownDivision(task),
    ...(task === 'binary' && positive !== null ? { positive } : {}),
  };
}

/** The first choice for a table just read: the worker's guesses, or those of the experiment when it was made for this very table. */
function firstChoice(preview: TablePreview, spec: ExperimentSpec): TableChoice {
  const { dataset } = spec;
  const known = dataset.kind === 'table' && dataset.fingerprint === preview.fingerprint ? dataset : null;
  const choices = preview.columns.map(({ name }) => known?.columns.find((column) => column.name === name));
  const roles = preview.columns.map(({ role }, index) => choices[index]?.role ?? role);
  const takes = choices.map((choice): ColumnTake => {
    const { name: _name, role: _role, ...take } = choice ?? { name: '', role: 'ignore' as const };
    return take;
  });
  const missing = known?.missing ?? NO_TABLE.missing;
  return {
    ...NO_TABLE,
    fileName: preview.name,
    bytes: preview.bytes,
    preview,
    roles,
    takes,
    missing,
    scaling: known?.scaling ?? NO_TABLE.scaling,
    testFraction: known?.testFraction ?? NO_TABLE.testFraction,
    task: known?.task ?? preview.task,
    taskChosen: known !== null,
    positive: known?.positive ?? positiveValue(preview, roles),
    problem: problemOf(preview, roles, missing),
  };
}

/** The store of the CSV step. It never holds the data, only what the worker says of it. */
export function createTableStore(client: TableClient, spec: SpecAccess) {
  /** What `cancel` and `dismiss` go back to. */
  let before: { phase: 'none' | 'roles'; choice: TableChoice } = { phase: 'none', choice: NO_TABLE };
  /** Every table that was used, by the dataset it became: undo and redo bring them back. */
  const used = new Map<string, TableChoice>();
  const inUse = (): TableChoice | null => used.get(JSON.stringify(spec.current().dataset)) ?? null;
  /** The batch size set here, so that a later table may replace it. */
  let ownBatch: number | null = null;
  let reading = 0;
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  return createStore<TableState>((set, get) => {
    const goBack = () => set({ ...before.choice, phase: before.phase, progress: null, error: null, checking: false });

    /** Asks the worker now; only the answer to the newest question counts. */
    const check = async () => {
      clearTimeout(timer);
      const { preview, roles, takes, missing, testFraction } = get();
      if (!preview) return;
      const question = ++asked;
      set({ checking: true });
      try {
        const answer = await client.checkRoles(preview.fingerprint, choicesOf(preview, roles, takes), missing, testFraction);
        if (question !== asked) return;
        const { task, taskChosen } = get();
        const keep = taskChosen && answer.refusals[task] === null;
        set({
          check: answer,
          checking: false,
          error: null,
          task: keep ? task : answer.task,
          taskChosen: keep,
          problem: answer.error ? problemOf(preview, roles, missing) : { p: answer.p, levels: answer.levels },
        });
      } catch (reason) {
        if (question === asked) set({ checking: false, error: toLabError(reason) });
      }
    };

    const change = (patch: Partial<TableChoice>) => {
      const state = get();
      if (state.phase !== 'roles' || !state.preview) return;
      const { roles, missing } = { ...state, ...patch };
      set({ ...patch, problem: problemOf(state.preview, roles, missing), checking: true, error: null });
      asked++;
      clearTimeout(timer);
      timer = setTimeout(check, CHECK_DELAY);
    };

    const stopAsking = () => {
      asked++;
      clearTimeout(timer);
    };

    return {
      ...NO_TABLE,
      phase: 'none',
      progress: null,
      error: null,
      checking: false,
      async open(file) {
        const state = get();
        if (state.phase === 'reading') client.cancelTable();
        else if (state.phase !== 'refused') before = { phase: state.phase, choice: choiceOf(state) };
        stopAsking();
        const generation = ++reading;
        // The table before stays known while the file is read, for the counts of the experiment that still uses it.
        set({ phase: 'reading', fileName: file.name, bytes: file.size, progress: null, error: null, checking: false });
        try {
          const preview = await client.openTable(file, (progress) => {
            if (generation === reading) get().receiveProgress(progress);
          });
          if (generation !== reading) return;
          set({ ...firstChoice(preview, spec.current()), phase: 'roles', progress: null });
          await check();
        } catch (reason) {
          if (generation === reading) set({ phase: 'refused', progress: null, error: toLabError(reason) });
        }
      },
      cancel() {
        const { phase } = get();
        stopAsking();
        if (phase === 'reading') {
          reading++;
          client.cancelTable();
          goBack();
        } else if (phase === 'roles') {
          set({ ...(inUse() ?? NO_TABLE), phase: 'none', error: null, checking: false });
        }
      },
      setRole(column, role) {
        get().setRoles([column], role);
      },
      setRoles(columns, role) {
        const { preview, roles } = get();
        if (!preview) return;
        const next = withRole(preview, roles, columns, role);
        const sameTarget = next.indexOf('target') === roles.indexOf('target');
        change(sameTarget ? { roles: next } : { roles: next, taskChosen: false, positive: positiveValue(preview, next) });
      },
      setMissing(missing) {
        change({ missing: { ...get().missing, ...missing } });
      },
      // As the positive value: it changes no row, so the worker is not asked.
      setScaling(scaling) {
        set({ scaling });
      },
      setTestFraction(testFraction) {
        change({ testFraction });
      },
      setTask(task) {
        if (!get().check?.refusals[task]) set({ task, taskChosen: true });
      },
      setPositive(positive) {
        set({ positive });
      },
      plannedTraining() {
        const state = get();
        const { phase, preview, check: answer } = state;
        if (phase !== 'roles' || !preview || !answer) return null;
        return adaptSpec(spec.current(), datasetOf(state, preview), batchFor(answer.rows.train), ownBatch).training;
      },
      async use() {
        if (get().phase !== 'roles') return false;
        if (get().checking || !get().check) await check();
        const state = get();
        const { preview, check: answer } = state;
        if (!preview || !answer || state.checking || state.error || answer.error) return false;
        const dataset = datasetOf(state, preview);
        const batch = batchFor(answer.rows.train);
        const reason = spec.change((current) => adaptSpec(current, dataset, batch, ownBatch));
        if (reason !== null) {
          set({
            error: { code: 'table-not-usable', message: `This table cannot be used: ${reason}.`, hint: 'Change the roles, or choose another file.' },
          });
          return false;
        }
        ownBatch = batch;
        used.set(JSON.stringify(spec.current().dataset), choiceOf(state));
        set({ phase: 'none' });
        return true;
      },
      dismiss() {
        if (get().phase === 'refused') goBack();
      },
      reopen() {
        const choice = inUse();
        if (!choice) return false;
        set({ ...choice, phase: 'roles', progress: null, error: null, checking: false });
        void check();
        return true;
      },
      follow() {
        const choice = inUse();
        if (get().phase === 'none' && choice) set(choice);
      },
      receiveProgress(progress) {
        if (get().phase === 'reading') set({ progress });
      },
    };
  });
}

import { createStore } from 'zustand/vanilla';
import type {
  ColumnRole,
  DatasetSpec,
  MissingPolicy,
  Scaling,
  Step,
  TableDataset,
  TableSample,
  Task,
  UnseenTags,
} from '../../../workers/data/schema';
import { shortened } from '../../../workers/data/shown-text';
import type { LabApi, LabError, ReadingAnswer, ReadingOptions, TablePreview, TableProgress } from '../../../workers/protocol';
import { isOwnTable, PUBLISHED_DIVISION } from '../../../workers/spec/division';
import type { ExperimentSpec } from '../../../workers/spec/experiment';
import { toLabError } from '../../../workers/spec/lab-error';
import { adaptSpec } from './adapt-spec';
import { positiveValue, tableShape, withoutTarget, withRole } from './roles';
import { begunChoice, type ColumnTake, carriedChoice, choiceOf, choicesOf, datasetOf, firstChoice, NO_TABLE, type TableChoice } from './table-choice';

export type { TableChoice } from './table-choice';

/** The calls of the worker that the CSV step needs; all reject with a LabError. */
export interface TableClient {
  openTable(file: File, onProgress: (progress: TableProgress) => void, options?: ReadingOptions): Promise<TablePreview>;
  rereadTable(fingerprint: string, steps: Step[], onProgress?: (progress: TableProgress) => void): Promise<TablePreview>;
  cancelTable(): unknown;
  checkRoles: LabApi['checkRoles'];
}

/** The experiment on the page, as far as this step touches it. */
export interface SpecAccess {
  current(): ExperimentSpec;
  /** Returns the reason when the change is refused. */
  change(edit: (spec: ExperimentSpec) => ExperimentSpec): string | null;
}

export type TablePhase = 'none' | 'reading' | 'roles' | 'refused';

export interface TableState extends TableChoice {
  phase: TablePhase;
  progress: TableProgress | null;
  /** The first rows of a file that is still being read, and the roles chosen by them. */
  beginning: { preview: TablePreview; roles: ColumnRole[] } | null;
  /** Why the file was refused, or why the roles could not be checked. */
  error: LabError | null;
  /** A check of the newest roles is on its way; `check` still answers the roles before. */
  checking: boolean;
  /** The table is being read in another way; what is shown is the way before. */
  rereading: boolean;
  /** Reads a file. The table before, and the dataset of the experiment, stay until `use`. */
  open(file: File): Promise<void>;
  /** Answers the question of a refusal, and reads the file again. */
  answerRefusal(answer: ReadingAnswer): Promise<void>;
  /** Reads the table in another way: exactly these steps. A refusal leaves it as it was, and is told. */
  reread(steps: Step[]): Promise<void>;
  /** Joins the labels of a column to those of another; null: they stand alone. */
  setNestedIn(column: number, outer: string | null): void;
  /** Changes how the cells of a column of tags are taken. */
  setTake(column: number, take: Partial<Pick<ColumnTake, 'tagSeparator' | 'hierarchy' | 'edges'>>): void;
  /** Takes columns of 0 and 1 together as one feature; a null role gives each its guess again. */
  setBlock(columns: number[], block: string, role: 'tags' | 'categorical' | null): void;
  setUnseenTags(unseenTags: UnseenTags): void;
  /** Ends reading or choosing; what was there before is back. */
  cancel(): void;
  setRole(column: number, role: ColumnRole): void;
  /** As `setRole`, while the file is still being read. */
  setBeginningRole(column: number, role: ColumnRole): void;
  /** The same role for several columns; a target is given to the first only. */
  setRoles(columns: number[], role: ColumnRole): void;
  setMissing(missing: Partial<MissingPolicy>): void;
  setScaling(scaling: Scaling): void;
  setTestFraction(testFraction: number): void;
  /** Uses a part of the table, drawn at random; null: all of it. */
  setSample(sample: TableSample | null): void;
  setTask(task: Task): void;
  setPositive(positive: string): void;
  /** The classes of an ordinal target, the lowest first. */
  setClassOrder(classOrder: string[]): void;
  /** The training settings that `use` will set; null while there are no roles to choose. */
  plannedTraining(): ExperimentSpec['training'] | null;
  /**
   * Makes the table the dataset of the experiment, as one step of its undo history. False when the roles
   * cannot be used.
   */
  use(): Promise<boolean>;
  /** The table is part of the experiment's dataset now, by the choice of series. */
  handOver(): void;
  /** Leaves the refusal; what was there before is back. */
  dismiss(): void;
  /** Back to the roles of the table in use; false when it is not at hand. */
  reopen(): boolean;
  /** A table that was read again, for a dataset that it was chosen for before. */
  adopt(preview: TablePreview, dataset: TableDataset): void;
  /** Takes up the table that the experiment has now, after an undo or redo, when it was used here before. */
  follow(): void;
  receiveProgress(progress: TableProgress): void;
}

/** Pause after the last change before the worker is asked, in milliseconds. */
export const CHECK_DELAY = 120;

/**
 * What a dataset is remembered by. How its rows are divided is no part of a choice: it changes under Test and
 * validation, and the table stays the one that was used.
 */
const keyOf = (dataset: DatasetSpec): string =>
  JSON.stringify(Object.entries(dataset).filter(([field]) => !(field in PUBLISHED_DIVISION) && field !== 'fold'));

/** The store of the CSV step. It never holds the data, only what the worker says of it. */
export function createTableStore(client: TableClient, spec: SpecAccess) {
  /** What `cancel` and `dismiss` go back to. */
  let before: { phase: 'none' | 'roles'; choice: TableChoice } = { phase: 'none', choice: NO_TABLE };
  /** Every table that was used, by the dataset it became: undo and redo bring them back. */
  const used = new Map<string, TableChoice>();
  const inUse = (): TableChoice | null => used.get(keyOf(spec.current().dataset)) ?? null;
  let reading = 0;
  /** The file of the refusal on the page. */
  let refused: { file: File; given: Step[] } | null = null;
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  return createStore<TableState>((set, get) => {
    const goBack = () => set({ ...before.choice, phase: before.phase, progress: null, beginning: null, error: null, checking: false });

    /** Asks the worker now; only the answer to the newest question counts. */
    const check = async () => {
      clearTimeout(timer);
      const { preview, roles, takes, missing, testFraction, sample } = get();
      if (!preview) return;
      const question = ++asked;
      set({ checking: true });
      try {
        const answer = await client.checkRoles(preview.fingerprint, choicesOf(preview, roles, takes), missing, testFraction, {
          ...(sample && { sample }),
          seed: spec.current().seeds.data,
        });
        if (question !== asked) return;
        const { task, taskChosen } = get();
        const keep = taskChosen && answer.refusals[task] === null;
        set({
          check: answer,
          checking: false,
          error: null,
          task: keep ? task : answer.task,
          taskChosen: keep,
          problem: answer.error
            ? tableShape(preview, roles, missing)
            : {
                p: answer.p,
                levels: answer.levels,
                ...(answer.tags && { tags: answer.tags }),
                ...(answer.classes && { several: answer.classes.length }),
                ...(answer.counts && { counts: answer.counts }),
                ...(answer.events && { events: answer.events }),
              },
        });
      } catch (reason) {
        if (question === asked) set({ checking: false, error: toLabError(reason) });
      }
    };

    const change = (patch: Partial<TableChoice>) => {
      const state = get();
      if (state.phase !== 'roles' || !state.preview) return;
      const { roles, missing } = { ...state, ...patch };
      set({ ...patch, problem: tableShape(state.preview, roles, missing), checking: true, error: null });
      asked++;
      clearTimeout(timer);
      timer = setTimeout(check, CHECK_DELAY);
    };

    const stopAsking = () => {
      asked++;
      clearTimeout(timer);
    };

    /** @param given steps that the person has given already */
    const read = async (file: File, given: Step[]) => {
      const state = get();
      if (state.phase === 'reading') client.cancelTable();
      else if (state.phase !== 'refused') before = { phase: state.phase, choice: choiceOf(state) };
      stopAsking();
      const generation = ++reading;
      // The table before stays known while the file is read, for the counts of the experiment that still uses
      // it.
      set({
        phase: 'reading',
        fileName: shortened(file.name, 100),
        bytes: file.size,
        progress: null,
        beginning: null,
        error: null,
        checking: false,
        rereading: false,
      });
      try {
        const onProgress = (progress: TableProgress) => {
          if (generation === reading) get().receiveProgress(progress);
        };
        const { dataset } = spec.current();
        const expected = isOwnTable(dataset) && dataset.name === file.name.slice(0, 200) ? dataset.fingerprint : undefined;
        const options = given.length > 0 || expected ? { ...(given.length > 0 && { given }), ...(expected && { expected }) } : undefined;
        const preview = await asShared(await client.openTable(file, onProgress, options), file);
        if (generation !== reading) return;
        set({ ...begunChoice(get().beginning, firstChoice(preview, spec.current())), phase: 'roles', progress: null, beginning: null });
        await check();
      } catch (reason) {
        if (generation !== reading) return;
        refused = { file, given };
        set({ phase: 'refused', progress: null, beginning: null, error: toLabError(reason) });
      }
    };

    /** A table of the experiment is read by the experiment's own steps, where they lead to the same table. */
    const asShared = async (preview: TablePreview, file: File): Promise<TablePreview> => {
      const { dataset } = spec.current();
      if (!isOwnTable(dataset) || dataset.reading === undefined || dataset.name !== file.name.slice(0, 200)) return preview;
      if (JSON.stringify(dataset.reading) === JSON.stringify(preview.steps.map(({ step }) => step))) return preview;
      try {
        const other = await client.rereadTable(preview.fingerprint, dataset.reading);
        if (other.fingerprint === dataset.fingerprint) return other;
      } catch {
        // Another file of that name: it is read as any other.
      }
      return client
        .rereadTable(
          preview.fingerprint,
          preview.steps.map(({ step }) => step),
        )
        .catch(() => preview);
    };

    return {
      ...NO_TABLE,
      phase: 'none',
      progress: null,
      beginning: null,
      error: null,
      checking: false,
      rereading: false,
      open(file) {
        return read(file, []);
      },
      async answerRefusal(answer) {
        if (get().phase === 'refused' && refused) await read(refused.file, [...refused.given, ...answer.steps]);
      },
      async reread(steps) {
        const { phase, preview } = get();
        if (phase !== 'roles' || !preview) return;
        stopAsking();
        const generation = ++reading;
        set({ rereading: true, error: null });
        try {
          const next = await client.rereadTable(preview.fingerprint, steps);
          if (generation !== reading) return;
          set({ ...carriedChoice(choiceOf(get()), next), rereading: false });
          await check();
        } catch (reason) {
          if (generation === reading) set({ rereading: false, error: toLabError(reason) });
        }
      },
      setNestedIn(column, outer) {
        const { takes, roles, preview } = get();
        if (!preview) return;
        const next = preview.columns.map((_, index) => takes[index] ?? {});
        const { nestedIn: _nestedIn, ...rest } = next[column];
        next[column] = outer === null ? rest : { ...rest, nestedIn: outer };
        change({ takes: next, roles: outer === null ? roles : withRole(preview, roles, [column], 'categorical') });
      },
      setTake(column, take) {
        const { takes, preview } = get();
        if (preview) change({ takes: preview.columns.map((_, index) => (index === column ? { ...takes[index], ...take } : (takes[index] ?? {}))) });
      },
      setBlock(columns, block, role) {
        const { takes, roles, preview } = get();
        if (!preview) return;
        const inside = new Set(columns.filter((index) => roles[index] !== 'target'));
        change({
          takes: preview.columns.map((_, index) => (inside.has(index) ? (role === null ? {} : { block }) : (takes[index] ?? {}))),
          roles: roles.map((old, index) => (inside.has(index) ? (role ?? withoutTarget(preview.columns[index])) : old)),
        });
      },
      // As the scaling: it changes no row.
      setUnseenTags(unseenTags) {
        set({ unseenTags });
      },
      cancel() {
        const { phase } = get();
        stopAsking();
        if (phase === 'reading') {
          reading++;
          client.cancelTable();
          goBack();
        } else if (phase === 'roles') {
          reading++;
          set({ ...(inUse() ?? NO_TABLE), phase: 'none', error: null, checking: false, rereading: false });
        }
      },
      setRole(column, role) {
        get().setRoles([column], role);
      },
      setBeginningRole(column, role) {
        const { beginning } = get();
        if (beginning) set({ beginning: { ...beginning, roles: withRole(beginning.preview, beginning.roles, [column], role) } });
      },
      setRoles(columns, role) {
        const { preview, roles } = get();
        if (!preview) return;
        const next = withRole(preview, roles, columns, role);
        const sameTarget = next.indexOf('target') === roles.indexOf('target');
        // A column that gets a role of its own leaves its block.
        const own = get().takes.map((take, index) => (take.block !== undefined && columns.includes(index) ? {} : take));
        const patch = { roles: next, takes: own };
        change(sameTarget ? patch : { ...patch, taskChosen: false, classOrder: null, positive: positiveValue(preview, next) });
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
      setSample(sample) {
        change({ sample });
      },
      setTask(task) {
        if (!get().check?.refusals[task]) set({ task, taskChosen: true });
      },
      setPositive(positive) {
        set({ positive });
      },
      // It changes no row either.
      setClassOrder(classOrder) {
        set({ classOrder });
      },
      plannedTraining() {
        const state = get();
        const { phase, preview, check: answer } = state;
        if (phase !== 'roles' || !preview || !answer) return null;
        return adaptSpec(spec.current(), datasetOf(state, preview, spec.current()), answer).training;
      },
      async use() {
        if (get().phase !== 'roles') return false;
        if (get().checking || !get().check) await check();
        const state = get();
        const { preview, check: answer } = state;
        if (!preview || !answer || state.checking || state.error || answer.error) return false;
        const dataset = datasetOf(state, preview, spec.current());
        const reason = spec.change((current) => adaptSpec(current, dataset, answer));
        if (reason !== null) {
          set({
            error: { code: 'table-not-usable', message: `This table cannot be used: ${reason}.`, hint: 'Change the roles, or choose another file.' },
          });
          return false;
        }
        used.set(keyOf(spec.current().dataset), choiceOf(state));
        set({ phase: 'none' });
        return true;
      },
      handOver() {
        used.set(keyOf(spec.current().dataset), choiceOf(get()));
        stopAsking();
        set({ phase: 'none', error: null, checking: false });
      },
      dismiss() {
        if (get().phase === 'refused') goBack();
      },
      reopen() {
        const choice = inUse();
        if (!choice) return false;
        set({ ...choice, phase: 'roles', progress: null, error: null, checking: false });
        // The worker may hold the table as it was read for a choice that was given up.
        if (choice.preview) void get().reread(choice.preview.steps.map(({ step }) => step));
        return true;
      },
      adopt(preview, dataset) {
        used.set(keyOf(dataset), firstChoice(preview, { ...spec.current(), dataset }));
        get().follow();
      },
      follow() {
        const choice = inUse();
        if (get().phase === 'none' && choice) set(choice);
      },
      receiveProgress(progress) {
        if (get().phase !== 'reading') return;
        const { beginning: preview, ...read } = progress;
        set({ progress: read, ...(preview && { beginning: { preview, roles: preview.columns.map(({ role }) => role) } }) });
      },
    };
  });
}

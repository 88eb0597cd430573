import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ColumnChoice, ColumnRole, MissingPolicy, Step } from '../../../workers/data/schema';
import type { LabError, RoleCheck, TablePreview } from '../../../workers/protocol';
import { PUBLISHED_DIVISION } from '../../../workers/spec/division';
import { DEFAULT_PRESET, PRESETS } from '../../../workers/spec/presets';
import { useSpec } from '../spec';
import { positiveValue } from './roles';
import { begunChoice, firstChoice } from './table-choice';
import { CHECK_DELAY, createTableStore } from './table-state';
import { column, ratings } from './test-tables';

/** A call of the worker that the test answers when it likes. */
interface Pending<Asked, Answer> {
  asked: Asked;
  resolve(answer: Answer): void;
  reject(error: LabError): void;
}

const ANSWER: RoleCheck = {
  warnings: [],
  notices: [],
  error: null,
  refusals: {
    regression: null,
    binary: { code: 'target-classes', message: 'The target "y" has 5 classes.', hint: 'Choose regression.' },
    classes: null,
    ordinal: null,
  },
  task: 'regression',
  rows: { train: 52_864, validation: 5_873, test: 14_684, dropped: 0 },
  p: 3,
  levels: [2972, 1128, 14],
};

type Question = { fingerprint: string; columns: ColumnChoice[]; missing: MissingPolicy; testFraction: number };

function setUp() {
  const opened: Pending<File, TablePreview>[] = [];
  const checked: Pending<Question, RoleCheck>[] = [];
  const reread: Pending<Step[], TablePreview>[] = [];
  const cancelTable = vi.fn();
  const store = createTableStore(
    {
      openTable: (asked, onProgress) => {
        onProgress({ bytesRead: 1, bytesTotal: 2, rows: 3 });
        return new Promise((resolve, reject) => opened.push({ asked, resolve, reject }));
      },
      rereadTable: (_fingerprint, asked) => new Promise((resolve, reject) => reread.push({ asked, resolve, reject })),
      cancelTable,
      checkRoles: (fingerprint, columns, missing, testFraction) =>
        new Promise((resolve, reject) => checked.push({ asked: { fingerprint, columns, missing, testFraction }, resolve, reject })),
    },
    { current: () => useSpec.getState().spec, change: (edit) => useSpec.getState().change(edit) },
  );
  /** Opens a file and answers everything. */
  const openWith = async (preview: TablePreview, answer = ANSWER) => {
    const done = store.getState().open(new File(['x'], preview.name));
    opened.at(-1)?.resolve(preview);
    await vi.advanceTimersByTimeAsync(0);
    checked.at(-1)?.resolve(answer);
    await done;
  };
  return { store, opened, checked, reread, cancelTable, openWith };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  useSpec.setState({ spec: DEFAULT_PRESET, past: [], future: [] });
});
afterEach(() => vi.useRealTimers());

describe('reading a file', () => {
  it('shows progress, then the guessed roles and what the worker says of them', async () => {
    const { store, opened, checked } = setUp();
    const done = store.getState().open(new File(['x,y'], 'ratings.csv'));
    expect(store.getState()).toMatchObject({ phase: 'reading', fileName: 'ratings.csv', bytes: 3, progress: { rows: 3 } });
    opened[0].resolve(ratings());
    await settle();
    expect(store.getState()).toMatchObject({
      phase: 'roles',
      progress: null,
      checking: true,
      check: null,
      problem: { p: 3, levels: [2972, 1128, 14] },
    });
    expect(checked[0].asked.columns.map(({ role }) => role)).toEqual([
      'ignore',
      'categorical',
      'categorical',
      'categorical',
      'numeric',
      'numeric',
      'numeric',
      'target',
    ]);
    checked[0].resolve(ANSWER);
    await done;
    expect(store.getState()).toMatchObject({ check: ANSWER, checking: false, task: 'regression' });
  });

  it('keeps the roles that were chosen by the first rows while the rest was read; other columns have their guess', async () => {
    const { store, opened } = setUp();
    void store.getState().open(new File(['x,y'], 'ratings.csv'));
    const guessed = ratings().columns.map(({ role }) => role);
    // The first rows said something else of one column.
    const early = {
      ...ratings(),
      rows: 900,
      columns: ratings().columns.map((one, index) => (index === 5 ? { ...one, role: 'ignore' as const } : one)),
    };
    store.getState().receiveProgress({ bytesRead: 0, bytesTotal: 3, rows: 900, beginning: early });
    store.getState().setBeginningRole(0, 'key');
    store.getState().setBeginningRole(6, 'target');
    expect(store.getState()).toMatchObject({ phase: 'reading', preview: null, beginning: { preview: { rows: 900 } }, progress: { rows: 900 } });
    store.getState().receiveProgress({ bytesRead: 1, bytesTotal: 3, rows: 1000 });
    expect(store.getState().beginning?.roles[6]).toBe('target');
    opened[0].resolve(ratings());
    await settle();
    const { phase, beginning, roles } = store.getState();
    expect([phase, beginning]).toEqual(['roles', null]);
    expect(roles).toEqual(['key', ...guessed.slice(1, 6), 'target', 'numeric']);
  });

  it('keeps the class and the task of the experiment where its target was not changed while it was read', () => {
    const preview = ratings();
    const roles = preview.columns.map(({ role }) => role);
    const target = roles.indexOf('target');
    const first = { ...firstChoice(preview, DEFAULT_PRESET), positive: 'of the experiment', taskChosen: true };
    const without = roles.map((role, index) => (index === 0 ? ('ignore' as const) : role));
    expect(begunChoice({ preview, roles: without }, first)).toMatchObject({ roles: without, positive: 'of the experiment', taskChosen: true });
    const other = roles.map((role, index): ColumnRole => (index === target ? 'ignore' : index === 6 ? 'target' : role));
    expect(begunChoice({ preview, roles: other }, first)).toMatchObject({ taskChosen: false, positive: positiveValue(preview, other) });
    // A column that has a role of its own leaves its block, and counts in that role.
    const together = { ...first, takes: first.takes.map(() => ({ block: 'on_' })) };
    const { takes, problem } = begunChoice({ preview, roles: roles.with(0, 'numeric') }, together);
    expect(takes).toEqual([{}, ...together.takes.slice(1)]);
    expect(problem?.p).toBe((first.problem?.p ?? 0) + 1);
  });

  it('leaves the experiment alone until the table is used', async () => {
    const { openWith } = setUp();
    await openWith(ratings());
    expect(useSpec.getState().spec).toBe(DEFAULT_PRESET);
    expect(useSpec.getState().past).toHaveLength(0);
  });

  it('refuses a bad file with the words of the worker; dismissing brings back nothing, or the table before', async () => {
    const error = { code: 'csv-ragged-row', message: 'Line 12 of bad.csv has 6 cells, the header has 8.', hint: 'Repair it.' };
    const { store, opened, openWith } = setUp();
    const first = store.getState().open(new File(['x'], 'bad.csv'));
    store.getState().receiveProgress({ bytesRead: 0, bytesTotal: 1, rows: 10, beginning: ratings() });
    opened[0].reject(error);
    await first;
    expect(store.getState()).toMatchObject({ phase: 'refused', fileName: 'bad.csv', error, beginning: null });
    store.getState().dismiss();
    expect(store.getState()).toMatchObject({ phase: 'none', fileName: '', error: null });

    await openWith(ratings());
    const second = store.getState().open(new File(['x'], 'bad.csv'));
    opened[2].reject(error);
    await second;
    store.getState().dismiss();
    expect(store.getState()).toMatchObject({ phase: 'roles', fileName: 'ratings.csv', check: ANSWER });
  });

  it('cancels: the worker is told, what it still sends is dropped', async () => {
    const { store, opened, cancelTable } = setUp();
    const done = store.getState().open(new File(['x'], 'ratings.csv'));
    store.getState().cancel();
    expect(cancelTable).toHaveBeenCalledOnce();
    expect(store.getState()).toMatchObject({ phase: 'none', fileName: '' });
    opened[0].reject({ code: 'cancelled', message: 'Reading was cancelled.', hint: '' });
    await done;
    expect(store.getState()).toMatchObject({ phase: 'none', error: null });
  });

  it('reads the newest file when a second one comes while the first is read', async () => {
    const { store, opened, checked, cancelTable } = setUp();
    store.getState().open(new File(['x'], 'first.csv'));
    store.getState().open(new File(['x'], 'second.csv'));
    expect(cancelTable).toHaveBeenCalledOnce();
    opened[1].resolve({ ...ratings(), name: 'second.csv' });
    await settle();
    opened[0].resolve({ ...ratings(), name: 'first.csv' });
    await settle();
    expect(store.getState()).toMatchObject({ phase: 'roles', fileName: 'second.csv' });
    expect(checked).toHaveLength(1);
  });

  it('takes up the roles of the experiment when the file is the one it was made for', async () => {
    const { store, openWith } = setUp();
    useSpec.getState().change((spec) => ({
      ...spec,
      dataset: {
        kind: 'table',
        name: 'ratings.csv',
        fingerprint: ratings().fingerprint,
        task: 'regression',
        columns: ratings().columns.map(({ name, role }) => ({ name, role: name === 'dept' ? 'ignore' : role })),
        missing: { numeric: 'drop-rows', categorical: 'own-level' },
        scaling: 'as-is',
        testFraction: 0.3,
        ...PUBLISHED_DIVISION,
      },
    }));
    await openWith(ratings());
    expect(store.getState()).toMatchObject({ testFraction: 0.3, scaling: 'as-is', missing: { numeric: 'drop-rows' }, problem: { p: 3 } });
    expect(store.getState().roles[3]).toBe('ignore');
  });
});

describe('choosing roles', () => {
  it('asks once for several quick changes, and counts parameters at once', async () => {
    const { store, checked, openWith } = setUp();
    await openWith(ratings());
    store.getState().setRole(4, 'categorical');
    store.getState().setRole(5, 'ignore');
    expect(store.getState()).toMatchObject({ checking: true, problem: { p: 1, levels: [2972, 1128, 14, 4] } });
    await vi.advanceTimersByTimeAsync(CHECK_DELAY - 1);
    expect(checked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(checked).toHaveLength(2);
    expect(checked[1].asked.columns.slice(4, 6).map(({ role }) => role)).toEqual(['categorical', 'ignore']);
  });

  it('keeps the newest answer when an older one comes later', async () => {
    const { store, checked, openWith } = setUp();
    await openWith(ratings());
    store.getState().setTestFraction(0.3);
    await vi.advanceTimersByTimeAsync(CHECK_DELAY);
    store.getState().setTestFraction(0.4);
    await vi.advanceTimersByTimeAsync(CHECK_DELAY);
    checked[2].resolve({ ...ANSWER, p: 4 });
    await settle();
    checked[1].resolve({ ...ANSWER, p: 3 });
    await settle();
    expect(store.getState()).toMatchObject({ checking: false, check: { p: 4 } });
  });

  it('has one target: the old one goes back to its guess, or to what its values allow', async () => {
    const { store, openWith } = setUp();
    await openWith(ratings());
    store.getState().setRole(5, 'target');
    expect(store.getState().roles.slice(4)).toEqual(['numeric', 'target', 'numeric', 'numeric']);
    store.getState().setRole(7, 'target');
    expect(store.getState().roles.slice(4)).toEqual(['numeric', 'numeric', 'numeric', 'target']);
  });

  it('keeps the task that was chosen until the target changes or rules it out', async () => {
    const { store, checked, openWith } = setUp();
    const both: RoleCheck = { ...ANSWER, task: 'binary', refusals: { ...ANSWER.refusals, binary: null } };
    await openWith(ratings(), both);
    expect(store.getState().task).toBe('binary');
    store.getState().setTask('regression');
    store.getState().setRole(0, 'numeric');
    await vi.advanceTimersByTimeAsync(CHECK_DELAY);
    checked.at(-1)?.resolve(both);
    await settle();
    expect(store.getState().task).toBe('regression');
    store.getState().setRole(6, 'target');
    await vi.advanceTimersByTimeAsync(CHECK_DELAY);
    checked.at(-1)?.resolve(both);
    await settle();
    expect(store.getState()).toMatchObject({ task: 'binary', positive: '1' });
  });

  it('does not choose a task that the target rules out', async () => {
    const { store, openWith } = setUp();
    await openWith(ratings());
    store.getState().setTask('binary');
    expect(store.getState().task).toBe('regression');
  });
});

describe('using the table', () => {
  it('is one step of the undo history, and undo brings the dataset before back', async () => {
    const { store, openWith } = setUp();
    expect(store.getState().plannedTraining()).toBeNull();
    await openWith(ratings());
    // What the form shows before the table is used is what it then sets.
    const planned = store.getState().plannedTraining();
    expect(planned).toMatchObject({ protocol: 'recommended', batchSize: 'auto' });
    expect(await store.getState().use()).toBe(true);
    expect(useSpec.getState().spec.training).toEqual(planned);
    expect(store.getState().phase).toBe('none');
    const { spec } = useSpec.getState();
    expect(spec.dataset).toMatchObject({ kind: 'table', name: 'ratings.csv', task: 'regression', testFraction: 0.2 });
    expect(spec.dataset).not.toHaveProperty('positive');
    expect(spec.methods[0].id).toBe('mean');
    useSpec.getState().undo();
    expect(useSpec.getState().spec).toEqual(DEFAULT_PRESET);
  });

  it('says which value of a binary target counts as 1, and in which units numbers are', async () => {
    const { store, openWith } = setUp();
    const preview = ratings();
    preview.columns[7] = column('won', { role: 'target', kind: 'two values', levels: 2, values: ['Yes', 'No'] });
    await openWith(preview, { ...ANSWER, task: 'binary', refusals: { ...ANSWER.refusals, regression: ANSWER.refusals.binary, binary: null } });
    expect(store.getState().positive).toBe('Yes');
    store.getState().setPositive('No');
    store.getState().setScaling('as-is');
    await store.getState().use();
    expect(useSpec.getState().spec.dataset).toMatchObject({ task: 'binary', positive: 'No', scaling: 'as-is' });
  });

  it('refuses roles that cannot be used and changes nothing', async () => {
    const { store, openWith } = setUp();
    await openWith(ratings(), { ...ANSWER, error: { code: 'no-target', message: 'No column is the target.', hint: 'Choose one.' } });
    expect(await store.getState().use()).toBe(false);
    expect(store.getState().phase).toBe('roles');
    expect(useSpec.getState().spec).toBe(DEFAULT_PRESET);
  });

  it('waits for the answer to the newest roles', async () => {
    const { store, checked, openWith } = setUp();
    await openWith(ratings());
    store.getState().setRole(7, 'ignore');
    const used = store.getState().use();
    await settle();
    checked.at(-1)?.resolve({ ...ANSWER, error: { code: 'no-target', message: 'No column is the target.', hint: 'Choose one.' } });
    expect(await used).toBe(false);
  });

  it('says so when the roles could not be checked', async () => {
    const { store, checked, openWith } = setUp();
    await openWith(ratings());
    store.getState().setRole(7, 'ignore');
    await vi.advanceTimersByTimeAsync(CHECK_DELAY);
    checked.at(-1)?.reject({ code: 'engine-crashed', message: 'The engine crashed.', hint: 'Restart the engine.' });
    await settle();
    expect(store.getState()).toMatchObject({ phase: 'roles', checking: false, error: { code: 'engine-crashed' } });
    store.getState().setRole(7, 'target');
    expect(store.getState().error).toBeNull();
  });

  it('follows undo and redo between two tables', async () => {
    const { store, openWith } = setUp();
    await openWith(ratings());
    await store.getState().use();
    await openWith({ ...ratings(), name: 'second.csv', fingerprint: 'fedcba9876543210' });
    await store.getState().use();
    useSpec.getState().undo();
    store.getState().follow();
    expect(store.getState()).toMatchObject({ phase: 'none', fileName: 'ratings.csv', preview: { fingerprint: '0123456789abcdef' } });
    useSpec.getState().redo();
    store.getState().follow();
    expect(store.getState().fileName).toBe('second.csv');
  });

  it('stays known while another file is read and refused', async () => {
    const { store, opened, openWith } = setUp();
    await openWith(ratings());
    await store.getState().use();
    const done = store.getState().open(new File(['x'], 'bad.csv'));
    expect(store.getState()).toMatchObject({ phase: 'reading', fileName: 'bad.csv', preview: { name: 'ratings.csv' }, check: ANSWER });
    opened.at(-1)?.reject({ code: 'csv-empty', message: 'bad.csv is empty.', hint: '' });
    await done;
    expect(store.getState()).toMatchObject({ phase: 'refused', fileName: 'bad.csv', problem: { p: 3 } });
    store.getState().dismiss();
    expect(store.getState()).toMatchObject({ phase: 'none', fileName: 'ratings.csv' });
  });

  it('can be reopened with its roles while it is the dataset; cancel then keeps them', async () => {
    const { store, openWith } = setUp();
    await openWith(ratings());
    expect(store.getState().reopen()).toBe(false);
    await store.getState().use();
    expect(store.getState().reopen()).toBe(true);
    store.getState().setRole(1, 'ignore');
    store.getState().cancel();
    expect(store.getState()).toMatchObject({ phase: 'none', fileName: 'ratings.csv' });
    expect(store.getState().roles[1]).toBe('categorical');
    useSpec.setState({ spec: PRESETS.get('orange-trees') });
    expect(store.getState().reopen()).toBe(false);
  });
});

describe('a table whose rows are divided in another way', () => {
  /** As the form under Test and validation does. */
  const divide = () =>
    useSpec.getState().change((spec) => ({
      ...spec,
      dataset: { ...spec.dataset, split: 'by-group', splitColumn: 'id', validation: 'by-level', splitFeature: 2 } as typeof spec.dataset,
    }));

  it('is still the table in use: its roles open again, and another file that is given up leaves it', async () => {
    const { store, checked, reread, openWith } = setUp();
    await openWith(ratings());
    await store.getState().use();
    divide();
    store.getState().follow();
    expect(store.getState().reopen()).toBe(true);
    reread.at(-1)?.resolve(ratings());
    await settle();
    checked.at(-1)?.resolve(ANSWER);
    await settle();
    store.getState().cancel();
    expect(store.getState()).toMatchObject({ phase: 'none', fileName: 'ratings.csv' });
    await openWith({ ...ratings(), name: 'second.csv', fingerprint: 'fedcba9876543210' });
    store.getState().cancel();
    expect(store.getState()).toMatchObject({ phase: 'none', fileName: 'ratings.csv', preview: { fingerprint: '0123456789abcdef' }, check: ANSWER });
    // Used again, it keeps the division.
    store.getState().reopen();
    reread.at(-1)?.resolve(ratings());
    await settle();
    checked.at(-1)?.resolve(ANSWER);
    await settle();
    await store.getState().use();
    expect(useSpec.getState().spec.dataset).toMatchObject({ split: 'by-group', splitColumn: 'id' });
  });

  it('stays divided so when it is used for another task, which has its own say on shares of classes alone', async () => {
    const { store, openWith } = setUp();
    await openWith(ratings(), { ...ANSWER, refusals: { ...ANSWER.refusals, ordinal: null } });
    await store.getState().use();
    divide();
    expect(useSpec.getState().spec.dataset).toMatchObject({ stratify: false });
    await openWith(ratings(), { ...ANSWER, refusals: { ...ANSWER.refusals, ordinal: null } });
    store.getState().setTask('ordinal');
    await store.getState().use();
    expect(useSpec.getState().spec.dataset).toMatchObject({ task: 'ordinal', split: 'by-group', splitColumn: 'id', stratify: true });
  });

  it('stays divided so when a column is read in another way, and once more after that', async () => {
    const { store, checked, reread, openWith } = setUp();
    await openWith(ratings());
    await store.getState().use();
    divide();
    for (const fingerprint of ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb']) {
      store.getState().reopen();
      reread.at(-1)?.resolve(store.getState().preview as TablePreview);
      await settle();
      checked.at(-1)?.resolve(ANSWER);
      await settle();
      void store.getState().reread([]);
      reread.at(-1)?.resolve({ ...ratings(), fingerprint });
      await settle();
      checked.at(-1)?.resolve(ANSWER);
      await settle();
      await store.getState().use();
      expect(useSpec.getState().spec.dataset).toMatchObject({ fingerprint, split: 'by-group', splitColumn: 'id' });
    }
  });

  it('comes back with an undo from another table', async () => {
    const { store, openWith } = setUp();
    await openWith(ratings());
    await store.getState().use();
    divide();
    await openWith({ ...ratings(), name: 'second.csv', fingerprint: 'fedcba9876543210' });
    await store.getState().use();
    useSpec.getState().undo();
    store.getState().follow();
    expect(store.getState()).toMatchObject({ phase: 'none', fileName: 'ratings.csv' });
  });
});

describe('reading in another way', () => {
  const merge: Step = { kind: 'merge-levels', column: 'dept', from: ['a'], into: 'A' };

  it('keeps what the person chose, guesses other columns anew, and asks the worker', async () => {
    const { store, openWith, reread, checked } = setUp();
    await openWith(ratings());
    store.getState().setRole(4, 'categorical');
    store.getState().setNestedIn(3, 's');
    const done = store.getState().reread([merge]);
    expect(store.getState()).toMatchObject({ rereading: true, phase: 'roles' });
    expect(reread[0].asked).toEqual([merge]);
    const next = ratings();
    next.steps = [{ step: merge, words: 'In dept, “a” counts as “A”.', columns: ['dept'] }];
    next.columns[5].role = 'categorical';
    next.columns.push(column('when (month)', { role: 'numeric' }));
    reread[0].resolve(next);
    await settle();
    checked.at(-1)?.resolve(ANSWER);
    await done;
    const { roles, takes, preview, rereading } = store.getState();
    expect(rereading).toBe(false);
    expect(roles).toEqual(['ignore', 'categorical', 'categorical', 'categorical', 'categorical', 'categorical', 'numeric', 'target', 'numeric']);
    expect(takes[3]).toEqual({ nestedIn: 's' });
    expect(preview?.steps.map(({ step }) => step)).toEqual([merge]);
    expect(checked.at(-1)?.asked.columns[3]).toEqual({ name: 'dept', role: 'categorical', nestedIn: 's' });
  });

  it('a refusal leaves the table as it was and is told', async () => {
    const { store, openWith, reread } = setUp();
    await openWith(ratings());
    const done = store.getState().reread([]);
    reread[0].reject({ code: 'csv-not-text', message: 'The file is no text.', hint: 'Keep the step.' });
    await done;
    expect(store.getState()).toMatchObject({ phase: 'roles', rereading: false, error: { code: 'csv-not-text' } });
    expect(store.getState().preview?.columns).toHaveLength(8);
  });

  it('the experiment holds the steps and the nested column', async () => {
    const { store, openWith, checked } = setUp();
    const preview = ratings();
    preview.steps = [{ step: merge, words: '', columns: ['dept'] }];
    await openWith(preview);
    store.getState().setNestedIn(3, 's');
    await vi.advanceTimersByTimeAsync(CHECK_DELAY);
    checked.at(-1)?.resolve(ANSWER);
    await settle();
    expect(await store.getState().use()).toBe(true);
    const { spec, past } = useSpec.getState();
    expect(spec.dataset).toMatchObject({ reading: [merge] });
    expect(spec.dataset.kind === 'table' && spec.dataset.columns[3]).toEqual({ name: 'dept', role: 'categorical', nestedIn: 's' });
    expect(past).toHaveLength(1);
  });

  it('the target stays, unless it was an unsure guess and there is a better one', async () => {
    const unsure = ratings();
    Object.assign(unsure.columns[7], { unsure: true });
    const better = ratings();
    Object.assign(better.columns[7], { role: 'numeric' });
    Object.assign(better.columns[4], { role: 'target' });
    const { store, openWith, reread, checked } = setUp();
    for (const [first, target] of [
      [ratings(), 7],
      [unsure, 4],
    ] as const) {
      await openWith(first);
      const done = store.getState().reread([]);
      reread.at(-1)?.resolve(better);
      await settle();
      checked.at(-1)?.resolve(ANSWER);
      await done;
      expect(store.getState().roles.indexOf('target')).toBe(target);
      expect(store.getState().roles.filter((role) => role === 'target')).toHaveLength(1);
    }
  });

  it('a refused file with a question is read again with the answer', async () => {
    const { store, opened, checked } = setUp();
    const step: Step = { kind: 'header', lines: 0 };
    const file = new File(['1,2'], 'plain.csv');
    const question = {
      id: 'header',
      column: null,
      text: 'Is the first line data?',
      answers: [{ label: 'It is data', steps: [step], taken: false }],
      pressing: true,
    };
    void store.getState().open(file);
    opened[0].reject({ code: 'csv-no-header', message: 'plain.csv has no header.', hint: 'Add one.', question });
    await settle();
    expect(store.getState()).toMatchObject({ phase: 'refused', error: { question: { id: 'header' } } });
    void store.getState().answerRefusal(question.answers[0]);
    expect(opened[1].asked).toBe(file);
    opened[1].resolve(ratings());
    await settle();
    checked.at(-1)?.resolve(ANSWER);
    await settle();
    expect(store.getState().phase).toBe('roles');
  });

  it('a column that says which rows test divides them', async () => {
    const preview = ratings();
    preview.columns[4] = column('set', { role: 'fold', kind: 'two values', values: ['train', 'test'] });
    preview.head = [
      ['1', '1', '1', '1', 'train', null, '0', '5'],
      ['2', '1', '1', '1', 'test', null, '0', '4'],
    ];
    const { store, openWith } = setUp();
    await openWith(preview);
    expect(await store.getState().use()).toBe(true);
    expect(useSpec.getState().spec.dataset).toMatchObject({ split: 'by-column', splitColumn: 'set', testValue: null });
  });

  it('a column of numbers that says which rows test does so by its greatest, wherever it stands in the file', async () => {
    const preview = ratings();
    // Sorted: the first rows are all of one part.
    preview.columns[4] = column('split', { role: 'fold', kind: 'two values', fewValues: ['0', '1'] });
    preview.head = preview.head.map((row) => row.map((cell, at) => (at === 4 ? '0' : cell)));
    const { store, openWith } = setUp();
    await openWith(preview);
    expect(await store.getState().use()).toBe(true);
    expect(useSpec.getState().spec.dataset).toMatchObject({ split: 'by-column', splitColumn: 'split', testValue: '1' });
  });

  it('a table of a shared link is read by the link’s own steps, another file of its name is not', async () => {
    const { store, opened, checked, reread, openWith } = setUp();
    const shared = ratings();
    shared.steps = [{ step: merge, words: '', columns: ['dept'] }];
    await openWith(shared);
    expect(await store.getState().use()).toBe(true);
    // The same file, opened on another day.
    const again = store.getState().open(new File(['x'], 'ratings.csv'));
    opened.at(-1)?.resolve(ratings());
    await settle();
    expect(reread.at(-1)?.asked).toEqual([merge]);
    reread.at(-1)?.resolve(shared);
    await settle();
    checked.at(-1)?.resolve(ANSWER);
    await again;
    expect(store.getState().preview?.steps.map(({ step }) => step)).toEqual([merge]);
    // A file of that name in which the steps lead to another table, or nowhere.
    const other = store.getState().open(new File(['x'], 'ratings.csv'));
    opened.at(-1)?.resolve({ ...ratings(), fingerprint: 'fedcba9876543210' });
    await settle();
    reread.at(-1)?.reject({ code: 'no-column', message: 'No column.', hint: 'None.' });
    await settle();
    expect(reread.at(-1)?.asked).toEqual([]);
    reread.at(-1)?.resolve({ ...ratings(), fingerprint: 'fedcba9876543210' });
    await settle();
    checked.at(-1)?.resolve(ANSWER);
    await other;
    expect(store.getState().preview).toMatchObject({ fingerprint: 'fedcba9876543210', steps: [] });
  });
});

describe('columns of tags', () => {
  const films = (): TablePreview => ({
    ...ratings(),
    columns: [
      column('genres', { role: 'tags', kind: 'text', levels: 40, tagSeparator: '|' }),
      ...['on_a', 'on_b', 'on_c'].map((name) => column(name, { role: 'numeric', levels: 2, kind: 'two values' })),
      column('y', { role: 'target' }),
    ],
    head: [['a|b', '1', '0', '0', '5']],
    blocks: [{ block: 'on_', columns: ['on_a', 'on_b', 'on_c'], oneEach: false, mean: 1.2, most: 2, missing: 0 }],
  });

  it('keep the separator that was found, or one that is chosen, with the hierarchy', async () => {
    const { store, checked, openWith } = setUp();
    await openWith(films());
    expect(checked[0].asked.columns[0]).toEqual({ name: 'genres', role: 'tags', tagSeparator: '|' });
    store.getState().setTake(0, { tagSeparator: ';' });
    store.getState().setTake(0, { hierarchy: 'none' });
    await vi.advanceTimersByTimeAsync(CHECK_DELAY);
    expect(checked[1].asked.columns[0]).toEqual({ name: 'genres', role: 'tags', tagSeparator: ';', hierarchy: 'none' });
    // In another role it says nothing, and it is still there afterwards.
    store.getState().setRole(0, 'categorical');
    await vi.advanceTimersByTimeAsync(CHECK_DELAY);
    expect(checked[2].asked.columns[0]).toEqual({ name: 'genres', role: 'categorical' });
    store.getState().setRole(0, 'tags');
    await vi.advanceTimersByTimeAsync(CHECK_DELAY);
    expect(checked[3].asked.columns[0].tagSeparator).toBe(';');
  });

  it('are made of a block and taken apart again', async () => {
    const { store, checked, openWith } = setUp();
    await openWith(films());
    store.getState().setBlock([1, 2, 3], 'on_', 'tags');
    await vi.advanceTimersByTimeAsync(CHECK_DELAY);
    expect(checked[1].asked.columns.slice(1, 4)).toEqual(['on_a', 'on_b', 'on_c'].map((name) => ({ name, role: 'tags', block: 'on_' })));
    // One that gets a role of its own leaves it.
    store.getState().setRole(2, 'categorical');
    await vi.advanceTimersByTimeAsync(CHECK_DELAY);
    expect(checked[2].asked.columns[2]).toEqual({ name: 'on_b', role: 'categorical' });
    store.getState().setBlock([1, 2, 3], 'on_', null);
    await vi.advanceTimersByTimeAsync(CHECK_DELAY);
    expect(checked[3].asked.columns.slice(1, 4)).toEqual(['on_a', 'on_b', 'on_c'].map((name) => ({ name, role: 'numeric' })));
  });

  it('go into the experiment with what becomes of unseen tags, and come back with its undo', async () => {
    const { store, openWith } = setUp();
    const parents = new Int32Array(2).fill(-1);
    const facts = { name: 'genres', separator: '|' as const, tags: 2, places: 4, parents, mean: 1.5, most: 2, first: ['a', 'b'] };
    await openWith(films(), { ...ANSWER, levels: [], tags: [{ ...facts, ancestors: 0, children: 0, empty: 0, cut: 0, missingAsZero: 0 }] });
    expect(store.getState().problem?.tags?.[0].tags).toBe(2);
    store.getState().setUnseenTags('as-published');
    expect(await store.getState().use()).toBe(true);
    expect(useSpec.getState().spec.dataset).toMatchObject({ kind: 'table', unseenTags: 'as-published' });
    useSpec.getState().undo();
    expect(useSpec.getState().spec.dataset).toEqual(DEFAULT_PRESET.dataset);
    useSpec.getState().redo();
    store.getState().follow();
    expect(store.getState()).toMatchObject({ unseenTags: 'as-published', takes: [{ tagSeparator: '|' }, {}, {}, {}, {}] });
  });
});

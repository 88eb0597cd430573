import { useMemo, useRef } from 'react';
import type { TableSample, Task } from '../../../workers/data/schema';
import { TASK_KINDS, TASKS } from '../../../workers/spec/scores';
import { useSpec } from '../../state/spec';
import { divisionOf } from '../../state/table/table-choice';
import { useTable } from '../../state/table/table-store';
import { count } from '../../ui/format';
import { Icon } from '../../ui/icons';
import { Segmented } from '../../ui/segmented';
import { ColumnList, WIDE } from './column-list';
import { NoteList } from './note-list';
import { notesOf } from './notes';
import { PressingQuestions, Problem } from './problem';
import { RoleTable } from './role-table';
import { RowsAreSteps } from './rows-are-steps';
import { Select } from './select';
import { toResults } from './to-results';
import { rowWords } from './words';

/** These are always there; others where the target can be that, or was chosen as that. */
const USUAL: readonly Task[] = ['regression', 'binary'];

const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5];
const percent = (share: number) => `${count(100 * share)}\u00a0%`;

/** Roles of the columns, task and test rows, what to check, and the decision. */
export function RolesStep({ heading }: { heading: React.RefObject<HTMLHeadingElement | null> }) {
  const state = useTable((all) => all);
  const { preview, roles, takes, task, testFraction, check, checking, rereading, error, setTestFraction, cancel, use } = state;
  const spec = useSpec((all) => all.spec);
  const first = useRef<HTMLElement>(null);
  const notes = useMemo(() => (preview ? notesOf(preview, roles, task, check, takes) : []), [preview, roles, takes, task, check]);
  if (!preview) return null;

  const pressing = preview.questions.filter(
    (question) => question.pressing && roles[preview.columns.findIndex(({ name }) => name === question.column)] !== 'ignore',
  );
  const refused = error ?? check?.error ?? null;
  // The question about the column says the same, with its answers.
  const problem = refused?.code === 'numeric-text' && pressing.length > 0 ? null : refused;
  const blocked = refused !== null;
  const warnings = notes.filter(({ group }) => group === 'check').length;
  const division = divisionOf(state, preview, spec);
  // A column that says which rows test leaves no share to choose.
  const marked = division.split === 'by-column';
  const jump = () => {
    first.current?.scrollIntoView({ block: 'center' });
    first.current?.focus({ preventScroll: true });
  };
  const shares = SHARES.includes(testFraction) ? SHARES : [...SHARES, testFraction].sort((a, b) => a - b);

  return (
    <section ref={toResults} className="csv" aria-labelledby="csv-title">
      <div className="csv-head">
        <h2 id="csv-title" ref={heading} tabIndex={-1}>
          What is each column?
        </h2>
        {warnings > 0 && (
          <button type="button" className="btn quiet csv-todo" onClick={jump}>
            <Icon name="warn" small />
            {count(warnings)} to check
          </button>
        )}
        <button type="button" className="btn quiet csv-wide" onClick={cancel}>
          Cancel
        </button>
        <button
          type="button"
          className="btn solid csv-wide csv-use"
          aria-disabled={blocked || rereading}
          aria-describedby={blocked ? 'csv-problem' : undefined}
          title={refused?.message}
          onClick={() => !blocked && !rereading && use()}
        >
          Use this table
        </button>
      </div>
      <div className="csv-bar">
        <b>{preview.name}</b>
        <span className="tab" aria-live="polite" aria-busy={checking || rereading}>
          {rowWords(preview.rows, check, division.split === 'rows' ? null : division.splitColumn)}
        </span>
        <RowsAreSteps />
        <span className="csv-bar-end">
          <TaskChoice />
          <SampleChoice />
          <span className="csv-field" title={marked ? `The column ${division.splitColumn} says which rows test.` : undefined}>
            <label htmlFor="csv-test-rows">Test rows</label>
            <Select
              id="csv-test-rows"
              disabled={marked}
              data={shares.map((value) => ({ value: String(value), label: percent(value) }))}
              value={String(testFraction)}
              onChange={(event) => setTestFraction(Number(event.currentTarget.value))}
            />
          </span>
        </span>
      </div>
      <div className="csv-problem" role="status" id="csv-problem">
        {problem && <Problem {...problem} />}
        <PressingQuestions questions={pressing} />
      </div>
      {preview.columns.length > WIDE ? <ColumnList preview={preview} roles={roles} /> : <RoleTable preview={preview} roles={roles} />}
      <NoteList notes={notes} first={first} />
    </section>
  );
}

/** Tables of fewer rows are used as they are. */
const MANY_ROWS = 20_000;
const ROWS = [1_000_000, 100_000, 10_000];
const LEVELS = [10_000, 1_000];

/** All rows, or a sample of rows or of the levels of a column. */
function SampleChoice() {
  const { preview, roles, sample, setSample } = useTable((state) => state);
  if (!preview || (preview.rows < MANY_ROWS && !sample)) return null;
  const columns = preview.columns.filter((_, index) => roles[index] === 'categorical');
  const offered: TableSample[] = [
    ...ROWS.filter((rows) => rows < preview.rows).map((rows) => ({ rows })),
    ...columns.flatMap(({ name, labels }) => LEVELS.filter((levels) => levels < labels).map((levels) => ({ levels, of: name }))),
  ];
  const texts = offered.map((one) => JSON.stringify(one));
  const chosen = sample ? JSON.stringify(sample) : '';
  const data = sample && !texts.includes(chosen) ? [...offered, sample] : offered;
  return (
    <span className="csv-field">
      <label htmlFor="csv-sample">Use</label>
      <Select
        id="csv-sample"
        data={[{ value: '', label: 'all rows' }, ...data.map((one) => ({ value: JSON.stringify(one), label: sampleLabel(one) }))]}
        value={chosen}
        onChange={({ currentTarget: { value } }) => setSample(value === '' ? null : JSON.parse(value))}
      />
    </span>
  );
}

const sampleLabel = (sample: TableSample): string =>
  'rows' in sample ? `${count(sample.rows)} rows` : `${count(sample.levels)} levels of ${sample.of}`;

/** What is predicted; a task that the target rules out says why, as a tooltip and to screen readers. */
function TaskChoice() {
  const { task, check, setTask } = useTable((state) => state);
  const offered = TASKS.filter((value) => USUAL.includes(value) || value === task || (check && !check.refusals[value]));
  const reasons = offered.flatMap((value) => {
    const { label } = TASK_KINDS[value];
    const refusal = check?.refusals[value];
    return refusal ? [`${label} is not possible: ${refusal.message}`] : [];
  });
  return (
    <span className="csv-field">
      <span id="csv-task">Task</span>
      <Segmented
        aria-labelledby="csv-task"
        aria-describedby="csv-task-why"
        value={task}
        onChange={(value) => setTask(value as Task)}
        data={offered.map((value) => {
          const { label } = TASK_KINDS[value];
          const refusal = check?.refusals[value];
          return { value, disabled: Boolean(refusal), label: refusal ? <span title={refusal.message}>{label}</span> : label };
        })}
      />
      <span id="csv-task-why" className="sr">
        {reasons.join(' ')}
      </span>
    </span>
  );
}

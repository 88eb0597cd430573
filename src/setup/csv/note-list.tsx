import type { ReactNode, RefObject } from 'react';
import type { MissingPolicy, Scaling, UnseenTags } from '../../../workers/data/schema';
import { shortened } from '../../../workers/data/shown-text';
import { aboutMethod } from '../../../workers/spec/methods';
import { useSpec } from '../../state/spec';
import { useTable } from '../../state/table/table-store';
import { count } from '../../ui/format';
import { Icon } from '../../ui/icons';
import { passesFocus } from '../../ui/take-focus';
import { ClassOrder } from './class-order';
import { SeparatorSelect } from './column-tags';
import type { Note, NoteChoice } from './note';
import { QuestionAnswers } from './question';
import { ReadingLines } from './reading-lines';
import { Select } from './select';

/** Letters of a column's name in a note; all of them stand in the table below. */
const MOST_SUBJECT = 80;

const NUMERIC = [
  { value: 'mean', label: 'Use the mean of training rows' },
  { value: 'drop-rows', label: 'Leave those rows out' },
];
const SCALING: { value: Scaling; label: string }[] = [
  { value: 'standardized', label: 'Standardise by the training rows' },
  { value: 'as-is', label: 'Leave as in the file' },
];
const CATEGORICAL = [
  { value: 'own-level', label: 'Treat missing as a level' },
  { value: 'drop-rows', label: 'Leave those rows out' },
];

const TAGS = [
  { value: 'empty-set', label: 'Rows without tags: no tag' },
  { value: 'own-tag', label: 'Treat missing as a tag' },
  { value: 'drop-rows', label: 'Leave those rows out' },
];
const UNSEEN: { value: UnseenTags; label: string }[] = [
  { value: 'drop', label: 'Leave unseen tags out' },
  { value: 'as-published', label: 'Keep them, as published' },
];

/** Notes of a group that are shown at once; the rest is one click away. */
const SHOWN = 5;

/**
 * What to check, what can be chosen, what was done to the file and what is good to know, in this order.
 * `first` is where the head of the step jumps to.
 */
export function NoteList({ notes, first }: { notes: Note[]; first: RefObject<HTMLElement | null> }) {
  const categorical = useTable((state) => state.roles.includes('categorical'));
  const of = (group: Note['group']) => notes.filter((note) => note.group === group);
  const [check, choose, know] = [of('check'), of('choose'), of('know')];
  return (
    <>
      {check.length > 0 && (
        <Group title="To check" first={first}>
          <Notes notes={check} title="To check" tone="warn" />
        </Group>
      )}
      {choose.length > 0 && (
        <Group title="Choices">
          <Notes notes={choose} title="Choices" tone="info" />
        </Group>
      )}
      <ReadingLines />
      {(know.length > 0 || categorical) && (
        <details className="csv-group">
          <summary>
            <h3>Good to know</h3>
            <span className="help">
              {know
                .map(({ subject }) => shortened(subject, MOST_SUBJECT))
                .filter(Boolean)
                .slice(0, 4)
                .join(', ')}
            </span>
          </summary>
          <Notes notes={know} title="Good to know" tone="info">
            {categorical && <UnseenLevels />}
          </Notes>
        </details>
      )}
    </>
  );
}

function Group({ title, first, children }: { title: string; first?: RefObject<HTMLElement | null>; children: ReactNode }) {
  return (
    <section className="csv-group" aria-label={title} ref={first} tabIndex={first ? -1 : undefined}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Notes({ notes, title, tone, children }: { notes: Note[]; title: string; tone: 'warn' | 'info'; children?: ReactNode }) {
  const [shown, more] = notes.length > SHOWN + 1 ? [notes.slice(0, SHOWN), notes.slice(SHOWN)] : [notes, []];
  return (
    <>
      <ul className="csv-notes" aria-label={title}>
        {shown.map((note) => (
          <NoteItem key={note.id} note={note} tone={tone} />
        ))}
        {children}
      </ul>
      {more.length > 0 && (
        <details className="csv-more">
          <summary>{count(more.length)} more</summary>
          <ul className="csv-notes" aria-label={`${title}, more`}>
            {more.map((note) => (
              <NoteItem key={note.id} note={note} tone={tone} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function NoteItem({ note, tone }: { note: Note; tone: 'warn' | 'info' }) {
  return (
    <li className={`${tone}${note.choice?.kind === 'answers' ? ' asks' : ''}`}>
      <Icon name={tone} />
      <p>
        {note.subject && <b>{shortened(note.subject, MOST_SUBJECT)}</b>} {note.text}
      </p>
      {note.choice && <Choice choice={note.choice} subject={note.subject} />}
    </li>
  );
}

function Choice({ choice, subject }: { choice: NoteChoice; subject: string }) {
  const { missing, scaling, unseenTags, positive, rereading } = useTable((state) => state);
  const { setMissing, setScaling, setUnseenTags, setPositive, setRole, setNestedIn, setBlock, reread } = useTable.getState();
  const preview = useTable((state) => state.preview);
  switch (choice.kind) {
    case 'missing-numeric':
      return (
        <Select
          aria-label={`Missing values of ${subject}`}
          data={NUMERIC}
          value={missing.numeric}
          onChange={(event) => setMissing({ numeric: event.currentTarget.value as 'mean' | 'drop-rows' })}
        />
      );
    case 'missing-categorical':
      return (
        <Select
          aria-label={`Missing values of ${subject}`}
          data={CATEGORICAL}
          value={missing.categorical}
          onChange={(event) => setMissing({ categorical: event.currentTarget.value as 'own-level' | 'drop-rows' })}
        />
      );
    case 'missing-tags':
      return (
        <Select
          aria-label={`Rows without tags in ${subject}`}
          data={TAGS}
          value={missing.tags ?? 'empty-set'}
          onChange={(event) => setMissing({ tags: event.currentTarget.value as MissingPolicy['tags'] })}
        />
      );
    case 'unseen-tags':
      return (
        <Select
          aria-label="Tags that no training row has"
          data={UNSEEN}
          value={unseenTags}
          onChange={(event) => setUnseenTags(event.currentTarget.value as UnseenTags)}
        />
      );
    case 'separator':
      return <SeparatorSelect index={choice.column} name={preview?.columns[choice.column]?.name ?? ''} />;
    case 'block':
      return <Fix label={choice.label} act={() => setBlock(choice.columns, choice.block, choice.role)} />;
    case 'scaling':
      return <Select aria-label="Scaling" data={SCALING} value={scaling} onChange={(event) => setScaling(event.currentTarget.value as Scaling)} />;
    case 'positive':
      return (
        <Select
          aria-label={`Value of ${subject} that counts as 1`}
          data={choice.values.map((value) => ({ value, label: shortened(value, 60) }))}
          value={positive ?? choice.values[0]}
          onChange={(event) => setPositive(event.currentTarget.value)}
        />
      );
    case 'class-order':
      return <ClassOrder subject={subject} />;
    case 'role':
      return <Fix label={choice.label} act={() => setRole(choice.column, choice.role)} />;
    case 'nested':
      return <Fix label={choice.label} act={() => setNestedIn(choice.column, choice.outer)} />;
    case 'steps':
      return <Fix label={choice.label} busy={rereading} act={() => void reread(choice.steps)} />;
    case 'answers':
      return <QuestionAnswers question={choice.question} />;
  }
}

/** What was to check is done and gone: on to the rest, or to the title of the step. */
const toNotes = passesFocus(() => document.querySelector<HTMLElement>('.csv-group[tabindex]') ?? document.getElementById('csv-title'));

function Fix({ label, busy = false, act }: { label: string; busy?: boolean; act: () => void }) {
  return (
    <button ref={toNotes} type="button" className="btn" aria-disabled={busy} onClick={() => !busy && act()}>
      <span>{shortened(label, 80)}</span>
    </button>
  );
}

/** What each method of the experiment does with a level that no training row has. */
function UnseenLevels() {
  const methods = useSpec((state) => state.spec.methods);
  return (
    <li className="unseen">
      <Icon name="info" />
      <details>
        <summary>Levels that only test rows have: each method has its own rule.</summary>
        <dl>
          {methods.map(({ id }) => (
            <div key={id}>
              <dt>{aboutMethod(id).label}</dt>
              <dd>{aboutMethod(id).unseen}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
}

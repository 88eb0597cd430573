import type { RefObject } from 'react';
import type { Scaling } from '../../../workers/data/schema';
import type { TablePreview } from '../../../workers/protocol';
import { aboutMethod } from '../../../workers/spec/methods';
import { Icon } from '../../app/icons';
import { useSpec } from '../../state/spec';
import type { Note, NoteChoice } from './notes';
import { Select } from './select';
import { useTable } from './table-store';

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

/** Sentences about the table, each with its choice at the right. The first warning takes `first`, for the jump from the head of the step. */
export function NoteList({ notes, preview, first }: { notes: Note[]; preview: TablePreview; first: RefObject<HTMLLIElement | null> }) {
  const categorical = useTable((state) => state.roles.includes('categorical'));
  if (notes.length === 0 && !categorical) return null;
  return (
    <ul className="csv-notes" aria-label="Notes on this table">
      {notes.map((note, index) => (
        <li key={note.id} className={note.tone} ref={index === 0 ? first : undefined} tabIndex={index === 0 ? -1 : undefined}>
          <Icon name={note.tone} />
          <p>
            {note.tone === 'warn' && <span className="sr">To check: </span>}
            <b>{note.subject}</b> {note.text}
          </p>
          {note.choice && <Choice choice={note.choice} subject={note.subject} preview={preview} />}
        </li>
      ))}
      {categorical && <UnseenLevels />}
    </ul>
  );
}

function Choice({ choice, subject, preview }: { choice: NoteChoice; subject: string; preview: TablePreview }) {
  const { missing, scaling, positive, setMissing, setScaling, setPositive, setRole } = useTable((state) => state);
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
    case 'scaling':
      return <Select aria-label="Scaling" data={SCALING} value={scaling} onChange={(event) => setScaling(event.currentTarget.value as Scaling)} />;
    case 'positive':
      return (
        <Select
          aria-label={`Value of ${subject} that counts as 1`}
          data={choice.values}
          value={positive ?? choice.values[0]}
          onChange={(event) => setPositive(event.currentTarget.value)}
        />
      );
    case 'ignore':
      return (
        <button type="button" className="btn" onClick={() => setRole(choice.column, 'ignore')}>
          Ignore {preview.columns[choice.column].name}
        </button>
      );
  }
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

import { Checkbox, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { MOST_NAME_LETTERS } from '../../workers/store/session/limits';
import type { KeptRun } from '../state/run-store';
import { MathText } from '../ui/math-text';
import { runFacts, runTitle } from './words';

interface Props {
  run: KeptRun;
  /** It is the one on the page. */
  shown: boolean;
  /** Another page of this browser has it. */
  elsewhere: boolean;
  /** Why no other run can be opened now; null: it can. */
  blocked: string | null;
  compared: boolean;
  /** No more can be compared. */
  full: boolean;
  onCompare(compared: boolean): void;
  onOpen(how: 'continue' | 'results'): void;
  onRename(name: string): void;
  onSave(): void;
  onDelete(): void;
}

/** A kept run: what it is, and what can be done with it. */
export function RunRow(props: Props) {
  const { run, shown, elsewhere, blocked, compared, full, onCompare, onOpen, onRename, onSave, onDelete } = props;
  const [name, setName] = useState<string | null>(null);
  const rename = useRef<HTMLButtonElement>(null);
  const title = runTitle(run, new Date());
  const keep = () => {
    if (name !== null && name.trim() !== (run.name ?? '')) onRename(name);
    setName(null);
  };
  const of = (what: string) => `${what} ${title}`;
  return (
    <li>
      <Checkbox
        size="xs"
        checked={compared}
        disabled={full && !compared}
        aria-label={of('Compare')}
        title="Lay its curves over those of others"
        onChange={(event) => onCompare(event.currentTarget.checked)}
      />
      <div className="about">
        {name === null ? (
          <b>
            <MathText>{title}</MathText>
          </b>
        ) : (
          <TextInput
            // Escape leaves the name as it was, and the dialog open, which hears it before the field does.
            data-mantine-stop-propagation="true"
            aria-label={of('Name of')}
            value={name}
            maxLength={MOST_NAME_LETTERS}
            placeholder={title}
            data-autofocus
            autoFocus
            onChange={(event) => setName(event.currentTarget.value)}
            onBlur={keep}
            onKeyDown={(event) => {
              if (event.key === 'Enter') keep();
              else if (event.key === 'Escape') setName(null);
              else return;
              setTimeout(() => rename.current?.focus());
            }}
          />
        )}
        <span className="help">
          <MathText>{runFacts(run, new Date())}</MathText>
          {shown && ' · on this page'}
          {elsewhere && ' · open on another page'}
        </span>
      </div>
      <span className="acts">
        {!shown && (
          <button
            type="button"
            className="btn"
            aria-label={of('Open')}
            disabled={blocked !== null}
            title={blocked ?? undefined}
            onClick={() => onOpen('results')}
          >
            Open
          </button>
        )}
        {!shown && !run.over && !elsewhere && (
          <button
            type="button"
            className="btn quiet"
            aria-label={of('Continue')}
            disabled={blocked !== null}
            title={blocked ?? undefined}
            onClick={() => onOpen('continue')}
          >
            Continue
          </button>
        )}
        <button ref={rename} type="button" className="btn quiet" aria-label={of('Rename')} onClick={() => setName(run.name ?? '')}>
          Rename
        </button>
        <button type="button" className="btn quiet" aria-label={of('Save as file:')} onClick={onSave}>
          Save as file
        </button>
        <button type="button" className="btn quiet" aria-label={of('Delete')} disabled={elsewhere || (shown && blocked !== null)} onClick={onDelete}>
          Delete
        </button>
      </span>
    </li>
  );
}

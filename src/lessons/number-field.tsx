import { useId, useState } from 'react';
import { exactly } from '../text/numbers';
import { readNumber } from '../text/read-number';
import { readAnswer } from './read-answer';

interface Props {
  label: string;
  /** Null: empty. */
  value: number | null;
  min: number;
  max: number;
  onChange(value: number | null): void;
  /** What stands behind it. */
  unit?: string;
  /** Enter was pressed in it. */
  onEnter?(): void;
}

/** A field for one number in its range; what is typed stays as it was typed. */
export function NumberField({ label, value, min, max, onChange, unit, onEnter }: Props) {
  const [text, setText] = useState<string | null>(null);
  const id = useId();
  const shown = text !== null && readNumber(text) === value ? text : value === null ? (text ?? '') : exactly(value);
  // Of what stands here without being typed, such as a point that was drawn, nothing is asked.
  const problem = shown === text ? readAnswer(text, min, max).problem : null;
  return (
    <span className="number-field">
      <label className="lab" htmlFor={id}>
        {label}
      </label>
      <span className="number-row">
        <input
          id={id}
          className="input"
          inputMode="decimal"
          autoComplete="off"
          value={shown}
          aria-invalid={problem !== null}
          aria-describedby={problem ? `${id}-problem` : undefined}
          data-error={problem ? true : undefined}
          onChange={(event) => {
            const next = event.currentTarget.value;
            setText(next);
            onChange(readAnswer(next, min, max).value);
          }}
          onKeyDown={(event) => event.key === 'Enter' && onEnter?.()}
        />
        {unit && <span className="help">{unit}</span>}
      </span>
      {problem && (
        <span className="refusal" id={`${id}-problem`}>
          {problem}
        </span>
      )}
    </span>
  );
}

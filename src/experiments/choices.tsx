import { Checkbox, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { CHECK_LINE } from '../ui/mantine';
import { MathText } from '../ui/math-text';

interface Option {
  id: string;
  label: string;
  /** How far it is; null before it has begun. */
  note?: string | null;
}

/** Which of a list of things to fit, one check box each. */
export function Choices(props: {
  legend: string;
  options: readonly Option[];
  chosen: readonly string[];
  disabled: boolean;
  onChange(chosen: string[]): void;
}) {
  const { legend, options, chosen, disabled, onChange } = props;
  return (
    <fieldset disabled={disabled}>
      <legend>{legend}</legend>
      {options.map(({ id, label, note }) => (
        <Checkbox
          key={id}
          classNames={CHECK_LINE}
          label={
            <>
              <MathText>{label}</MathText>
              {note && <span className="far"> {note}</span>}
            </>
          }
          checked={chosen.includes(id)}
          onChange={(event) => {
            const on = event.currentTarget.checked;
            onChange(options.map((option) => option.id).filter((other) => (other === id ? on : chosen.includes(other))));
          }}
        />
      ))}
    </fieldset>
  );
}

/** How many repetitions of each. What is out of range is said, and the number in force stays. */
export function Repetitions(props: { label: string; value: number; most: number; disabled: boolean; onChange(value: number): void }) {
  const { label, value, most, disabled, onChange } = props;
  const [typed, setTyped] = useState<number | string | null>(null);
  const sound = (entry: number | string): entry is number => typeof entry === 'number' && Number.isInteger(entry) && entry >= 1 && entry <= most;
  return (
    <NumberInput
      label={label}
      className="reps"
      value={typed ?? value}
      disabled={disabled}
      allowDecimal={false}
      allowNegative={false}
      error={typed !== null && !sound(typed) ? `1 to ${most}` : undefined}
      onChange={(entry) => {
        setTyped(entry);
        if (sound(entry)) onChange(entry);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

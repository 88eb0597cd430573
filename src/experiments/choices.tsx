import { Checkbox } from '@mantine/core';
import { CHECK_LINE } from '../ui/mantine';
import { MathText } from '../ui/math-text';
import { CountInput } from '../ui/typed-text';

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

/** How many repetitions of each. */
export function Repetitions(props: { label: string; value: number; most: number; disabled: boolean; onChange(value: number): void }) {
  const { most, ...rest } = props;
  return <CountInput className="reps" min={1} max={most} {...rest} />;
}

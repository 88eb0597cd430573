import { NativeSelect, Switch } from '@mantine/core';
import { useId, useState } from 'react';
import { numericColumns } from '../../workers/spec/numeric-columns';
import { useSpec } from '../state/spec';
import { MathText } from '../ui/math-text';
import { Segmented } from '../ui/segmented';
import { Refusal, TypedText } from '../ui/typed-text';
import { type FormField, optionLabel, read, shown } from './form-fields';

/** The choices of a field stand side by side up to this many letters together, else in a list. */
const SIDE_BY_SIDE = 24;

export interface FieldProps {
  field: FormField;
  value: unknown;
  /** Takes a value that the field accepts; returns why the experiment as a whole refuses it, or null. */
  onChange(value: unknown): string | null;
  /** Another title, where the form has less room. */
  title?: string;
  /** What a word such as "q" amounts to, shown while the field is not being edited. */
  amount?: string;
  describedBy?: string;
}

/** A number, numbers or a word, typed. */
export function TypedInput({ field, value, onChange, title, amount, describedBy }: FieldProps) {
  const isWord = field.kind === 'number' && field.words.includes(String(value));
  return (
    <TypedText
      label={<MathText>{title ?? field.title}</MathText>}
      aria-describedby={describedBy}
      current={shown(field, value)}
      rest={isWord ? amount : undefined}
      inputMode={field.kind === 'number' && field.words.length === 0 ? 'decimal' : 'text'}
      onTyped={(text) => {
        const result = read(field, text);
        return result.ok ? onChange(result.value) : result.message;
      }}
    />
  );
}

/**
 * The words under a control: what it means and what the paper has. `named` where several controls share the
 * place.
 */
export function FieldHelp({ field, id, named = false }: { field: FormField; id: string; named?: boolean }) {
  if (!field.help && !field.paper) return null;
  return (
    <p className="help" id={id}>
      {named && <b>{field.title}. </b>}
      <MathText>{field.help}</MathText>
      {field.paper && (
        <>
          {' '}
          Paper: <MathText>{field.paper.replace(/\.$/, '')}</MathText>.
        </>
      )}
    </p>
  );
}

function Choice({ field, value, onChange, describedBy }: FieldProps & { field: FormField & { kind: 'choice' } }) {
  const id = useId();
  const [refusal, setRefusal] = useState<string | null>(null);
  const options = field.options.map(({ value: text, label }) => ({ value: text, label }));
  const choose = (text: string) => setRefusal(onChange(field.options.find((option) => option.value === text)?.raw));
  const letters = field.options.reduce((sum, { label }) => sum + label.length, 0);
  if (letters > SIDE_BY_SIDE) {
    return (
      <NativeSelect
        label={<MathText>{field.title}</MathText>}
        aria-describedby={describedBy}
        data={options}
        value={String(value)}
        error={refusal && <Refusal>{refusal}</Refusal>}
        onChange={(event) => choose(event.currentTarget.value)}
      />
    );
  }
  return (
    <div>
      <span className="lab" id={id}>
        <MathText>{field.title}</MathText>
      </span>
      <Segmented fill aria-labelledby={id} aria-describedby={describedBy} data={options} value={String(value)} onChange={choose} />
      {refusal && (
        <p className="refusal">
          <Refusal>{refusal}</Refusal>
        </p>
      )}
    </div>
  );
}

/** A numeric column of the data, chosen from those that there are. */
function ColumnChoice({ field, value, onChange, describedBy }: FieldProps) {
  const dataset = useSpec((state) => state.spec.dataset);
  const names = numericColumns(dataset);
  const [refusal, setRefusal] = useState<string | null>(null);
  const chosen = typeof value === 'string' ? value : '';
  const missing = chosen !== '' && !names.includes(chosen);
  return (
    <NativeSelect
      label={<MathText>{field.title}</MathText>}
      aria-describedby={describedBy}
      data={[
        { value: '', label: 'not chosen' },
        ...(missing ? [{ value: chosen, label: `${chosen} (not in these data)` }] : []),
        ...names.map((name) => ({ value: name, label: name })),
      ]}
      value={chosen}
      error={refusal && <Refusal>{refusal}</Refusal>}
      onChange={(event) => setRefusal(onChange(event.currentTarget.value || null))}
    />
  );
}

/** A switch with its words at the left. */
export function SwitchRow({ field, value, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className="lineitem">
      <div>
        <label htmlFor={id}>
          <MathText>{field.title}</MathText>
        </label>
        <FieldHelp field={field} id={`${id}-help`} />
      </div>
      <Switch id={id} aria-describedby={`${id}-help`} checked={value === true} onChange={(event) => void onChange(event.currentTarget.checked)} />
    </div>
  );
}

/** The words that stand for a number, to be chosen next to the field where a number is typed. */
function Words({ field, value, onChange, onWord }: FieldProps & { field: FormField & { kind: 'number' }; onWord(): void }) {
  return (
    <div className="alike">
      <span>or</span>
      {field.words.map((word) => (
        <button
          key={word}
          type="button"
          className="btn"
          aria-pressed={value === word}
          onClick={() => {
            if (onChange(word) === null) onWord();
          }}
        >
          {optionLabel(word)}
        </button>
      ))}
    </div>
  );
}

/** One of several forms: which one, and its fields below. */
function Variant(props: FieldProps & { field: FormField & { kind: 'variant' } }) {
  const { field, value, onChange } = props;
  const values = (value ?? {}) as Record<string, unknown>;
  const chosen = field.options.find((option) => option.value === String(values[field.by])) ?? field.options[0];
  const choice: FormField & { kind: 'choice' } = {
    ...field,
    kind: 'choice',
    options: field.options.map((option) => ({ value: option.value, label: option.label, raw: option.value })),
  };
  return (
    <>
      <Choice
        {...props}
        field={choice}
        value={chosen.value}
        onChange={(next) => onChange(field.options.find((option) => option.value === next)?.fresh)}
      />
      <div className="variant">
        {chosen.fields.map((inner) => (
          <Field key={inner.key} field={inner} value={values[inner.key]} onChange={(next) => onChange({ ...values, [inner.key]: next })} />
        ))}
      </div>
    </>
  );
}

/** One field of a generated form, with its help. */
export function Field(props: FieldProps) {
  const id = useId();
  const [words, setWords] = useState(0);
  const { field } = props;
  if (field.kind === 'switch') return <SwitchRow {...props} />;
  if (field.kind === 'variant') {
    return (
      <div className="field variant-field">
        <Variant {...props} field={field} describedBy={id} />
        <FieldHelp field={field} id={id} />
      </div>
    );
  }
  return (
    <div className={`field ${field.kind}`}>
      {field.kind === 'choice' ? (
        <Choice {...props} field={field} describedBy={id} />
      ) : field.kind === 'column' ? (
        <ColumnChoice {...props} describedBy={id} />
      ) : (
        // A word that is chosen takes the place of what was refused, also where it was the value before.
        <TypedInput key={words} {...props} describedBy={id} />
      )}
      {field.kind === 'number' && field.words.length > 0 && <Words {...props} field={field} onWord={() => setWords(words + 1)} />}
      <FieldHelp field={field} id={id} />
    </div>
  );
}

import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import { type Formula, type RoleNames, readFormula, suggestions, writeName } from '../../../../workers/spec/formula';
import { toLabError } from '../../../../workers/spec/lab-error';
import { Icon } from '../../../ui/icons';

interface LineProps {
  columns: RoleNames;
  /** The formula that counts now, as a line. */
  line: string;
  /** True while nobody typed one: the line follows the roles of the columns. */
  derived: boolean;
  /** Takes a formula that can be read; returns why the experiment refuses it, or null. */
  onFormula(formula: Formula): string | null;
}

/** Selects the characters that a refusal names, so that what is wrong can be seen and typed over. */
function showPlace(field: HTMLTextAreaElement, message: string): void {
  const place = /at character (\d+) \(([\s\S]*?)\):/.exec(message);
  const from = place ? [...field.value].slice(0, Number(place[1]) - 1).join('').length : field.value.length;
  if (message.startsWith('In the formula') || message.startsWith('At the end')) field.setSelectionRange(from, from + (place?.[2].length ?? 0));
}

/**
 * The formula as a line that can be typed: it counts when the field is left or Enter is pressed, and what
 * cannot be read is said with its place and changes nothing. Names of columns are suggested.
 */
export function FormulaLine({ columns, line, derived, onFormula }: LineProps) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [known, setKnown] = useState(line);
  const [at, setAt] = useState<number | null>(null);
  const [picked, setPicked] = useState(-1);
  /** Where the caret belongs after a name was taken: before the next key, not a frame later. */
  const caret = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (caret.current === null) return;
    field.current?.focus();
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  // Another formula from outside (a box, undo, a reset) takes the place of a refused one.
  if (known !== line) {
    setKnown(line);
    setText(null);
    setRefusal(null);
  }
  const shown = text ?? line;
  const found = at === null || text === null ? null : suggestions(shown, at, columns);
  const names = found?.names ?? [];
  const place = Math.min(picked, names.length - 1);

  const commit = (show: boolean): void => {
    setAt(null);
    if (text === null) return;
    if (text.trim() === line) {
      setText(null);
      setRefusal(null);
      return;
    }
    try {
      const reason = onFormula(readFormula(text, columns));
      setRefusal(reason);
      if (reason === null) setText(null);
    } catch (thrown) {
      const { message, hint } = toLabError(thrown);
      setRefusal(`${message} ${hint}`);
      if (show && field.current) showPlace(field.current, message);
    }
  };
  const take = (name: string): void => {
    if (!found) return;
    const written = writeName(name);
    caret.current = found.from + written.length;
    setText(`${shown.slice(0, found.from)}${written}${shown.slice(found.to)}`);
    setAt(null);
    setPicked(-1);
  };
  const key = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const choosing = names.length > 0;
    if (choosing && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      setPicked((place + (event.key === 'ArrowDown' ? 1 : names.length + (place < 0 ? 0 : -1))) % names.length);
    } else if (choosing && place >= 0 && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault();
      take(names[place]);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      commit(true);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (choosing) setAt(null);
      else {
        setText(null);
        setRefusal(null);
      }
    }
  };
  return (
    <div className="fline">
      <label className="lab" htmlFor={id}>
        Formula
      </label>
      <textarea
        id={id}
        ref={field}
        className={derived && text === null ? 'formula is-derived' : 'formula'}
        rows={Math.max(1, Math.min(6, Math.ceil(shown.length / 38)))}
        value={shown}
        spellCheck={false}
        autoComplete="off"
        // Escape takes back what was typed, and leaves a dialog open, which hears it before the field does.
        data-mantine-stop-propagation={names.length > 0 || refusal !== null || (text !== null && text !== line)}
        autoCapitalize="off"
        aria-describedby={`${id}-help`}
        aria-invalid={refusal !== null}
        aria-errormessage={refusal ? `${id}-refusal` : undefined}
        role="combobox"
        aria-expanded={names.length > 0}
        aria-controls={`${id}-names`}
        aria-autocomplete="list"
        aria-activedescendant={place >= 0 ? `${id}-${place}` : undefined}
        onChange={(event) => {
          setText(event.currentTarget.value.replace(/\n/g, ' '));
          setAt(event.currentTarget.selectionStart);
          setPicked(-1);
        }}
        onKeyDown={key}
        onBlur={() => commit(false)}
      />
      {names.length > 0 && (
        <div className="fnames" id={`${id}-names`} role="listbox" aria-label="Columns">
          {names.map((name, i) => (
            <div
              key={name}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === place}
              tabIndex={-1}
              onPointerDown={(event) => {
                // The field keeps the focus.
                event.preventDefault();
                take(name);
              }}
            >
              {name}
            </div>
          ))}
        </div>
      )}
      {refusal && (
        <p className="refusal" id={`${id}-refusal`} role="alert">
          <Icon name="warn" small />
          <span>{refusal}</span>
        </p>
      )}
      <p className="help" id={`${id}-help`}>
        {derived ? 'From the roles of the columns. ' : ''}Use the boxes, or type it as R’s lme4 has it: <code>(1 + x | g)</code> is an intercept and a
        slope of x for each level of g, <code>(1 | a/b)</code> intercepts of a and of b within a.
      </p>
    </div>
  );
}

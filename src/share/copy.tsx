import { useEffect, useId, useRef, useState } from 'react';
import { Icon } from '../ui/icons';

const CONFIRMED_MS = 2_500;

interface Props {
  label: string;
  text: string;
  /** What the button says: 'Copy link'. */
  button: string;
  /** The dialog begins here. */
  first?: boolean;
}

/** A text to pass on, with a button that copies it; where the clipboard is out of reach it is selected. */
export function CopyField({ label, text, button, first = false }: Props) {
  const [said, setSaid] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const id = useId();
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      field.current?.select();
      setSaid('Selected, copy it by key');
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(''), CONFIRMED_MS);
  };
  return (
    <div className="copy-field">
      <p className="lab">
        <label htmlFor={id}>{label}</label>
        <span role="status">{said}</span>
      </p>
      <div>
        <input id={id} ref={field} className="input" readOnly value={text} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" className={first ? 'btn solid' : 'btn'} data-autofocus={first || undefined} onClick={copy}>
          <Icon name={said === 'Copied' ? 'check' : 'copy'} small />
          {button}
        </button>
      </div>
    </div>
  );
}

import { useState } from 'react';
import { Icon } from '../ui/icons';

/** Copies a text, and says whether it did. */
export function CopyButton({ text, disabled }: { text: () => string; disabled: boolean }) {
  const [said, setSaid] = useState<'Copy' | 'Copied' | 'Not copied'>('Copy');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setSaid('Copied');
    } catch {
      setSaid('Not copied');
    }
    setTimeout(() => setSaid('Copy'), 2000);
  };
  return (
    <button type="button" className="btn wide" disabled={disabled} onClick={copy}>
      <Icon name="copy" small />
      <span aria-live="polite">{said}</span>
    </button>
  );
}

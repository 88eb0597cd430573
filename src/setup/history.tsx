import { useSpec } from '../state/spec';
import { Icon } from '../ui/icons';
import { useShortcutList } from '../ui/shortcut-list';

/** Undo and redo of the settings, and the way to the list of keys, for those who do not know them yet. */
export function History({ locked }: { locked: boolean }) {
  const { past, future, undo, redo } = useSpec();
  const list = useShortcutList();
  return (
    <>
      <button
        type="button"
        className="btn quiet icon"
        aria-label="Undo"
        aria-keyshortcuts="Control+Z"
        title="Undo a change of the settings (Ctrl Z)"
        disabled={locked || past.length === 0}
        onClick={undo}
      >
        <Icon name="undo" />
      </button>
      <button
        type="button"
        className="btn quiet icon"
        aria-label="Redo"
        aria-keyshortcuts="Control+Shift+Z"
        title="Redo (Ctrl Shift Z)"
        disabled={locked || future.length === 0}
        onClick={redo}
      >
        <Icon name="redo" />
      </button>
      <button
        type="button"
        className="btn quiet icon"
        aria-label="Keyboard shortcuts"
        aria-keyshortcuts="?"
        title="Keyboard shortcuts (?)"
        onClick={() => list.set(true)}
      >
        <span aria-hidden="true">?</span>
      </button>
    </>
  );
}

import { usePageView } from '../state/page-view';
import { useRunsDialog } from '../state/runs-dialog';
import { useSpec } from '../state/spec';
import { Control } from '../ui/control';
import { useHelp } from '../ui/help';
import { Icon } from '../ui/icons';

/** Undo and redo of the settings, and the way to the help; on a phone to the kept runs. */
export function History({ locked }: { locked: boolean }) {
  const { past, future, undo, redo } = useSpec();
  const openHelp = useHelp((state) => state.set);
  const plain = usePageView((state) => state.view === null && !state.lesson);
  return (
    <>
      <Control id="history">
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
      </Control>
      {plain && (
        // Where the header has no room for it.
        <button
          type="button"
          className="btn quiet icon phone-only"
          aria-label="Runs"
          aria-haspopup="dialog"
          onClick={() => useRunsDialog.getState().set(true)}
        >
          <Icon name="clock" />
        </button>
      )}
      <button
        type="button"
        className="btn quiet icon"
        aria-label="Help"
        aria-keyshortcuts="?"
        title="Help: what this is, terms and keys (?)"
        onClick={() => openHelp(true)}
      >
        <span aria-hidden="true">?</span>
      </button>
    </>
  );
}

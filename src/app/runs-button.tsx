import { useRunsDialog } from '../state/runs-dialog';
import { Icon } from '../ui/icons';
import { later } from '../ui/later';

const RunsDialog = later(() => import('../runs/runs-dialog').then((module) => module.RunsDialog), null, true);

/**
 * Opens the dialog of kept runs; its code comes with the first press. On a phone the settings have a button.
 */
export function RunsButton() {
  const { open, set } = useRunsDialog();
  return (
    <>
      <button
        type="button"
        className="btn quiet page-link desktop-only"
        aria-label="Runs"
        aria-haspopup="dialog"
        title="Runs kept in this browser: open, compare, save"
        onClick={() => set(true)}
        onPointerEnter={() => void RunsDialog.load()}
      >
        <Icon name="clock" small />
        <span>Runs</span>
      </button>
      {open && <RunsDialog />}
    </>
  );
}

import { Control } from '../ui/control';
import { Icon } from '../ui/icons';
import { later } from '../ui/later';
import { useShareDialog } from './open';

const ShareDialog = later(() => import('./share-dialog').then((module) => module.ShareDialog), null, true);

/** Opens the dialog in which a link is put together; its code comes with the first press. */
export function ShareButton() {
  const { open, set } = useShareDialog();
  return (
    <Control id="share">
      <button
        type="button"
        className="btn share"
        aria-label="Share"
        aria-haspopup="dialog"
        title="A link with every setting, for a class if you like. Data never goes with it."
        onClick={() => set(true)}
        onPointerEnter={() => void ShareDialog.load()}
      >
        <Icon name="link" small />
        <span className="desktop-only">Share</span>
      </button>
      {open && <ShareDialog />}
    </Control>
  );
}

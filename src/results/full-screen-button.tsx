import { Icon } from '../ui/icons';

/** Fills the screen with the panel of that title, or leaves it. */
export function FullScreenButton({ title, full, onClick }: { title: string; full: boolean; onClick(): void }) {
  const label = full ? 'Leave full screen' : 'Full screen';
  return (
    <button type="button" className="btn quiet icon" aria-label={`${title}: ${label.toLowerCase()}`} title={label} onClick={onClick}>
      <Icon name={full ? 'close' : 'full'} small={full} />
    </button>
  );
}

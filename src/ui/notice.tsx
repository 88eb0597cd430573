import { useNotice } from '../state/notice';
import { Icon } from './icons';

/** What was refused and what to do about it, until dismissed. */
export function Notice() {
  const { notice, dismiss } = useNotice();
  if (!notice) return null;
  return (
    <div className="status is-bad" role="alert">
      <Icon name="warn" />
      <span className="words">
        <b>{notice.message}</b> {notice.hint}
      </span>
      <span className="acts">
        <button type="button" className="btn quiet icon" aria-label="Dismiss" onClick={dismiss}>
          <Icon name="close" small />
        </button>
      </span>
    </div>
  );
}

import { usePageView } from '../state/page-view';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { LOCKED_WHY } from '../ui/control';
import { Icon } from '../ui/icons';
import { DataSection } from './data-section';
import { History } from './history';
import { MethodsSection } from './methods-section';
import { TrainingSection } from './training-section';

/** The column of what to train on, which methods, and how. Locked while a run could still go on with it. */
export function Setup() {
  const status = useRun((state) => state.status);
  const locked = isUnderway(status);
  const closed = usePageView((state) => state.view !== null && Object.keys(state.view.controls).length > 0);
  return (
    <aside className={locked ? 'setup off' : 'setup'} aria-label="Setup">
      <div className="setup-head">
        {locked ? (
          <p className="locked">
            <Icon name="lock" small />
            <span>{status === 'paused' ? 'Locked until the run ends or is reset.' : 'Locked while training.'}</span>
          </p>
        ) : (
          <p>{closed ? `Some settings are ${LOCKED_WHY[0].toLowerCase()}${LOCKED_WHY.slice(1)}.` : 'Settings'}</p>
        )}
        <History locked={locked} />
      </div>
      <DataSection locked={locked} />
      <MethodsSection locked={locked} />
      <TrainingSection locked={locked} />
    </aside>
  );
}

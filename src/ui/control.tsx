import './control.css';
import type { ReactNode } from 'react';
import type { ControlId } from '../../workers/spec/view/controls';
import type { PanelId } from '../../workers/spec/view/panels';
import { useAllowed, useShown } from '../state/page-view';

/** Why a control that is in sight cannot be used. */
export const LOCKED_WHY = 'Set by the teacher’s link';

interface Props {
  id: ControlId;
  children: ReactNode;
  /** Its parts are more than form controls, which a disabled fieldset cannot reach. */
  inert?: boolean;
}

/**
 * A control of the page as the teacher's link and the step of a lesson leave it: as it is; in sight but
 * locked, with the reason on hover and focus; or absent. `data-control` is where a lesson points.
 */
export function Control({ id, children, inert = false }: Props) {
  const access = useAllowed(id);
  if (access === 'hidden') return null;
  const locked = access === 'locked';
  return (
    <div
      className={locked ? 'control is-locked' : 'control'}
      data-control={id}
      {...(locked && { role: 'group', 'aria-label': LOCKED_WHY, 'data-why': LOCKED_WHY, tabIndex: 0 })}
    >
      <fieldset disabled={locked} inert={locked && inert}>
        {children}
      </fieldset>
    </div>
  );
}

/** A panel or room where the teacher's link and the step of a lesson show it. */
export const Shown = ({ panel, children }: { panel: PanelId; children: ReactNode }): ReactNode => (useShown(panel) ? children : null);

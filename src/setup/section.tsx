import { type ReactNode, useId, useState } from 'react';
import type { ControlId } from '../../workers/spec/view/controls';
import { useAllowed } from '../state/page-view';
import { Control } from '../ui/control';
import { Icon } from '../ui/icons';
import { usePhone } from '../ui/use-phone';

interface SectionProps {
  step: number;
  title: string;
  /** Stands at the right of the title. */
  aside?: ReactNode;
  /** What the section says of itself while it is closed, on a phone. */
  summary: ReactNode;
  locked: boolean;
  children: ReactNode;
}

/** One step of the setup: open on a desk, a row that opens on a phone. */
export function Section({ step, title, aside, summary, locked, children }: SectionProps) {
  const phone = usePhone();
  const [open, setOpen] = useState(false);
  const id = useId();
  if (!phone) {
    return (
      <section aria-label={title} inert={locked}>
        <div className="step">
          <i>{step}</i>
          <h2>{title}</h2>
          {aside && <span className="r">{aside}</span>}
        </div>
        {children}
      </section>
    );
  }
  return (
    <section aria-label={title}>
      <h2 className="acc-title">
        <button type="button" className="acc" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          <i>{step}</i>
          <span>
            <b>{title}</b>
            <span className="acc-summary">{summary}</span>
          </span>
          <Icon name="down" />
        </button>
      </h2>
      <div id={id} className="acc-body" hidden={!open} inert={locked}>
        {children}
      </div>
    </section>
  );
}

interface MoreProps {
  /** Locked, it still opens: the settings are seen and cannot be changed. */
  control: ControlId;
  title: string;
  value: ReactNode;
  children: ReactNode;
}

/** A row that opens more settings below it. */
export function More({ control, title, value, children }: MoreProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const hidden = useAllowed(control) === 'hidden';
  if (hidden) return null;
  return (
    <>
      <button type="button" className="more" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'down' : 'right'} small />
        {title} <span className="v">{value}</span>
      </button>
      <div id={id} className="more-body" hidden={!open}>
        {open && <Control id={control}>{children}</Control>}
      </div>
    </>
  );
}

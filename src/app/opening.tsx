import { useEffect } from 'react';
import { trainPauseResume } from '../lab-client/client';
import { useOpening } from '../state/opening';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { useTable } from '../state/table/table-store';
import { useBlocked } from '../ui/blocked';
import { Icon } from '../ui/icons';
import { Term } from '../ui/term';

/** How long what is to be looked at stays marked. */
const MARKED_MS = 4_000;

/** The sentence under the curves says what is to be seen in them. */
function look(): void {
  useOpening.getState().mark('look');
  const words = document.querySelector<HTMLElement>('.figures .panel .cap');
  if (!words) return;
  words.tabIndex = -1;
  words.focus({ preventScroll: true });
  words.classList.add('is-shown');
  words.scrollIntoView({ block: 'nearest' });
  setTimeout(() => words.classList.remove('is-shown'), MARKED_MS);
}

function train(): void {
  document.querySelector<HTMLElement>('.run .main')?.focus();
  // Below the settings on a phone.
  if (matchMedia('(max-width: 760px)').matches) document.querySelector('.figures .panel')?.scrollIntoView();
  void trainPauseResume();
}

/** Leads to the place where a table is dropped; on a phone the section that holds it is closed. */
function bringYourOwn(): void {
  document.querySelector<HTMLElement>('.setup section[aria-label="Data"] .acc[aria-expanded="false"]')?.click();
  requestAnimationFrame(() => {
    const choose = document.querySelector<HTMLElement>('.setup .drop .choose');
    choose?.scrollIntoView({ block: 'center' });
    choose?.focus();
  });
}

function Step({ done, blocked = null, run, children }: { done: boolean; blocked?: string | null; run(): void; children: string }) {
  return (
    <li>
      <button type="button" className="btn quiet" title={blocked ?? undefined} disabled={blocked !== null} onClick={run}>
        <span className="tick" data-done={done || undefined}>
          {done && <Icon name="check" small />}
        </span>
        {children}
        {done && <span className="sr"> (done)</span>}
      </button>
    </li>
  );
}

/** What the lab is about, in a line, and what there is to do. */
export function Opening() {
  const { shown, done, mark, close } = useOpening();
  const trained = useRun((state) => state.source.kind === 'live');
  const brought = useTable((state) => state.phase === 'roles');
  const underway = useRun((state) => isUnderway(state.status));
  const blocked = useBlocked();
  useEffect(() => {
    if (trained) mark('train');
    if (brought) mark('bring');
  }, [trained, brought, mark]);
  if (!shown) return null;
  return (
    <section className="opening" aria-label="What this is">
      <p>
        Columns with thousands of <Term>levels</Term>: a <Term>vector</Term> for each, or one <Term>encoder</Term> for all? Watch which{' '}
        <Term>memorises</Term>.{/* On a phone the link to the lessons is a picture alone. */}
        <span className="phone-only">
          {' '}
          New to this? <a href="?lessons">Take a lesson.</a>
        </span>
      </p>
      <ol>
        <Step done={done.look} run={look}>
          Look
        </Step>
        <Step done={done.train} blocked={underway ? 'A run is under way.' : blocked} run={train}>
          Train
        </Step>
        <Step done={done.bring} blocked={underway ? 'A run is under way.' : null} run={bringYourOwn}>
          Bring your own table
        </Step>
      </ol>
      <button type="button" className="btn quiet icon" aria-label="Close" title="Close; the help (?) brings it back" onClick={close}>
        <Icon name="close" />
      </button>
    </section>
  );
}

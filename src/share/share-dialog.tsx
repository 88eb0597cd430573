import './share.css';
import { useEffect, useMemo, useState } from 'react';
import { isOwnTable } from '../../workers/spec/division';
import { LESSON_STEPS } from '../../workers/spec/lessons';
import { useSpec } from '../state/spec';
import { labFolder } from '../state/url';
import { useView } from '../state/view';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icons';
import { addressOf, sectionsOf, snippetOf } from './address';
import { CopyField } from './copy';
import { useShareDialog } from './open';
import { LargeQr } from './qr';
import { keptMethods, useSharing } from './sharing';
import { ViewForm } from './view-form';

interface Link {
  label: string;
  address: string;
}

/** The addresses of what is chosen: one, or one for each section of a lesson; and that for a frame. */
function useLinks(): { links: Link[]; embed: string } {
  const spec = useSpec((state) => state.spec);
  const { view, leftOut, each } = useSharing();
  const [found, setFound] = useState<{ links: Link[]; embed: string }>({ links: [{ label: 'Link', address: '' }], embed: '' });
  const shared = useMemo(() => ({ spec: { ...spec, methods: keptMethods(spec.methods, leftOut) }, view }), [spec, view, leftOut]);
  useEffect(() => {
    let late = false;
    const folder = labFolder(location.href);
    const steps = view.lesson === undefined ? 0 : LESSON_STEPS[view.lesson];
    const ranges = each === null || steps === 0 ? [view.steps] : sectionsOf(steps, each);
    const all = ranges.map(async (range) => ({
      label: ranges.length === 1 || !range ? 'Link' : range[0] === range[1] ? `Step ${range[0]}` : `Steps ${range[0]} to ${range[1]}`,
      address: await addressOf(folder, { ...shared, view: { ...view, steps: range } }),
    }));
    Promise.all([Promise.all(all), addressOf(folder, shared, true)]).then(([links, embed]) => late || setFound({ links, embed }));
    return () => {
      late = true;
    };
  }, [shared, view, each]);
  return found;
}

function Links() {
  const { links, embed } = useLinks();
  const isTable = useSpec((state) => isOwnTable(state.spec.dataset));
  const lesson = useSharing((state) => state.view.lesson);
  return (
    <div className="links">
      {links.map(({ label, address }, i) => (
        <div key={label} className="link">
          <CopyField label={label} text={address} button="Copy link" first={i === 0} />
          {address !== '' && <LargeQr text={address} label={`QR code: ${label}`} />}
        </div>
      ))}
      <p className="help">
        {isTable && lesson === undefined
          ? 'The link holds every setting, not your table: whoever opens it needs the same file.'
          : 'The link holds everything chosen here. Nothing is stored anywhere else.'}
      </p>
      <CopyField label="For a course page" text={embed === '' ? '' : snippetOf(embed)} button="Copy code" />
      <p className="help">A frame shows the run bar and the panels alone. Any site over https may hold it.</p>
      <div className="strokes">
        {lesson === undefined ? (
          <button type="button" className="btn" onClick={() => print()}>
            <Icon name="file" small />
            Print the results
          </button>
        ) : (
          <a className="btn" href={`${labFolder(location.href)}?worksheet=${lesson}`} target="_blank" rel="noopener">
            <Icon name="file" small />
            Worksheet to print
          </a>
        )}
      </div>
    </div>
  );
}

/** Puts a link together: what opens, what is on the page, what can be changed. */
export function ShareDialog() {
  const { open, set } = useShareDialog();
  useEffect(() => {
    if (open) useSharing.getState().look(useView.getState());
  }, [open]);
  return (
    <Dialog opened={open} onClose={() => set(false)} title="Share" size={960} className="share-dialog">
      <div className="share-body">
        <Links />
        <ViewForm />
      </div>
    </Dialog>
  );
}

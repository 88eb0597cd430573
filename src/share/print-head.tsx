import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { PLAIN_VIEW } from '../../workers/spec/view/page-view';
import { usePageView } from '../state/page-view';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { datasetName } from '../ui/dataset-words';
import { dayOf, listed } from '../ui/format';
import { MathText } from '../ui/math-text';
import { labelOf } from '../ui/method-line';
import { addressOf, labFolder } from './address';
import { QrCode } from './qr';

/** The address is made a moment after the settings rest: paper does not wait for it. */
const SETTLED_MS = 500;

/** Only paper shows the code, and drawing it takes long enough to be felt while settings change. */
function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    // A browser takes its picture as soon as the handlers have returned.
    const before = () => flushSync(() => setPrinting(true));
    const after = () => setPrinting(false);
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  }, []);
  return printing;
}

/** Over printed results: of what they are, and the way back to them. */
export function PrintHead() {
  const chosen = useSpec((state) => state.spec);
  const run = useRun((state) => state.spec);
  const view = usePageView((state) => state.view) ?? PLAIN_VIEW;
  const spec = run ?? chosen;
  const printing = usePrinting();
  const [address, setAddress] = useState('');
  useEffect(() => {
    let late = false;
    const timer = setTimeout(() => void addressOf(labFolder(location.href), { spec, view }).then((made) => late || setAddress(made)), SETTLED_MS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [spec, view]);
  const { data, split, weights } = spec.seeds;
  return (
    <header className="print-only print-head">
      <div>
        <p className="title">MMbeddings Lab</p>
        <p>
          <MathText>{datasetName(spec.dataset)}</MathText>; seeds {data}, {split}, {weights}
        </p>
        <p>{listed(spec.methods.map(({ id }) => labelOf(id)))}</p>
        <p>
          Printed {dayOf(new Date().toISOString())}. The code opens these settings at {labFolder(location.href)}
        </p>
      </div>
      {printing && address !== '' && <QrCode text={address} label="QR code of the settings" />}
    </header>
  );
}

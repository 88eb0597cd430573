import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { PLAIN_VIEW } from '../../workers/spec/view/page-view';
import { usePageView } from '../state/page-view';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { labFolder } from '../state/url';
import { addressOf } from './address';
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

/** The QR code of the settings, on paper. */
export function PrintCode() {
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
  return printing && address !== '' && <QrCode text={address} label="QR code of the settings" />;
}

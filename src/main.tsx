import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/source-serif-4/wght.css';
import '@fontsource-variable/source-serif-4/wght-italic.css';
import './ui/mantine.css';
import './ui/tokens.css';
import './ui/base.css';
import './ui/controls.css';
import './app/layout.css';
import './setup/setup.css';
import './setup/methods/methods.css';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { startEngine } from './lab-client/client';
import { askBeforeLeaving } from './state/leave';
import { useNotice } from './state/notice';
import { fetchRecorded, followRecorded, offerRecorded } from './state/recorded';
import { followSpec, readUrl } from './state/url';
import { followTheme } from './ui/theme';

/** The engine is heavy; it loads when the page has been painted and has nothing better to do. */
function startEngineWhenIdle(): void {
  const start = () => void startEngine().catch(() => undefined);
  const idle = () => ('requestIdleCallback' in window ? requestIdleCallback(start, { timeout: 2_000 }) : setTimeout(start, 200));
  // Two frames: the first paint has then happened. A hidden tab gets no frames.
  if (document.hidden) idle();
  else requestAnimationFrame(() => requestAnimationFrame(idle));
}

/**
 * How long the first render waits for the recorded run, in ms. The page asks for it before it has its scripts
 * (index.html), so that it is mostly there.
 */
const RECORDED_WAIT_MS = 300;

/** `?bench`: the speed of this machine, on a page of its own that only those who ask for it load. */
const BenchPage = lazy(() => import('./bench/bench-page'));

/** `?experiment`: the papers' tables and the lab's own experiments, fitted again. */
const ExperimentsPage = lazy(() => import('./experiments/experiments-page'));

const { show } = useNotice.getState();
const root = createRoot(document.getElementById('root') as HTMLElement);
followTheme();

if (new URLSearchParams(location.search).has('bench')) {
  root.render(
    <StrictMode>
      <Suspense fallback={null}>
        <BenchPage />
      </Suspense>
    </StrictMode>,
  );
} else if (new URLSearchParams(location.search).has('experiment')) {
  root.render(
    <StrictMode>
      <Suspense fallback={null}>
        <ExperimentsPage />
      </Suspense>
    </StrictMode>,
  );
  startEngineWhenIdle();
} else {
  const recorded = fetchRecorded();
  const wait = new Promise((resolve) => setTimeout(resolve, RECORDED_WAIT_MS));
  // The spec of the address and the recorded run come before the first render, so that nothing on the page
  // changes under the reader.
  Promise.all([readUrl(), Promise.race([recorded, wait])]).then(([error]) => {
    if (error) show(error);
    followSpec(show);
    askBeforeLeaving();
    followRecorded();
    root.render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
    // One that comes late is shown when it is there.
    void recorded.then(offerRecorded);
    startEngineWhenIdle();
  });
}

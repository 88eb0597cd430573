import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/source-serif-4/wght.css';
import '@fontsource-variable/source-serif-4/wght-italic.css';
import './ui/tokens.css';
import './ui/base.css';
import './ui/controls.css';
import './ui/print.css';
import './app/layout.css';
import './setup/setup.css';
import './setup/methods/methods.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { LabError } from '../workers/protocol';
import { App, LessonColumn } from './app/app';
import { loadPlotly } from './charts/load';
import { startEngine } from './lab-client/client';
import { asksForEmbed, sidePageOf } from './state/embed';
import { awaitPicture, firstPicture, pictureStands } from './state/first-picture';
import { askBeforeLeaving } from './state/leave';
import { useNotice } from './state/notice';
import { usePageView } from './state/page-view';
import { fetchRecorded, followRecorded, offerRecorded } from './state/recorded';
import { useRun } from './state/run';
import { followSpec, readUrl, readUrlView } from './state/url';
import { isVolatile } from './state/volatile';
import { later } from './ui/later';
import { followTheme } from './ui/theme';

/** After two frames: what was there before is then painted. A hidden tab gets no frames. */
function painted(then: () => void): void {
  if (document.hidden) then();
  else requestAnimationFrame(() => requestAnimationFrame(then));
}

/**
 * When the page has been painted and has nothing better to do, and nothing is loaded beside its first
 * picture.
 */
function whenIdle(start: () => void): void {
  const idle = () => ('requestIdleCallback' in window ? requestIdleCallback(start, { timeout: 2_000 }) : setTimeout(start, 200));
  void firstPicture().then(() => painted(idle));
}

/** The engine is heavy, and the copy of the site waits for it. */
const startEngineWhenIdle = (): void => whenIdle(() => void startEngine().catch(() => undefined));

/** A copy of the site for visits without a network, last of all; a page that measures is left alone. */
function keepCopy(withEngine: boolean): void {
  if (import.meta.env.PROD) void import('./lab-client/site-version').then(({ followSite }) => followSite(withEngine)).catch(() => undefined);
}

/**
 * How long the first render waits for the recorded run, in ms. The page asks for it before it has its scripts
 * (index.html), so that it is mostly there.
 */
const RECORDED_WAIT_MS = 300;

/** `?bench`: the speed of this machine, on a page of its own that only those who ask for it load. */
const BenchPage = later(() => import('./bench/bench-page').then((module) => module.default));

/** `?experiment`: the papers' tables and the lab's own experiments, fitted again. */
const ExperimentsPage = later(() => import('./experiments/experiments-page').then((module) => module.default));

/** `?lessons`: what can be learned here. `?collect`: a class's answers. */
const LessonsPage = later(() => import('./lessons/lessons-page').then((module) => module.default));
const CollectPage = later(() => import('./lessons/collect-page').then((module) => module.default));

/** `?worksheet=ID`: a lesson on paper. */
const WorksheetPage = later(() => import('./share/worksheet-page').then((module) => module.default));

const { show, showLink } = useNotice.getState();
const root = createRoot(document.getElementById('root') as HTMLElement);
followTheme();
if (isVolatile()) void import('./state/stay-volatile').then(({ stayVolatile }) => stayVolatile());

/** The pages next to the lab, by what the address asks for. */
const SIDE_PAGES = { bench: BenchPage, experiment: ExperimentsPage, lessons: LessonsPage, collect: CollectPage, worksheet: WorksheetPage };

/** The lab as the address has it. Returns what is wrong with the address. */
async function openLab(): Promise<LabError | null> {
  const recorded = fetchRecorded();
  // A link has an experiment of its own, whose picture is its run.
  if (location.hash === '') awaitPicture();
  const wait = new Promise((resolve) => setTimeout(resolve, RECORDED_WAIT_MS));
  // The spec of the address and the recorded run come before the first render, so that nothing on the page
  // changes under the reader.
  const [error] = await Promise.all([readUrl(), Promise.race([recorded, wait])]);
  followSpec(showLink);
  followRecorded();
  void recorded.then(() => {
    // One that comes late is shown when it is there.
    offerRecorded();
    const pictured = useRun.getState().source.kind === 'recorded' && usePageView.getState().view === null;
    // Its charts are asked for while the page is made, over a network that has nothing else to do.
    void (pictured ? loadPlotly() : Promise.resolve()).catch(() => undefined).then(() => painted(pictureStands));
  });
  return error;
}

/** `?lesson=ID`: the lab with a lesson beside it, whose experiment is the lesson's and not the address's. */
async function openLesson(id: string): Promise<LabError | null> {
  // Asked for at once, not by one another: its first picture is there the sooner.
  const parts = import('./lessons/start');
  void import('./lessons/texts').then(({ textOf }) => textOf(id)).catch(() => undefined);
  void loadPlotly().catch(() => undefined);
  const told = await readUrlView();
  const failed: LabError = { code: 'lesson-missing', message: 'The lesson could not be loaded.', hint: 'Reload the page.' };
  const start = async () => (await parts).startLesson(id);
  const [error] = await Promise.all([start().catch(() => failed), LessonColumn.load()]);
  return error ? ((await openLab()) ?? error) : told;
}

const asked = new URLSearchParams(location.search);
const side = sidePageOf(Object.keys(SIDE_PAGES) as (keyof typeof SIDE_PAGES)[], location);
if (side) {
  const Page = SIDE_PAGES[side];
  root.render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
  if (side === 'experiment') startEngineWhenIdle();
  if (side !== 'bench') whenIdle(() => keepCopy(side === 'experiment'));
} else {
  usePageView.setState({ embedded: asksForEmbed(location) });
  const lesson = asked.get('lesson');
  void (lesson === null ? openLab() : openLesson(lesson)).then((error) => {
    if (error) show(error);
    // A frame asks nothing of the page around it.
    if (!usePageView.getState().embedded) askBeforeLeaving();
    root.render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
    startEngineWhenIdle();
    if (!usePageView.getState().embedded) whenIdle(() => keepCopy(true));
    // A lesson has its own run, and a frame of another site's page keeps none.
    if (lesson === null && !usePageView.getState().embedded)
      void import('./lab-client/kept-runs').then(({ offerKept }) => offerKept()).catch(() => undefined);
  });
}

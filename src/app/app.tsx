import { useEffect, useState } from 'react';
import type { ControlId } from '../../workers/spec/view/controls';
import { ResultsSheet } from '../results/results-sheet';
import { PrintHead } from '../share/print-head';
import { ShareButton } from '../share/share-button';
import { whenEngineStands, whenQuiet } from '../state/calm';
import { useExports } from '../state/exports';
import { useKept } from '../state/kept';
import { anyOpen, isShown, usePageView } from '../state/page-view';
import { useRun } from '../state/run';
import { useStudy } from '../state/study';
import { useTable } from '../state/table/table-store';
import { hasStudies } from '../studies/remember';
import { Shown } from '../ui/control';
import { Header } from '../ui/header';
import { later } from '../ui/later';
import { Notice } from '../ui/notice';
import { NewVersion, PageFrame } from '../ui/page-frame';
import { Announcer } from './announcer';
import { EmbedLine } from './embed-line';
import { Opening } from './opening';
import { RunBar } from './run-bar';
import { RunsButton } from './runs-button';
import { Shortcuts } from './shortcuts';
import { RESULTS, SkipLink } from './skip-link';
import { StatusLine } from './status-line';
import { useTextSize } from './text-size';

// What was recorded stands there while the forms still come.
const Setup = later(() => import('../setup/setup').then((module) => module.Setup), <aside className="setup" aria-label="Setup" aria-busy="true" />);
// Comes with the first press on Export, or the first model that is opened.
const ExportDialogs = later(() => import('../exports/dialogs').then((module) => module.ExportDialogs), null, true);
const CsvStep = later(() => import('../setup/csv/csv-step').then((module) => module.CsvStep));
// Comes with the first study, or where this browser has some.
const StudySheet = later(() => import('../studies/study-sheet').then((module) => module.default));
const CheckRoom = later(() => import('../check/check-room').then((module) => module.CheckRoom));
const DiagramRoom = later(() => import('../diagram/diagram-room').then((module) => module.DiagramRoom));
const SeriesRoom = later(() => import('../series/series-room').then((module) => module.SeriesRoom));
const LevelsRoom = later(() => import('../levels/levels-room').then((module) => module.LevelsRoom));
const MixedRoom = later(() => import('../mixed/mixed-room').then((module) => module.default));
const TagRoom = later(() => import('../tags/tag-room').then((module) => module.TagRoom));
const KeptLine = later(() => import('./kept-line').then((module) => module.KeptLine), null, true);
const HelpDialog = later(() => import('./help-dialog').then((module) => module.HelpDialog), null, true);
const MethodsDialog = later(() => import('../setup/methods/methods-dialog').then((module) => module.MethodsDialog), null, true);

/** What a run may need when it is over. */
const ROOMS = [CheckRoom, DiagramRoom, SeriesRoom, TagRoom, MixedRoom, LevelsRoom];

/** Beside the page while a lesson is on; the page's entry asks for it before the first render. */
export const LessonColumn = later(() => import('../lessons/lesson-column').then((module) => module.default));

const RUN_CONTROLS: readonly ControlId[] = ['train', 'one-epoch', 'stop', 'reset', 'repeat'];
const SETUP_CONTROLS: readonly ControlId[] = [
  ...(['data', 'own-table', 'levels', 'preset', 'simulator', 'division'] as const),
  ...(['methods', 'method-settings', 'protocol', 'training', 'draw-past-stop', 'seeds', 'advanced'] as const),
];

/** The rooms that come with what a run has, under its panels. */
function Results() {
  // A recorded run of an earlier version has nothing to show there.
  const checkable = useRun((state) => Object.values(state.results).some(({ byCount }) => byCount !== undefined));
  const ofSeries = useRun((state) => Object.values(state.results).some(({ series }) => series !== undefined));
  const levelled = useRun((state) => state.source.kind === 'live' && Object.keys(state.results).length > 0);
  const mixed = useRun((state) => state.source.kind === 'live' && state.results['linear-mixed-model'] !== undefined);
  const tagged = useRun((state) => Object.values(state.results).some(({ tagErrors }) => tagErrors !== undefined));
  return (
    <ResultsSheet>
      <Shown panel="diagram">
        <DiagramRoom />
      </Shown>
      {ofSeries && (
        <Shown panel="series">
          <SeriesRoom />
        </Shown>
      )}
      {mixed && (
        <Shown panel="mixed-model">
          <MixedRoom />
        </Shown>
      )}
      {tagged && <TagRoom />}
      {levelled && (
        <Shown panel="levels">
          <LevelsRoom />
        </Shown>
      )}
      {checkable && <CheckRoom />}
    </ResultsSheet>
  );
}

/**
 * The one screen: header, run bar, setup, and the sheet of results or the column roles of a new table. In
 * another site's frame, the run bar and the chosen panels alone.
 */
export function App() {
  useTextSize();
  // A teacher's link says itself what there is to do.
  const plain = usePageView((state) => state.view === null);
  const choosing = useTable((state) => state.phase !== 'none');
  const studied = useStudy((state) => state.study !== null);
  const [known] = useState(hasStudies);
  // So that a file can be opened, and a run be looked into, where the network has gone. A file may come at
  // once; to load the rooms takes a second of a processor, which the engine and a run go before.
  useEffect(() => {
    void CsvStep.load();
    void whenEngineStands()
      .then(whenQuiet)
      .then(() => Promise.all(ROOMS.map((room) => room.load())));
  }, []);
  const embedded = usePageView((state) => state.embedded);
  const kept = useKept((state) => state.offered !== null);
  const exporting = useExports((state) => state.dialog !== null);
  const inLesson = usePageView((state) => state.lesson);
  const nothing = usePageView((state) => state.step?.show.length === 0);
  const running = usePageView((state) => isShown(state, 'lanes') || anyOpen(state, RUN_CONTROLS));
  const setting = usePageView((state) => anyOpen(state, SETUP_CONTROLS));
  const body = `body${inLesson ? ' in-lesson' : setting && !embedded ? '' : ' no-setup'}${inLesson && nothing ? ' alone' : ''}`;
  const page = (
    <>
      {(!inLesson || running) && <RunBar />}
      <main className={body}>
        {inLesson ? (
          <div className="side">
            <LessonColumn />
            {setting && !embedded && <Setup />}
          </div>
        ) : (
          setting && !embedded && <Setup />
        )}
        <div className="sheet" id={RESULTS} tabIndex={-1}>
          <Notice />
          {!embedded && <NewVersion />}
          {kept && <KeptLine />}
          <StatusLine />
          {choosing ? (
            <CsvStep />
          ) : (
            <>
              {(studied || known) && !embedded && (
                <Shown panel="studies">
                  <StudySheet />
                </Shown>
              )}
              <Results />
            </>
          )}
        </div>
      </main>
    </>
  );
  return (
    <PageFrame>
      {embedded ? (
        <div className="embedded">
          {page}
          <EmbedLine />
        </div>
      ) : (
        <>
          <SkipLink />
          <Header>
            {plain && !inLesson && <RunsButton />}
            <ShareButton />
          </Header>
          {!inLesson && plain && <Opening />}
          <PrintHead />
          {page}
        </>
      )}
      {exporting && <ExportDialogs />}
      <MethodsDialog />
      <HelpDialog />
      <Announcer />
      <Shortcuts />
    </PageFrame>
  );
}

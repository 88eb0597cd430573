import { useCallback, useRef, useState } from 'react';
import type { LabError, LearningCurve } from '../../workers/protocol';
import { hasClasses } from '../../workers/spec/scores';
import { seriesChart } from '../charts/check-charts';
import { smallHeight } from '../charts/check-frame';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { lineColor, useChartTheme } from '../charts/theme';
import { cancelLearning, type LearningEvent, learningCurve } from '../lab-client/client';
import { Keys } from '../results/keys';
import { Panel } from '../results/panel';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { fixed, whole } from '../text/numbers';
import { labelOf, lineOf } from '../ui/method-line';
import { learningSentence } from '../words/check';
import { learningTwin } from './twins';

type Work =
  | { kind: 'none' }
  | { kind: 'fitting'; event: LearningEvent | null }
  | { kind: 'done'; curve: LearningCurve }
  | { kind: 'failed'; error: LabError };

const percent = (share: number): string => `${fixed(100 * share, 0)} %`;

function progressWords(event: LearningEvent | null): string {
  if (!event) return 'Preparing.';
  const at = event.lane ? `, ${labelOf(event.lane.method)} at epoch ${whole(event.lane.epoch)}` : '';
  return `Training on ${percent(event.share)} of the rows (${event.place} of ${event.of})${at}.`;
}

/**
 * Whether more rows would help: the methods fitted again on parts of the training rows, when asked. A new run
 * begins with an empty one.
 */
export function LearningPanel() {
  const generation = useRun((state) => state.generation);
  return <LearningCurvePanel key={generation} />;
}

function LearningCurvePanel() {
  const theme = useChartTheme();
  const figure = useRef<FigureHandle>(null);
  const status = useRun((state) => state.status);
  const task = useRun((state) => state.summary?.task);
  const [work, setWork] = useState<Work>({ kind: 'none' });
  const fit = () => {
    setWork({ kind: 'fitting', event: null });
    learningCurve((event) => setWork({ kind: 'fitting', event })).then(
      (curve) => setWork({ kind: 'done', curve }),
      (error: LabError) => setWork(error.code === 'cancelled' ? { kind: 'none' } : { kind: 'failed', error }),
    );
  };
  const curve = work.kind === 'done' ? work.curve : null;
  const loss = task && hasClasses(task) ? 'Log loss' : 'MSE';
  const build = useCallback(
    (colours: typeof theme, width: number) => {
      const { shares, methods } = curve as LearningCurve;
      return seriesChart(
        methods.map(({ method, points }) => ({
          label: labelOf(method),
          color: lineColor(lineOf(method), colours),
          dash: lineOf(method).dash,
          points: points.map((point) => point && { value: point.loss, error: point.standardError }),
        })),
        shares.map(({ share, rows }) => ({ name: percent(share), under: `${whole(rows)} rows` })),
        { xName: 'of the training rows', yName: `${loss} on test rows`, apart: 0 },
        colours,
        width,
      );
    },
    [curve, loss],
  );
  const twin = useCallback(() => (curve ? learningTwin(curve, loss) : { caption: '', columns: [], rows: [] }), [curve, loss]);
  return (
    <Panel
      panel="learning-curve"
      title="Learning curve over rows"
      width={12}
      file="learning-curve"
      figure={figure}
      ready={curve !== null}
      twin={twin}
      live={false}
      controls={
        work.kind === 'fitting' ? (
          <button type="button" className="btn" onClick={() => void cancelLearning()}>
            Stop
          </button>
        ) : (
          <button type="button" className="btn" disabled={isUnderway(status)} onClick={fit}>
            {curve ? 'Fit again' : 'Fit on 10, 25 and 50 %'}
          </button>
        )
      }
      caption={curve ? learningSentence(curve, labelOf) : undefined}
      fine={
        curve
          ? 'Fresh fits with the same settings and weight seed on nested random parts of the training and validation rows; the test rows stay.'
          : undefined
      }
    >
      {curve ? (
        <>
          <Keys methods={curve.methods.map(({ method }) => method)} />
          <FigureView build={build} height={smallHeight} handle={figure} label={`${loss} of every method by share of the training rows`} />
        </>
      ) : (
        <p className="note" role={work.kind === 'failed' ? 'alert' : 'status'}>
          <span>
            {work.kind === 'fitting'
              ? progressWords(work.event)
              : work.kind === 'failed'
                ? `${work.error.message} ${work.error.hint}`
                : 'Trains every method again on parts of the rows, to see whether more rows would help.'}
          </span>
        </p>
      )}
    </Panel>
  );
}

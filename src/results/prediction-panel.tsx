import { useCallback, useMemo, useRef } from 'react';
import type { MethodResult, PredictionView } from '../../workers/protocol';
import { isDrawn } from '../../workers/spec/division';
import { DOT_CAP } from '../charts/embedding-chart';
import { escapeMarkup } from '../charts/escape';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { highlighted } from '../charts/highlight';
import { predictionChart, predictionGeometry, rocChart, rowsOutside } from '../charts/prediction-chart';
import { methodColor, useChartTheme } from '../charts/theme';
import { useFollowed, useFollowedRow } from '../state/followed';
import { useShown } from '../state/page-view';
import { useRun } from '../state/run';
import { isTraining, isUnderway } from '../state/run-status';
import { useFramed, useShownPredictions } from '../state/scrub';
import { useView } from '../state/view';
import { fixed, value, whole } from '../text/numbers';
import { labelOf, lineOf } from '../ui/method-line';
import { dotsOutside, notNumbers } from '../words/outside';
import { drawnWords, predictionSentence, rocSentence } from '../words/prediction';
import { MethodChoice } from './method-choice';
import { methodsOf, predictionMethod } from './model';
import { Outside } from './outside';
import { EmptyChart, Panel, RecordedTag } from './panel';
import { PointTip } from './point-tip';
import type { Twin } from './twin';

export function predictionTwin(view: PredictionView, result: MethodResult | undefined, full: boolean): Twin {
  const name = labelOf(view.method);
  if (view.roc) {
    const { falsePositive, truePositive } = view.roc;
    const every = full ? 1 : Math.max(1, Math.ceil(falsePositive.length / 20));
    const rows = Array.from(falsePositive, (x, i) => [x, truePositive[i]]).filter((_, i) => i % every === 0);
    return {
      caption: `ROC curve of ${name} on ${whole(view.testRows)} test rows${result?.metrics.auc ? `, AUC ${fixed(result.metrics.auc, 3)}` : ''}.`,
      columns: ['False positive rate', 'True positive rate'],
      rows,
    };
  }
  const shown = full ? view.actual.length : Math.min(20, view.actual.length);
  return {
    caption: `Predicted against actual of ${name}: ${whole(view.actual.length)} sampled test rows${view.seenRows === undefined ? '' : ' whose event was seen'}.`,
    columns: ['Actual', 'Predicted'],
    rows: Array.from({ length: shown }, (_, i) => [view.actual[i], view.predicted[i]]),
    note: shown < view.actual.length ? `The first ${shown} of ${whole(view.actual.length)} sampled rows.` : undefined,
  };
}

/** What the predictions of a method show. */
function testSentence(view: PredictionView, result: MethodResult | undefined): string {
  const label = labelOf(view.method);
  if (!view.roc) return predictionSentence({ label, actual: view.actual, predicted: view.predicted, r2: result?.metrics.r2 ?? null });
  return rocSentence({ label, auc: result?.metrics.auc ?? null, testRows: view.testRows, error: result?.standardErrors?.auc ?? null });
}

/** Names the row under the pointer; a click follows it. */
function Rows(props: { view: PredictionView; whole: boolean; width: number; onChoose: (row: number) => void }) {
  const { view, width, onChoose } = props;
  const { rows, ...geometry } = predictionGeometry({ actual: view.actual, predicted: view.predicted, whole: props.whole }, width);
  const rowAt = (place: number): number => view.rows?.[rows[place]] ?? 0;
  return (
    <PointTip
      points={rows.length}
      geometry={geometry}
      width={width}
      title={(place) => `Row ${whole(rowAt(place) + 1)}`}
      onChoose={(place) => onChoose(rowAt(place))}
      rows={(place) => [
        { name: 'actual', value: value(view.actual[rows[place]]) },
        { name: 'predicted', value: value(view.predicted[rows[place]]) },
      ]}
    />
  );
}

export function PredictionPanel() {
  const theme = useChartTheme();
  const figure = useRef<FigureHandle>(null);
  const chosen = useView((state) => state.predictionMethod);
  const choose = useView((state) => state.setPredictionMethod);
  const all = useView((state) => state.whole.prediction ?? false);
  const source = useRun((state) => state.source);
  const status = useRun((state) => state.status);
  const spec = useRun((state) => state.spec);
  const lanes = useRun((state) => state.lanes);
  const summary = useRun((state) => state.summary);
  const predictions = useShownPredictions();
  const results = useRun((state) => state.results);
  const method = predictionMethod({ predictions, results, status, spec, lanes }, chosen);
  const view = method === null ? null : predictions[method];
  const final = method === null ? undefined : results[method];
  const framed = useFramed(method);
  // Of a snapshot the scores are of its own predictions, and have no standard errors.
  const scores = framed?.kind === 'snapshot' ? framed.prediction : null;
  const result = useMemo(
    () => (final && scores ? { ...final, metrics: { ...final.metrics, ...scores.metrics }, standardErrors: undefined } : final),
    [final, scores],
  );
  // A simulated response has no name worth an axis.
  const followed = useFollowedRow();
  const setFollow = useFollowed((state) => state.setFollow);
  const showDiagram = useFollowed((state) => state.show);
  const explained = useShown('diagram');
  const followable = explained && source.kind === 'live' && view?.rows !== undefined && !view.roc;
  const target = summary && spec && !isDrawn(spec.dataset) ? summary.targetName : null;
  const build = useMemo(
    () => (current: typeof theme, width: number) => {
      if (!view) throw new Error('there are no predictions to draw');
      const line = lineOf(view.method);
      const color = methodColor(line, current);
      if (view.roc) return rocChart({ ...view.roc, auc: result?.metrics.auc ?? null, color, dash: line.dash }, current, width);
      const inside = [
        { label: 'MSE', number: result?.metrics.mse, text: value },
        { label: 'R²', number: result?.metrics.r2, text: (r2: number) => fixed(r2, 2) },
      ].flatMap(({ label, number, text }) => (number === null || number === undefined ? [] : [{ label, text: text(number) }]));
      const input = { actual: view.actual, predicted: view.predicted, whole: all };
      const figure = predictionChart({ ...input, color, inside, target: target === null ? null : escapeMarkup(target, 24) }, current, width);
      const place = followed === null || !view.rows ? -1 : view.rows.indexOf(followed);
      if (place < 0) return figure;
      const { rows, at } = predictionGeometry(input, width);
      const drawn = rows.indexOf(place);
      return drawn < 0 ? figure : highlighted(figure, [{ ...at(drawn), name: null }], current);
    },
    [view, result, target, all, followed],
  );
  const twin = useCallback(
    (full: boolean): Twin => (view ? predictionTwin(view, result, full) : { caption: '', columns: [], rows: [] }),
    [view, result],
  );
  const caption = useMemo(() => (view ? testSentence(view, result) : null), [view, result]);
  const binary = view ? view.roc !== null : summary?.task === 'binary';
  const out = useMemo(() => (view && !view.roc ? rowsOutside({ ...view, whole: all }) : null), [view, all]);
  const available = methodsOf(spec).filter((id) => predictions[id]);
  const drawn = view ? Math.min(DOT_CAP, view.actual.length) : 0;
  const going = source.kind === 'live' && isUnderway(status);
  return (
    <Panel
      panel="predictions"
      title={binary ? 'ROC curve' : 'Predicted against actual'}
      width={4}
      file={binary ? 'roc-curve' : 'predicted-against-actual'}
      figure={figure}
      ready={view !== null}
      twin={twin}
      live={isTraining(status) || framed !== undefined}
      methods={method === null ? undefined : [method]}
      follows={framed?.kind === 'snapshot' && !scores ? false : { method }}
      row={
        <>
          <MethodChoice method={method} of={available} onChange={choose} />
          <RecordedTag recorded={source.kind === 'recorded'} />
        </>
      }
      caption={
        caption ?? (binary ? 'The closer to the top left corner, the better; the diagonal is guessing.' : 'The closer to the diagonal, the better.')
      }
      fine={
        view &&
        (view.roc
          ? `${whole(scores?.scoredRows ?? view.testRows)}${scores && scores.scoredRows < view.testRows ? ` of ${whole(view.testRows)}` : ''} test rows.`
          : [
              drawnWords({ drawn, testRows: view.testRows, seenRows: view.seenRows, scored: scores?.scoredRows ?? null }),
              out && notNumbers(out.missing, ['prediction', 'predictions']),
            ]
              .filter(Boolean)
              .join(' '))
      }
    >
      {view ? (
        <FigureView
          build={build}
          height={(width) => Math.min(Math.max(180, width - 40), 344) + 56}
          handle={figure}
          label={view.roc ? `ROC curve of ${labelOf(view.method)} on test rows` : `Predicted against actual of ${labelOf(view.method)} on test rows`}
        >
          {followable ? (width) => <Rows view={view} whole={all} width={width} onChoose={(row) => setFollow({ kind: 'row', row })} /> : undefined}
        </FigureView>
      ) : (
        <EmptyChart height={320}>
          {going
            ? 'The first method to finish appears here.'
            : status === 'failed'
              ? 'No method finished.'
              : 'Test rows are predicted when a method has finished.'}
        </EmptyChart>
      )}
      {out && <Outside chart="prediction" words={dotsOutside(out.outside, out.drawn, 'test rows drawn')} />}
      {followable && followed !== null && (
        <p className="fine">
          Row {whole(followed + 1)} is followed.{' '}
          <button type="button" className="lk" onClick={() => showDiagram(view.method)}>
            How it works
          </button>
        </p>
      )}
    </Panel>
  );
}

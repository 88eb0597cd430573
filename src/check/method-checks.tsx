import { useCallback, useRef, useState } from 'react';
import type { CheckView, RegressionCheck } from '../../workers/protocol';
import { calibrationChart, coverageChart, normalChart, pitChart, residualChart, residualGeometry, spreadChart } from '../charts/check-charts';
import { smallHeight } from '../charts/check-frame';
import type { Figure, Theme } from '../charts/figure';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { methodColor, useChartTheme } from '../charts/theme';
import { Choice } from '../results/choice';
import { EmptyChart, Panel } from '../results/panel';
import { PointTip } from '../results/point-tip';
import type { Twin } from '../results/twin';
import { useFollowed } from '../state/followed';
import { useShown } from '../state/page-view';
import { useRun } from '../state/run';
import { value, whole } from '../text/numbers';
import { labelOf, lineOf, Swatch } from '../ui/method-line';
import { binLabel, calibrationSentence, countSpreadSentence, coverageSentence, fittedSentence, normalSentence, pitSentence } from '../words/check';
import { calibrationTwin, coverageTwin, normalTwin, pitTwin, residualTwin, spreadTwin } from './twins';

interface SmallProps {
  view: CheckView;
  title: string;
  file: string;
  width: 4 | 6;
  draw: (look: { color: string }, theme: Theme, width: number) => Figure;
  twin: (full: boolean) => Twin;
  caption: string;
  fine?: string;
  /** Why there is nothing to draw. */
  empty?: string;
  row?: React.ReactNode;
  /** What lies over the drawing at a width. */
  over?: (width: number) => React.ReactNode;
}

/** One small panel of a method. */
function Small({ view, title, file, width, draw, twin, caption, fine, empty, row, over }: SmallProps) {
  const figure = useRef<FigureHandle>(null);
  const build = useCallback((theme: Theme, px: number) => draw({ color: methodColor(lineOf(view.method), theme) }, theme, px), [draw, view]);
  return (
    <Panel
      title={title}
      width={width}
      file={`${file}-${view.method}`}
      figure={figure}
      ready={!empty}
      twin={twin}
      live={false}
      methods={[view.method]}
      row={row}
      caption={caption}
      fine={fine}
    >
      {empty ? (
        <EmptyChart height={240}>{empty}</EmptyChart>
      ) : (
        <FigureView build={build} height={smallHeight} handle={figure} label={`${title}, ${labelOf(view.method)}`}>
          {over}
        </FigureView>
      )}
    </Panel>
  );
}

/** The row of small panels of one method. */
export function MethodChecks({ view }: { view: CheckView }) {
  return (
    <section className="checks" aria-label={`Check of ${labelOf(view.method)}`}>
      <p className="whom">
        <Swatch id={view.method} /> <b>{labelOf(view.method)}</b> <span>on {whole(view.testRows)} test rows</span>
      </p>
      {view.regression && <Regression view={view} check={view.regression} />}
      {view.binary && <Calibration view={view} />}
    </section>
  );
}

/** Names the row under the pointer; a click follows it through the diagram. */
function ResidualTip({ check, width }: { check: RegressionCheck; width: number }) {
  const theme = useChartTheme();
  const setFollow = useFollowed((state) => state.setFollow);
  const explained = useShown('diagram');
  const { rows, fitted, residual } = check.drawn;
  return (
    <PointTip
      points={rows.length}
      geometry={residualGeometry(check, theme, width)}
      width={width}
      title={(i) => `Row ${whole(rows[i] + 1)}`}
      onChoose={explained ? (i) => setFollow({ kind: 'row', row: rows[i] }) : undefined}
      rows={(i) => [
        { name: 'fitted', value: value(fitted[i]) },
        { name: 'observed − fitted', value: value(residual[i]) },
      ]}
    />
  );
}

function Regression({ view, check }: { view: CheckView; check: RegressionCheck }) {
  const { predictive, normal } = check;
  const drawResiduals = useCallback((look: { color: string }, theme: Theme, width: number) => residualChart(check, look, theme, width), [check]);
  const drawNormal = useCallback(
    (look: { color: string }, theme: Theme, width: number) => normalChart(normal as NonNullable<typeof normal>, look, theme, width),
    [normal],
  );
  const drawCoverage = useCallback(
    (look: { color: string }, theme: Theme, width: number) => coverageChart(predictive as NonNullable<typeof predictive>, look, theme, width),
    [predictive],
  );
  const drawPit = useCallback(
    (look: { color: string }, theme: Theme, width: number) => pitChart(predictive as NonNullable<typeof predictive>, look, theme, width),
    [predictive],
  );
  const source =
    predictive?.source === 'model'
      ? 'its residual variance and what is not known of the levels'
      : 'the error of validation rows, equal for every row';
  return (
    <>
      <Small
        view={view}
        title="Residuals against fitted"
        file="residuals"
        width={4}
        draw={drawResiduals}
        twin={(full) => residualTwin(view, full)}
        caption={fittedSentence(check)}
        over={(width) => <ResidualTip check={check} width={width} />}
        fine={`${check.drawn.fitted.length < view.testRows ? `${whole(check.drawn.fitted.length)} rows drawn. ` : ''}Line: running median; band: one standard deviation.`}
      />
      <Small
        view={view}
        title="Normal quantiles"
        file="normal-quantiles"
        width={4}
        draw={drawNormal}
        twin={(full) => normalTwin(view, full)}
        caption={normalSentence(check)}
        fine="Band: where 95 of 100 normal samples have that point."
        empty={normal ? undefined : 'Too few test rows.'}
      />
      <Spread view={view} />
      <Small
        view={view}
        title="Predictive intervals"
        file="coverage"
        width={6}
        draw={drawCoverage}
        twin={() => coverageTwin(view)}
        caption={coverageSentence(check)}
        fine={
          predictive ? `Normal intervals with a standard deviation of ${value(predictive.sd)}, from ${source}. Whiskers: Wilson, 95 %.` : undefined
        }
        empty={predictive ? undefined : 'No predictive standard deviation.'}
      />
      <Small
        view={view}
        title="Where responses fall"
        file="pit"
        width={6}
        draw={drawPit}
        twin={() => pitTwin(view)}
        caption={pitSentence(check, view.testRows)}
        fine="Even when the predicted distributions are right (PIT histogram). Band: 95 % of even samples."
        empty={predictive ? undefined : 'No predictive standard deviation.'}
      />
    </>
  );
}

function Spread({ view }: { view: CheckView }) {
  const [chosen, choose] = useState(0);
  const feature = view.byCount[Math.min(chosen, view.byCount.length - 1)];
  // Columns of tags come after the features.
  const features = useRun((state) => state.summary?.features.length ?? 0);
  const ofTags = view.byCount.indexOf(feature) >= features;
  const level = ofTags ? 'rarest tag' : 'level';
  const binary = view.binary !== null;
  const draw = useCallback(
    (look: { color: string }, theme: Theme, width: number) =>
      spreadChart(feature.bins, feature.bins.map(binLabel), { ...look, binary, level }, theme, width),
    [feature, binary, level],
  );
  if (!feature) return null;
  return (
    <Small
      view={view}
      title={`Spread by rows of the ${level}`}
      file="spread-by-rows"
      width={binary ? 6 : 4}
      draw={draw}
      twin={() => spreadTwin(view, view.byCount.indexOf(feature))}
      caption={countSpreadSentence(feature, binary, ofTags ? 'tags' : 'levels')}
      fine={`${ofTags ? 'Tags' : 'Levels'} of ${feature.feature}. Whiskers: 95 %.${binary ? ' 1 where the probabilities are right.' : ''}`}
      row={
        view.byCount.length > 1 && (
          <Choice
            label="Categorical column of the spread"
            value={String(view.byCount.indexOf(feature))}
            options={view.byCount.map((one, i) => ({ value: String(i), label: one.feature }))}
            onChange={(next) => choose(Number(next))}
          />
        )
      }
    />
  );
}

function Calibration({ view }: { view: CheckView }) {
  const { binary } = view;
  const draw = useCallback(
    (look: { color: string }, theme: Theme, width: number) => calibrationChart(binary as NonNullable<typeof binary>, look, theme, width),
    [binary],
  );
  if (!binary) return null;
  return (
    <>
      <Small
        view={view}
        title="Calibration"
        file="calibration"
        width={6}
        draw={draw}
        twin={() => calibrationTwin(view)}
        caption={calibrationSentence(binary)}
        fine="Bins of equal numbers of test rows; whiskers: Wilson, 95 %. The dashed diagonal is right."
      />
      <Spread view={view} />
    </>
  );
}

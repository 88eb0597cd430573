import { useCallback, useMemo, useRef } from 'react';
import { hasClasses } from '../../workers/spec/scores';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { drawnTraining, drawnValues, type LossChartInput, lastEpoch, leavingTop, lossChart, lossGeometry, TRAINING_DASH } from '../charts/loss-chart';
import { lineColor, useChartTheme } from '../charts/theme';
import { usePlain } from '../state/page-view';
import { useRun } from '../state/run';
import { isTraining, isUnderway } from '../state/run-status';
import { useScrub } from '../state/scrub';
import { useSpec } from '../state/spec';
import { useStaleness } from '../state/stale';
import { useView } from '../state/view';
import { whole } from '../text/numbers';
import { Check } from '../ui/check';
import { Control } from '../ui/control';
import { Icon } from '../ui/icons';
import { lineOf } from '../ui/method-line';
import { PopOver } from '../ui/over';
import { Segmented } from '../ui/segmented';
import { disagreement, keyWords } from '../words/best-epoch';
import { lossSentence } from '../words/loss';
import { linesOutside } from '../words/outside';
import { stopOnWords } from '../words/stop';
import { trainingElsewhere, trainingSentence } from '../words/training';
import { Crosshair } from './crosshair';
import { lossLines, lossStories, noiseFloor, trainingGaps, twoLosses } from './model';
import { Outside } from './outside';
import { EmptyChart, Panel, RecordedTag } from './panel';
import type { Twin } from './twin';
import { CAPTION_INTERVAL_MS, useSettled } from './use-settled';

const REFERENCE = 'ignore';

/** The loss of every epoch, in rows; the short form keeps about thirty epochs. */
export function lossTwin(input: LossChartInput, full: boolean): Twin {
  const epochs = lastEpoch(input.lines);
  const every = full ? 1 : Math.max(1, Math.ceil(epochs / 30));
  const series = input.lines.flatMap((line) => {
    const training = drawnTraining(line, input.kind);
    const own = { column: line.label, values: drawnValues(line, input.kind) };
    return training.length > 0 ? [own, { column: `${line.label}, training`, values: training }] : [own];
  });
  const rows: Twin['rows'] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    if ((epoch - 1) % every !== 0 && epoch !== epochs && epoch !== input.marked) continue;
    rows.push([epoch, ...series.map(({ values }) => (epoch <= values.length ? values[epoch - 1] : null))]);
  }
  const stops = input.lines.map((line) => {
    const best = line.bestEpoch === null ? '' : `best epoch ${line.bestEpoch}`;
    const end =
      line.stopEpoch === null
        ? ''
        : line.state === 'reached'
          ? `reached ${line.stopEpoch}`
          : `${line.state === 'diverged' ? 'diverged' : 'stopped'} at ${line.stopEpoch}`;
    const results = line.resultsFrom === null || line.resultsFrom === line.stopEpoch ? '' : `results from epoch ${line.resultsFrom}`;
    return `${line.label}: ${[best, end, results].filter(Boolean).join(', ') || 'no epoch yet'}`;
  });
  return {
    caption: `Validation loss${series.length > input.lines.length ? ' and training loss' : ''} by epoch, ${input.kind}. ${input.axisTitle}.`,
    columns: ['Epoch', ...series.map(({ column }) => column)],
    rows,
    note: `${stops.join('; ')}.${input.marked ? ` Marked: epoch ${whole(input.marked)}.` : ''}${every > 1 ? ` One epoch in ${whole(every)}.` : ''}`,
  };
}

export function LossPanel() {
  const { loss, scale, training, setLoss, setScale, setTraining, whole: wholes } = useView();
  const all = wholes.loss ?? false;
  const theme = useChartTheme();
  const figure = useRef<FigureHandle>(null);
  const { source, status, spec, summary, lanes, curves, results } = useRun();
  const frame = useScrub((state) => state.frame);
  const { changed } = useStaleness();
  const plain = usePlain('validation-loss');
  const input = useMemo((): LossChartInput => {
    const old = (method: string) => changed.includes(method);
    const style = (method: string) => ({ color: old(method) ? theme.ink3 : lineColor(lineOf(method), theme), dash: lineOf(method).dash });
    const rows = summary ? `, ${whole(summary.validationRows)} validation rows` : '';
    const axisTitle =
      loss === 'objective' ? '% of the first epoch' : summary && hasClasses(summary.task) ? `Log loss in nats${rows}` : `Mean squared error${rows}`;
    const floor = noiseFloor(spec);
    return {
      lines: lossLines({ source, status, spec, lanes, curves, results }, loss, style, training)
        .map((line) => (old(line.method) ? { ...line, label: `${line.label} (old)` } : line))
        .map((line) => ({ ...line, readAt: frame?.methods.find(({ method }) => method === line.method)?.epoch ?? null })),
      kind: loss,
      marked: frame?.epoch ?? null,
      whole: all,
      scale,
      axisTitle,
      referenceMethod: REFERENCE,
      noiseFloor: floor === null ? null : { method: 'mmbeddings', label: 'MMbeddings', color: lineColor(lineOf('mmbeddings'), theme), value: floor },
    };
  }, [source, status, spec, summary, lanes, curves, results, loss, scale, training, all, theme, changed, frame]);
  const build = useCallback((current: typeof theme, width: number) => lossChart(input, current, width), [input]);
  const twin = useCallback((full: boolean) => lossTwin(input, full), [input]);
  const ready = input.lines.length > 0;
  const going = source.kind === 'live' && isUnderway(status);
  const words = keyWords(input.lines, { loss, restoreBest: spec?.training.restoreBest ?? false, going });
  const newest = useMemo(() => ({ input, curves }), [input, curves]);
  const told = useSettled(newest, isTraining(status) ? CAPTION_INTERVAL_MS : 0);
  const caption = useMemo(() => {
    const { lines, kind } = told.input;
    const options = { percent: kind === 'objective' };
    return [lossSentence(lossStories(lines, told.curves), options), trainingSentence(trainingGaps(lines, kind), options)].filter(Boolean).join(' ');
  }, [told]);
  const elsewhere = training ? trainingElsewhere(input.lines.filter((line) => !line.training).map(({ label }) => label)) : null;
  const leaving = useMemo(() => linesOutside(leavingTop(told.input)), [told]);
  const differ = useMemo(() => disagreement(twoLosses(told.input.lines, told.curves)), [told]);
  const averaged = 'Training loss: what the method minimises, averaged over the batches of an epoch while its weights still moved.';
  const fine = [differ, training && averaged, elsewhere].filter(Boolean).join(' ');
  return (
    <Panel
      title="Validation loss"
      width={8}
      file="validation-loss"
      figure={figure}
      ready={ready}
      twin={twin}
      live={isTraining(status) || frame !== null}
      follows="marked"
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      panel="validation-loss"
      namedControls
      controls={
        <>
          <Control id="loss-kind">
            <Segmented
              aria-label="Loss"
              value={loss}
              onChange={setLoss}
              data={[
                { value: 'predictive', label: 'Predictive' },
                { value: 'objective', label: 'Objective' },
              ]}
            />
          </Control>
          <Control id="loss-scale">
            <Segmented
              aria-label="Scale"
              value={scale}
              onChange={setScale}
              data={[
                { value: 'linear', label: 'Linear' },
                { value: 'log', label: 'Log' },
              ]}
            />
          </Control>
        </>
      }
      caption={caption}
      fine={fine}
    >
      {!plain && (
        <p className="note">
          <Icon name="info" small />
          <span>
            {loss === 'predictive' ? (
              'Embeddings of training rows alone predict validation rows. '
            ) : (
              <>
                Objective: what each method minimises. The MMbeddings encoder sees the validation row’s own <i className="m">y</i>, so its curve is an
                ELBO, not a prediction error, and the lines cannot be compared.{' '}
              </>
            )}
            <WhyTwo />
          </span>
        </p>
      )}
      {ready ? (
        <FigureView
          build={build}
          height={(width) => lossGeometry(input, width).height}
          handle={figure}
          label={`Validation loss by epoch for ${input.lines.map((line) => line.label).join(', ')}`}
        >
          {(width) => <Crosshair input={input} width={width} />}
        </FigureView>
      ) : (
        <EmptyChart height={332}>
          {status === 'failed'
            ? 'No epoch was finished.'
            : going
              ? 'The first epoch will appear here.'
              : 'Press Train: every epoch adds a point to each method’s line.'}
        </EmptyChart>
      )}
      {scale === 'linear' && <Outside chart="loss" words={leaving} />}
      <div className="key">
        <span>
          <svg width="12" height="12" aria-hidden="true">
            <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="2" />
          </svg>
          {words.ring}
        </span>
        <span>
          <svg width="8" height="12" aria-hidden="true">
            <path d="M4 1v10" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
          </svg>
          {words.bar}
        </span>
        {words.dot && (
          <span>
            <svg width="10" height="12" aria-hidden="true">
              <circle cx="5" cy="6" r="4" fill="currentColor" />
            </svg>
            {words.dot}
          </span>
        )}
        <span>
          <svg width="20" height="12" aria-hidden="true">
            <path d="M0 6h20" stroke="currentColor" />
          </svg>
          past the stop
        </span>
        <Control id="training-curve">
          <Check checked={training} onChange={setTraining}>
            <span className="with-swatch">
              <svg width="20" height="12" aria-hidden="true">
                <path d="M0 6h20" stroke="currentColor" strokeWidth="1.75" strokeDasharray={TRAINING_DASH.replaceAll('px', '')} />
              </svg>
              Training curve
            </span>
          </Check>
        </Control>
      </div>
    </Panel>
  );
}

function WhyTwo() {
  // Of the run that is drawn, else of the settings.
  const form = useSpec((state) => state.spec.training.stopOn);
  const stopOn = useRun((state) => state.spec?.training.stopOn) ?? form;
  return (
    <PopOver
      width={440}
      button={
        <button type="button" className="lk">
          Why two losses?
        </button>
      }
    >
      <h3>Two validation losses</h3>
      <p>
        <b>Predictive</b> builds level embeddings from training rows only and applies them to validation rows whose <i className="m">y</i> the model
        has not seen, so every method answers the same question.
      </p>
      <p>
        <b>Objective</b> is the loss each method minimises, on validation rows; for MMbeddings the encoder reads those rows’ own{' '}
        <i className="m">y</i>, as in the paper, so it can fall below the noise.
      </p>
      <p>{stopOnWords(stopOn)}</p>
    </PopOver>
  );
}

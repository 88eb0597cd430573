import { useCallback, useMemo, useRef } from 'react';
import type { LevelCard } from '../../workers/protocol';
import { hasSeveralClasses } from '../../workers/spec/scores';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { type IntervalRow, intervalChart, intervalHeight } from '../charts/interval-chart';
import type { useChartTheme } from '../charts/theme';
import { EmptyChart, Panel } from '../results/panel';
import type { Twin } from '../results/twin';
import { useSelected } from '../state/selection';
import { decimalsFor } from '../text/numbers';
import { labelOf, lineOf } from '../ui/method-line';
import { predictionsSentence } from '../words/level-room';
import { labelAt, oneLine } from './labels';
import type { LevelsShown } from './shown';

function predictionsTwin(card: LevelCard, name: string): Twin {
  return {
    caption: `What each method predicts for ${name} in a typical row, with the 95 % interval of a new row's response.`,
    columns: ['Method', 'Prediction', 'Low', 'High', 'Interval from'],
    rows: card.predictions.map(({ method, value, interval }) => [
      labelOf(method),
      value,
      interval?.low ?? null,
      interval?.high ?? null,
      interval?.from ?? null,
    ]),
  };
}

const rowsOf = (card: LevelCard): IntervalRow[] =>
  card.predictions.map(({ method, value, interval }) => ({
    label: labelOf(method),
    color: lineOf(method),
    ours: { mean: value, low: interval?.low ?? value, high: interval?.high ?? value, repetitions: [] },
    published: null,
  }));

/** What every finished method predicts for the selected level. */
export function PredictionsPanel({ shown, card }: { shown: LevelsShown; card: LevelCard | null }) {
  const { feature, view, overview, thing } = shown;
  const figure = useRef<FigureHandle>(null);
  const level = useSelected(feature)[0] ?? null;
  const rows = useMemo(() => (card ? rowsOf(card) : []), [card]);
  const what = overview.task === 'binary' ? 'probability' : overview.targetName;
  const build = useCallback(
    (theme: ReturnType<typeof useChartTheme>, width: number) =>
      intervalChart(rows, what, Math.min(4, decimalsFor(rows.map(({ ours }) => ours?.mean ?? 0))))(theme, width),
    [rows, what],
  );
  const ready = card !== null && rows.length > 0;
  const name = level === null ? '' : oneLine(labelAt(view, level)).slice(0, 60);
  return (
    <Panel
      title={`Predictions for the ${thing.one}`}
      width={6}
      file="level-predictions"
      figure={figure}
      ready={ready}
      twin={() => (card ? predictionsTwin(card, name) : { caption: '', columns: [], rows: [] })}
      live={false}
      tag={level !== null && <bdi className="whose level-tag">{name}</bdi>}
      caption={card && predictionsSentence(card.predictions, labelOf)}
      fine="In a typical row: numeric features at their mean, other features at their most frequent level. Intervals are of a new row’s response: from the posterior and the residual variance where the model is a sum, else from the error on validation rows."
    >
      {ready ? (
        <FigureView build={build} height={intervalHeight(rows.length)} handle={figure} label={`Predictions of every method for ${name}`} />
      ) : (
        <EmptyChart height={200}>
          {hasSeveralClasses(overview.task)
            ? 'Of several classes a row has a probability for each, which this panel does not show.'
            : card
              ? 'No method predicted a typical row here.'
              : `Choose a ${thing.one} to see what each method predicts for it.`}
        </EmptyChart>
      )}
    </Panel>
  );
}

import { useMemo, useRef } from 'react';
import type { Variogram } from '../../workers/protocol';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { type LinesAxes, linesChart, linesHeight, type NamedLine } from '../charts/lines-chart';
import { useRun } from '../state/run';
import { labelOf, lineOf } from '../ui/method-line';
import { fittedAt, variogramSentence } from '../words/variogram';
import { methodsOf } from './model';
import { Panel, RecordedTag } from './panel';
import type { Twin } from './twin';

const AXES: LinesAxes = {
  title: 'semivariance',
  x: { label: 'distance', log: false, ticks: null },
  y: { log: false, fromZero: true },
};

function variogramTwin({ bins, fitted }: Variogram, method: string): Twin {
  return {
    caption: `Half the mean squared difference of the mean residuals of two places by their distance, and what the field of ${labelOf(method)} gives.`,
    columns: ['Distance', 'Semivariance', 'Fitted', 'Pairs of places'],
    rows: bins.map(({ distance, semivariance, pairs }) => [distance, semivariance, fittedAt(fitted, distance), pairs]),
  };
}

const asPoints = (of: readonly { distance: number; semivariance: number }[]) =>
  of.map(({ distance, semivariance }) => ({ x: distance, y: semivariance }));

function linesFrom({ bins, fitted }: Variogram, method: string): NamedLine[] {
  return [
    { label: 'residuals', color: null, dash: 'solid', dots: true, points: asPoints(bins) },
    { label: 'fitted field', color: lineOf(method), dash: 'solid', dots: false, points: asPoints(fitted) },
  ];
}

/** How unlike places are by their distance, in the residuals and in the fitted field. */
export function VariogramPanel() {
  const figure = useRef<FigureHandle>(null);
  const source = useRun((state) => state.source);
  const results = useRun((state) => state.results);
  const spec = useRun((state) => state.spec);
  const method = spec ? methodsOf(spec).find((id) => results[id]?.variogram) : undefined;
  const found = method === undefined ? undefined : results[method]?.variogram;
  const build = useMemo(() => linesChart(found && method !== undefined ? linesFrom(found, method) : [], AXES), [found, method]);
  if (!found || method === undefined) return null;
  return (
    <Panel
      title="Variogram"
      width={12}
      file="variogram"
      figure={figure}
      ready
      twin={() => variogramTwin(found, method)}
      live={false}
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      caption={variogramSentence(found)}
      fine="Dots: the semivariance, which is half the mean squared difference of the mean residuals of two places, by their distance, up to half of the largest. Curve: the same by the fitted variance and length. It begins at the error that is left in the mean of a place."
    >
      <FigureView
        build={build}
        height={linesHeight}
        handle={figure}
        label="Semivariance of places by their distance, of residuals and of the fitted field"
      />
    </Panel>
  );
}

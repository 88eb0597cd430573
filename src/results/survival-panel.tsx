import { useMemo, useRef, useState } from 'react';
import type { SurvivalCurves } from '../../workers/protocol';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { type LinesAxes, linesChart, linesHeight, type NamedLine } from '../charts/lines-chart';
import { useRun } from '../state/run';
import { labelOf, lineOf } from '../ui/method-line';
import { survivalSentence } from '../words/survival';
import { Choice } from './choice';
import { methodsOf } from './model';
import { Panel, RecordedTag } from './panel';
import type { Twin } from './twin';

const AXES: LinesAxes = {
  title: 'share without the event',
  x: { label: 'time', log: false, ticks: null },
  y: { log: false, fromZero: true },
};
const FRAILTIES = ['low frailty', 'middle frailty', 'high frailty'];

function survivalTwin({ times, observed, mean, frailties }: SurvivalCurves, method: string): Twin {
  return {
    caption: `Share of the test rows without the event, as observed (Kaplan–Meier) and as predicted by ${labelOf(method)}.`,
    columns: ['Time', 'Observed', 'Predicted', ...frailties.map(({ share }) => `Frailty at ${100 * share} %`)],
    rows: times.map((time, i) => [time, observed[i], mean[i], ...frailties.map(({ survival }) => survival[i])]),
  };
}

function linesOf({ times, observed, mean, frailties }: SurvivalCurves, method: string): NamedLine[] {
  const line = (label: string, shares: readonly number[], color: NamedLine['color'], dash: string): NamedLine => ({
    ...{ label, color, dash, dots: false },
    points: times.map((x, i) => ({ x, y: shares[i] })),
  });
  return [
    line('observed', observed, null, 'solid'),
    line('predicted', mean, lineOf(method), 'solid'),
    ...frailties.map(({ survival }, i) => line(FRAILTIES[i], survival, lineOf(method), '3px,3px')),
  ];
}

/** Shares of rows without the event over time: as they were, as predicted, and by the frailty of a level. */
export function SurvivalPanel() {
  const figure = useRef<FigureHandle>(null);
  const source = useRun((state) => state.source);
  const results = useRun((state) => state.results);
  const spec = useRun((state) => state.spec);
  const methods = spec ? methodsOf(spec).filter((id) => results[id]?.survival) : [];
  const [chosen, choose] = useState<string | null>(null);
  const method = chosen !== null && methods.includes(chosen) ? chosen : methods[0];
  const curves = results[method]?.survival;
  const build = useMemo(() => linesChart(curves ? linesOf(curves, method) : [], AXES), [curves, method]);
  if (!curves) return null;
  return (
    <Panel
      title="Survival curves"
      width={12}
      file="survival"
      figure={figure}
      ready
      twin={() => survivalTwin(curves, method)}
      live={false}
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      controls={
        methods.length > 1 && (
          <Choice label="Method" value={method} options={methods.map((value) => ({ value, label: labelOf(value) }))} onChange={choose} />
        )
      }
      caption={survivalSentence(curves)}
      fine="Grey: what was observed of the test rows (Kaplan and Meier’s estimate, in which a censored row counts for as long as it was seen). Solid, in colour: the mean of what is predicted for each of them. Broken: a row with the middle prediction, whose level has a frailty that 10 %, 50 % or 90 % of levels are below."
    >
      <FigureView build={build} height={linesHeight} handle={figure} label="Share of test rows without the event over time, observed and predicted" />
    </Panel>
  );
}

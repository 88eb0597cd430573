import { useCallback, useMemo, useRef } from 'react';
import type { UnitRecord } from '../../workers/papers/types';
import { hasClasses } from '../../workers/spec/scores';
import type { Study } from '../../workers/spec/study';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { type LinesAxes, linesChart, linesHeight } from '../charts/lines-chart';
import { EmptyChart, Panel } from '../results/panel';
import { curveLines, curvesTwin } from './view';
import { partWord, studyOrigin, studySlug, taskOf } from './words';

const axes = (classes: boolean): LinesAxes => ({
  title: `Predictive validation loss (${classes ? 'log loss' : 'MSE'}), log scale`,
  x: { label: 'epoch', log: false, ticks: null },
  y: { log: true, fromZero: false },
});

/** Validation losses of every repetition, faint, and their mean. */
export function CurvesPanel({ study, records }: { study: Study; records: UnitRecord[] }) {
  const lines = useMemo(() => curveLines(study, records), [study, records]);
  const build = useMemo(() => linesChart(lines, axes(hasClasses(taskOf(study.spec.dataset)))), [lines, study]);
  const figure = useRef<FigureHandle | null>(null);
  const twin = useCallback((full: boolean) => curvesTwin(study, records, full), [study, records]);
  return (
    <Panel
      title={`Validation loss by ${partWord(study)}`}
      width={6}
      file="study-validation-loss"
      origin={studyOrigin(study)}
      named={studySlug(study)}
      figure={figure}
      ready={lines.length > 0}
      twin={twin}
      live={false}
      caption={`Faint: single ${partWord(study)}s, each to its own stop. Thick: their mean, in which one that has stopped keeps its last loss.`}
    >
      {lines.length > 0 ? (
        <FigureView build={build} height={linesHeight} handle={figure} label="Validation loss of each method by epoch, every repetition" />
      ) : (
        <EmptyChart height={linesHeight(640)}>The first {partWord(study)} will appear here.</EmptyChart>
      )}
    </Panel>
  );
}

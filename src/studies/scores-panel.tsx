import { useCallback, useMemo, useRef } from 'react';
import type { StudyRow } from '../../workers/papers/study-table';
import type { ScoreKey } from '../../workers/protocol';
import type { Study } from '../../workers/spec/study';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { intervalChart, intervalHeight } from '../charts/interval-chart';
import { EmptyChart, Panel } from '../results/panel';
import { chartRows, studyTwin } from './view';
import { decimalsOf, partWord, scoreName, studyOrigin, studySlug } from './words';

/** Mean ± SE of every method, with its single repetitions. */
export function ScoresPanel({ study, rows, metric, reference }: { study: Study; rows: StudyRow[]; metric: ScoreKey; reference: string }) {
  const drawn = useMemo(() => chartRows(rows), [rows]);
  const name = scoreName(metric);
  const decimals = decimalsOf(rows);
  const build = useMemo(() => intervalChart(drawn, `Test ${name}`, decimals), [drawn, name, decimals]);
  const height = useCallback((_: number) => intervalHeight(Math.max(1, drawn.length))(), [drawn.length]);
  const figure = useRef<FigureHandle | null>(null);
  const twin = useCallback((_: boolean) => studyTwin(study, rows, metric, reference), [study, rows, metric, reference]);
  return (
    <Panel
      title={`Scores by ${partWord(study)}`}
      width={6}
      file={`study-${metric}`}
      origin={studyOrigin(study)}
      named={studySlug(study)}
      figure={figure}
      ready={drawn.length > 0}
      twin={twin}
      live={false}
      caption={`Thin: single ${partWord(study)}s. Dot and bar: their mean ± one standard error.`}
    >
      {drawn.length > 0 ? (
        <FigureView build={build} height={height} handle={figure} label={`Mean test ${name} of each method with its standard error`} />
      ) : (
        <EmptyChart height={intervalHeight(study.spec.methods.length)()}>The first {partWord(study)} will appear here.</EmptyChart>
      )}
    </Panel>
  );
}

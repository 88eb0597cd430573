import { useCallback, useMemo, useRef, useState } from 'react';
import type { SeriesScores } from '../../workers/protocol';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { linesChart, linesHeight, type NamedLine } from '../charts/lines-chart';
import type { useChartTheme } from '../charts/theme';
import { Choice } from '../results/choice';
import { Keys } from '../results/keys';
import { Panel, RecordedTag } from '../results/panel';
import { useRun } from '../state/run';
import { plural } from '../ui/format';
import { labelOf, lineOf } from '../ui/method-line';
import { leakSentence, stepSentence } from '../words/series';
import { NARROW, withoutNames } from './narrow';
import { stepsTwin } from './twins';

/** Where in a window the methods err: the first steps know least, and the last has no future to read. */
export function StepsPanel({ methods }: { methods: readonly { method: string; scores: SeriesScores }[] }) {
  const figure = useRef<FigureHandle>(null);
  const source = useRun((state) => state.source);
  const [chosen, setKnown] = useState(true);
  const { groups, steps, innovationVariance } = methods[0].scores;
  const known = groups.some((group) => group.known === chosen) ? chosen : groups[0].known;
  const lines = useMemo((): NamedLine[] => {
    const own = methods.map(({ method, scores }) => ({
      label: labelOf(method),
      color: lineOf(method),
      dash: lineOf(method).dash,
      points: (scores.groups.find((group) => group.known === known)?.bySteps ?? []).map((y, t) => ({ x: t + 1, y })),
      dots: false,
    }));
    if (innovationVariance === null) return own;
    const ends = [1, steps].map((x) => ({ x, y: innovationVariance }));
    return [...own, { label: 'innovation variance', color: null, dash: '2px,3px', points: ends, dots: false }];
  }, [methods, known, steps, innovationVariance]);
  const build = useCallback(
    (theme: ReturnType<typeof useChartTheme>, width: number) =>
      linesChart(width < NARROW ? withoutNames(lines) : lines, {
        title: width < NARROW ? 'mean squared error, by step' : 'mean squared error',
        x: { label: width < NARROW ? '' : 'step', log: false, ticks: null },
        y: { log: false, fromZero: true },
      })(theme, width),
    [lines],
  );
  const stories = useMemo(() => methods.map(({ method, scores }) => ({ label: labelOf(method), scores })), [methods]);
  const caption = [stepSentence(stories, known), known ? leakSentence(stories) : null].filter(Boolean).join(' ');
  const group = groups.find((one) => one.known === known) ?? groups[0];
  return (
    <Panel
      title="Error by step of the window"
      width={12}
      file="error-by-step"
      figure={figure}
      ready
      twin={() => stepsTwin(methods, known)}
      live={false}
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      controls={
        groups.length > 1 && (
          <Choice
            label="Series whose windows are shown"
            value={known ? 'known' : 'new'}
            options={[
              { value: 'known', label: 'Series that trained' },
              { value: 'new', label: 'New series' },
            ]}
            onChange={(next) => setKnown(next === 'known')}
          />
        )
      }
      caption={caption}
      fine={`${plural(group.windows, 'test window')} of ${group.series} series.${innovationVariance === null ? '' : ' The innovation variance is what no past can tell of the next value.'}`}
    >
      <Keys narrow methods={methods.map(({ method }) => method)}>
        {innovationVariance !== null && <span>thin grey line: innovation variance</span>}
      </Keys>
      <FigureView build={build} height={linesHeight} handle={figure} label="Mean squared error of every method by step of the window" />
    </Panel>
  );
}

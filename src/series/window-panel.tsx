import { useCallback, useMemo, useRef, useState } from 'react';
import type { ForecastWindow } from '../../workers/protocol';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { linesChart, linesHeight, type NamedLine } from '../charts/lines-chart';
import type { useChartTheme } from '../charts/theme';
import { Choice } from '../results/choice';
import { Keys } from '../results/keys';
import { Panel, RecordedTag } from '../results/panel';
import { useRun } from '../state/run';
import { count } from '../ui/format';
import { labelOf, lineOf } from '../ui/method-line';
import { windowSentence } from '../words/series';
import { NARROW, withoutNames } from './narrow';
import { windowTwin } from './twins';

/** One test window: what the methods saw, what came, and what each of them predicted. */
export function WindowPanel({
  methods,
  words,
}: {
  methods: readonly { method: string; windows: readonly ForecastWindow[] }[];
  words: string | null;
}) {
  const figure = useRef<FigureHandle>(null);
  const source = useRun((state) => state.source);
  const [chosen, choose] = useState(0);
  const place = Math.min(chosen, methods[0].windows.length - 1);
  const shown = useMemo(() => methods.map(({ method, windows }) => ({ method, window: windows[place] })), [methods, place]);
  const lines = useMemo((): NamedLine[] => {
    const [{ window }] = shown;
    const points = (from: number, values: ArrayLike<number>) => Array.from(values, (y, i) => ({ x: from + i, y }));
    // Of the next step, the window holds all that came but the last.
    const past = points(window.start, window.past).filter(({ x }) => x < window.asked);
    return [
      { label: 'what came', color: null, dash: 'solid', points: [...past, ...points(window.asked, window.actual)], dots: false },
      ...shown.map(({ method, window: { asked, predicted } }) => ({
        label: labelOf(method),
        color: lineOf(method),
        dash: lineOf(method).dash,
        points: points(asked, predicted),
        dots: predicted.length === 1,
      })),
    ];
  }, [shown]);
  const build = useCallback(
    (theme: ReturnType<typeof useChartTheme>, width: number) =>
      linesChart(width < NARROW ? withoutNames(lines) : lines, {
        title: width < NARROW ? `${shown[0].window.name}, by step` : shown[0].window.name,
        x: { label: width < NARROW ? '' : 'step', log: false, ticks: null },
        y: { log: false, fromZero: false },
      })(theme, width),
    [lines, shown],
  );
  const windows = methods[0].windows;
  const sentence = windowSentence(shown.map(({ method, window }) => ({ label: labelOf(method), window })));
  return (
    <Panel
      title="Forecast against what came"
      width={12}
      file="forecast-of-a-window"
      figure={figure}
      ready
      twin={() => windowTwin(shown)}
      live={false}
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      controls={
        <Choice
          label="Test window that is shown"
          value={String(place)}
          options={windows.map(({ name, known, asked }, i) => ({
            value: String(i),
            label: `${name}, step ${count(asked)}${known ? '' : ', new series'}`,
          }))}
          onChange={(next) => choose(Number(next))}
        />
      }
      caption={words ? `${sentence} ${words}` : sentence}
      fine={`${count(windows.length)} test windows to choose from, drawn at random, the same for every method.`}
    >
      <Keys narrow methods={shown.map(({ method }) => method)}>
        <span>thin grey line: what came</span>
      </Keys>
      <FigureView build={build} height={linesHeight} handle={figure} label={`What came and what was predicted, ${shown[0].window.name}`} />
    </Panel>
  );
}

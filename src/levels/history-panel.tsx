import { useCallback, useMemo, useRef } from 'react';
import type { LevelHistory } from '../../workers/protocol';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { linesChart, linesHeight, type NamedLine } from '../charts/lines-chart';
import type { useChartTheme } from '../charts/theme';
import { levelHistory } from '../lab-client/levels';
import { EmptyChart, Panel } from '../results/panel';
import type { Twin } from '../results/twin';
import { useSelected } from '../state/selection';
import { bytes, fixed, whole } from '../text/numbers';
import { labelOf, lineOf } from '../ui/method-line';
import { historySentence } from '../words/level-room';
import { useAnswer } from './answer';
import { labelAt, oneLine } from './labels';
import type { LevelsShown } from './shown';

/** More lines than this cannot be told apart; the numbers are in the table. */
const MOST_LINES = 10;
const DASHES = ['solid', '6px,3px', '2px,3px', '9px,3px,2px,3px'];

/** Numbers of the level's vector at every picture; without a level, how near every picture is to the last. */
function linesOf(history: LevelHistory, method: string): NamedLine[] {
  const { epochs, path, width, r2 } = history;
  const color = lineOf(method);
  if (!path) return [{ label: 'R²', color, dash: 'solid', dots: epochs.length < 12, points: Array.from(epochs, (x, t) => ({ x, y: r2[t] })) }];
  return Array.from({ length: Math.min(width, MOST_LINES) }, (_, m) => ({
    label: width === 1 ? 'vector' : String(m + 1),
    color,
    dash: DASHES[m % DASHES.length],
    dots: false,
    points: Array.from(epochs, (x, t) => ({ x, y: path[t * width + m] })),
  }));
}

function historyTwin({ epochs, r2, path, width }: LevelHistory, caption: string): Twin {
  const dimensions = Array.from({ length: path ? width : 0 }, (_, m) => m);
  return {
    caption,
    columns: ['Epoch', 'R² with the last', ...dimensions.map((m) => `Dimension ${m + 1}`)],
    rows: Array.from(epochs, (epoch, t) => [epoch, r2[t], ...dimensions.map((m) => (path as Float32Array)[t * width + m])]),
  };
}

/** How the vectors came where they are: those of the selected level, else of all together. */
export function HistoryPanel({ shown }: { shown: LevelsShown }) {
  const { method, feature, view, thing } = shown;
  const figure = useRef<FigureHandle>(null);
  const level = useSelected(feature)[0];
  const ask = useCallback(() => levelHistory({ method, feature, ...(level !== undefined && { level }) }), [method, feature, level]);
  const { value: history, error } = useAnswer(ask);
  const drawn = history && history.epochs.length > 1 ? history : null;
  const lines = useMemo(() => (drawn ? linesOf(drawn, method) : []), [drawn, method]);
  const own = drawn?.path != null && level !== undefined;
  const name = level === undefined ? '' : oneLine(labelAt(view, level)).slice(0, 40);
  const what = own ? `Vector of ${name} over the epochs` : `Vectors of ${view.featureName} over the epochs against those of the end`;
  const build = useCallback(
    (theme: ReturnType<typeof useChartTheme>, width: number) =>
      linesChart(lines, {
        title: own ? 'numbers of the vector, turned onto the last picture' : 'R² with the vectors of the end',
        x: { label: 'epoch', log: false, ticks: null },
        y: { log: false, fromZero: false },
      })(theme, width),
    [lines, own],
  );
  const sentence = drawn && historySentence(drawn, labelOf(method));
  return (
    <Panel
      title="History"
      width={6}
      file="levels-history"
      figure={figure}
      ready={drawn !== null}
      twin={() => (drawn ? historyTwin(drawn, what) : { caption: '', columns: [], rows: [] })}
      live={false}
      methods={[method]}
      tag={<span className="whose">{labelOf(method)}</span>}
      caption={sentence}
      fine={
        drawn &&
        `${whole(drawn.epochs.length)} pictures of the vectors, ${bytes(drawn.bytes)} for all features, each rotated onto the last.${
          level !== undefined && !drawn.path
            ? ` The pictures hold ${whole(drawn.levels.length)} of ${whole(view.levels)} ${thing.many}, not this one.`
            : ''
        }${drawn.path && drawn.width > MOST_LINES ? ` Drawn: the first ${MOST_LINES} of ${whole(drawn.width)} dimensions.` : ''}${own ? ` R² of all vectors with the end at the first picture: ${fixed(drawn.r2[0], 2)}.` : ''}`
      }
    >
      {drawn ? (
        <FigureView build={build} height={linesHeight} handle={figure} label={what} />
      ) : (
        <EmptyChart height={320}>
          {error ? `${error.message} ${error.hint}` : history ? 'One picture of the vectors is no history: train for more epochs.' : ''}
        </EmptyChart>
      )}
    </Panel>
  );
}

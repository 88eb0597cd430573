import { useCallback, useMemo, useRef } from 'react';
import type { TagErrors } from '../../workers/protocol';
import { hasClasses } from '../../workers/spec/scores';
import { seriesChart } from '../charts/check-charts';
import { smallHeight } from '../charts/check-frame';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { lineColor, useChartTheme } from '../charts/theme';
import { Keys } from '../results/keys';
import { Panel, RecordedTag } from '../results/panel';
import { useRun } from '../state/run';
import { plural } from '../ui/format';
import { labelOf, lineOf } from '../ui/method-line';
import { LEAST_BIN_ROWS } from '../words/check';
import { tagErrorSentence } from '../words/tags';
import { errorsTwin } from './twins';

/** Where the methods err: by the number of tags of a row, and for sets that training never shows. */
export function ErrorsPanel({ methods }: { methods: readonly { method: string; errors: TagErrors }[] }) {
  const theme = useChartTheme();
  const figure = useRef<FigureHandle>(null);
  const source = useRun((state) => state.source);
  const task = useRun((state) => state.summary?.task);
  const loss = task && hasClasses(task) ? 'Log loss' : 'MSE';
  const places = useMemo(() => {
    const first = methods[0].errors;
    return [
      // Sets stand apart on the left, as unseen levels do.
      { name: 'new sets', rows: first.unseen.rows, of: ({ unseen }: TagErrors) => unseen },
      { name: 'known sets', rows: first.seen.rows, of: ({ seen }: TagErrors) => seen },
      ...first.bySize.map(({ tags, orMore, rows }, i) => ({
        name: `${tags}${orMore ? '+' : ''}`,
        rows,
        of: (errors: TagErrors) => errors.bySize[i],
      })),
    ].filter(({ rows }) => rows >= LEAST_BIN_ROWS);
  }, [methods]);
  const apart = places.filter(({ name }) => name.endsWith('sets')).length;
  const build = useCallback(
    (current: typeof theme, width: number) =>
      seriesChart(
        methods.map(({ method, errors }) => ({
          label: labelOf(method),
          color: lineColor(lineOf(method), current),
          dash: lineOf(method).dash,
          points: places.map(({ of }) => {
            const group = of(errors);
            return group && group.loss !== null ? { value: group.loss, error: group.standardError } : null;
          }),
        })),
        // Twelve numbers of rows have no room side by side on a phone.
        places.map(({ name, rows }) => ({ name, under: width >= 700 ? plural(rows, 'row') : undefined })),
        { xName: 'tags of the row', yName: `${loss} on test rows`, apart },
        current,
        width,
      ),
    [methods, places, loss, apart],
  );
  const caption = useMemo(() => tagErrorSentence(methods.map(({ method, errors }) => ({ name: labelOf(method), errors }))), [methods]);
  return (
    <Panel
      panel="tag-errors"
      title="Error by number of tags"
      width={12}
      file="error-by-number-of-tags"
      figure={figure}
      ready
      twin={() => errorsTwin(methods, loss)}
      live={false}
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      caption={caption}
      fine="New sets: no training or validation row has the same set of tags. Whiskers are one standard error over the test rows of a group; groups of fewer than 10 rows are in the table only."
    >
      <Keys methods={methods.map(({ method }) => method)} />
      <FigureView build={build} height={smallHeight} handle={figure} label={`${loss} of every method by the number of tags of the row`} />
    </Panel>
  );
}

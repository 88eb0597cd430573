import { useCallback, useRef, useState } from 'react';
import type { AttendedRow } from '../../workers/protocol';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { barsChart, effectsHeight } from '../charts/tag-charts';
import { methodColor, useChartTheme } from '../charts/theme';
import { Choice } from '../results/choice';
import { EmptyChart, Panel, RecordedTag } from '../results/panel';
import { useRun } from '../state/run';
import { inWords, whole } from '../text/numbers';
import { plural } from '../ui/format';
import { labelOf, lineOf } from '../ui/method-line';
import { attentionSentence } from '../words/tags';
import { attentionTwin } from './twins';

const meanWeight = ({ heads }: AttendedRow, j: number): number => heads.reduce((sum, head) => sum + head[j], 0) / heads.length;

/** What a method that attends to tags gives to those of one row. */
export function AttentionPanel({ method, rows }: { method: string; rows: readonly AttendedRow[] }) {
  const theme = useChartTheme();
  const figure = useRef<FigureHandle>(null);
  const source = useRun((state) => state.source);
  const [chosen, choose] = useState<number | null>(null);
  // At first the row with most tags: it has most to say.
  const fullest = rows.reduce((most, { labels }, i) => (labels.length > rows[most].labels.length ? i : most), 0);
  const row = rows.find((one) => one.row === chosen) ?? rows[fullest];
  const build = useCallback(
    (current: typeof theme, width: number) =>
      barsChart(
        row.labels.map((label, j) => ({ label, value: meanWeight(row, j), marks: row.heads.map((head) => head[j]) })),
        { color: methodColor(lineOf(method), current), axis: 'weight of the tag', most: 1 },
        current,
        width,
      ),
    [row, method],
  );
  const heads = row.heads.length;
  return (
    <Panel
      panel="tag-attention"
      title="Attention of a row"
      width={6}
      file="attention-of-a-row"
      figure={figure}
      ready
      twin={() => attentionTwin(row, method)}
      live={false}
      methods={[method]}
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      row={
        <>
          <span className="whose">{labelOf(method)}</span>
          <Choice
            label="Row whose attention is shown"
            value={String(row.row)}
            options={rows.map((one) => ({ value: String(one.row), label: `Row ${whole(one.row + 1)}, ${plural(one.labels.length, 'tag')}` }))}
            onChange={(next) => choose(Number(next))}
          />
        </>
      }
      caption={attentionSentence(row, labelOf(method))}
      fine={`${whole(rows.length)} test rows to choose from.${heads > 1 ? ` Bars: mean of ${inWords(heads)} heads; ticks: each head.` : ''}`}
    >
      {row.labels.length > 0 ? (
        <FigureView
          build={build}
          height={() => effectsHeight(row.labels.length)}
          handle={figure}
          label={`Weights of the tags of row ${whole(row.row + 1)}, ${labelOf(method)}`}
        />
      ) : (
        <EmptyChart height={effectsHeight(4)}>This row has no tags.</EmptyChart>
      )}
    </Panel>
  );
}

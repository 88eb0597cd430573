import { useCallback, useMemo, useRef } from 'react';
import type { SeriesAttention } from '../../workers/protocol';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { barsChart, effectsHeight } from '../charts/tag-charts';
import { methodColor, type useChartTheme } from '../charts/theme';
import { Choice } from '../results/choice';
import { Panel, RecordedTag } from '../results/panel';
import { useRun } from '../state/run';
import { count } from '../ui/format';
import { labelOf, lineOf } from '../ui/method-line';
import { seriesAttentionSentence, seriesWeight } from '../words/series';
import { seriesAttentionTwin } from './twins';

/** Series that are drawn: those with most weight. */
const DRAWN = 20;

/** Which of the other series a forecast looks at. */
export function SeriesAttentionPanel(props: {
  method: string;
  attention: SeriesAttention;
  available: readonly string[];
  choose: (method: string) => void;
}) {
  const { method, attention, available, choose } = props;
  const figure = useRef<FigureHandle>(null);
  const source = useRun((state) => state.source);
  const drawn = useMemo(() => [...attention.series].sort((a, b) => seriesWeight(b) - seriesWeight(a)).slice(0, DRAWN), [attention]);
  const build = useCallback(
    (theme: ReturnType<typeof useChartTheme>, width: number) =>
      barsChart(
        drawn.map((one) => ({ label: one.name, value: seriesWeight(one), marks: one.heads })),
        {
          color: methodColor(lineOf(method), theme),
          axis: 'share of the attention',
          most: 1.05 * Math.max(...drawn.flatMap(({ heads }) => heads)),
        },
        theme,
        width,
      ),
    [drawn, method],
  );
  const { length } = attention.series;
  return (
    <Panel
      title="Attention to other series"
      width={12}
      file="attention-to-series"
      figure={figure}
      ready
      twin={() => seriesAttentionTwin(attention, method)}
      live={false}
      methods={[method]}
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      controls={
        <Choice
          label="Method whose attention is shown"
          value={method}
          options={available.map((id) => ({ value: id, label: labelOf(id) }))}
          onChange={choose}
        />
      }
      caption={seriesAttentionSentence(attention, labelOf(method))}
      fine={`Mean over ${count(attention.windows)} test windows. ${length > DRAWN ? `The ${DRAWN} series of ${count(length)} with most weight; the table has all. ` : ''}Bars: mean of the heads; ticks: each head.`}
    >
      <FigureView
        build={build}
        height={() => effectsHeight(drawn.length)}
        handle={figure}
        label={`Attention of ${labelOf(method)} to the other series`}
      />
    </Panel>
  );
}

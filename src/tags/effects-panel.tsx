import { useCallback, useMemo, useRef } from 'react';
import type { TagEffects } from '../../workers/protocol';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { type EffectRow, effectsChart, effectsGeometry, effectsHeight } from '../charts/tag-charts';
import { methodColor, useChartTheme } from '../charts/theme';
import { EmptyChart, Panel, RecordedTag } from '../results/panel';
import { PointTip } from '../results/point-tip';
import type { Twin } from '../results/twin';
import { useRun } from '../state/run';
import { value, whole } from '../text/numbers';
import { labelOf, lineOf } from '../ui/method-line';
import { pairSentence, shownEffects, tagEffectSentence } from '../words/tags';
import { MethodChoice, type Shown } from './shown';
import { effectsTwin, pairsTwin } from './twins';

/** Rows of a chart: more would be a page of their own. */
const MOST_ROWS = 24;

interface Drawn extends EffectRow {
  trainingRows: number;
}

interface Props {
  shown: Shown;
  title: string;
  file: string;
  axis: string;
  rows: Drawn[];
  twin: (full: boolean) => Twin;
  caption: string;
  fine: string;
  empty: string;
}

/** Effects as dots with their spread, the true ones as rings. */
function Effects({ shown, title, file, axis, rows, twin, caption, fine, empty }: Props) {
  const theme = useChartTheme();
  const figure = useRef<FigureHandle>(null);
  const source = useRun((state) => state.source);
  const { method } = shown;
  const build = useCallback(
    (current: typeof theme, width: number) => effectsChart(rows, { color: methodColor(lineOf(method), current), axis }, current, width),
    [rows, method, axis],
  );
  const ready = rows.length > 0;
  return (
    <Panel
      panel="tag-effects"
      title={title}
      width={6}
      file={file}
      figure={figure}
      ready={ready}
      twin={twin}
      live={false}
      methods={[method]}
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      row={<MethodChoice shown={shown} label={`Method: ${title.toLowerCase()}`} />}
      caption={caption}
      fine={fine}
    >
      {ready ? (
        <FigureView build={build} height={() => effectsHeight(rows.length)} handle={figure} label={`${title}, ${labelOf(method)}`}>
          {(width) => (
            <PointTip
              points={rows.length}
              geometry={effectsGeometry(rows, theme, width)}
              width={width}
              title={(i) => rows[i].label}
              rows={(i) => [
                { name: 'effect', value: `${value(rows[i].effect)} ± ${value(rows[i].sd)}` },
                ...(rows[i].truth === null ? [] : [{ name: 'truth', value: value(rows[i].truth ?? 0) }]),
                { name: 'training rows', value: whole(rows[i].trainingRows) },
              ]}
            />
          )}
        </FigureView>
      ) : (
        <EmptyChart height={effectsHeight(4)}>{empty}</EmptyChart>
      )}
    </Panel>
  );
}

const ring = (known: boolean): string => (known ? ' Rings: the truth of the simulation, in the same rows.' : '');
const unitWords = (binary: boolean): string => (binary ? 'probability' : 'prediction');

/** The effect of each tag on the predictions of a method. */
export function EffectsPanel({ shown, effects }: { shown: Shown; effects: TagEffects }) {
  const label = labelOf(shown.method);
  const binary = useRun((state) => state.summary?.task === 'binary');
  const rows = useMemo(() => shownEffects(effects.tags, MOST_ROWS), [effects]);
  const of =
    rows.length < effects.of
      ? ` Drawn: the ${whole(rows.length)} largest effects of the ${whole(effects.tags.length)} most frequent of ${whole(effects.of)} tags.`
      : '';
  return (
    <Effects
      shown={shown}
      title="Effect of each tag"
      file="effect-of-each-tag"
      axis={`change of the ${unitWords(binary)} when the tag is switched on`}
      rows={rows}
      twin={(full) => effectsTwin(effects, shown.method, full)}
      caption={tagEffectSentence(effects, label)}
      fine={`Mean over ${whole(effects.rows)} test rows whose other tags stay as they are; whiskers: one standard deviation over these rows.${ring(effects.r !== null)}${of}`}
      empty="No training row has a tag."
    />
  );
}

/** What pairs of tags do together. */
export function PairsPanel({ shown, effects }: { shown: Shown; effects: TagEffects }) {
  const label = labelOf(shown.method);
  const rows = useMemo(
    () =>
      shownEffects(effects.pairs, MOST_ROWS).map(
        ({ labels, ...pair }): Drawn => ({ ...pair, label: `${shortName(labels[0])} × ${shortName(labels[1])}` }),
      ),
    [effects],
  );
  return (
    <Effects
      shown={shown}
      title="Effect of pairs of tags"
      file="effect-of-pairs-of-tags"
      axis="both tags, beyond each alone"
      rows={rows}
      twin={(full) => pairsTwin(effects, shown.method, full)}
      caption={pairSentence(effects, label)}
      fine={`Both tags on, minus either alone, plus neither: the ${whole(effects.pairs.length)} pairs that meet in most training rows.${ring(effects.pairR !== null)}`}
      empty="No training row has two of these tags."
    />
  );
}

/** The last part of a label with ancestors: two whole ones have no room side by side. */
const shortName = (label: string): string => label.split('/').pop() || label;

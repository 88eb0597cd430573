import { useCallback, useMemo, useRef } from 'react';
import type { EmbeddingView } from '../../workers/protocol';
import { ownWeights } from '../../workers/spec/level-weights';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { highlighted } from '../charts/highlight';
import { type LevelsInput, levelsChart, levelsGeometry } from '../charts/levels-chart';
import { extent } from '../charts/range';
import { methodColor, useChartTheme } from '../charts/theme';
import { useRun } from '../state/run';
import { isTraining } from '../state/run-status';
import { useScrub } from '../state/scrub';
import { useView } from '../state/view';
import { fixed, value, whole } from '../text/numbers';
import { labelOf, lineOf } from '../ui/method-line';
import { Segmented } from '../ui/segmented';
import { sizeSentence, weightSentence } from '../words/levels';
import { dotsOutside } from '../words/outside';
import { median } from '../words/statistics';
import { LEVEL, type Thing, thingAt } from '../words/thing';
import { Choice } from './choice';
import { useLevelMethod } from './level-method';
import { Outside } from './outside';
import { Panel, RecordedTag } from './panel';
import { PointTip } from './point-tip';
import { nameAt, ringsOf, useSelectedHere } from './selected';
import type { Twin } from './twin';

/** The chart of one measure; null where the method has not what it needs. */
function inputOf(view: EmbeddingView, measure: 'weight' | 'vector', thing: Thing, whole = false): Omit<LevelsInput, 'color'> | null {
  const { counts } = view;
  if (measure === 'vector') {
    return view.values
      ? { counts, values: view.values, title: `Effect of the ${thing.one}`, thing }
      : { counts, values: view.lengths, title: `Length of the ${thing.one}’s vector`, thing };
  }
  const values = ownWeights(view);
  if (!values) return null;
  const { noise, prior } = view.posterior ?? {};
  const ratio = view.width === 1 && noise && prior ? noise / prior[0] : null;
  return {
    counts,
    values,
    range: whole ? [Math.min(0, 1.08 * extent(values)[0]), Math.max(1, extent(values)[1])] : [0, 1],
    thing,
    title: `Weight of the ${thing.one}’s own rows`,
    ...(ratio === null
      ? {}
      : { curve: { at: (count: number) => count / (count + ratio), label: [{ m: 'n' }, ' ÷ (', { m: 'n' }, ` + ${value(ratio)})`] } }),
  };
}

export function shrinkageTwin(view: EmbeddingView, full: boolean, thing: Thing = LEVEL): Twin {
  const weights = ownWeights(view);
  const shown = full ? view.drawn : Math.min(view.drawn, 30);
  const size = view.values ? 'Effect' : 'Vector length';
  return {
    caption: `Shrinkage of ${labelOf(view.method)} for ${view.featureName}: training rows, weight of the own rows and ${size.toLowerCase()} of each drawn ${thing.one}.`,
    columns: [thing.One, 'Training rows', ...(weights ? ['Weight of own rows'] : []), size],
    rows: Array.from({ length: shown }, (_, i) => [
      nameAt(view, i),
      view.counts[i],
      ...(weights ? [weights[i]] : []),
      (view.values ?? view.lengths)[i],
    ]),
    note: shown < view.drawn ? `The first ${shown} of ${whole(view.drawn)} drawn ${thing.many}.` : undefined,
  };
}

/** What the dots of one measure show. */
function shrinkageSentence(view: EmbeddingView, measure: 'weight' | 'vector', thing: Thing): string {
  const { counts, values, lengths, method } = view;
  const weights = measure === 'weight' ? ownWeights(view) : null;
  if (weights) return weightSentence({ counts, values: weights }, labelOf(method), thing);
  return sizeSentence({ counts, values: values ?? lengths }, labelOf(method), values ? 'effect' : 'vector', thing);
}

/**
 * How far each level is pulled to the prior, by the rows that speak for it. Only there when a finished method
 * has something to show.
 */
export function ShrinkagePanel() {
  const theme = useChartTheme();
  const figure = useRef<FigureHandle>(null);
  const { available, shown } = useLevelMethod();
  const { levelMeasure, setLevelMeasure, setLevelMethod } = useView();
  const source = useRun((state) => state.source);
  const status = useRun((state) => state.status);
  const thing = thingAt(
    shown?.feature ?? 0,
    useRun((state) => state.summary),
  );
  const possible = shown ? inputOf(shown, 'weight', thing) !== null : false;
  const framed = useScrub((state) => state.frame !== null);
  const measure = possible ? levelMeasure : 'vector';
  const all = useView((state) => state.whole.shrinkage ?? false);
  const input = useMemo(() => (shown ? inputOf(shown, measure, thing, all) : null), [shown, measure, thing, all]);
  const selected = useSelectedHere(shown);
  const { places } = selected;
  const build = useCallback(
    (current: typeof theme, width: number) => {
      if (!shown || !input) throw new Error('there is no level to draw');
      const full = { ...input, color: methodColor(lineOf(shown.method), current) };
      const { at } = levelsGeometry(full, width);
      return highlighted(levelsChart(full, current, width), ringsOf(shown, places, at), current);
    },
    [shown, input, places],
  );
  const twin = useCallback(
    (full: boolean): Twin => (shown ? shrinkageTwin(shown, full, thing) : { caption: '', columns: [], rows: [] }),
    [shown, thing],
  );
  const caption = useMemo(() => (shown ? shrinkageSentence(shown, measure, thing) : null), [shown, measure, thing]);
  if (!shown) return null;
  const weights = ownWeights(shown);
  const one = shown.width === 1;
  return (
    <Panel
      panel="shrinkage"
      title={`Shrinkage by ${thing.one} count`}
      width={6}
      file="shrinkage-by-count"
      figure={figure}
      ready
      twin={twin}
      live={isTraining(status) || framed}
      methods={[shown.method]}
      follows={{ method: shown.method }}
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      row={
        <>
          <Choice
            label={`Method of single ${thing.many}`}
            value={shown.method}
            options={available.map((id) => ({ value: id, label: labelOf(id) }))}
            onChange={setLevelMethod}
          />
          <Segmented
            aria-label="Measure"
            value={measure}
            onChange={(next) => setLevelMeasure(next as typeof measure)}
            data={[
              { value: 'weight', label: 'Weight', disabled: !possible },
              { value: 'vector', label: one ? 'Effect' : 'Length' },
            ]}
          />
        </>
      }
      caption={caption}
      fine={
        measure === 'weight' ? (
          <>
            At 1 a {thing.one}’s vector rests on its own rows alone, at 0 on what all {thing.many} have in common: 1 minus posterior over prior
            variance
            {one ? '' : `, averaged over ${whole(shown.width)} dimensions`}. Median {weights && fixed(median(weights), 2)}.
            {input?.curve && ' Dashed: what one feature alone would give, n over n plus residual over prior variance.'} {drawnWords(shown, thing)}
            {selected.missing}
          </>
        ) : (
          drawnWords(shown, thing) + selected.missing
        )
      }
    >
      <FigureView
        build={build}
        height={(width) => (input ? levelsGeometry({ ...input, color: '' }, width).height : 384)}
        handle={figure}
        label={`${input?.title ?? ''} against training rows of each ${thing.one}, ${labelOf(shown.method)}`}
      >
        {(width) =>
          input && (
            <PointTip
              points={shown.drawn}
              geometry={levelsGeometry({ ...input, color: '' }, width)}
              width={width}
              title={(i) => `${shown.featureName}: ${nameAt(shown, i)}`}
              onChoose={selected.choose}
              rows={(i) => [
                { name: 'training rows', value: whole(shown.counts[i]) },
                ...(weights ? [{ name: 'weight', value: fixed(weights[i], 2) }] : []),
                one ? { name: 'effect', value: value((shown.values as ArrayLike<number>)[i]) } : { name: 'length', value: value(shown.lengths[i]) },
              ]}
            />
          )
        }
      </FigureView>
      {measure === 'weight' && weights && (
        <Outside
          chart="shrinkage"
          words={dotsOutside(
            weights.filter((w) => w < 0).length,
            shown.drawn,
            `${thing.many} drawn`,
            'below 0, their posterior wider than the prior',
          )}
        />
      )}
    </Panel>
  );
}

/** How many of the levels a panel draws. */
export const drawnWords = ({ drawn, levels, featureName }: EmbeddingView, { many }: Thing): string =>
  drawn < levels ? `${whole(drawn)} of ${whole(levels)} ${many} of ${featureName} drawn.` : `All ${whole(levels)} ${many} of ${featureName} drawn.`;

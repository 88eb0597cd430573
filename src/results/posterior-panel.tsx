import { useCallback, useMemo, useRef } from 'react';
import type { EmbeddingView } from '../../workers/protocol';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { highlighted } from '../charts/highlight';
import {
  caterpillarChart,
  caterpillarGeometry,
  type PosteriorInput,
  planeChart,
  planeGeometry,
  planeOutside,
  shownLevels,
} from '../charts/posterior-chart';
import { methodColor, useChartTheme } from '../charts/theme';
import { useRun } from '../state/run';
import { isTraining } from '../state/run-status';
import { useScrub } from '../state/scrub';
import { useView } from '../state/view';
import { value, whole } from '../text/numbers';
import { labelOf, lineOf } from '../ui/method-line';
import { posteriorSentence } from '../words/levels';
import { planeOutsideWords } from '../words/outside';
import { LEVEL, type Thing, thingAt } from '../words/thing';
import { Choice } from './choice';
import { useLevelMethod } from './level-method';
import { Outside } from './outside';
import { EmptyChart, Panel, RecordedTag } from './panel';
import { PointTip } from './point-tip';
import { deviations } from './random-effects';
import { nameAt, ringsOf, useSelectedHere } from './selected';
import { drawnWords } from './shrinkage-panel';
import type { Twin } from './twin';

/** The posterior of a view as a chart draws it; null without one. */
function inputOf(view: EmbeddingView, thing: Thing, whole = false): Omit<PosteriorInput, 'color'> | null {
  if (!view.posterior) return null;
  const { means, variances, prior } = view.posterior;
  return { levels: view.drawn, width: view.width, means, variances, prior, effects: view.effects, whole, thing };
}

/** Of an indefinite covariance, as correlations that exclude each other make it. */
const NONE = 'none';
const NONE_WORDS = 'None: two correlations exclude each other, and no distribution has such a covariance.';

export function posteriorTwin(view: EmbeddingView, dimensions: readonly number[], full: boolean, thing: Thing = LEVEL): Twin {
  const { means, variances } = view.posterior as NonNullable<EmbeddingView['posterior']>;
  const shown = full ? view.drawn : Math.min(view.drawn, 30);
  const columns = full ? Array.from({ length: view.width }, (_, m) => m) : [...new Set(dimensions)];
  const deviation = (place: number): number | string => (variances[place] >= 0 ? Math.sqrt(variances[place]) : NONE);
  const notes = [
    ...(shown < view.drawn ? [`The first ${shown} of ${whole(view.drawn)} drawn ${thing.many}.`] : []),
    ...(variances.some((variance) => !(variance >= 0)) ? [NONE_WORDS] : []),
  ];
  return {
    caption: `Posterior of the ${thing.many} of ${view.featureName} by ${labelOf(view.method)}: mean and standard deviation of each dimension.`,
    columns: [
      thing.One,
      'Training rows',
      ...columns.flatMap((m) => [`Mean ${m + 1}`, `Standard deviation ${m + 1}`]),
      ...(view.effects ? ['True effect'] : []),
    ],
    rows: Array.from({ length: shown }, (_, i) => [
      nameAt(view, i),
      view.counts[i],
      ...columns.flatMap((m) => [means[i * view.width + m], deviation(i * view.width + m)]),
      ...(view.effects ? [view.effects[i]] : []),
    ]),
    note: notes.length > 0 ? notes.join(' ') : undefined,
  };
}

/** Where levels are and how sure the method is of it: ellipses in two dimensions, intervals in one. */
export function PosteriorPanel() {
  const theme = useChartTheme();
  const figure = useRef<FigureHandle>(null);
  const { shown } = useLevelMethod();
  const { dimensions: asked, setDimensions, whole: wholes } = useView();
  const all = wholes.posterior ?? false;
  const source = useRun((state) => state.source);
  const status = useRun((state) => state.status);
  const framed = useScrub((state) => state.frame !== null);
  const selected = useSelectedHere(shown);
  const { places } = selected;
  const thing = thingAt(
    shown?.feature ?? 0,
    useRun((state) => state.summary),
  );
  const input = useMemo(() => {
    const drawn = shown ? inputOf(shown, thing, all) : null;
    return drawn && { ...drawn, also: places };
  }, [shown, thing, all, places]);
  const width = shown?.width ?? 0;
  const one = width === 1;
  const [a, b] = one ? [0, 0] : asked.every((m) => m < width) ? asked : [0, 1];
  const build = useCallback(
    (current: typeof theme, pixels: number) => {
      if (!shown || !input) throw new Error('there is no posterior to draw');
      const full = { ...input, color: methodColor(lineOf(shown.method), current) };
      const figure = one ? caterpillarChart(full, current, pixels) : planeChart(full, [a, b], current, pixels);
      const { at } = one ? caterpillarGeometry(full, pixels) : planeGeometry(full, [a, b], pixels);
      return highlighted(figure, ringsOf(shown, places, at), current);
    },
    [shown, input, one, a, b, places],
  );
  const twin = useCallback(
    (full: boolean): Twin => (shown?.posterior ? posteriorTwin(shown, one ? [0] : [a, b], full, thing) : { caption: '', columns: [], rows: [] }),
    [shown, one, a, b, thing],
  );
  const caption = useMemo(
    () => (shown?.posterior ? posteriorSentence({ counts: shown.counts, values: deviations(shown) }, shown.width === 1, thing) : null),
    [shown, thing],
  );
  if (!shown) return null;
  const label = labelOf(shown.method);
  const options = Array.from({ length: width }, (_, m) => m);
  const spreadOf = (i: number, m: number): string => {
    const variance = (shown.posterior as NonNullable<EmbeddingView['posterior']>).variances[i * width + m];
    return variance >= 0 ? value(Math.sqrt(variance)) : NONE;
  };
  const geometry = (pixels: number) => {
    const full = { ...(input as Omit<PosteriorInput, 'color'>), color: '' };
    return one ? caterpillarGeometry(full, pixels) : planeGeometry(full, [a, b], pixels);
  };
  const drawn = input ? shownLevels({ ...input, color: '' }, a).length : 0;
  return (
    <Panel
      panel="posteriors"
      title={`${thing.One} posteriors`}
      width={6}
      file="level-posteriors"
      figure={figure}
      ready={input !== null}
      twin={twin}
      live={isTraining(status) || framed}
      methods={[shown.method]}
      follows={{ method: shown.method }}
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      row={
        <>
          <span className="whose">{label}</span>
          {!one && input && (
            <>
              <Choice
                label="Dimension across"
                value={String(a)}
                options={options.map((m) => ({ value: String(m), label: `Dimension ${m + 1}`, disabled: m === b }))}
                onChange={(next) => setDimensions([Number(next), b])}
              />
              <Choice
                label="Dimension up"
                value={String(b)}
                options={options.map((m) => ({ value: String(m), label: `Dimension ${m + 1}`, disabled: m === a }))}
                onChange={(next) => setDimensions([a, Number(next)])}
              />
            </>
          )}
        </>
      }
      caption={caption}
      fine={
        input &&
        (one
          ? `${whole(drawn)} ${thing.many}, evenly by rank${shown.effects ? '; a ring is the true effect' : ''}. ${drawnWords(shown, thing)}${selected.missing}`
          : `Ellipses of ${whole(drawn)} ${thing.many}, evenly by rank along dimension ${a + 1}${shown.posterior?.prior ? '; dashed is the prior' : ''}. ${drawnWords(shown, thing)}${selected.missing}`)
      }
    >
      {input ? (
        <FigureView
          build={build}
          height={() => 384}
          handle={figure}
          label={
            one
              ? `Effects of ${thing.many} with their 95 % intervals, ${label}`
              : `Means of ${thing.many} in dimensions ${a + 1} and ${b + 1} with posterior ellipses, ${label}`
          }
        >
          {(pixels) => (
            <>
              <PointTip
                points={shown.drawn}
                geometry={geometry(pixels)}
                width={pixels}
                title={(i) => `${shown.featureName}: ${nameAt(shown, i)}`}
                onChoose={selected.choose}
                rows={(i) => [
                  { name: 'training rows', value: whole(shown.counts[i]) },
                  ...(one ? [0] : [a, b]).map((m) => ({
                    name: one ? 'effect' : `dimension ${m + 1}`,
                    value: `${value(input.means[i * width + m])} ± ${spreadOf(i, m)}`,
                  })),
                  ...(shown.effects ? [{ name: 'truth', value: value(shown.effects[i]) }] : []),
                ]}
              />
              {!one && (
                <Outside chart="posterior" words={planeOutsideWords(planeOutside({ ...input, color: '' }, [a, b], pixels), shown.drawn, thing)} />
              )}
            </>
          )}
        </FigureView>
      ) : (
        <EmptyChart height={384}>{`${label} gives an effect for each ${thing.one}, but not how sure it is of it.`}</EmptyChart>
      )}
    </Panel>
  );
}

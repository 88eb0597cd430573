import { type ReactNode, useCallback, useMemo, useRef } from 'react';
import type { EmbeddingView } from '../../workers/protocol';
import { isDrawn } from '../../workers/spec/division';
import { dotsBeyond, drawnLevels, embeddingChart, multiplesLayout, type TruthInput, truthGeometry, truthPlaces } from '../charts/embedding-chart';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { highlighted } from '../charts/highlight';
import { levelsChart, levelsGeometry } from '../charts/levels-chart';
import { methodColor, useChartTheme } from '../charts/theme';
import { useRun } from '../state/run';
import { isTraining, isUnderway } from '../state/run-status';
import { useScrub, useShownEmbeddings } from '../state/scrub';
import { useSpec } from '../state/spec';
import { useTable } from '../state/table/table-store';
import { useFacts } from '../state/table/use-facts';
import { useView } from '../state/view';
import { fixed, inWords, value, whole } from '../text/numbers';
import { labelOf, lineOf } from '../ui/method-line';
import { Segmented } from '../ui/segmented';
import { dotsOutside } from '../words/outside';
import { LEVEL, type Thing, thingAt } from '../words/thing';
import { Choice } from './choice';
import { chanceR2 } from './columns';
import { embeddingSentence, emptyWords, lengthsInput, truthInput } from './level-vectors';
import { MethodChoice } from './method-choice';
import { embeddingMethod, methodsOf, vectorFeatureNames } from './model';
import { Outside } from './outside';
import { EmptyChart, Panel, RecordedTag } from './panel';
import { PointTip } from './point-tip';
import { nameAt, ringsOf, useSelectedHere } from './selected';
import type { Twin } from './twin';
import { CAPTION_INTERVAL_MS, useSettled } from './use-settled';

/**
 * Level vectors as a table: with a truth, one row a dimension (in full, one a level and dimension); without,
 * one row a level.
 */
export function embeddingTwin(view: EmbeddingView, full: boolean, thing: Thing = LEVEL): Twin {
  const name = (place: number) => nameAt(view, place);
  const { truth } = view;
  if (!truth) {
    const shown = full ? view.drawn : Math.min(view.drawn, 30);
    return {
      caption: `${thing.One} embeddings of ${labelOf(view.method)} for ${view.featureName}, epoch ${view.epoch}: training rows and vector length of each drawn ${thing.one}.`,
      columns: [thing.One, 'Training rows', 'Vector length'],
      rows: Array.from({ length: shown }, (_, i) => [name(i), view.counts[i], view.lengths[i]]),
      note: shown < view.drawn ? `The first ${shown} of ${whole(view.drawn)} drawn ${thing.many}.` : undefined,
    };
  }
  const caption = `Estimated against true ${thing.one} effects of ${labelOf(view.method)}, epoch ${view.epoch}.`;
  if (!full) {
    return {
      caption,
      columns: ['True dimension', 'Best-matching estimated dimension', 'r', 'R² on all estimated dimensions'],
      rows: truth.dimensions.map(({ match, r, r2 }, k) => [k + 1, match + 1, r, r2]),
    };
  }
  return {
    caption,
    columns: ['True dimension', thing.One, 'True effect (SD)', 'Best match (SD, sign of r taken out)', 'Aligned (SD)', 'r', 'R²'],
    rows: truth.dimensions.flatMap(({ r, r2 }, k) =>
      Array.from({ length: view.drawn }, (_, i) => [
        k + 1,
        name(i),
        truth.actual[k * view.drawn + i],
        truth.matched[k * view.drawn + i],
        truth.aligned[k * view.drawn + i],
        r,
        r2,
      ]),
    ),
  };
}

/** Names the level under the pointer. */
function LengthTip({ view, width, onChoose }: { view: EmbeddingView; width: number; onChoose(place: number): void }) {
  return (
    <PointTip
      points={view.drawn}
      geometry={levelsGeometry(lengthsInput(view, ''), width)}
      width={width}
      title={(i) => `${view.featureName}: ${nameAt(view, i)}`}
      onChoose={onChoose}
      rows={(i) => [
        { name: 'training rows', value: whole(view.counts[i]) },
        { name: 'length', value: value(view.lengths[i]) },
      ]}
    />
  );
}

/** Names the level and the dimension under the pointer. */
function TruthTip({ view, input, width, onChoose }: { view: EmbeddingView; input: TruthInput; width: number; onChoose(place: number): void }) {
  const { points, levelOf, dimensionOf, ...geometry } = truthGeometry(input, width);
  const entry = (i: number): number => dimensionOf(i) * input.levels + levelOf(i);
  return (
    <PointTip
      points={points}
      geometry={geometry}
      width={width}
      title={(i) => `${view.featureName}: ${nameAt(view, levelOf(i))}`}
      onChoose={(i) => onChoose(levelOf(i))}
      rows={(i) => [
        { name: `truth, dimension ${dimensionOf(i) + 1}`, value: value(input.actual[entry(i)]) },
        { name: 'estimate', value: value(input.estimated[entry(i)]) },
        { name: 'training rows', value: whole(view.counts[levelOf(i)]) },
      ]}
    />
  );
}

export function EmbeddingPanel() {
  const theme = useChartTheme();
  const figure = useRef<FigureHandle>(null);
  const view = useView();
  const source = useRun((state) => state.source);
  const status = useRun((state) => state.status);
  const spec = useRun((state) => state.spec);
  const formSpec = useSpec((state) => state.spec);
  const facts = useFacts();
  const choosing = useTable(({ phase }) => phase !== 'none');
  const summary = useRun((state) => state.summary);
  const embeddings = useShownEmbeddings();
  const framed = useScrub((state) => state.frame !== null);
  const method = embeddingMethod({ embeddings, spec }, view.embeddingMethod);
  const shown = method === null ? null : embeddings[method];
  const truth = shown?.truth ?? null;
  const hasTruth = shown ? truth !== null : (summary?.hasTruth ?? isDrawn((spec ?? formSpec).dataset));
  const { match } = view;
  // Before a run has read the data, those of the setup; not of a table whose roles are being chosen.
  const things = summary ?? (facts && !choosing ? { features: facts.levels, tags: facts.tags } : null);
  const embeddable = things ? things.features.length + (things.tags?.length ?? 0) > 0 : null;
  const thing = thingAt(shown?.feature ?? 0, things && embeddable ? things : null);
  const all = view.whole.embedding ?? false;
  const out = useMemo(() => {
    const input = shown && truthInput(shown, match, '');
    return input && dotsBeyond(input);
  }, [shown, match]);
  const selected = useSelectedHere(shown);
  const { places } = selected;
  const build = useCallback(
    (current: typeof theme, width: number) => {
      if (!shown) throw new Error('there is no snapshot to draw');
      const color = methodColor(lineOf(shown.method), current);
      const input = truthInput(shown, match, color, all ? out?.limit : undefined);
      if (!input) {
        const full = lengthsInput(shown, color, thing);
        return highlighted(levelsChart(full, current, width), ringsOf(shown, places, levelsGeometry(full, width).at), current);
      }
      // Names would cover the small squares.
      const rings = places.flatMap((place) => truthPlaces(input, width, place).map((at) => ({ ...at, name: null })));
      return highlighted(embeddingChart(input, current, width), rings, current);
    },
    [shown, match, all, out, places, thing],
  );
  const twin = useCallback(
    (full: boolean): Twin => (shown ? embeddingTwin(shown, full, thing) : { caption: '', columns: [], rows: [] }),
    [shown, thing],
  );
  const told = useSettled(shown, isTraining(status) ? CAPTION_INTERVAL_MS : 0);
  const caption = useMemo(() => (told ? embeddingSentence(told, thing) : null), [told, thing]);
  const going = source.kind === 'live' && isUnderway(status);
  const available = methodsOf(spec).filter((id) => embeddings[id]);
  const learners = methodsOf(spec).filter((id) => id !== 'ignore');
  const features = vectorFeatureNames(summary);
  const feature = shown?.feature ?? view.feature;
  const title = hasTruth ? 'Embedding against truth' : `${thing.One} embeddings by ${thing.one} count`;
  return (
    <Panel
      panel="level-vectors"
      title={title}
      width={8}
      file={hasTruth ? 'embedding-against-truth' : 'level-embeddings-by-count'}
      figure={figure}
      ready={shown !== null}
      twin={twin}
      live={isTraining(status) || framed}
      methods={method === null ? undefined : [method]}
      follows={{ method }}
      tag={
        <>
          <RecordedTag recorded={source.kind === 'recorded'} />
          {going && shown && <span className="live">epoch {whole(shown.epoch)}</span>}
        </>
      }
      wideControls
      controls={
        <>
          {features.length > 1 && (
            <Choice
              label="Feature"
              value={String(going || status === 'done' ? view.feature : feature)}
              options={features.map((name, k) => ({ value: String(k), label: name, disabled: source.kind === 'recorded' && k !== feature }))}
              onChange={(chosen) => view.setFeature(Number(chosen))}
            />
          )}
          <MethodChoice method={method} of={available} onChange={view.setEmbeddingMethod} />
          {hasTruth && (
            <Segmented
              aria-label="Matching"
              value={match}
              onChange={(chosen) => view.setMatch(chosen as typeof match)}
              data={[
                { value: 'best', label: 'Best match' },
                { value: 'aligned', label: 'Aligned' },
              ]}
            />
          )}
        </>
      }
      caption={
        caption ??
        (embeddable !== false &&
          `Each dot is a ${thing.one}${hasTruth ? ': the closer to the diagonal, the better its true effect is recovered' : ''}.`)
      }
      fine={
        shown && (
          <FinePrint
            view={shown}
            thing={thing}
            match={match}
            chance={chanceR2(shown.width, shown.levels)}
            asked={features.length > 1 && view.feature !== shown.feature ? features[view.feature] : undefined}
          />
        )
      }
    >
      {shown ? (
        <FigureView
          build={build}
          height={(width) =>
            shown.truth ? multiplesLayout(shown.truth.dimensions.length, width).height : levelsGeometry(lengthsInput(shown, ''), width).height
          }
          handle={figure}
          label={
            truth
              ? `Estimated against true ${thing.one} effects of ${labelOf(shown.method)} in ${truth.dimensions.length} dimensions`
              : `Vector length against training rows of each ${thing.one}, ${labelOf(shown.method)}`
          }
        >
          {(width) => {
            const input = truthInput(shown, match, '', all ? out?.limit : undefined);
            return input ? (
              <TruthTip view={shown} input={input} width={width} onChoose={selected.choose} />
            ) : (
              <LengthTip view={shown} width={width} onChoose={selected.choose} />
            );
          }}
        </FigureView>
      ) : (
        <EmptyChart height={384}>
          {emptyWords({ embeddable, learns: spec && learners.length > 0, failed: status === 'failed', going, hasTruth, thing })}
        </EmptyChart>
      )}
      {out && <Outside chart="embedding" words={dotsOutside(out.beyond, out.drawn, 'dots', 'beyond three standard deviations')} />}
    </Panel>
  );
}

interface FineProps {
  view: EmbeddingView;
  thing: Thing;
  match: 'best' | 'aligned';
  /** The R² of noise; null where it is next to nothing. */
  chance: number | null;
  asked: string | undefined;
}

function FinePrint({ view, thing, match, chance, asked }: FineProps): ReactNode {
  const drawn = drawnLevels(view.drawn).length;
  const sampled =
    drawn < view.levels ? `${whole(drawn)} of ${whole(view.levels)} ${thing.many} drawn.` : `All ${whole(view.levels)} ${thing.many} drawn.`;
  const wait = asked === undefined ? '' : ` Showing ${view.featureName}; ${asked} follows with the next snapshot.`;
  if (!view.truth) {
    return (
      <>
        Length is the Euclidean norm of a {thing.one}’s vector, at epoch {whole(view.epoch)}. {sampled}
        {wait}
      </>
    );
  }
  const d = inWords(view.truth.dimensions.length);
  const noise = chance !== null && (
    <>
      {' '}
      Noise alone gives an R<sup>2</sup> of about {fixed(chance, 2)}.
    </>
  );
  return match === 'best' ? (
    <>
      Each true dimension against the estimated one that matches it best, in standard deviations, the sign of <i className="m">r</i> taken out. R
      <sup>2</sup> uses all estimated dimensions, so rotation does not matter.{noise} {sampled}
      {wait}
    </>
  ) : (
    <>
      Each of the {d} true dimensions against the best linear combination of all estimated ones, in standard deviations.{noise} {sampled}
      {wait}
    </>
  );
}

import { Checkbox } from '@mantine/core';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { LevelCard, LevelMap, LevelMapKind } from '../../workers/protocol';
import { coloured, faded, sizesOf } from '../charts/colours';
import type { FigureHandle } from '../charts/figure-view';
import type { Points } from '../charts/points-camera';
import { useChartTheme } from '../charts/theme';
import { levelColours } from '../lab-client/levels';
import { Choice } from '../results/choice';
import { EmptyChart, Panel } from '../results/panel';
import type { Twin } from '../results/twin';
import { useRun } from '../state/run';
import { useSelected, useSelection } from '../state/selection';
import { value, whole } from '../text/numbers';
import { labelOf } from '../ui/method-line';
import { effectName, mapSentence, mapWarning } from '../words/level-room';
import { useAnswer } from './answer';
import { ellipseOf } from './ellipse';
import { labelAt, oneLine } from './labels';
import { Legend } from './legend';
import { useMapExport } from './map-export';
import { useMap } from './map-job';
import { axesOf, colourChoices, isLayout, KINDS, type KindName, stepWords } from './map-words';
import { PointMap } from './point-map';
import { Refusal } from './refusal';
import type { LevelsShown } from './shown';

const HEIGHT = 520;
const PHONE_HEIGHT = 360;

/** Linear maps of so many levels draw all of them unasked. */
const DRAWN_UNASKED = 100_000;

const viewOf = (kind: KindName, dimensions: [number, number], seed: number): LevelMapKind => (isLayout(kind) ? { kind, seed } : { kind, dimensions });

function mapTwin({ levels, x, y }: LevelMap, shown: LevelsShown, names: [string, string], full: boolean): Twin {
  const { view, thing } = shown;
  const count = full ? levels.length : Math.min(30, levels.length);
  return {
    caption: `Map of ${view.featureName} by ${labelOf(shown.method)}: place of each ${thing.one}.`,
    columns: [thing.One, 'Training rows', names[0] || 'Across', names[1] || 'Up'],
    rows: Array.from({ length: count }, (_, i) => [labelAt(view, levels[i]), view.rows[levels[i]], x[i], y[i]]),
    note: count < levels.length ? `The first ${count} of ${whole(levels.length)} drawn ${thing.many}.` : undefined,
  };
}

/** The levels of a feature in the plane, near each other where their vectors are alike. */
export function MapPanel({ shown, card }: { shown: LevelsShown; card: LevelCard | null }) {
  const { view, overview, method, feature, thing } = shown;
  const figure = useRef<FigureHandle>(null);
  const theme = useChartTheme();
  const seed = useRun((state) => state.spec?.seeds.weights ?? 1);
  const [kind, setKind] = useState<KindName>('pca');
  const [asked, setDimensions] = useState<[number, number]>([0, 1]);
  const [colour, setColour] = useState('rows');
  const [byRows, setByRows] = useState(true);
  const [again, setAgain] = useState(0);
  const [wanted, setAll] = useState<boolean | null>(null);
  const trueEffects = overview.trueWidth > 0;
  const own = kind === 'truth' && !trueEffects ? 'pca' : kind;
  const most = Math.max(2, own === 'truth' ? overview.trueWidth : view.width);
  const [a, b] = asked.every((m) => m < most) ? asked : [0, 1];
  const all = wanted ?? (!isLayout(own) && view.levels <= DRAWN_UNASKED);
  const request = useMemo(
    () => ({ method, feature, view: viewOf(own, [a, b], seed), rest: all, again }),
    [method, feature, own, a, b, seed, all, again],
  );
  const { map, step, early, error, busy, cancel } = useMap(request);
  const choices = useMemo(() => colourChoices(overview, view), [overview, view]);
  const choice = choices.find(({ id }) => id === colour) ?? choices[0];
  const askColour = useCallback(() => levelColours({ method, feature, colour: choice.colour }), [method, feature, choice]);
  const { value: colours, error: noColour } = useAnswer(askColour);
  const drawn = early ?? (map && map.method === method && map.feature === feature && (!busy || map.view.kind === own) ? map : null);
  const look = useMemo(
    () => (drawn && colours ? { ...coloured(colours, drawn.levels, theme), sizes: sizesOf(drawn.levels, byRows ? view.rows : null) } : null),
    [drawn, colours, theme, byRows, view],
  );
  const points = useMemo(
    (): Points | null =>
      drawn && look
        ? {
            x: drawn.x,
            y: drawn.y,
            colors: faded(look.colors, 'projectedFrom' in drawn ? Number(drawn.projectedFrom) : drawn.x.length),
            sizes: look.sizes,
          }
        : null,
    [drawn, look],
  );
  const finished = drawn === map && !busy ? map : null;
  const axes = finished
    ? axesOf(finished)
    : ([
        { name: '', ticks: false },
        { name: '', ticks: false },
      ] as ReturnType<typeof axesOf>);
  useMapExport(figure, points, axes);
  const dimensions = Array.from({ length: most }, (_, m) => m);
  const nouns = own === 'pca' ? 'Component' : own === 'truth' ? 'True dimension' : 'Dimension';
  const flat = isLayout(own) || (own !== 'truth' && view.width === 1) || (own === 'truth' && overview.trueWidth === 1);
  return (
    <Panel
      title={`Map of ${thing.many}`}
      width={12}
      file="levels-map"
      figure={figure}
      ready={points !== null && finished !== null}
      twin={(full) => (finished ? mapTwin(finished, shown, [axes[0].name, axes[1].name], full) : { caption: '', columns: [], rows: [] })}
      live={false}
      methods={[method]}
      tag={<span className="whose">{labelOf(method)}</span>}
      caption={finished && mapSentence(finished, labelOf(method), view.featureName, thing)}
      fine={`${card?.variances && finished?.directions ? `Ellipse: one posterior standard deviation of the selected ${thing.one}. ` : ''}Click or tap selects, with Ctrl adds. The wheel zooms once the map has the keyboard, or with Ctrl; two fingers do on a touchscreen; keys: + and −, arrows, 0.`}
    >
      <div className="row2 map-row">
        <Choice
          label="Map"
          value={own}
          options={(Object.keys(KINDS) as KindName[]).map((id) => ({ value: id, label: KINDS[id], disabled: id === 'truth' && !trueEffects }))}
          onChange={(next) => setKind(next as KindName)}
        />
        {!flat && (
          <>
            <Choice
              label="Across the map"
              value={String(a)}
              options={dimensions.map((m) => ({ value: String(m), label: `${nouns} ${m + 1}`, disabled: m === b }))}
              onChange={(next) => setDimensions([Number(next), b])}
            />
            <Choice
              label="Up the map"
              value={String(b)}
              options={dimensions.map((m) => ({ value: String(m), label: `${nouns} ${m + 1}`, disabled: m === a }))}
              onChange={(next) => setDimensions([a, Number(next)])}
            />
          </>
        )}
        <Choice
          label="Colour by"
          value={choice.id}
          options={choices.map(({ id, name }) => ({ value: id, label: oneLine(name).slice(0, 48) }))}
          onChange={setColour}
        />
        <Checkbox checked={byRows} onChange={(event) => setByRows(event.currentTarget.checked)} label="Size by rows" />
        {map && map.sampled < map.of && (
          <Checkbox
            checked={all}
            onChange={(event) => setAll(event.currentTarget.checked)}
            label={`All ${whole(Math.min(map.of, 1_000_000))} ${thing.many}`}
          />
        )}
      </div>
      {isLayout(own) && <p className="note">{mapWarning(own)}</p>}
      {error?.code === 'cancelled' ? (
        <EmptyChart height={HEIGHT}>
          Stopped.{' '}
          <button type="button" className="lk" onClick={() => setAgain(again + 1)}>
            Begin again
          </button>
        </EmptyChart>
      ) : (
        <>
          <Refusal error={error ?? noColour} />
          {!error && !noColour && (
            <Plane
              shown={shown}
              card={card}
              points={points}
              map={finished}
              levels={drawn?.levels ?? null}
              axes={axes}
              label={`${KINDS[own]} of ${view.featureName} by ${labelOf(method)}`}
            />
          )}
          {busy && isLayout(own) && (
            <p className="fine map-doing">
              <span role="status">{stepWords(own, step)}</span>
              <progress value={step ? step.step : 0} max={step && step.of > 0 ? step.of : 1} aria-label="Progress of the map" />
              <button type="button" className="btn" onClick={cancel}>
                Cancel
              </button>
            </p>
          )}
          {look && <Legend legend={look.legend} name={oneLine(choice.name).slice(0, 48)} />}
        </>
      )}
    </Panel>
  );
}

interface PlaneProps {
  shown: LevelsShown;
  card: LevelCard | null;
  points: Points | null;
  map: LevelMap | null;
  levels: Uint32Array | null;
  axes: ReturnType<typeof axesOf>;
  label: string;
}

function Plane({ shown, card, points, map, levels, axes, label }: PlaneProps) {
  const { view, feature } = shown;
  const selected = useSelected(feature);
  const { choose, toggle } = useSelection();
  const [hovered, hover] = useState<number | null>(null);
  const chosen = useMemo(() => {
    if (!levels) return [];
    const places = selected.map((level) => ({ place: levels.indexOf(level), name: labelAt(view, level) }));
    return places.filter(({ place }) => place >= 0);
  }, [levels, selected, view]);
  const ellipse = map && card && chosen.length > 0 && card.level === levels?.[chosen[0].place] ? ellipseOf(map, card, chosen[0].place) : null;
  const truths = useMemo(
    () =>
      map?.truth
        ? chosen.map(({ place }) => ({
            from: [map.x[place], map.y[place]] as [number, number],
            to: [map.truth?.x[place] ?? 0, map.truth?.y[place] ?? 0] as [number, number],
          }))
        : [],
    [map, chosen],
  );
  const height = window.innerWidth < 760 ? PHONE_HEIGHT : HEIGHT;
  if (!points || !levels) return <EmptyChart height={height}>The map is being made.</EmptyChart>;
  const { effect, posteriorSd } = view;
  return (
    <PointMap
      points={points}
      axes={axes}
      label={label}
      chosen={chosen}
      ellipses={ellipse ? [ellipse] : []}
      lines={truths}
      hovered={hovered}
      onHover={hover}
      onChoose={(place, add) => (add ? toggle : choose)(feature, levels[place], 'map')}
      tip={(place) => {
        const level = levels[place];
        return {
          title: oneLine(labelAt(view, level)).slice(0, 60),
          rows: [
            { name: 'training rows', value: whole(view.rows[level]) },
            ...(Number.isFinite(view.meanResponse[level]) ? [{ name: 'mean response', value: value(view.meanResponse[level]) }] : []),
            ...(effect ? [{ name: effectName(effect.kind).toLowerCase(), value: value(effect.values[level]) }] : []),
            ...(posteriorSd ? [{ name: 'posterior SD', value: value(posteriorSd[level]) }] : []),
          ],
        };
      }}
      height={height}
      milliseconds={map?.milliseconds}
    />
  );
}

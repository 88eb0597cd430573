import { Checkbox } from '@mantine/core';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { KeptLevels, LabError, LevelComparison, LevelSource } from '../../workers/protocol';
import { coloured, sizesOf } from '../charts/colours';
import type { FigureHandle } from '../charts/figure-view';
import type { Points } from '../charts/points-camera';
import { useChartTheme } from '../charts/theme';
import { compareLevels, forgetLevels, keepLevels, keptLevels } from '../lab-client/levels';
import { Choice } from '../results/choice';
import { Panel } from '../results/panel';
import type { Twin } from '../results/twin';
import { useSelected, useSelection } from '../state/selection';
import { bytes, fixed, value, whole } from '../text/numbers';
import { labelOf } from '../ui/method-line';
import { compareSentence, percentOf } from '../words/level-room';
import { useAnswer } from './answer';
import { LevelLink } from './card-panel';
import { labelAt, oneLine } from './labels';
import { Legend } from './legend';
import { useMapExport } from './map-export';
import type { AxisWords } from './point-map';
import { PointMap } from './point-map';
import { Refusal } from './refusal';
import type { LevelsShown } from './shown';

const HEIGHT = 380;
const MOVED_SHOWN = 10;

const keptName = ({ method, weightSeed, id }: KeptLevels): string => `${labelOf(method)}, kept ${id}, seed ${weightSeed}`;

/** A source as the value of a choice, and back. */
const idOf = (source: LevelSource): string => ('kept' in source ? `kept:${source.kept}` : `method:${source.method}`);
const sourceOf = (id: string): LevelSource => (id.startsWith('kept:') ? { kept: Number(id.slice(5)) } : { method: id.slice(7) });

function comparisonTwin(found: LevelComparison, shown: LevelsShown, names: [string, string], full: boolean): Twin {
  const { view, thing } = shown;
  const order = full ? Array.from(found.levels.keys()).sort((i, j) => found.moved[j] - found.moved[i]) : Array.from(found.most).slice(0, 30);
  return {
    caption: `Places of the ${thing.many} of ${view.featureName} by ${names[0]} and, rotated onto them, by ${names[1]}: those that moved most first.`,
    columns: [thing.One, 'Training rows', `${names[0]} 1`, `${names[0]} 2`, `${names[1]}, rotated, 1`, `${names[1]}, rotated, 2`, 'Moved'],
    rows: order.map((i) => [
      labelAt(view, found.levels[i]),
      view.rows[found.levels[i]],
      found.first.x[i],
      found.first.y[i],
      found.second.x[i],
      found.second.y[i],
      found.moved[i],
    ]),
    note: order.length < found.levels.length ? `The ${order.length} that moved most of ${whole(found.levels.length)}.` : undefined,
  };
}

/** Both sets in one picture for its file: the first in grey. */
function overlaid([first, second]: [Points, Points], frame: Pick<Points, 'x' | 'y'>): Points {
  const grey = new Uint8Array(first.colors.length).fill(160);
  return { ...frame, colors: Uint8Array.from([...grey, ...second.colors]), sizes: Float32Array.from([...first.sizes, ...second.sizes]) };
}

/** The vectors of two methods, or of one under two seeds: what a rotation leaves different. */
export function ComparePanel({ shown }: { shown: LevelsShown }) {
  const { view, overview, method, feature, thing } = shown;
  const figure = useRef<FigureHandle>(null);
  // After every change the question is a new one.
  const [askKept, setAskKept] = useState(() => () => keptLevels());
  const kept = (useAnswer(askKept).value ?? []).filter(({ featureName }) => featureName === view.featureName);
  const [chosen, choose] = useState<string>('');
  const [scale, setScale] = useState(true);
  const [problem, setProblem] = useState<LabError | null>(null);
  const others = overview.methods.filter((one) => one.method !== method && one.widths[feature] > 0);
  const options = [
    ...others.map((one) => ({ value: idOf({ method: one.method }), label: labelOf(one.method) })),
    ...kept.map((one) => ({ value: idOf({ kept: one.id }), label: keptName(one) })),
  ];
  const second = options.find((one) => one.value === chosen) ?? null;
  const id = second?.value ?? null;
  const ask = useCallback(() => compareLevels({ feature, first: { method }, second: sourceOf(id as string), scale }), [feature, method, id, scale]);
  const { value: found, error } = useAnswer(id === null ? null : ask);
  const names: [string, string] = [labelOf(method), second?.label ?? ''];
  const change = (work: Promise<unknown>) => {
    setProblem(null);
    work.then(
      () => setAskKept(() => () => keptLevels()),
      (reason: LabError) => setProblem(reason),
    );
  };
  const theme = useChartTheme();
  const look = useMemo(() => {
    if (!found) return null;
    const places = Array.from(found.levels.keys());
    return { ...coloured({ kind: 'number', values: found.moved, log: false }, places, theme), sizes: sizesOf(found.levels, null) };
  }, [found, theme]);
  const maps = useMemo((): [Points, Points] | null => {
    if (!found || !look) return null;
    return [found.first, found.second].map(({ x, y }) => ({ x, y, colors: look.colors, sizes: look.sizes })) as [Points, Points];
  }, [found, look]);
  const frame = useMemo(
    () => found && { x: Float32Array.from([...found.first.x, ...found.second.x]), y: Float32Array.from([...found.first.y, ...found.second.y]) },
    [found],
  );
  const axes = useMemo(
    () =>
      (found?.shares ?? [0, 0]).map((share, k): AxisWords => ({ name: `component ${k + 1} of the first, ${percentOf(share)}`, ticks: true })) as [
        AxisWords,
        AxisWords,
      ],
    [found],
  );
  const both = useMemo(() => (maps && frame ? overlaid(maps, frame) : null), [maps, frame]);
  const bothAxes = useMemo((): [AxisWords, AxisWords] => [axes[0], { ...axes[1], name: `${axes[1].name}; the first in grey` }], [axes]);
  useMapExport(figure, both, bothAxes);
  return (
    <Panel
      title="Two sets of vectors"
      width={12}
      file="levels-compared"
      figure={figure}
      ready={found !== null}
      twin={(full) => (found ? comparisonTwin(found, shown, names, full) : { caption: '', columns: [], rows: [] })}
      live={false}
      methods={[method]}
      tag={<span className="whose">{found ? `${names[0]} and ${names[1]}` : labelOf(method)}</span>}
      caption={
        found
          ? compareSentence(found, names, thing)
          : 'Another method’s vectors, or the same method’s under another seed, turned onto these: what is left is a difference between them.'
      }
      fine={`Orthogonal Procrustes over the ${thing.many} in training rows of both. To compare two seeds: keep these vectors, change the weights’ seed, and train again.${
        found
          ? ` ${whole(found.of)} ${thing.many}; neighbours of ${whole(found.common.levels)}.${scale ? ` The second is stretched by ${fixed(found.scale, 2)}.` : ''}`
          : ''
      }`}
    >
      <div className="row2 map-row">
        <Choice
          label="Compare with"
          value={id ?? ''}
          options={[{ value: '', label: options.length > 0 ? 'Compare with …' : 'Nothing to compare with yet' }, ...options]}
          onChange={choose}
          disabled={options.length === 0}
        />
        <Checkbox checked={scale} onChange={(event) => setScale(event.currentTarget.checked)} label="May be stretched" />
        <button type="button" className="btn" onClick={() => change(keepLevels({ method, feature }))}>
          Keep these vectors
        </button>
        {kept.map((one) => (
          <span key={one.id} className="whose">
            {keptName(one)}, {bytes(one.bytes)}{' '}
            <button type="button" className="lk" aria-label={`Forget ${keptName(one)}`} onClick={() => change(forgetLevels(one.id))}>
              Forget
            </button>
          </span>
        ))}
      </div>
      <Refusal error={error ?? problem} />
      {found && maps && frame && look && (
        <>
          <SideBySide shown={shown} found={found} maps={maps} frame={frame} axes={axes} names={names} />
          <Legend legend={look.legend} name="Moved" />
          <MovedMost shown={shown} found={found} />
        </>
      )}
    </Panel>
  );
}

interface SideProps {
  shown: LevelsShown;
  found: LevelComparison;
  maps: [Points, Points];
  frame: Pick<Points, 'x' | 'y'>;
  axes: [AxisWords, AxisWords];
  names: [string, string];
}

/** Both maps; a level under the pointer of one is ringed on the other. */
function SideBySide({ shown, found, maps, frame, axes, names }: SideProps) {
  const { view, feature } = shown;
  const selected = useSelected(feature);
  const { choose, toggle } = useSelection();
  const [hovered, hover] = useState<number | null>(null);
  const chosen = useMemo(
    () => selected.map((level) => ({ place: found.levels.indexOf(level), name: labelAt(view, level) })).filter(({ place }) => place >= 0),
    [selected, found, view],
  );
  return (
    <div className="side-by-side">
      {maps.map((points, k) => (
        <div key={names[k]}>
          <h3>{names[k] + (k === 1 ? ', rotated' : '')}</h3>
          <PointMap
            points={points}
            frame={frame}
            axes={axes}
            label={`${view.featureName} by ${names[k]}${k === 1 ? `, rotated onto ${names[0]}` : ''}`}
            chosen={chosen}
            hovered={hovered}
            onHover={hover}
            onChoose={(place, add) => (add ? toggle : choose)(feature, found.levels[place], 'comparison')}
            tip={(place) => ({
              title: oneLine(labelAt(view, found.levels[place])).slice(0, 60),
              rows: [
                { name: 'training rows', value: whole(view.rows[found.levels[place]]) },
                { name: 'moved', value: value(found.moved[place]) },
              ],
            })}
            height={HEIGHT}
            // Browsers hold few WebGL contexts: the map above has the room's only one.
            renderer="canvas"
          />
        </div>
      ))}
    </div>
  );
}

function MovedMost({ shown, found }: { shown: LevelsShown; found: LevelComparison }) {
  return (
    <table className="level-table moved">
      <caption>{shown.thing.Many} that moved most</caption>
      <thead>
        <tr>
          <th scope="col">{shown.thing.One}</th>
          <th scope="col">Moved</th>
          <th scope="col">Rows</th>
        </tr>
      </thead>
      <tbody>
        {Array.from(found.most.slice(0, MOVED_SHOWN), (place) => (
          <tr key={place}>
            <th scope="row">
              <LevelLink shown={shown} level={found.levels[place]} />
            </th>
            <td>{value(found.moved[place])}</td>
            <td>{whole(shown.view.rows[found.levels[place]])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

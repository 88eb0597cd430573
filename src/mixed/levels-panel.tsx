import { TextInput } from '@mantine/core';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { MixedView } from '../../workers/protocol';
import { NORMAL_95 } from '../../workers/spec/scores';
import { escapeMarkup } from '../charts/escape';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { type EffectRow, effectsChart, effectsGeometry, effectsHeight } from '../charts/tag-charts';
import { methodColor, useChartTheme } from '../charts/theme';
import { Choice } from '../results/choice';
import { EmptyChart, Panel } from '../results/panel';
import { PointTip } from '../results/point-tip';
import { value, whole } from '../text/numbers';
import { lineOf } from '../ui/method-line';
import { caterpillarSentence, effectName } from '../words/mixed';
import { inSentence } from '../words/names';
import { levelsTwin, ranked } from './twins';

/** Levels in sight at once. */
const SHOWN = 20;

/** The levels' effects by rank with their intervals, to be searched and paged through. */
export function LevelsPanel({ view }: { view: MixedView }) {
  const theme = useChartTheme();
  const figure = useRef<FigureHandle>(null);
  const [chosen, setChosen] = useState('0 0');
  const [query, setQuery] = useState('');
  const [from, setFrom] = useState(0);
  const choices = view.levels.flatMap(({ group, effects }, part) =>
    effects.map((effect, a) => ({ value: `${part} ${a}`, label: effect === '(Intercept)' ? `${group}, intercept` : `${group}, slope of ${effect}` })),
  );
  const [part, effect] = (choices.some((choice) => choice.value === chosen) ? chosen : '0 0').split(' ').map(Number);
  const levels = view.levels[part];
  const all = useMemo(() => ranked(levels, effect), [levels, effect]);
  const wanted = query.trim().toLowerCase();
  const found = useMemo(() => (wanted === '' ? all : all.filter(({ label }) => label.toLowerCase().includes(wanted))), [all, wanted]);
  const start = Math.min(from, Math.max(0, found.length - 1));
  const shown = useMemo(() => found.slice(start, start + SHOWN), [found, start]);
  const rows = useMemo(
    () =>
      shown.map(
        ({ label, rank, effect: own, error }): EffectRow => ({
          label: `${inSentence(label)}  ${whole(rank)}`,
          effect: own,
          sd: NORMAL_95 * error,
          truth: null,
        }),
      ),
    [shown],
  );
  const axis = escapeMarkup(
    levels.effects[effect] === '(Intercept)' ? `effect of the levels of ${levels.group}` : `slope of ${levels.effects[effect]}, less the mean`,
  );
  const build = useCallback(
    (colours: typeof theme, width: number) => effectsChart(rows, { color: methodColor(lineOf(view.method), colours), axis }, colours, width),
    [rows, axis, view.method],
  );
  const twin = useCallback((full: boolean) => levelsTwin(full ? found : shown, levels, effect), [found, shown, levels, effect]);
  const caption = useMemo(() => caterpillarSentence(levels, effect), [levels, effect]);
  const page = (step: number) => setFrom(Math.max(0, Math.min(start + step, found.length - 1)));
  return (
    <Panel
      panel="mixed-model"
      title="Levels by rank"
      width={6}
      file="mixed-model-levels"
      figure={figure}
      ready={rows.length > 0}
      twin={twin}
      live={false}
      methods={[view.method]}
      row={
        <>
          <Choice
            label="Random effect"
            value={`${part} ${effect}`}
            options={choices}
            onChange={(next) => {
              setChosen(next);
              setFrom(0);
            }}
          />
          <TextInput
            aria-label={`Search levels of ${levels.group}`}
            placeholder="Search levels"
            value={query}
            onChange={(event) => {
              setQuery(event.currentTarget.value);
              setFrom(0);
            }}
          />
          {found.length > SHOWN && (
            <>
              <button type="button" className="btn" disabled={start === 0} onClick={() => page(-SHOWN)}>
                Higher
              </button>
              <button type="button" className="btn" disabled={start + SHOWN >= found.length} onClick={() => page(SHOWN)}>
                Lower
              </button>
              <button type="button" className="btn" disabled={start + SHOWN >= found.length} onClick={() => setFrom(found.length - SHOWN)}>
                Lowest
              </button>
            </>
          )}
        </>
      }
      caption={caption}
      fine={`Estimates drawn towards their mean, with 95 % intervals that take the variances as known. The number after a name is its rank among ${whole(all.length)}.${found.length > SHOWN ? ` Shown: ${whole(start + 1)} to ${whole(start + shown.length)} of ${whole(found.length)}.` : ''}`}
    >
      {rows.length > 0 ? (
        <FigureView
          build={build}
          height={() => effectsHeight(rows.length)}
          handle={figure}
          label={`Effects of levels of ${levels.group}, ${effectName(levels.effects[effect])}`}
        >
          {(width) => (
            <PointTip
              points={rows.length}
              geometry={effectsGeometry(rows, theme, width)}
              width={width}
              title={(i) => inSentence(shown[i].label)}
              rows={(i) => [
                { name: 'effect', value: `${value(shown[i].effect)} ± ${value(NORMAL_95 * shown[i].error)}` },
                { name: 'rank', value: `${whole(shown[i].rank)} of ${whole(all.length)}` },
              ]}
            />
          )}
        </FigureView>
      ) : (
        <EmptyChart height={effectsHeight(4)}>{`No level of ${levels.group} has “${query.trim()}” in its name.`}</EmptyChart>
      )}
    </Panel>
  );
}

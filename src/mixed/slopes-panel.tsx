import { useCallback, useMemo, useRef, useState } from 'react';
import type { MixedView } from '../../workers/protocol';
import { escapeMarkup } from '../charts/escape';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { linesChart, linesHeight } from '../charts/lines-chart';
import { Choice } from '../results/choice';
import { Panel } from '../results/panel';
import { useRun } from '../state/run';
import { whole } from '../text/numbers';
import { lineOf } from '../ui/method-line';
import { slopesSentence } from '../words/mixed';
import { type LevelLine, linesOf, slopesTwin } from './twins';

/** Levels whose lines are drawn: more would be a grey field. */
const MOST_LINES = 60;

/** Where slopes by a number can be drawn. */
export const slopesOf = ({ levels, numeric }: MixedView): { part: number; effect: number }[] =>
  levels.flatMap(({ effects }, part) => effects.flatMap((name, effect) => (numeric.some((one) => one.name === name) ? [{ part, effect }] : [])));

/** The line of each level, other columns at 0: intercepts and slopes as they vary together. */
export function SlopesPanel({ view }: { view: MixedView }) {
  const figure = useRef<FigureHandle>(null);
  const target = useRun((state) => state.summary?.targetName ?? 'response');
  const slopes = slopesOf(view);
  const [chosen, setChosen] = useState(0);
  const { part, effect } = slopes[Math.min(chosen, slopes.length - 1)];
  const levels = view.levels[part];
  const name = levels.effects[effect];
  const over = view.numeric.find((one) => one.name === name) as MixedView['numeric'][number];
  const link = view.fit.family === 'gaussian' ? target : view.fit.family === 'binomial' ? 'log odds' : `log of the mean ${target}`;
  const drawn = useMemo(() => {
    const { mean, of } = linesOf(view, part, effect);
    const { length } = levels.labels;
    const step = Math.max(1, length / MOST_LINES);
    const picked = Array.from({ length: Math.min(MOST_LINES, length) }, (_, i) => Math.floor(i * step));
    const drawn = ({ intercept, slope }: LevelLine) => [over.least, over.most].map((x) => ({ x, y: intercept + slope * x }));
    return { mean: drawn(mean), faint: picked.map((level) => drawn(of(level))) };
  }, [levels, part, effect, over, view]);
  const build = useMemo(() => {
    const line = { label: 'mean', color: lineOf(view.method), dash: 'solid', points: drawn.mean, dots: false, faint: drawn.faint };
    return linesChart([line], {
      title: escapeMarkup(link),
      x: { label: escapeMarkup(name, 24), log: false, ticks: null },
      y: { log: false, fromZero: false },
    });
  }, [drawn, link, name, view.method]);
  const intercept = levels.effects.indexOf('(Intercept)');
  const twin = useCallback(() => slopesTwin(view, part, effect), [view, part, effect]);
  const own = view.fit.random[part];
  const correlation = intercept >= 0 ? own.correlations[effect * own.effects.length + intercept] : null;
  const more = levels.labels.length > MOST_LINES ? ` Drawn: ${whole(MOST_LINES)} of ${whole(levels.labels.length)} levels.` : '';
  return (
    <Panel
      panel="mixed-model"
      title="Slopes of the levels"
      width={6}
      file="mixed-model-slopes"
      figure={figure}
      ready
      twin={twin}
      live={false}
      methods={[view.method]}
      row={
        slopes.length > 1 && (
          <Choice
            label="Slopes"
            value={String(chosen)}
            options={slopes.map(({ part: k, effect: a }, i) => ({
              value: String(i),
              label: `${view.levels[k].effects[a]} by ${view.levels[k].group}`,
            }))}
            onChange={(next) => setChosen(Number(next))}
          />
        )
      }
      caption={slopesSentence({ slope: name, group: levels.group, deviation: own.deviations[effect], correlation })}
      fine={`Each thin line is a level, the thick one their mean, with all other columns at 0.${more}`}
    >
      <FigureView build={build} height={linesHeight} handle={figure} label={`Lines of the levels of ${levels.group} over ${name}`} />
    </Panel>
  );
}

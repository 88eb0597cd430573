import './levels.css';
import { useCallback, useEffect, useRef, useState } from 'react';
import { closeLevels, levelCard, levelsOverview, levelsTable } from '../lab-client/levels';
import { Choice } from '../results/choice';
import { Provenance } from '../results/provenance';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { useSelected } from '../state/selection';
import { useView } from '../state/view';
import { whole } from '../text/numbers';
import { labelOf } from '../ui/method-line';
import { countedThings, thingOf } from '../words/thing';
import { useAnswer } from './answer';
import { CardPanel } from './card-panel';
import { ComparePanel } from './compare-panel';
import { Downloads } from './downloads';
import { HistoryPanel } from './history-panel';
import { ListPanel } from './list-panel';
import { MapPanel } from './map-panel';
import { PredictionsPanel } from './predictions-panel';
import { Refusal } from './refusal';
import type { LevelsShown } from './shown';

/** Which level is which: of a run of this page, once it has ended. */
export function LevelsRoom() {
  const live = useRun((state) => state.source.kind === 'live' && !isUnderway(state.status) && Object.keys(state.results).length > 0);
  const generation = useRun((state) => state.generation);
  return live ? <Room key={generation} /> : null;
}

/** Nothing is asked of the worker before the room comes near the screen; what it held is freed on leaving. */
function Room() {
  const head = useRef<HTMLElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!head.current) return;
    const observer = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && setNear(true), {
      rootMargin: '400px',
    });
    observer.observe(head.current);
    return () => {
      observer.disconnect();
      void closeLevels().catch(() => undefined);
    };
  }, []);
  const { value: overview, error } = useAnswer(near ? levelsOverview : null);
  const asked = useView((state) => state.feature);
  const setFeature = useView((state) => state.setFeature);
  const [chosen, setChosen] = useState<string | null>(null);
  const feature = overview ? Math.min(asked, overview.features.length - 1) : 0;
  const methods = overview?.methods ?? [];
  const able = methods.filter(({ widths }) => widths[feature] > 0);
  const offered = able.length > 0 ? able : methods;
  const method = (offered.find((one) => one.method === chosen) ?? offered.find((one) => one.method === 'mmbeddings') ?? offered[0])?.method ?? null;
  const ask = useCallback(() => levelsTable({ method: method as string, feature }), [method, feature]);
  const { value: view, error: refused } = useAnswer(method === null || !overview || overview.features.length === 0 ? null : ask);
  if (overview && (overview.features.length === 0 || method === null)) return null;
  // The answer to the last question may still be on its way.
  const shown: LevelsShown | null =
    overview && view && method !== null && view.method === method && view.feature === feature
      ? { overview, view, method, feature, thing: thingOf(view) }
      : null;
  const known = overview?.features[feature];
  const things = thingOf(known ?? { kind: 'levels' });
  return (
    <>
      <section ref={head} className="panel w12 levels-title" data-panel="levels" aria-labelledby="levels-title">
        <div className="ph">
          <h2 id="levels-title">Levels</h2>
          <span className="whose">
            Which {things.one} is which
            {known ? `: ${countedThings(known.levels, things, whole)}, ${whole(known.seen)} in training rows` : ''}.
          </span>
          <span className="sp brk" />
          {overview && overview.features.length > 1 && (
            <Choice
              label="Feature of the levels"
              value={String(feature)}
              options={overview.features.map(({ name }, k) => ({ value: String(k), label: name }))}
              onChange={(next) => setFeature(Number(next))}
            />
          )}
          {method !== null && (
            <Choice
              label="Method of the levels"
              value={method}
              options={methods.map((one) => ({
                value: one.method,
                label: labelOf(one.method),
                disabled: able.length > 0 && one.widths[feature] === 0,
              }))}
              onChange={setChosen}
            />
          )}
          {shown && <Downloads shown={shown} />}
        </div>
        <Refusal error={error ?? refused} />
        {near && !shown && !error && !refused && (
          <p className="fine" role="status">
            Looking at the {things.many}.
          </p>
        )}
        <Provenance />
      </section>
      {shown && <Panels shown={shown} />}
    </>
  );
}

function Panels({ shown }: { shown: LevelsShown }) {
  const { method, feature, view } = shown;
  const level = useSelected(feature)[0] ?? null;
  const ask = useCallback(() => levelCard({ method, feature, level: level as number }), [method, feature, level]);
  const card = useAnswer(level === null ? null : ask);
  return (
    <>
      <ListPanel shown={shown} />
      <CardPanel shown={shown} answer={card} />
      {view.width > 0 && <MapPanel shown={shown} card={card.value} />}
      <PredictionsPanel shown={shown} card={card.value} />
      {view.width > 0 && <HistoryPanel shown={shown} />}
      {view.width > 0 && <ComparePanel key={feature} shown={shown} />}
    </>
  );
}

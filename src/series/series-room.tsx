import { useMemo, useState } from 'react';
import { methodsOf } from '../results/model';
import { Provenance } from '../results/provenance';
import { useRun } from '../state/run';
import { labelOf } from '../ui/method-line';
import { leakSentence } from '../words/series';
import { SeriesAttentionPanel } from './attention-panel';
import { StepsPanel } from './steps-panel';
import { WindowPanel } from './window-panel';

/** Windows of series: where in them methods err, single forecasts, and attention to other series. */
export function SeriesRoom() {
  const spec = useRun((state) => state.spec);
  const results = useRun((state) => state.results);
  const predictions = useRun((state) => state.predictions);
  const [chosen, choose] = useState<string | null>(null);
  const methods = useMemo(() => methodsOf(spec), [spec]);
  const scored = useMemo(
    () =>
      methods.flatMap((method) => {
        const scores = results[method]?.series;
        return scores && scores.groups.length > 0 ? [{ method, scores }] : [];
      }),
    [methods, results],
  );
  const drawn = useMemo(
    () =>
      methods.flatMap((method) => {
        const windows = predictions[method]?.windows;
        return windows && windows.length > 0 ? [{ method, windows }] : [];
      }),
    [methods, predictions],
  );
  const attending = methods.filter((method) => results[method]?.seriesAttention);
  const method = attending.find((id) => id === chosen) ?? attending[0];
  const attention = method === undefined ? undefined : results[method].seriesAttention;
  if (scored.length === 0) return null;
  const byStep = scored[0].scores.steps > 1;
  // Where there is no panel by step, the proof of a leak stands under the forecast.
  const words = byStep ? null : leakSentence(scored.map((one) => ({ label: labelOf(one.method), scores: one.scores })));
  return (
    <>
      <section className="panel w12" aria-labelledby="series-title" data-panel="series">
        <div className="ph">
          <h2 id="series-title">Series</h2>
          <span className="whose">Where in a window methods err, and what they see.</span>
        </div>
        <Provenance />
      </section>
      {byStep && <StepsPanel methods={scored} />}
      {drawn.length > 0 && <WindowPanel methods={drawn} words={words} />}
      {method !== undefined && attention && <SeriesAttentionPanel method={method} attention={attention} available={attending} choose={choose} />}
    </>
  );
}

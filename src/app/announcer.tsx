import { useEffect, useState } from 'react';
import { differing } from '../results/origin';
import { useEngine } from '../state/engine';
import { allowedNow } from '../state/page-view';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { staleness } from '../state/stale';
import { useTable } from '../state/table/table-store';
import { blockedNow } from '../ui/blocked';
import { count, measure } from '../ui/format';
import { labelOf } from '../ui/method-line';
import { staleSentence } from '../words/provenance';
import { statusLine } from './status-words';

/** A running line at most this often, in epochs. */
const EVERY = 25;

/** "Epoch 50: MMbeddings 3.61, Embeddings 4.02." best first. */
function runningLine(): string {
  const { progress, lanes } = useRun.getState();
  const scored = lanes
    .flatMap(({ method, predictive }) => (predictive === null ? [] : [{ method, predictive }]))
    .sort((a, b) => a.predictive - b.predictive);
  return `Epoch ${count(progress?.epoch ?? 0)}: ${scored.map(({ method, predictive }) => `${labelOf(method)} ${measure(predictive)}`).join(', ')}.`;
}

function stateLine(): string {
  const run = useRun.getState();
  const { phase, fileName } = useTable.getState();
  const { words } = statusLine({
    ...run,
    runSpec: run.spec,
    spec: useSpec.getState().spec,
    engine: useEngine.getState(),
    table: { phase, fileName },
    blocked: blockedNow(),
    trainable: allowedNow('train'),
  });
  const said = words.map((part) => (typeof part === 'string' ? part : part.b)).join('');
  // A table that was just opened changes the data and closes its own step: one line says both.
  const found = differing(staleness(run.spec, useSpec.getState().spec));
  return found ? `${said} ${staleSentence(found)}` : said;
}

/** Tells a screen reader what the page shows: every change of state, and a short line every 25 epochs. */
export function Announcer() {
  const [line, setLine] = useState('');
  useEffect(() => {
    let told = 0;
    const unsubscribe = [
      useRun.subscribe((run, before) => {
        const epoch = run.progress?.epoch ?? 0;
        const lost =
          run.lanes.filter(({ status }) => status === 'diverged').length !== before.lanes.filter(({ status }) => status === 'diverged').length;
        if (run.status !== before.status || run.stopping !== before.stopping || run.source !== before.source || lost) {
          told = epoch;
          setLine(stateLine());
        } else if (run.status === 'running' && epoch >= told + EVERY) {
          told = epoch - (epoch % EVERY);
          setLine(runningLine());
        }
      }),
      useSpec.subscribe(({ spec }, before) => {
        const run = useRun.getState().spec;
        const now = staleness(run, spec);
        if (now.kind === staleness(run, before.spec).kind) return;
        setLine(now.kind === 'current' ? 'The results shown are those of the settings.' : stateLine());
      }),
      useTable.subscribe((table, before) => {
        if (table.phase !== before.phase) setLine(stateLine());
      }),
    ];
    return () => {
      for (const end of unsubscribe) end();
    };
  }, []);
  return (
    <p className="sr" aria-live="polite">
      {line}
    </p>
  );
}

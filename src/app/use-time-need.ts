import { useEffect } from 'react';
import { toLabError } from '../../workers/spec/lab-error';
import { memoryNeed } from '../../workers/spec/memory-need';
import { batchOf } from '../../workers/spec/protocol';
import { type TimeNeed, timeNeed } from '../../workers/spec/time-need';
import { timeRun } from '../lab-client/client';
import { useEngine } from '../state/engine';
import { probeKey, useProbe, useProbes } from '../state/probes';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { useSpec } from '../state/spec';
import { isRepeating, useStudy } from '../state/study';
import { useFacts } from '../state/table/use-facts';
import { useBlocked } from '../ui/blocked';

/** Settings must rest for this long before they are timed: training may begin any moment. */
const REST_MS = 1_500;
/** Larger data would take long to draw for a timing alone. */
const MOST_BYTES = 300e6;

/**
 * How long the run of the settings will take, timed on this device while nothing else trains; null while it
 * is not known.
 */
export function useTimeNeed(): (TimeNeed & { share: number; epochs: number }) | null {
  const spec = useSpec((state) => state.spec);
  // In plain JavaScript the timing itself would take too long.
  const ready = useEngine(({ status, info }) => status === 'ready' && info?.backend !== 'cpu');
  const free = useRun(({ status }) => !isUnderway(status));
  const repeating = useStudy(({ status }) => isRepeating(status));
  const blocked = useBlocked();
  const facts = useFacts();
  const key = probeKey(spec);
  const probe = useProbe();
  const small = facts !== null && memoryNeed(facts, spec.methods, batchOf(spec.training, facts), spec.training.restoreBest).total < MOST_BYTES;
  const due = ready && free && !repeating && blocked === null && small;
  useEffect(() => {
    if (!due || useProbes.getState().probes.has(key)) return;
    const timer = setTimeout(() => {
      timeRun(useSpec.getState().spec).then(
        (found) => useProbes.getState().keep(key, found),
        // Something began to train, and is timed by that; or it cannot train, which Train will say. What ran
        // out of memory is not tried again for a timing.
        (failure: unknown) => {
          const untimed = spec.methods.map(({ id }) => ({ id, epochMilliseconds: null, bytes: null }));
          if (toLabError(failure).code === 'method-exhausted') useProbes.getState().keep(key, { share: 1, methods: untimed });
        },
      );
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [due, key, spec.methods]);
  const need = probe ? timeNeed(probe, spec.training) : null;
  return probe && need ? { ...need, share: probe.share, epochs: spec.training.epochs } : null;
}

import { useEffect } from 'react';
import { toLabError } from '../../workers/spec/lab-error';
import { type TimeNeed, timeNeed } from '../../workers/spec/time-need';
import { timeRun } from '../lab-client/client';
import { useEngine } from '../state/engine';
import { probeKey, useProbes } from '../state/probes';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { useSpec } from '../state/spec';
import { isRepeating, useStudy } from '../state/study';
import { factsNow, useFacts } from '../state/table/use-facts';
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
  const known = useFacts() !== null;
  const key = probeKey(spec);
  const probe = useProbes(({ probes }) => probes.get(key) ?? null);
  const due = ready && free && !repeating && blocked === null && known;
  useEffect(() => {
    if (!due || useProbes.getState().probes.has(key)) return;
    let late = false;
    const time = async (): Promise<void> => {
      const { spec } = useSpec.getState();
      const { methods, training } = spec;
      const { memoryNeed } = await import('../../workers/spec/memory-need');
      const facts = factsNow();
      if (late || !facts || memoryNeed(facts, methods, training).total >= MOST_BYTES) return;
      const found = await timeRun(spec).catch((failure: unknown) => {
        // What ran out of memory is not tried again for a timing.
        if (toLabError(failure).code === 'method-exhausted')
          return { share: 1, methods: methods.map(({ id }) => ({ id, epochMilliseconds: null, bytes: null })) };
        throw failure;
      });
      useProbes.getState().keep(key, found);
    };
    // Something began to train, and is timed by that; or it cannot train, which Train will say.
    const timer = setTimeout(() => void time().catch(() => undefined), REST_MS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [due, key]);
  const need = probe ? timeNeed(probe, spec.training) : null;
  return probe && need ? { ...need, share: probe.share, epochs: spec.training.epochs } : null;
}

import { useCallback, useEffect, useRef, useState } from 'react';
import type { Followed, LabError, StepTrace } from '../../workers/protocol';
import { traceRow } from '../lab-client/trace';
import { useRun } from '../state/run';

interface Answer {
  trace: StepTrace | null;
  error: LabError | null;
  /** A question is on its way. */
  asking: boolean;
  /** Asks once more: the run has gone on. */
  again(): void;
}

/** The trace of a row; the old one stays until a new one comes, within one run. Null asks nothing. */
export function useTrace(method: string | null, follow: Followed): Answer {
  const generation = useRun((state) => state.generation);
  const [answer, setAnswer] = useState<{ trace: StepTrace | null; error: LabError | null; of: number }>({ trace: null, error: null, of: generation });
  const [asking, setAsking] = useState(false);
  /** Questions that were asked or given up: only the newest is answered. */
  const newest = useRef(0);
  const ask = useCallback(() => {
    const mine = ++newest.current;
    setAsking(method !== null);
    if (method === null) return;
    const take = (trace: StepTrace | null, error: LabError | null) => {
      if (mine !== newest.current) return;
      setAnswer({ trace, error, of: generation });
      setAsking(false);
    };
    traceRow({ method, follow }).then(
      (trace) => take(trace, null),
      (error: LabError) => take(null, error),
    );
  }, [method, follow, generation]);
  useEffect(() => {
    ask();
    return () => {
      newest.current++;
    };
  }, [ask]);
  const known = method !== null && answer.of === generation ? answer : { trace: null, error: null };
  return { ...known, asking, again: ask };
}

import { useEffect, useState } from 'react';
import type { LabError, LevelMap, LevelMapRequest, LevelMapStep } from '../../workers/protocol';
import { mapLevels } from '../lab-client/levels';

export interface MapWork {
  map: LevelMap | null;
  /** How far the map in the making is. */
  step: LevelMapStep | null;
  /** Its points so far. */
  early: NonNullable<LevelMapStep['points']> | null;
  error: LabError | null;
  /** A map is being made. */
  busy: boolean;
  cancel(): void;
}

const NOTHING = { map: null, step: null, early: null, error: null };

/** The map that a request asks for; another request, and leaving, end it. Null asks for none. */
export function useMap(request: Omit<LevelMapRequest, 'job'> | null): MapWork {
  const [state, setState] = useState<Omit<MapWork, 'cancel'> & { end: () => void }>({ ...NOTHING, busy: false, end: () => {} });
  useEffect(() => {
    if (!request) return;
    let wanted = true;
    const job = mapLevels(request, (step) => {
      // Steps come on another port than the answer, and the last ones may come after it.
      if (wanted) setState((before) => (before.busy ? { ...before, step, early: step.points ?? before.early } : before));
    });
    setState((before) => ({ ...NOTHING, map: before.map, busy: true, end: job.cancel }));
    job.map.then(
      (map) => wanted && setState((before) => ({ ...before, ...NOTHING, map, busy: false })),
      (error: LabError) => wanted && setState((before) => ({ ...before, ...NOTHING, error, busy: false })),
    );
    return () => {
      wanted = false;
      job.cancel();
    };
  }, [request]);
  return { ...state, cancel: state.end };
}

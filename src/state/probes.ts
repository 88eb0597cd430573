import { create } from 'zustand';
import type { TimeProbe } from '../../workers/protocol';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { useSpec } from './spec';

interface ProbesState {
  /** What the engine found on this page before a run, by settings. */
  probes: ReadonlyMap<string, TimeProbe>;
  keep(key: string, probe: TimeProbe): void;
}

export const useProbes = create<ProbesState>((set) => ({
  probes: new Map(),
  keep: (key, probe) => set(({ probes }) => ({ probes: new Map(probes).set(key, probe) })),
}));

/** What an epoch and its memory depend on: of the settings all but the number of epochs and when to stop. */
export const probeKey = ({ dataset, methods, training, seeds, vectors }: ExperimentSpec): string =>
  JSON.stringify([dataset, methods, { ...training, epochs: 0, patience: 0, drawPastStop: false }, seeds, vectors]);

/** What the engine found for the settings on the page; null while it has not looked. */
export function useProbe(): TimeProbe | null {
  const key = useSpec(({ spec }) => probeKey(spec));
  return useProbes(({ probes }) => probes.get(key) ?? null);
}

/** Bytes of the plans that a probe tells of, by method. */
export const toldBytes = (probe: TimeProbe | null): Map<string, number> =>
  new Map(probe?.methods.flatMap(({ id, bytes }): [string, number][] => (bytes === null ? [] : [[id, bytes]])));

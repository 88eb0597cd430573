import { create } from 'zustand';
import type { VectorFileFacts } from '../../workers/protocol';
import { isDrawn } from '../../workers/spec/division';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { dataOf } from './stale';

/** Level vectors that are open in this page: a file, or those of a finished run. */
export interface OpenVectors extends VectorFileFacts {
  /** The run that they were trained in; null for a file of a person's own. */
  trained: ExperimentSpec | null;
}

interface GivenVectors {
  open: readonly OpenVectors[];
  add(vectors: OpenVectors): void;
}

export const useGivenVectors = create<GivenVectors>((set, get) => ({
  open: [],
  add: (vectors) => set({ open: [...get().open.filter(({ fingerprint }) => fingerprint !== vectors.fingerprint), vectors] }),
}));

/**
 * Whether vectors of a run have seen rows that are test rows now: the same data, divided otherwise
 * (docs/methods.md F8). Nothing is known of a file.
 */
export function haveSeenTestRows(trained: ExperimentSpec | null, now: ExperimentSpec): boolean {
  if (trained === null) return false;
  const [before, after] = [trained.dataset, now.dataset];
  const sameRows =
    before.kind === 'table' && after.kind === 'table'
      ? before.fingerprint === after.fingerprint
      : isDrawn(after) && JSON.stringify(before) === JSON.stringify(after) && trained.seeds.data === now.seeds.data;
  return sameRows && JSON.stringify(dataOf(trained)) !== JSON.stringify(dataOf(now));
}

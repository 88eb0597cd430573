import { create } from 'zustand';
import type { LabError } from '../../workers/protocol';
import type { KeptRun } from './run-store';

/** A file that a person has to choose, and what was wrong with the one that was tried. */
export interface MissingTable {
  name: string;
  problem: LabError | null;
}

/** A run of an earlier visit that the page offers. */
interface KeptState {
  offered: KeptRun | null;
  /** Its table, where it is needed to go on and cannot be had. */
  missing: MissingTable | null;
  offer(run: KeptRun | null, missing?: MissingTable | null): void;
}

export const useKept = create<KeptState>((set) => ({
  offered: null,
  missing: null,
  offer: (offered, missing = null) => set({ offered, missing }),
}));

import { create } from 'zustand';
import type { LabError } from '../../workers/protocol';
import type { KeptRun } from './run-store';

/** A file that a person has to choose, and what was wrong with the one that was tried. */
export interface MissingTable {
  name: string;
  problem: LabError | null;
}

/** A run of this browser that the page offers. */
interface KeptState {
  offered: KeptRun | null;
  /** Its table, where it is needed to go on and cannot be had. */
  missing: MissingTable | null;
  /** Another page of this browser has it: here it can be looked at. */
  elsewhere: boolean;
  /** It is on this page, as it stood when it was last kept. */
  looking: boolean;
  offer(run: KeptRun | null, missing?: MissingTable | null): void;
  offerElsewhere(run: KeptRun): void;
  look(): void;
}

export const useKept = create<KeptState>((set) => ({
  offered: null,
  missing: null,
  elsewhere: false,
  looking: false,
  offer: (offered, missing = null) => set({ offered, missing, elsewhere: false, looking: false }),
  offerElsewhere: (offered) => set({ offered, missing: null, elsewhere: true }),
  look: () => set({ looking: true }),
}));

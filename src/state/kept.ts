import { create } from 'zustand';
import type { KeptRun } from './run-store';

/** A run of an earlier visit that the page offers. */
interface KeptState {
  offered: KeptRun | null;
  offer(run: KeptRun | null): void;
}

export const useKept = create<KeptState>((set) => ({ offered: null, offer: (offered) => set({ offered }) }));

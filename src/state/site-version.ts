import { create } from 'zustand';

/** The version of the site that this browser holds whole, and the next one. */
export interface SiteVersionState {
  /** Whether a visit without a network finds everything; null: the browser, or the visit, keeps no copy. */
  copy: 'whole' | 'coming' | 'failed' | null;
  /** A newer version is here, and waits for a person's word. */
  offered: boolean;
  set(patch: Partial<Omit<SiteVersionState, 'set'>>): void;
}

export const useSiteVersion = create<SiteVersionState>((set) => ({ copy: null, offered: false, set: (patch) => set(patch) }));

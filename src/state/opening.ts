import { create } from 'zustand';
import { isVolatile } from './volatile';

const KEY = 'mmbeddings-lab.opening';

/** Storage may be forbidden; then the opening comes back with the next visit. */
function wasUsed(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

function remember(): void {
  try {
    if (!isVolatile()) localStorage.setItem(KEY, 'used');
  } catch {
    // See wasUsed.
  }
}

export type OpeningStep = 'look' | 'train' | 'bring';

interface OpeningState {
  /** The line on what the lab is about stands on the page. */
  shown: boolean;
  done: Readonly<Record<OpeningStep, boolean>>;
  /** A step was taken, by its button or in any other way. */
  mark(step: OpeningStep): void;
  close(): void;
  /** From the help. */
  reopen(): void;
}

/**
 * The line under the header that tells a newcomer what the lab is about, with three steps. It is gone with
 * the next visit once something was trained or brought, and at once when it is closed. Who comes by a link
 * came for what the link shows.
 */
export const useOpening = create<OpeningState>((set, get) => ({
  shown: !wasUsed() && location.hash === '',
  done: { look: false, train: false, bring: false },
  mark(step) {
    if (get().done[step]) return;
    if (step !== 'look') remember();
    set({ done: { ...get().done, [step]: true } });
  },
  close() {
    remember();
    set({ shown: false });
  },
  reopen: () => set({ shown: true }),
}));

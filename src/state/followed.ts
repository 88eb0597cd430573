import { create } from 'zustand';
import type { Followed } from '../../workers/protocol';
import { useRun } from './run';
import { useSelection } from './selection';

/** How much of a step the live diagram tells: each level has what the one before has. */
export type Detail = 'words' | 'picture' | 'formula' | 'code';

interface FollowedState {
  /** The diagram is unfolded. */
  open: boolean;
  /** Whose; null: the page chooses. */
  method: string | null;
  follow: Followed;
  detail: Detail;
  /** Unfolds the diagram, of this method where one is given, and takes the page to it. */
  show(method?: string): void;
  fold(): void;
  setMethod(method: string): void;
  setDetail(detail: Detail): void;
  setFollow(follow: Followed): void;
}

const ANY: Followed = { kind: 'random', seed: 1 };

/** Element id of the diagram's panel. */
export const DIAGRAM_ID = 'diagram';

export const useFollowed = create<FollowedState>((set) => ({
  open: false,
  method: null,
  follow: ANY,
  detail: 'picture',
  show(method) {
    set((state) => ({ open: true, method: method ?? state.method }));
    requestAnimationFrame(() => {
      const panel = document.getElementById(DIAGRAM_ID);
      panel?.scrollIntoView({ block: 'start' });
      panel?.focus({ preventScroll: true });
    });
  },
  fold: () => set({ open: false }),
  setMethod: (method) => set({ method }),
  setDetail: (detail) => set({ detail }),
  setFollow: (follow) => set({ follow }),
}));

/** Number in the data of the row that was chosen by itself, for charts to mark; null otherwise. */
export const useFollowedRow = (): number | null => useFollowed(({ follow }) => (follow.kind === 'row' ? follow.row : null));

// A level chosen in any chart, list or map is followed.
useSelection.subscribe(({ feature, levels }, before) => {
  if (levels.length > 0 && levels !== before.levels) useFollowed.getState().setFollow({ kind: 'level', feature, level: levels[0] });
});

// Rows and levels are those of one run's data.
useRun.subscribe((run, before) => {
  if (run.generation !== before.generation) useFollowed.getState().setFollow(ANY);
});

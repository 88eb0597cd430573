import { create } from 'zustand';
import { useRun } from './run';

/** Where a choice of levels was made: what shows it there need not move to it. */
export type SelectedFrom = 'list' | 'map' | 'card' | 'comparison' | 'chart';

/** Levels that every list and chart highlights. */
export interface Selection {
  /** Index of the feature, in the order of `vectorFeatures`. */
  feature: number;
  /** Numbers of the levels; the first is the one on the card. */
  levels: readonly number[];
  from: SelectedFrom | null;
}

interface SelectionState extends Selection {
  /** Selects one level alone. */
  choose(feature: number, level: number, from: SelectedFrom): void;
  /** Adds a level, which comes first, or takes it away. */
  toggle(feature: number, level: number, from: SelectedFrom): void;
  clear(): void;
}

const NOTHING: Selection = { feature: 0, levels: [], from: null };

export const useSelection = create<SelectionState>((set, get) => ({
  ...NOTHING,
  choose: (feature, level, from) => set({ feature, levels: [level], from }),
  toggle(feature, level, from) {
    const before = get().feature === feature ? get().levels : [];
    set({ feature, from, levels: before.includes(level) ? before.filter((one) => one !== level) : [level, ...before] });
  },
  clear: () => set(NOTHING),
}));

/** Levels of a feature that are selected; the same array while they are the same. */
export const useSelected = (feature: number | undefined): readonly number[] =>
  useSelection((state) => (state.feature === feature ? state.levels : NOTHING.levels));

// Numbers of levels mean something in one run alone.
useRun.subscribe((run, before) => {
  if (run.generation !== before.generation && useSelection.getState().levels.length > 0) useSelection.getState().clear();
});

import { create } from 'zustand';
import type { ControlId } from '../../workers/spec/view/controls';
import { type PageView, PLAIN_VIEW } from '../../workers/spec/view/page-view';
import { usePageView } from '../state/page-view';

/** What the dialog has chosen; it outlives the dialog, which may be closed by mistake. */
interface Sharing {
  view: PageView;
  /** Methods of the experiment that the link leaves out. */
  leftOut: readonly string[];
  /** Steps of a lesson behind one link; null: all that are chosen. */
  each: number | null;
  set(patch: Partial<PageView>): void;
  /** What becomes of controls; 'open' takes them out of the list. */
  close(controls: readonly ControlId[], state: 'open' | 'locked' | 'hidden'): void;
  leaveOut(methods: readonly string[]): void;
  split(each: number | null): void;
}

export const useSharing = create<Sharing>((set) => ({
  // A link is passed on as it came.
  view: usePageView.getState().view ?? PLAIN_VIEW,
  leftOut: [],
  each: null,
  set: (patch) => set(({ view }) => ({ view: { ...view, ...patch } })),
  close: (controls, state) =>
    set(({ view }) => {
      const rest = Object.fromEntries(Object.entries(view.controls).filter(([id]) => !controls.includes(id as ControlId)));
      const closed = state === 'open' ? {} : Object.fromEntries(controls.map((id) => [id, state]));
      return { view: { ...view, controls: { ...rest, ...closed } } };
    }),
  leaveOut: (leftOut) => set({ leftOut }),
  split: (each) => set({ each }),
}));

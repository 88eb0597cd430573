import { create } from 'zustand';

/** The method whose line stands out in every chart, others pale. */
interface IsolatedState {
  /** Under the pointer or the focus. */
  pointed: string | null;
  /** Until it is chosen again: by a press, or by arrow keys in a chart. */
  held: string | null;
  point(method: string | null): void;
  /** Holds a method, or lets it go. */
  hold(method: string | null): void;
}

export const useIsolated = create<IsolatedState>((set) => ({
  pointed: null,
  held: null,
  point: (pointed) => set({ pointed }),
  hold: (held) => set({ held, pointed: null }),
}));

/** What a method's name does to the charts: hover and focus point at it. A finger has no hover. */
export const pointsAt = (method: string) => ({
  onPointerEnter: ({ pointerType }: { pointerType: string }) => pointerType === 'mouse' && useIsolated.getState().point(method),
  onPointerLeave: ({ pointerType }: { pointerType: string }) => pointerType === 'mouse' && useIsolated.getState().point(null),
  onFocus: ({ target }: { target: Element }) => target.matches(':focus-visible') && useIsolated.getState().point(method),
  onBlur: () => useIsolated.getState().point(null),
});

/** The next of these methods, or none after the last; before the first for a step of −1. */
export function stepHeld(methods: readonly string[], step: 1 | -1): void {
  const { held, hold } = useIsolated.getState();
  const ring = [null, ...methods];
  const at = Math.max(0, ring.indexOf(held));
  hold(ring[(at + step + ring.length) % ring.length]);
}

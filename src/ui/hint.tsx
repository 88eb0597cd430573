import { type ReactNode, useId } from 'react';
import { create } from 'zustand';

/** What a hint says, or what will say it. */
export type HintWords = string | (() => Promise<string>);

interface HintState {
  /** What the hint in sight belongs to. */
  anchor: HTMLElement | null;
  /** Id of the hint, for the anchor to name. */
  id: string;
  words: string;
  show(anchor: HTMLElement, id: string, words: HintWords): void;
  hide(): void;
}

/** The one hint of the page. The part that draws it comes after the page (src/ui/hint-layer.tsx). */
export const useHint = create<HintState>((set, get) => ({
  anchor: null,
  id: '',
  words: '',
  show(anchor, id, words) {
    if (typeof words === 'string') set({ anchor, id, words });
    else {
      set({ anchor, id, words: '' });
      words().then(
        (read) => get().anchor === anchor && set({ words: read }),
        () => get().anchor === anchor && set({ anchor: null }),
      );
    }
  },
  hide: () => set({ anchor: null }),
}));

/** A pointer may cross a gap on its way to the hint. */
const LEAVE_MS = 150;
let leaving: ReturnType<typeof setTimeout> | undefined;

export const keepHint = (): void => clearTimeout(leaving);
export const leaveHint = (): void => {
  clearTimeout(leaving);
  leaving = setTimeout(() => useHint.getState().hide(), LEAVE_MS);
};

interface Props {
  words: HintWords;
  children: ReactNode;
  className?: string;
  /** Out of the order of Tab where the same is said by a control that is in it. */
  tab?: boolean;
  /** What pressing does besides; without it a press shows the hint, as a tap on a phone does. */
  onPress?(): void;
}

/** A word that says what it means, on hover, on focus and on a tap; Escape puts it away. */
export function Hint({ words, children, className = 'term', tab = true, onPress }: Props) {
  const id = useId();
  const open = useHint((state) => state.id === id && state.anchor !== null);
  const show = (element: HTMLElement) => {
    keepHint();
    useHint.getState().show(element, id, words);
  };
  return (
    <button
      type="button"
      className={className}
      tabIndex={tab ? undefined : -1}
      aria-describedby={open ? id : undefined}
      onPointerEnter={({ pointerType, currentTarget }) => pointerType === 'mouse' && show(currentTarget)}
      onPointerLeave={({ pointerType }) => pointerType === 'mouse' && leaveHint()}
      onFocus={({ currentTarget }) => currentTarget.matches(':focus-visible') && show(currentTarget)}
      // The keys have gone on to another control, which the hint may cover.
      onBlur={({ relatedTarget }) => (relatedTarget ? useHint.getState().hide() : leaveHint())}
      onClick={({ currentTarget }) => {
        if (!onPress) return show(currentTarget);
        useHint.getState().hide();
        onPress();
      }}
    >
      {children}
    </button>
  );
}

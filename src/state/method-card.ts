import { create } from 'zustand';

/** The dialog of all methods: closed, or open at the card of one of them. */
interface MethodCardState {
  open: boolean;
  /** The method whose card is asked for; null: the list. */
  id: string | null;
  show(id: string | null): void;
  close(): void;
}

export const useMethodCard = create<MethodCardState>((set) => ({
  open: false,
  id: null,
  show: (id) => set({ open: true, id }),
  close: () => set({ open: false }),
}));

import { create } from 'zustand';

/** Whether the list of the keyboard shortcuts is open. */
export const useShortcutList = create<{ open: boolean; set(open: boolean): void }>((set) => ({
  open: false,
  set: (open) => set({ open }),
}));

import { create } from 'zustand';

/** Whether the help is open: what the lab is about, its terms and its keys. */
export const useHelp = create<{ open: boolean; set(open: boolean): void }>((set) => ({
  open: false,
  set: (open) => set({ open }),
}));

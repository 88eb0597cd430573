import { create } from 'zustand';

/** Whether the dialog of kept runs is open. */
export const useRunsDialog = create<{ open: boolean; set(open: boolean): void }>((set) => ({ open: false, set: (open) => set({ open }) }));

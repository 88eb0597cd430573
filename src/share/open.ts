import { create } from 'zustand';

/** Whether the dialog is open. */
export const useShareDialog = create<{ open: boolean; set(open: boolean): void }>((set) => ({ open: false, set: (open) => set({ open }) }));

import { create } from 'zustand';
import type { LabError } from '../../workers/protocol';

/** A message that stands above the results until it is dismissed: a bad link, a refused change. */
interface NoticeState {
  notice: LabError | null;
  show(notice: LabError): void;
  dismiss(): void;
}

export const useNotice = create<NoticeState>((set) => ({
  notice: null,
  show: (notice) => set({ notice }),
  dismiss: () => set({ notice: null }),
}));

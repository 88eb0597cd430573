import { create } from 'zustand';
import type { LabError } from '../../workers/protocol';

/** A message that stands above the results until it is dismissed: a bad link, a refused change. */
interface NoticeState {
  notice: LabError | null;
  show(notice: LabError): void;
  /** What is wrong with the link opened now; null, a good one, takes away what was said of a bad one. */
  showLink(notice: LabError | null): void;
  dismiss(): void;
}

export const useNotice = create<NoticeState>((set) => ({
  notice: null,
  show: (notice) => set({ notice }),
  showLink: (fresh) => set(({ notice }) => ({ notice: fresh ?? (notice?.code.startsWith('link-') ? null : notice) })),
  dismiss: () => set({ notice: null }),
}));

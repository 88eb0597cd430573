import { create } from 'zustand';

/** Which dialog about files is open: what leaves, or a model that came back. */
interface Exports {
  dialog: 'export' | 'model' | null;
  /** The model file that was opened. */
  model: File | null;
  open(): void;
  openModel(model: File): void;
  close(): void;
}

export const useExports = create<Exports>((set) => ({
  dialog: null,
  model: null,
  open: () => set({ dialog: 'export' }),
  openModel: (model) => set({ dialog: 'model', model }),
  close: () => set({ dialog: null }),
}));

/** Whether a file is a model, by its name: what is in it is read when it is opened. */
export const isModelFile = ({ name }: Pick<File, 'name'>): boolean => /\.onnx$/i.test(name);

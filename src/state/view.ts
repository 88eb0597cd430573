import { create } from 'zustand';

export type LossKind = 'predictive' | 'objective';
export type LossScale = 'linear' | 'log';
export type MatchKind = 'best' | 'aligned';

/** How the results are looked at; nothing here changes a number. A method of null means: the page chooses the most telling one. */
export interface ViewState {
  loss: LossKind;
  scale: LossScale;
  embeddingMethod: string | null;
  match: MatchKind;
  /** Index of the categorical feature whose level vectors are drawn. */
  feature: number;
  predictionMethod: string | null;
  /** Slow motion: epochs of every method a second; null for full speed. */
  pace: number | null;
  setLoss(loss: LossKind): void;
  setScale(scale: LossScale): void;
  setEmbeddingMethod(method: string | null): void;
  setMatch(match: MatchKind): void;
  setFeature(feature: number): void;
  setPredictionMethod(method: string | null): void;
  setPace(pace: number | null): void;
}

export const useView = create<ViewState>((set) => ({
  loss: 'predictive',
  scale: 'linear',
  embeddingMethod: null,
  match: 'best',
  feature: 0,
  predictionMethod: null,
  pace: null,
  setLoss: (loss) => set({ loss }),
  setScale: (scale) => set({ scale }),
  setEmbeddingMethod: (embeddingMethod) => set({ embeddingMethod }),
  setMatch: (match) => set({ match }),
  setFeature: (feature) => set({ feature }),
  setPredictionMethod: (predictionMethod) => set({ predictionMethod }),
  setPace: (pace) => set({ pace }),
}));

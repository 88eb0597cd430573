import { create } from 'zustand';

/** How the results are looked at. Never in the URL, never in a run: it changes nothing that is computed. */
export interface ViewState {
  /** Which validation loss is drawn; only the predictive one compares methods. */
  loss: 'predictive' | 'objective';
  scale: 'linear' | 'log';
  /** Best-matching estimated dimension, or the least-squares fit on all of them. */
  match: 'best' | 'aligned';
  /** Method ids of the embedding and prediction panels; null: the panel chooses. */
  embeddingMethod: string | null;
  predictionMethod: string | null;
  /** Index of the categorical feature whose level vectors are drawn. */
  feature: number;
  set(patch: Partial<Omit<ViewState, 'set'>>): void;
}

export const useView = create<ViewState>((set) => ({
  loss: 'predictive',
  scale: 'linear',
  match: 'best',
  embeddingMethod: null,
  predictionMethod: null,
  feature: 0,
  set: (patch) => set(patch),
}));

import { create } from 'zustand';

export type LossKind = 'predictive' | 'objective';
export type LossScale = 'linear' | 'log';
export type MatchKind = 'best' | 'aligned';
/** Charts that may leave out what lies far out. */
export type CutChart = 'loss' | 'embedding' | 'prediction' | 'shrinkage' | 'posterior';

/**
 * How the results are looked at; nothing here changes a number. A method of null means: the page chooses the
 * most telling one.
 */
export interface ViewState {
  loss: LossKind;
  scale: LossScale;
  /** The training curve is drawn beside validation. */
  training: boolean;
  embeddingMethod: string | null;
  match: MatchKind;
  /** Index of the categorical feature whose level vectors are drawn. */
  feature: number;
  predictionMethod: string | null;
  /** Whose single levels are drawn: shrinkage and posteriors. */
  levelMethod: string | null;
  /** What the panel of shrinkage has on its axis. */
  levelMeasure: 'weight' | 'vector';
  /** The two dimensions of the posterior ellipses. */
  dimensions: readonly [number, number];
  /** Charts whose axes are asked to hold everything. */
  whole: Readonly<Partial<Record<CutChart, boolean>>>;
  /** The epoch of a finished run that is looked at again; null: the end, which the results are of. */
  epoch: number | null;
  /** Slow motion: epochs of every method a second; null for full speed. */
  pace: number | null;
  setLoss(loss: LossKind): void;
  setScale(scale: LossScale): void;
  setTraining(training: boolean): void;
  setEmbeddingMethod(method: string | null): void;
  setMatch(match: MatchKind): void;
  setFeature(feature: number): void;
  setPredictionMethod(method: string | null): void;
  setLevelMethod(method: string | null): void;
  setLevelMeasure(measure: ViewState['levelMeasure']): void;
  setDimensions(dimensions: readonly [number, number]): void;
  setWhole(chart: CutChart, whole: boolean): void;
  setEpoch(epoch: number | null): void;
  setPace(pace: number | null): void;
}

export const useView = create<ViewState>((set) => ({
  loss: 'predictive',
  scale: 'linear',
  training: false,
  embeddingMethod: null,
  match: 'best',
  feature: 0,
  predictionMethod: null,
  levelMethod: null,
  levelMeasure: 'weight',
  dimensions: [0, 1],
  whole: {},
  epoch: null,
  pace: null,
  setLoss: (loss) => set({ loss }),
  setScale: (scale) => set({ scale }),
  setTraining: (training) => set({ training }),
  setEmbeddingMethod: (embeddingMethod) => set({ embeddingMethod }),
  setMatch: (match) => set({ match }),
  setFeature: (feature) => set({ feature }),
  setPredictionMethod: (predictionMethod) => set({ predictionMethod }),
  setLevelMethod: (levelMethod) => set({ levelMethod }),
  setLevelMeasure: (levelMeasure) => set({ levelMeasure }),
  setDimensions: (dimensions) => set({ dimensions }),
  setWhole: (chart, whole) => set(({ whole: before }) => ({ whole: { ...before, [chart]: whole } })),
  setEpoch: (epoch) => set({ epoch }),
  setPace: (pace) => set({ pace }),
}));

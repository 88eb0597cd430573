import type { ExperimentSpec } from '../spec/experiment';
import type { Download } from '../training/downloads';
import type { MethodResult } from '../training/method-result';
import type { ModelFacts } from './facts';

/** What the page and its worker say to each other about files that leave, and models that come back. */

/** A finished method, and why it has no model file. */
export interface ExportedMethod {
  method: string;
  /** A sentence; null where it has one. */
  refusal: string | null;
}

/** A file with what was found out about it, as a sentence. */
export interface CheckedDownload extends Download {
  words: string;
}

/** What a model file holds, as the page shows it. */
export interface ModelView {
  facts: ModelFacts;
  spec: ExperimentSpec;
  result: MethodResult;
  bytes: number;
  /** Categorical columns: levels, and numbers in the vector of each; null for a method without vectors. */
  features: { name: string; levels: number; d: number | null }[];
}

/** Which model predicts: that of a finished method of the run, or a file. */
export type ModelSource = { method: string } | { file: File };

/** A file with its predictions. */
export interface PredictedFile {
  name: string;
  blob: Blob;
  rows: number;
  /** Rows with a level that no training row had; null for a model without levels. */
  unseen: number | null;
  interval: ModelFacts['interval'];
  /** The first rows: names of the columns, and their cells. */
  head: { columns: string[]; cells: string[][] };
}

/** How far the prediction of a file is. */
export interface PredictProgress {
  stage: 'reading' | 'predicting' | 'writing';
  /** Share that is done. */
  share: number;
}

export interface ModelsApi {
  /** The finished methods of the run. */
  exportedMethods(): Promise<ExportedMethod[]>;
  /** The model file of a finished method, checked on test rows. */
  exportModel(method: string): Promise<CheckedDownload>;
  /** Opens a model file. Rejects with 'model-damaged'. */
  openModel(file: File): Promise<ModelView>;
  /** Level vectors of a model file: feature, level, training rows, e1 … ed. */
  modelLevels(file: File): Promise<Download>;
  /**
   * Predicts the rows of a file; progress arrives as events. Rejects with the refusals of the reader,
   * 'columns-missing', 'numeric-text', and 'cancelled' after `cancelPrediction`. One at a time: a new one
   * takes the place of the one before.
   */
  predictFile(source: ModelSource, file: File): Promise<PredictedFile>;
  cancelPrediction(): void;
}

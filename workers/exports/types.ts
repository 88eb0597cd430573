import type { Step } from '../data/schema';
import type { ExperimentSpec } from '../spec/experiment';
import type { Download } from '../training/downloads';
import type { MethodResult } from '../training/method-result';
import type { ModelFacts } from './facts';

/** What the page and its worker say to each other about files that leave, and models that come back. */

/** Kinds of files that a finished method leaves (workers/exports/method-files.ts). */
export type MethodFileKind = 'model' | 'levelsParquet' | 'levels' | 'tidy' | 'augment' | 'glance' | 'weights' | 'pytorch' | 'keras' | 'r';

/** A finished method, and which files it does not have. */
export interface ExportedMethod {
  method: string;
  /** Why it has no file of a kind: a sentence; absent where it has one. */
  refusals: Partial<Record<MethodFileKind, string>>;
}

/** A file that was made, with what was found out about it as a sentence. */
export interface ExportedFile {
  name: string;
  blob: Blob;
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
  /** A file of a finished method; a model file is checked on test rows. Rejects where the method has none. */
  exportFile(method: string, kind: MethodFileKind): Promise<ExportedFile>;
  /** Opens a model file. Rejects with 'model-damaged'. */
  openModel(file: File): Promise<ModelView>;
  /** Level vectors of a model file: feature, level, training rows, e1 … ed. */
  modelLevels(file: File): Promise<Download>;
  /**
   * Predicts the rows of a file; progress arrives as events. Rejects with the refusals of the reader,
   * 'columns-missing', 'numeric-text', and 'cancelled' after `cancelPrediction`. One at a time: a new one
   * takes the place of the one before.
   */
  predictFile(source: ModelSource, file: File, given?: Step[]): Promise<PredictedFile>;
  cancelPrediction(): void;
}

/** How a file of level vectors is written (docs/methods.md F8). */
export type VectorFormat = 'csv' | 'tsv' | 'word2vec' | 'glove';

/** A file of level vectors, read: n levels with d numbers each. */
export interface VectorFile {
  name: string;
  /** 16 hexadecimal digits over labels and numbers. */
  fingerprint: string;
  format: VectorFormat;
  d: number;
  /** Labels of the levels (n), trimmed, different within a feature. */
  labels: string[];
  /** n × d, row-major; a feature whose vectors are narrower than d has zeros behind them. */
  values: Float32Array;
  /** Numbers in a vector of each feature, where features are told apart; null: d. */
  widths: ReadonlyMap<string, number> | null;
  /**
   * Feature of each level (n) where the file has a column of them, as the lab's own downloads do; else null.
   */
  features: string[] | null;
}

/** What is told of a file of level vectors once it is open. */
export interface VectorFileFacts {
  name: string;
  fingerprint: string;
  format: VectorFormat;
  d: number;
  levels: number;
  /** Features that it has vectors of, with the numbers in one; empty where it does not say. */
  features: { name: string; d: number }[];
}

export const factsOfVectors = ({ name, fingerprint, format, d, labels, widths }: VectorFile): VectorFileFacts => ({
  name,
  fingerprint,
  format,
  d,
  levels: labels.length,
  features: [...(widths ?? [])].map(([feature, width]) => ({ name: feature, d: width })),
});

/** Vectors for the levels of a feature, found before training. */
export interface StartVectors {
  d: number;
  /** q × d, row-major; zeros where a level has none. */
  values: Float32Array;
  /** 1 for a level that has a vector (q). */
  known: Uint8Array;
  /** Variance of each number over all vectors that were given (d), for levels that have none. */
  variances: Float64Array;
}

/** Vectors from a file for a feature, and how far they reach. */
export interface GivenVectors extends StartVectors {
  /** Name of the file. */
  file: string;
  matched: number;
  /** Levels of the feature that the file has no vector for. */
  missing: number;
  /** Levels of the file that the feature does not have. */
  unused: number;
}

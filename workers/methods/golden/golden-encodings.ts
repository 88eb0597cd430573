import type { Task } from '../../data/schema';
import { levelScores } from '../pca-encoding';
import { fingerprint64 } from '../shared/farmhash';
import { saltedRows, universalRows } from '../shared/hashing';
import { levelMeans } from '../shared/level-means';
import { type Smoothing, targetEncoding } from '../shared/target-means';
import { type GoldenResult, Largest } from './golden';

/** golden/encodings.json: a dataset, and its encodings by golden/make/encodings.py. */
export interface EncodingsFixture {
  dataset: {
    rows: number;
    p: number;
    levels: number[];
    x: number[];
    codes: number[][];
    y: number[];
    binary: number[];
    train: number[];
    validation: number[];
    test: number[];
  };
  /** Fingerprint64 of keys, in decimal. */
  fingerprints: Record<string, string>;
  levelMeans: number[][];
  principalScores: { components: number; values: number[][] };
  targetEncoding: { task: Task; smoothing: Smoothing; folds: number; values: number[][] }[];
  saltedHash: { salt: number; rows: number; feature: number; chunk: number; values: number[] };
  universalHash: { a: number; b: number; rows: number; first: number; values: number[] };
}

export function isEncodingsFixture(json: unknown): json is EncodingsFixture {
  return typeof json === 'object' && json !== null && 'fingerprints' in json && 'targetEncoding' in json;
}

/** A dataset of the fixture for one task, as much of it as encodings look at. */
function datasetOf({ dataset }: EncodingsFixture, task: Task) {
  return {
    rows: dataset.rows,
    p: dataset.p,
    x: Float32Array.from(dataset.x),
    y: Float32Array.from(task === 'binary' ? dataset.binary : dataset.y),
    categorical: dataset.levels.map((cardinality, k) => ({ name: `${k}`, cardinality, codes: Int32Array.from(dataset.codes[k]), labels: null })),
    split: { train: Uint32Array.from(dataset.train), validation: Uint32Array.from(dataset.validation), test: Uint32Array.from(dataset.test) },
  };
}

/** Compares every encoding and hash with the reference. */
export function compareEncodings(fixture: EncodingsFixture): Largest {
  const largest = new Largest();
  const data = datasetOf(fixture, 'regression');
  for (const [key, value] of Object.entries(fixture.fingerprints))
    largest.compare(`Fingerprint64 of "${key}"`, [fingerprint64(key) === BigInt(value) ? 1 : 0], [1]);
  for (const [k, means] of fixture.levelMeans.entries()) largest.compare(`means of X, feature ${k + 1}`, levelMeans(data, k).means, means);
  for (const [k, scores] of fixture.principalScores.values.entries())
    largest.compare(`principal components, feature ${k + 1}`, levelScores(data, k, fixture.principalScores.components), scores);
  for (const { task, smoothing, folds, values } of fixture.targetEncoding)
    for (const [k, column] of values.entries())
      largest.compare(
        `target encoding, ${task}, m = ${smoothing}, feature ${k + 1}`,
        targetEncoding(datasetOf(fixture, task), k, smoothing, folds),
        column,
      );
  const { saltedHash: salted, universalHash: universal } = fixture;
  largest.compare('salted hash', saltedRows(salted.values.length, salted.rows, salted), salted.values);
  largest.compare('universal hash', universalRows(universal.values.length, universal.rows, universal, universal.first), universal.values);
  return largest;
}

/** The encodings file as one result of the golden check. Null when `json` is another kind of file. */
export function checkEncodings(name: string, json: unknown): GoldenResult | null {
  if (!isEncodingsFixture(json)) return null;
  const { error, where } = compareEncodings(json);
  return { name, ran: true, error, reason: where };
}

import { type Dataset, ownResponse, responseWidth, severalClasses, tagRow, type VectorFeature, vectorFeatures } from '../data/dataset';
import { LabFailure } from '../data/failure';
import { learnedRows } from '../training/tag-sets';
import { rowsWithErrors, testResponse } from '../training/test-metrics';
import { levelCounts } from '../training/views';
import { LabelIndex } from './label-index';

/** Calls back for the level of each row, or for each of its tags, with the place of the row among `rows`. */
export function eachLevel(dataset: Dataset, feature: number, rows: Uint32Array, visit: (level: number, place: number) => void): void {
  const { categorical, tags = [] } = dataset;
  if (feature < categorical.length) {
    const { codes } = categorical[feature];
    for (let i = 0; i < rows.length; i++) visit(codes[rows[i]], i);
    return;
  }
  const { offsets, ids } = tags[feature - categorical.length];
  const owner = tagRow(dataset);
  for (let i = 0; i < rows.length; i++) {
    const row = owner(rows[i]);
    for (let at = offsets[row]; at < offsets[row + 1]; at++) visit(ids[at], i);
  }
}

/** Mean of a number by level, NaN for a level without one; `numbers(i)` is that of the row at place i. */
export function meanByLevel(
  dataset: Dataset,
  feature: number,
  levels: number,
  parts: Iterable<[rows: Uint32Array, numbers: (place: number) => number]>,
): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(levels);
  const counts = new Uint32Array(levels);
  for (const [rows, numbers] of parts)
    eachLevel(dataset, feature, rows, (level, place) => {
      sums[level] += numbers(place);
      counts[level]++;
    });
  for (let j = 0; j < levels; j++) sums[j] = counts[j] > 0 ? sums[j] / counts[j] : Number.NaN;
  return sums;
}

/** What a feature's levels have whichever method looks at them. */
export class FeatureLevels {
  readonly about: VectorFeature;
  /** Training rows, validation included; of windows, their series. */
  readonly rows: Uint32Array<ArrayBuffer>;
  readonly testRows: Uint32Array<ArrayBuffer>;
  #seen: Uint32Array | null = null;
  #index: LabelIndex | null = null;
  #meanResponse: Float64Array<ArrayBuffer> | null = null;

  constructor(
    readonly dataset: Dataset,
    readonly feature: number,
  ) {
    const about = vectorFeatures(dataset)[feature];
    if (!about)
      throw new LabFailure('no-such-feature', `The data have no feature number ${feature + 1}.`, 'Choose one of the columns that the run used.');
    this.about = about;
    this.rows = Uint32Array.from(levelCounts(dataset)[feature]);
    this.testRows = new Uint32Array(about.cardinality);
    eachLevel(dataset, feature, dataset.split.test, (level) => {
      this.testRows[level]++;
    });
  }

  get levels(): number {
    return this.about.cardinality;
  }

  /** Levels that training rows have. */
  get seen(): Uint32Array {
    this.#seen ??= Uint32Array.from({ length: this.levels }, (_, j) => j).filter((j) => this.rows[j] > 0);
    return this.#seen;
  }

  get index(): LabelIndex {
    this.#index ??= new LabelIndex(this.about.labels, this.levels);
    return this.#index;
  }

  /**
   * Mean response of the training rows in its own unit; NaN throughout for windows, whose responses overlap,
   * and for several classes, whose numbers have no mean.
   */
  get meanResponse(): Float64Array<ArrayBuffer> {
    this.#meanResponse ??= this.#means();
    return this.#meanResponse;
  }

  #means(): Float64Array<ArrayBuffer> {
    const { dataset, feature, levels } = this;
    if (dataset.series || severalClasses(dataset) !== undefined) return new Float64Array(levels).fill(Number.NaN);
    const parts = learnedRows(dataset).map((rows): [Uint32Array, (place: number) => number] => {
      const response = ownResponse(dataset, rows);
      return [rows, (place) => response[place]];
    });
    return meanByLevel(dataset, feature, levels, parts);
  }

  /**
   * Mean of response − prediction over the test rows whose errors are known (`rowsWithErrors`), a window
   * counting with the mean of its outputs; NaN for several classes.
   */
  meanResidual(all: Float64Array): Float64Array<ArrayBuffer> {
    const { feature, levels } = this;
    if (severalClasses(this.dataset) !== undefined) return new Float64Array(levels).fill(Number.NaN);
    const { dataset, predictions } = rowsWithErrors(this.dataset, all);
    const actual = testResponse(dataset);
    const width = responseWidth(dataset);
    const residual = (place: number): number => {
      let sum = 0;
      for (let step = place * width; step < (place + 1) * width; step++) sum += actual[step] - predictions[step];
      return sum / width;
    };
    return meanByLevel(dataset, feature, levels, [[dataset.split.test, residual]]);
  }
}

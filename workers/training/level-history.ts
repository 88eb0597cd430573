import type { Dataset } from '../data/dataset';
import { stratifiedLevels } from '../metrics/stratified';
import type { LevelTable } from './evaluator';
import { levelCounts } from './views';

/** Pictures of a method at most, and levels of all its features together. */
const MOST_PICTURES = 30;
const MOST_LEVELS = 2000;
/** Most of a method's time that pictures which nothing else asked for may take. */
const SHARE_OF_TIME = 0.03;

/** Level vectors after some epochs. */
export interface LevelPictures {
  /** Levels kept of each feature, stratified by their rows, rising. */
  levels: readonly Uint32Array[];
  /** Each after an epoch: per feature levels × d. */
  pictures: { epoch: number; tables: { values: Float32Array; d: number }[] }[];
}

/**
 * Pictures of a method's level vectors while it trains: at most 30 of at most 2,000 levels in single
 * precision, 2.4 MB at ten numbers a level. Evenly spaced: when there are too many, every other one goes, and
 * from then on half as many are taken.
 */
export class LevelHistory implements LevelPictures {
  readonly levels: readonly Uint32Array[];
  readonly pictures: LevelPictures['pictures'] = [];
  #every = 1;
  /** Milliseconds: of all epochs, of one without a picture, and what pictures took beyond that. */
  #all = 0;
  #plain: number | null = null;
  #extra = 0;

  constructor(dataset: Dataset, seed: number) {
    const counts = levelCounts(dataset);
    const share = Math.floor(MOST_LEVELS / Math.max(1, counts.length));
    this.levels = counts.map((rows) => stratifiedLevels(rows, share, seed, 'history of levels'));
  }

  /** Whether the vectors after this epoch (1-based) belong in it. */
  wants(epoch: number): boolean {
    return (epoch - 1) % this.#every === 0;
  }

  /** Whether they may be asked for only for its sake. */
  affords(epoch: number): boolean {
    return this.wants(epoch) && this.#plain !== null && this.#extra <= SHARE_OF_TIME * this.#all;
  }

  /** Time of an epoch and of what was asked for after it. */
  spent(milliseconds: number, kind: 'plain' | 'picture' | 'other'): void {
    this.#all += milliseconds;
    if (kind === 'plain') this.#plain = this.#plain === null ? milliseconds : 0.8 * this.#plain + 0.2 * milliseconds;
    else if (kind === 'picture') this.#extra += Math.max(0, milliseconds - (this.#plain ?? 0));
  }

  /** Tables that nobody writes to afterwards; the levels of the sample are copied. */
  add(epoch: number, tables: readonly LevelTable[]): void {
    if (!this.wants(epoch) || tables.length === 0) return;
    if (this.pictures.length === MOST_PICTURES) {
      this.#every *= 2;
      this.pictures.splice(0, MOST_PICTURES, ...this.pictures.filter((picture) => this.wants(picture.epoch)));
      if (!this.wants(epoch)) return;
    }
    this.pictures.push({ epoch, tables: tables.map((table, k) => ({ d: table.d, values: rowsOf(table, this.levels[k] ?? new Uint32Array(0)) })) });
  }
}

/** Vectors of some levels, one after another. */
function rowsOf({ values, d }: LevelTable, levels: Uint32Array): Float32Array {
  const taken = new Float32Array(levels.length * d);
  for (let i = 0; i < levels.length; i++) taken.set(values.subarray(levels[i] * d, (levels[i] + 1) * d), i * d);
  return taken;
}

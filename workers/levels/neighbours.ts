import type { LevelVectors } from './pca';
import type { LevelDistance } from './types';

/** The k smallest keys seen so far, as a heap with the largest at its top. */
export class Nearest {
  readonly #keys: Float64Array;
  readonly #levels: Uint32Array;
  #size = 0;

  constructor(readonly capacity: number) {
    this.#keys = new Float64Array(capacity);
    this.#levels = new Uint32Array(capacity);
  }

  /** What a key must be below to come in. */
  get bound(): number {
    return this.#size < this.capacity ? Number.POSITIVE_INFINITY : this.#keys[0];
  }

  add(key: number, level: number): void {
    const [keys, levels] = [this.#keys, this.#levels];
    let at: number;
    if (this.#size < this.capacity) {
      at = this.#size++;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (keys[parent] >= key) break;
        keys[at] = keys[parent];
        levels[at] = levels[parent];
        at = parent;
      }
    } else {
      at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= this.#size) break;
        if (child + 1 < this.#size && keys[child + 1] > keys[child]) child++;
        if (keys[child] <= key) break;
        keys[at] = keys[child];
        levels[at] = levels[child];
        at = child;
      }
    }
    keys[at] = key;
    levels[at] = level;
  }

  /** Nearest first, equal ones by level; empty again afterwards. */
  take(): { levels: Uint32Array<ArrayBuffer>; keys: Float64Array<ArrayBuffer> } {
    const order = Array.from({ length: this.#size }, (_, i) => i).sort((i, j) => this.#keys[i] - this.#keys[j] || this.#levels[i] - this.#levels[j]);
    this.#size = 0;
    return { levels: Uint32Array.from(order, (i) => this.#levels[i]), keys: Float64Array.from(order, (i) => this.#keys[i]) };
  }
}

/**
 * The levels nearest to one, by comparing it with all: at 50 numbers and a million levels no index is needed.
 * Euclidean length of the difference; 1 − cosine of the angle (1 where a vector is zero); or Mahalanobis, the
 * difference in posterior standard deviations √Σ (a − b)² / (var a + var b), which needs `variances`. A level
 * whose distance is not a number is left out.
 */
export function nearestLevels(
  { values, d }: LevelVectors,
  level: number,
  distance: LevelDistance,
  count: number,
  variances?: ArrayLike<number>,
): { levels: Uint32Array<ArrayBuffer>; distances: Float64Array<ArrayBuffer> } {
  const q = values.length / d;
  const nearest = new Nearest(Math.min(count, Math.max(0, q - 1)));
  if (nearest.capacity === 0) return { levels: new Uint32Array(0), distances: new Float64Array(0) };
  const own = Float64Array.from({ length: d }, (_, m) => values[level * d + m]);
  const keyOf = keysFrom(values, own, level, d, distance, variances);
  let bound = nearest.bound;
  for (let j = 0; j < q; j++) {
    const key = keyOf(j * d);
    if (key < bound && j !== level) {
      nearest.add(key, j);
      bound = nearest.bound;
    }
  }
  const { levels, keys } = nearest.take();
  return { levels, distances: distance === 'cosine' ? keys.map((key) => Math.max(0, key)) : keys.map(Math.sqrt) };
}

/** Squared distances, or 1 − cosine, of the vector that begins at a place. */
function keysFrom(
  values: ArrayLike<number>,
  own: Float64Array,
  level: number,
  d: number,
  distance: LevelDistance,
  variances?: ArrayLike<number>,
): (from: number) => number {
  if (distance === 'euclidean') {
    return (from) => {
      let sum = 0;
      for (let m = 0; m < d; m++) sum += (own[m] - values[from + m]) ** 2;
      return sum;
    };
  }
  if (distance === 'cosine') {
    const length = Math.hypot(...own);
    return (from) => {
      let [products, squares] = [0, 0];
      for (let m = 0; m < d; m++) {
        const value = values[from + m];
        products += own[m] * value;
        squares += value * value;
      }
      const lengths = length * Math.sqrt(squares);
      return lengths > 0 ? 1 - products / lengths : 1;
    };
  }
  if (!variances) throw new Error('Mahalanobis distances need posterior variances');
  const ownVariances = Float64Array.from({ length: d }, (_, m) => variances[level * d + m]);
  return (from) => {
    let sum = 0;
    for (let m = 0; m < d; m++) {
      const difference = own[m] - values[from + m];
      // Two levels that are the same are at no distance, also where nothing is uncertain.
      if (difference !== 0) sum += (difference * difference) / (ownVariances[m] + variances[from + m]);
    }
    return sum;
  };
}

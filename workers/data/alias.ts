import type { RandomStream } from '../random/random';

/**
 * Draws from a discrete distribution in constant time: Walker's alias method in Vose's form (1991). Weights
 * need not sum to one.
 */
export class AliasTable {
  readonly #threshold: Float64Array;
  readonly #alias: Uint32Array;

  /** @param weights non-negative, at least one above zero */
  constructor(weights: Float64Array) {
    const n = weights.length;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += weights[i];
    if (!(sum > 0 && Number.isFinite(sum))) throw new RangeError('weights must be finite with a positive sum');
    const scaled = new Float64Array(n);
    this.#threshold = new Float64Array(n).fill(1);
    this.#alias = new Uint32Array(n);
    // One array serves both stacks: small ones grow from the left, large ones from the right.
    const stack = new Uint32Array(n);
    let small = 0;
    let large = n;
    for (let i = 0; i < n; i++) {
      scaled[i] = (weights[i] * n) / sum;
      this.#alias[i] = i;
      if (scaled[i] < 1) stack[small++] = i;
      else stack[--large] = i;
    }
    while (small > 0 && large < n) {
      const less = stack[--small];
      const more = stack[large];
      this.#threshold[less] = scaled[less];
      this.#alias[less] = more;
      scaled[more] -= 1 - scaled[less];
      if (scaled[more] < 1) {
        large++;
        stack[small++] = more;
      }
    }
  }

  draw(random: RandomStream): number {
    const position = random.uniform() * this.#threshold.length;
    const cell = Math.floor(position);
    return position - cell < this.#threshold[cell] ? cell : this.#alias[cell];
  }
}

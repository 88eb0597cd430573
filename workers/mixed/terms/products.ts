import type { TermLayout } from './layout';

/** Z'v (size) of a value of each row (n). */
export function transposedTimes({ terms, firsts, size }: TermLayout, v: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(size);
  for (const [k, { codes, width: r, design }] of terms.entries())
    for (let i = 0; i < v.length; i++) {
      const at = firsts[k] + codes[i] * r;
      if (design) for (let a = 0; a < r; a++) sum[at + a] += design[i * r + a] * v[i];
      else sum[at] += v[i];
    }
  return sum;
}

/** Adds Zb (n) of effects b (size) to `to`. */
export function addEffects({ terms, firsts }: TermLayout, b: Float64Array, to: Float64Array): void {
  for (const [k, { codes, width: r, design }] of terms.entries())
    for (let i = 0; i < to.length; i++) {
      const at = firsts[k] + codes[i] * r;
      if (design) for (let a = 0; a < r; a++) to[i] += design[i * r + a] * b[at + a];
      else to[i] += b[at];
    }
}

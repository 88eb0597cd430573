import { fillCounterNormals } from '../random/random';
import type { NoiseKey } from './step-plan';

/**
 * Adds to the averages of tags their draws from these variances, a row of the counter for each tag: the
 * columns of the counter go by column of tags (docs/methods.md F3).
 */
export function drawTags(vectors: readonly Float32Array[], variances: readonly (Float32Array | null)[], d: number, { seed, step }: NoiseKey): void {
  let column = 0;
  for (const [k, variance] of variances.entries()) {
    if (!variance) continue;
    const normals = new Float32Array(variance.length);
    fillCounterNormals(normals, d, seed, step, column);
    column += d;
    for (let i = 0; i < variance.length; i++) vectors[k][i] += Math.sqrt(variance[i]) * normals[i];
  }
}

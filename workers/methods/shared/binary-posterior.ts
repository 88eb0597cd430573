import type { LevelFactor } from '../../mixed/factor';
import { LONGEST_STEP, NODES, WEIGHTS } from '../../nn/gauss-hermite';

/** Steps to a mode at most; a move below `STILL` ends them. */
const MOST_STEPS = 100;
const STILL = 1e-12;

/**
 * Posterior mean and variance of each level's intercept in the logit of a 0/1 response, once f and the
 * variance are known, by five nodes around its mode (docs/methods.md A11), in double precision: 0 and the
 * variance without rows.
 *
 * @param logits f of each row (n) @param variance σ²_b
 */
export function binaryPosteriors(
  logits: ArrayLike<number>,
  y: ArrayLike<number>,
  { codes, levels }: LevelFactor,
  variance: number,
): { means: Float64Array; variances: Float64Array } {
  const starts = new Int32Array(levels + 1);
  for (const code of codes) starts[code + 1]++;
  for (let j = 0; j < levels; j++) starts[j + 1] += starts[j];
  const next = starts.slice();
  const rows = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) rows[next[codes[i]]++] = i;
  const means = new Float64Array(levels);
  const variances = new Float64Array(levels).fill(variance);
  for (let j = 0; j < levels; j++) {
    const own = rows.subarray(starts[j], starts[j + 1]);
    if (own.length === 0) continue;
    const { mode, deviation } = modeOf(logits, y, own, variance);
    const logs = NODES.map((node, k) => {
      const b = mode + deviation * node;
      let log = Math.log(WEIGHTS[k]) + node ** 2 / 2 - b ** 2 / (2 * variance);
      for (const i of own) {
        const eta = logits[i] + b;
        log += y[i] * eta - Math.max(eta, 0) - Math.log1p(Math.exp(-Math.abs(eta)));
      }
      return log;
    });
    const most = Math.max(...logs);
    const weights = logs.map((log) => Math.exp(log - most));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const mean = NODES.reduce((sum, node, k) => sum + weights[k] * node, 0) / total;
    const square = NODES.reduce((sum, node, k) => sum + weights[k] * (node - mean) ** 2, 0) / total;
    means[j] = mode + deviation * mean;
    variances[j] = deviation ** 2 * square;
  }
  return { means, variances };
}

/** Mode of Σ log p(y | f + b) − b² / (2σ²) over some rows, and the deviation by the curvature there. */
function modeOf(logits: ArrayLike<number>, y: ArrayLike<number>, rows: Int32Array, variance: number): { mode: number; deviation: number } {
  let mode = 0;
  for (let step = 0; ; step++) {
    let slope = -mode / variance;
    let curvature = 1 / variance;
    for (const i of rows) {
      const mean = 1 / (1 + Math.exp(-logits[i] - mode));
      slope += y[i] - mean;
      curvature += mean * (1 - mean);
    }
    const move = Math.max(-LONGEST_STEP, Math.min(LONGEST_STEP, slope / curvature));
    if (Math.abs(move) < STILL || step === MOST_STEPS) return { mode, deviation: 1 / Math.sqrt(curvature) };
    mode += move;
  }
}

/**
 * Adds the response function of one categorical feature to rows `from` … `end`−1 (docs/methods.md B1.4, paper
 * appendix B):
 *
 * φ = 0.1 exp(−β₁x₁²) + clip(β₂x₂ / (1 + β₃x₃²), ±5) + sin(β₄x₄) + β₅x₅ + β₆x₆ / (1 + exp(−β₇x₇)) +
 * arctan(β₈x₈) + β₉cos(x₉) + β₁₀log(1 + x₁₀²)
 *
 * with β = 1 + b of the row's level. Features add up, so the fixed effects of one count once per feature, as
 * in the published code (DIS-32). With fewer than ten numeric features only the terms exist whose columns all
 * exist; with fewer than ten true dimensions the missing β are 1. Columns and dimensions beyond the tenth
 * have no effect. 1 + β₃x₃² may be zero or negative: the clip keeps the response finite.
 *
 * @param x n × p, row-major
 * @param effects q × d, row-major
 */
export function addEffects(
  response: Float64Array,
  x: Float32Array,
  p: number,
  effects: Float32Array,
  d: number,
  codes: Int32Array,
  from: number,
  end: number,
): void {
  const beta = new Float64Array(10).fill(1);
  const used = Math.min(d, 10);
  for (let i = from; i < end; i++) {
    const row = i * p;
    const level = codes[i] * d;
    for (let m = 0; m < used; m++) beta[m] = 1 + effects[level + m];
    let sum = 0.1 * Math.exp(-beta[0] * x[row] ** 2);
    if (p >= 3) sum += clip((beta[1] * x[row + 1]) / (1 + beta[2] * x[row + 2] ** 2));
    if (p >= 4) sum += Math.sin(beta[3] * x[row + 3]);
    if (p >= 5) sum += beta[4] * x[row + 4];
    if (p >= 7) sum += (beta[5] * x[row + 5]) / (1 + Math.exp(-beta[6] * x[row + 6]));
    if (p >= 8) sum += Math.atan(beta[7] * x[row + 7]);
    if (p >= 9) sum += beta[8] * Math.cos(x[row + 8]);
    if (p >= 10) sum += beta[9] * Math.log(1 + x[row + 9] ** 2);
    response[i] += sum;
  }
}

/** To ±5; 0/0 counts as 0. */
function clip(value: number): number {
  return Number.isNaN(value) ? 0 : Math.max(-5, Math.min(5, value));
}

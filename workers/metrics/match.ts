import { numbersAt } from '../numbers/typed-arrays';
import { solveCholesky } from './cholesky';
import type { Vectors } from './distances';
import type { EmbeddingView, TagTree } from './embedding-view';
import { sampleIndices } from './sample';

export interface EmbeddingViewInput {
  method: string;
  epoch: number;
  /** Index and name of the categorical feature. */
  feature: number;
  featureName: string;
  /** Label of each level; null when the labels are the numbers. */
  labels: readonly string[] | null;
  /** Level vectors, q × d. */
  vectors: Vectors;
  /** True effects, q × d_true; null without. */
  truth: Vectors | null;
  /** Posterior means and variances, q × d each; absent without. */
  posterior?: { means: Vectors; variances: Vectors; prior: number[] | null; noise: number | null } | null;
  /** Parent of each tag (q), −1 for none; absent where the levels are no tags. */
  parents?: Int32Array;
  /** Training rows of each level (q). */
  counts: ArrayLike<number>;
  /** Fixes which levels are drawn, the same at every epoch. */
  seed: number;
  /** Most levels drawn. */
  drawn?: number;
  /** Most levels the correlations and fits look at. */
  compared?: number;
}

/** Which of so many levels are drawn, rising: the same for the same seed. */
export const drawnLevels = (levels: number, seed: number, most = 400): Uint32Array => sampleIndices(levels, most, seed, 'drawn');

/**
 * Level vectors next to the truth, ready for drawing (docs/methods.md C11, the paper's Figure 3): for each
 * true dimension the estimated one of largest |Pearson r| (several may share one), r with its sign, and the
 * R² of a least-squares fit of the true dimension on all estimated ones with an intercept. Computed on a
 * seeded sample of at most `compared` levels, drawn for at most `drawn` of them. A constant dimension has r =
 * 0 and R² = 0.
 */
export function embeddingView(input: EmbeddingViewInput): EmbeddingView {
  const { vectors, truth, posterior, labels, counts, seed, drawn: cap, compared = 20_000 } = input;
  const q = vectors.values.length / vectors.d;
  const rows = drawnLevels(q, seed, cap);
  const drawn = rows.length;
  return {
    method: input.method,
    epoch: input.epoch,
    feature: input.feature,
    featureName: input.featureName,
    levels: q,
    drawn,
    ...(drawn < q && { numbers: rows }),
    labels: labels ? Array.from(rows, (row) => labels[row]) : null,
    truth: truth ? compare(truth, vectors, sampleIndices(q, compared, seed, 'compared'), rows) : null,
    counts: numbersAt(Float32Array, counts, rows),
    lengths: Float32Array.from(rows, (row) => {
      let squares = 0;
      for (let m = 0; m < vectors.d; m++) squares += vectors.values[row * vectors.d + m] ** 2;
      return Math.sqrt(squares);
    }),
    width: vectors.d,
    values: vectors.d === 1 ? take(vectors, rows) : null,
    effects: truth && truth.d === 1 && vectors.d === 1 ? take(truth, rows) : null,
    ...(input.parents?.some((parent) => parent >= 0) && { tree: treeOf(input.parents, vectors, rows) }),
    posterior: posterior
      ? { means: take(posterior.means, rows), variances: take(posterior.variances, rows), prior: posterior.prior, noise: posterior.noise }
      : null,
  };
}

/** The hierarchy among the drawn, and how far each vector points the way of its ancestor's. */
function treeOf(parents: Int32Array, { values, d }: Vectors, drawn: Uint32Array): TagTree {
  const place = new Map(Array.from(drawn, (tag, at) => [tag, at]));
  const ancestor = (tag: number): number => {
    let at = parents[tag];
    while (at >= 0 && !place.has(at)) at = parents[at];
    return at;
  };
  const vector = (tag: number): number[] => Array.from({ length: d }, (_, m) => values[tag * d + m]);
  const ancestors = Int32Array.from(drawn, ancestor);
  return {
    parents: ancestors.map((tag) => (tag < 0 ? -1 : (place.get(tag) as number))),
    cosines: Float32Array.from(ancestors, (tag, i) => (tag < 0 ? 0 : cosine(vector(drawn[i]), vector(tag)))),
  };
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let m = 0; m < a.length; m++) {
    ab += a[m] * b[m];
    aa += a[m] ** 2;
    bb += b[m] ** 2;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

/** Some rows of a table, one after another. */
function take({ values, d }: Vectors, rows: Uint32Array): Float32Array {
  return Float32Array.from({ length: rows.length * d }, (_, at) => values[rows[Math.floor(at / d)] * d + (at % d)]);
}

/** First and second moments of the columns of both tables over some levels. */
function moments(table: Vectors, rows: Uint32Array): { mean: Float64Array; deviation: Float64Array } {
  const { values, d } = table;
  const mean = new Float64Array(d);
  const deviation = new Float64Array(d);
  for (const row of rows) for (let m = 0; m < d; m++) mean[m] += values[row * d + m] / rows.length;
  for (const row of rows) for (let m = 0; m < d; m++) deviation[m] += (values[row * d + m] - mean[m]) ** 2 / rows.length;
  // Below float32 resolution a column is constant.
  for (let m = 0; m < d; m++) deviation[m] = Math.sqrt(deviation[m]) > 1e-7 * Math.abs(mean[m]) ? Math.sqrt(deviation[m]) : 0;
  return { mean, deviation };
}

function compare(truth: Vectors, estimate: Vectors, rows: Uint32Array, shown: Uint32Array): NonNullable<EmbeddingView['truth']> {
  const t = truth.d;
  const e = estimate.d;
  const a = moments(truth, rows);
  const b = moments(estimate, rows);
  const standard = (table: Vectors, moment: typeof a, row: number, m: number) =>
    moment.deviation[m] > 0 ? (table.values[row * table.d + m] - moment.mean[m]) / moment.deviation[m] : 0;

  // Correlations among estimated dimensions and between both: standardised, so the fit does not depend on a
  // table's scale.
  const within = new Float64Array(e * e);
  const between = new Float64Array(t * e);
  const u = new Float64Array(t);
  const v = new Float64Array(e);
  for (const row of rows) {
    for (let m = 0; m < t; m++) u[m] = standard(truth, a, row, m);
    for (let m = 0; m < e; m++) v[m] = standard(estimate, b, row, m);
    for (let i = 0; i < e; i++) {
      for (let j = 0; j <= i; j++) within[i * e + j] += (v[i] * v[j]) / rows.length;
      for (let m = 0; m < t; m++) between[m * e + i] += (u[m] * v[i]) / rows.length;
    }
  }

  const dimensions: { match: number; r: number; r2: number }[] = [];
  const actual = new Float32Array(t * shown.length);
  const matched = new Float32Array(t * shown.length);
  const aligned = new Float32Array(t * shown.length);
  for (let m = 0; m < t; m++) {
    const correlations = between.subarray(m * e, (m + 1) * e);
    const coefficients = correlations.slice();
    solveCholesky(within.slice(), coefficients);
    let match = 0;
    let r2 = 0;
    for (let i = 0; i < e; i++) {
      if (Math.abs(correlations[i]) > Math.abs(correlations[match])) match = i;
      r2 += correlations[i] * coefficients[i];
    }
    const r = Math.max(-1, Math.min(1, correlations[match]));
    dimensions.push({ match, r, r2: Math.max(0, Math.min(1, r2)) });
    for (let i = 0, at = m * shown.length; i < shown.length; i++, at++) {
      actual[at] = standard(truth, a, shown[i], m);
      matched[at] = (r < 0 ? -1 : 1) * standard(estimate, b, shown[i], match);
      let fit = 0;
      for (let j = 0; j < e; j++) fit += coefficients[j] * standard(estimate, b, shown[i], j);
      aligned[at] = fit;
    }
  }
  return { dimensions, actual, matched, aligned };
}

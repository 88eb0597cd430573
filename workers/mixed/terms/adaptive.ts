import { SMALL } from './factor';
import { ROW } from './families';
import type { GeneralisedData, Modes } from './modes';
import type { Rule } from './quadrature';

/** Value, derivatives in θ, and what each row's linear predictor adds to the value (n). */
export interface Sides {
  value: number;
  theta: Float64Array;
  rows: Float64Array;
  /** Guess of the second derivative in each entry of θ. */
  curvature: Float64Array;
}

/** Every level's integral, of one term of one effect. */
interface Integrals {
  value: number;
  /** A = 1 + θ²Σwz² of each level. */
  A: Float64Array;
  /** Share of each node in a level's integral (levels × nodes). */
  share: Float64Array;
  /** u of a level at a node, and η of a row there. */
  at(level: number, node: number): number;
  there(row: number, node: number): number;
}

/** −2 Σ_j log ∫ by nodes at the mode ± z/√A (Liu & Pierce 1994; Pinheiro & Bates 1995). */
export function levelIntegrals(
  modes: Modes,
  { family, rows: n }: GeneralisedData,
  factors: readonly Float64Array[],
  { nodes, weights }: Rule,
): Integrals {
  const { layout, spherical, eta, weight } = modes;
  const [{ codes, levels, design }] = layout.terms;
  const theta = factors[0][0];
  const z = (i: number): number => (design ? design[i] : 1);
  const count = nodes.length;
  const A = new Float64Array(levels).fill(1);
  for (let i = 0; i < n; i++) A[codes[i]] += theta ** 2 * weight[i] * z(i) ** 2;
  const at = (j: number, node: number): number => spherical[j] + nodes[node] / Math.sqrt(A[j]);
  const there = (i: number, node: number): number => eta[i] + theta * z(i) * (at(codes[i], node) - spherical[codes[i]]);
  const share = new Float64Array(levels * count);
  for (let j = 0; j < levels; j++)
    for (let node = 0; node < count; node++) share[j * count + node] = Math.log(weights[node]) + (nodes[node] ** 2 - at(j, node) ** 2) / 2;
  for (let i = 0; i < n; i++) for (let node = 0; node < count; node++) share[codes[i] * count + node] += family.log(i, there(i, node));
  let value = 0;
  for (let j = 0; j < levels; j++) {
    const own = share.subarray(j * count, (j + 1) * count);
    const most = own.reduce((largest, one) => Math.max(largest, one), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let node = 0; node < count; node++) {
      own[node] = Math.exp(own[node] - most);
      sum += own[node];
    }
    value += Math.log(A[j]) - 2 * (most + Math.log(sum));
    for (let node = 0; node < count; node++) own[node] /= sum;
  }
  return { value, A, share, at, there };
}

/** The integrals with their derivatives, those of the nodes' places among them. */
export function quadratureSides(modes: Modes, data: GeneralisedData, factors: readonly Float64Array[], rule: Rule): Sides {
  const { family, rows: n } = data;
  const { nodes } = rule;
  const { layout, spherical, slope, weight, weightSlope, observed } = modes;
  const [{ codes, levels, design }] = layout.terms;
  const theta = factors[0][0];
  const z = (i: number): number => (design ? design[i] : 1);
  const { value, A, share, at, there } = levelIntegrals(modes, data, factors, rule);
  const count = nodes.length;
  // Derivatives of Σ log ∫ by the rows' η at the nodes, then by û and log A.
  const row = new Float64Array(ROW.size);
  const direct = new Float64Array(n);
  const zSlope = new Float64Array(levels);
  let onTheta = 0;
  const onMode = new Float64Array(levels);
  const onLogA = new Float64Array(levels).fill(-0.5);
  for (let j = 0; j < levels; j++)
    for (let node = 0; node < count; node++) {
      const own = share[j * count + node] * -at(j, node);
      onMode[j] += own;
      onLogA[j] -= (own * nodes[node]) / Math.sqrt(A[j]) / 2;
    }
  for (let i = 0; i < n; i++) {
    const j = codes[i];
    zSlope[j] += z(i) * slope[i];
    for (let node = 0; node < count; node++) {
      family.at(i, there(i, node), row);
      const own = share[j * count + node] * row[ROW.slope];
      direct[i] += own;
      onTheta += own * z(i) * at(j, node);
      onMode[j] += own * theta * z(i);
      onLogA[j] -= (own * theta * z(i) * nodes[node]) / Math.sqrt(A[j]) / 2;
    }
  }
  // log A by θ and by η, and η by û.
  const Ao = new Float64Array(levels).fill(1);
  const s = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const j = codes[i];
    Ao[j] += theta ** 2 * observed[i] * z(i) ** 2;
    s[i] = (onLogA[j] * theta ** 2 * z(i) ** 2 * weightSlope[i]) / A[j];
    onTheta += (2 * onLogA[j] * theta * weight[i] * z(i) ** 2) / A[j] + s[i] * z(i) * spherical[j];
    onMode[j] += s[i] * z(i) * theta;
  }
  // û by θ and by η.
  const rows = new Float64Array(n);
  for (let j = 0; j < levels; j++) onTheta += (onMode[j] / Ao[j]) * zSlope[j];
  for (let i = 0; i < n; i++) {
    const j = codes[i];
    const back = (onMode[j] / Ao[j]) * theta * z(i) * observed[i];
    onTheta -= back * z(i) * spherical[j];
    rows[i] = -2 * (direct[i] + s[i] - back);
  }
  let determined = 0;
  for (let j = 0; j < levels; j++) determined += (1 - 1 / A[j]) ** 2;
  return { value, theta: Float64Array.of(-2 * onTheta), rows, curvature: Float64Array.of((4 * determined) / Math.max(SMALL, Math.abs(theta)) ** 2) };
}

import { RandomStream } from '../random/random';
import { AliasTable } from './alias';
import type { CategoricalColumn, Dataset, TrueComponents } from './dataset';
import { LabFailure } from './failure';
import { Fingerprint } from './fingerprint';
import { type CollaborativeDataset, type DrawnDataset, type LmmnnDataset, type SimulatedDataset, SPLIT_FIELDS } from './schema';
import { splitRows } from './split';

/** What the simulators have in common. */

/** Rows between two reports of progress. */
const CHUNK = 1 << 17;

/** Largest simulated table in bytes. */
const LIMIT = 6 * 2 ** 30;

/** @throws LabFailure 'simulation-too-large' when rows × (p + K + 4) and the effects (Σq × d) do not fit */
export function refuseTooLarge(rows: number, p: number, levels: readonly number[], d: number): void {
  const bytes = 4 * rows * (p + levels.length + 4) + 4 * d * levels.reduce((sum, q) => sum + q, 0);
  if (bytes <= LIMIT) return;
  const gib = (size: number) => (size / 2 ** 30).toFixed(1);
  throw new LabFailure(
    'simulation-too-large',
    `This simulation needs about ${gib(bytes)} GiB; at most ${gib(LIMIT)} GiB are allowed.`,
    'Ask for fewer rows or fewer numeric features.',
  );
}

/**
 * Calls `fill(from, end)` for chunks of the rows and yields the finished share between `begin` and `finish`
 * before each.
 */
export function* inChunks(rows: number, begin: number, finish: number, fill: (from: number, end: number) => void): Generator<number, void> {
  for (let from = 0; from < rows; from += CHUNK) {
    yield begin + ((finish - begin) * from) / rows;
    fill(from, Math.min(rows, from + CHUNK));
  }
}

/** X (n × p), uniform on (−1, 1). */
export function* uniformFeatures(rows: number, p: number, random: RandomStream, finish: number): Generator<number, Float32Array> {
  const x = new Float32Array(rows * p);
  yield* inChunks(rows, 0, finish, (from, end) => {
    for (let i = from * p; i < end * p; i++) x[i] = random.uint32() * 2 ** -31 - 1;
  });
  return x;
}

/**
 * Sampling weight of each level: (Poisson(mean) + 1) · rank^−skew, where the rank is the level's number
 * (docs/methods.md B1.3).
 */
export function levelWeights(spec: { levelWeightMean: number; skew: number }, q: number, random: RandomStream): Float64Array {
  const weights = new Float64Array(q);
  for (let j = 0; j < q; j++) weights[j] = (random.poisson(spec.levelWeightMean) + 1) * (j + 1) ** -spec.skew;
  return weights;
}

/**
 * Levels of the rows, drawn independently by an alias table: expanding multinomial counts and shuffling them,
 * as the papers' codes do, has the same distribution.
 */
export function* levelCodes(
  spec: { levelWeightMean: number; skew: number },
  rows: number,
  q: number,
  streams: { weights: RandomStream; levels: RandomStream },
  begin: number,
  finish: number,
): Generator<number, Int32Array> {
  const table = new AliasTable(levelWeights(spec, q, streams.weights));
  const codes = new Int32Array(rows);
  yield* inChunks(rows, begin, finish, (from, end) => {
    for (let i = from; i < end; i++) codes[i] = table.draw(streams.levels);
  });
  return codes;
}

/**
 * Variance of each true dimension: Poisson(σ²_b) + 1, scaled by σ²_b below one, as published; σ²_b as written
 * (docs/methods.md DIS-31).
 */
export function dimensionVariances(
  spec: { d: number; effectVariance: number; effectVariances: 'as-published' | 'as-written' },
  random: RandomStream,
): Float64Array {
  const { effectVariance } = spec;
  const scale = Math.min(effectVariance, 1);
  return new Float64Array(spec.d).map(() => (spec.effectVariances === 'as-written' ? effectVariance : (random.poisson(effectVariance) + 1) * scale));
}

/** True effects B (q × d, row-major) ~ N(0, diag(variances)). */
export function normalEffects(q: number, variances: ArrayLike<number>, random: RandomStream): Float32Array {
  const deviations = Float64Array.from(variances, Math.sqrt);
  const d = deviations.length;
  const effects = new Float32Array(q * d);
  for (let i = 0; i < effects.length; ) for (let m = 0; m < d; m++, i++) effects[i] = deviations[m] * random.normal();
  return effects;
}

/**
 * Labels of the downstream task (docs/methods.md B1.7): t = B w + 0.1 ε with w ~ N(0, I), 1 above the median
 * of t.
 */
export function downstreamLabels(effects: Float32Array, d: number, random: RandomStream): Uint8Array {
  const weights = Float64Array.from({ length: d }, () => random.normal());
  const scores = new Float64Array(effects.length / d);
  for (let j = 0; j < scores.length; j++) {
    let sum = 0.1 * random.normal();
    for (let m = 0; m < d; m++) sum += effects[j * d + m] * weights[m];
    scores[j] = sum;
  }
  return Uint8Array.from(aboveMedian(scores));
}

export function addNoise(response: Float64Array, variance: number, random: RandomStream): Float32Array {
  const deviation = Math.sqrt(variance);
  const y = new Float32Array(response.length);
  for (let i = 0; i < y.length; i++) y[i] = response[i] + deviation * random.normal();
  return y;
}

/**
 * 1 above the median of all values, else 0. The published binary response has no noise (docs/methods.md
 * DIS-33).
 */
export function aboveMedian(values: Float64Array): Float32Array {
  const middle = median(values);
  const above = new Float32Array(values.length);
  for (let i = 0; i < above.length; i++) above[i] = values[i] > middle ? 1 : 0;
  return above;
}

export function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** y ~ Bernoulli(σ(logit)). */
export function bernoulli(logits: Float64Array, random: RandomStream): Float32Array {
  const y = new Float32Array(logits.length);
  for (let i = 0; i < y.length; i++) y[i] = random.uniform() < 1 / (1 + Math.exp(-logits[i])) ? 1 : 0;
  return y;
}

/**
 * Of the recipe, not of the numbers: the last digit of exp and log differs between browsers, the experiment
 * does not. How the rows are split is no part of it.
 */
export function recipeFingerprint(name: string, spec: DrawnDataset, seed: number): string {
  const hash = new Fingerprint().text(name).word(seed);
  for (const [key, value] of Object.entries(spec).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!SPLIT_FIELDS.includes(key)) hash.text(key).text(JSON.stringify(value));
  }
  return hash.digest();
}

/**
 * What a simulator of level effects has drawn. Dimensions as in `Dataset`; `stream`: those of the simulator,
 * by name.
 */
export interface Drawn {
  x: Float32Array;
  y: Float32Array;
  categorical: CategoricalColumn[];
  /** True vectors of the levels of each feature, q × d, and the variance of each dimension. */
  effects: Float32Array[];
  d: number;
  effectVariances: number[][];
  /** Labels of several classes; absent: 0 and 1 where the response is binary. */
  classLabels?: readonly string[];
  /** Of times, as in `Dataset`. */
  events?: Dataset['events'];
  /** Variance of the error where it is not that of the spec; null where there is none. */
  noiseVariance?: number | null;
  /** Named numbers of the response, for estimates to be held against; absent: none. */
  fixed?: TrueComponents['fixed'];
  stream(name: string): RandomStream;
}

/** Splits the drawn rows and sets the dataset together. @throws LabFailure those of `splitRows` */
export function drawnDataset(
  recipe: string,
  spec: SimulatedDataset | CollaborativeDataset | LmmnnDataset,
  seeds: { data: number; split: number },
  { x, y, categorical, effects, d, effectVariances, classLabels, events, noiseVariance, fixed = [], stream }: Drawn,
): Dataset {
  const regression = spec.task === 'regression';
  const rows = y.length;
  return {
    task: spec.task,
    rows,
    x,
    p: spec.p,
    xScales: null,
    categorical,
    y,
    targetScale: 1,
    targetMean: 0,
    targetName: events ? 'time' : 'y',
    ...(events && { events }),
    classLabels: regression ? null : (classLabels ?? ['0', '1']),
    split: splitRows(rows, spec.testRows, seeds.split, spec, categorical),
    truth: {
      effects,
      d,
      components: {
        noiseVariance: noiseVariance === undefined ? (regression ? spec.noiseVariance : null) : noiseVariance,
        effectVariances,
        fixed,
      },
      labels: effects.map((b, k) => downstreamLabels(b, d, stream(`downstream/${k}`))),
    },
    fingerprint: recipeFingerprint(recipe, spec, seeds.data),
  };
}

/** Runs a simulation to its end at once. @param report hears the finished share and may throw to cancel */
export function runToEnd<T>(steps: Generator<number, T>, report?: (fraction: number) => void): T {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    report?.(step.value);
  }
}

/**
 * Streams of random numbers named by what they draw, so that the effects of one data seed stay the same when
 * only the number of rows changes.
 */
export const streamsOf =
  (seed: number, prefix: string) =>
  (name: string): RandomStream =>
    new RandomStream(seed, `${prefix}/${name}`);

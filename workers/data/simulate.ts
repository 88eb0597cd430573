import { RandomStream } from '../random/random';
import { AliasTable } from './alias';
import type { CategoricalColumn, Dataset } from './dataset';
import { LabFailure } from './failure';
import { Fingerprint } from './fingerprint';
import { addEffects } from './response';
import type { SimulatedDataset } from './schema';
import { randomSplit } from './split';

/** Rows between two reports of progress. */
const CHUNK = 1 << 17;

/** Largest simulated table in bytes. */
const LIMIT = 6 * 2 ** 30;

/**
 * The simulator of the MMbeddings paper, section 4.1, as its code runs (METHODS.md B1). Training and test rows are drawn together and split at
 * random. Levels of the rows are drawn independently by an alias table: expanding multinomial counts and shuffling them, as the
 * paper's code does, has the same distribution.
 *
 * Streams of random numbers are named by what they draw, so the effects of one data seed stay the same when only the number of rows changes.
 *
 * A generator, so that whoever drives it can show progress, let messages in or give up: it yields the finished share (0 … 1) every 131,072 rows.
 *
 * @throws LabFailure 'simulation-too-large' when the table would not fit
 */
export function* simulation(spec: SimulatedDataset, seeds: { data: number; split: number }): Generator<number, Dataset> {
  const rows = spec.trainRows + spec.testRows;
  const { p, d } = spec;
  refuseTooLarge(rows, spec);
  const stream = (name: string) => new RandomStream(seeds.data, `simulate/${name}`);
  const features = spec.levels.length;
  const steps = 2 + features;
  const share = (step: number, done: number) => (step + done / rows) / steps;

  const x = new Float32Array(rows * p);
  const xRandom = stream('x');
  for (let from = 0; from < rows; from += CHUNK) {
    yield share(0, from);
    const end = Math.min(rows, from + CHUNK) * p;
    for (let i = from * p; i < end; i++) x[i] = xRandom.uint32() * 2 ** -31 - 1;
  }

  const response = new Float64Array(rows);
  const categorical: CategoricalColumn[] = [];
  const effects: Float32Array[] = [];
  const labels: Uint8Array[] = [];
  for (let k = 0; k < features; k++) {
    const q = spec.levels[k];
    const b = drawEffects(spec, q, stream(`effects/${k}`));
    const table = new AliasTable(levelWeights(spec, q, stream(`weights/${k}`)));
    const codes = new Int32Array(rows);
    const levelRandom = stream(`levels/${k}`);
    for (let from = 0; from < rows; from += CHUNK) {
      yield share(1 + k, from);
      const end = Math.min(rows, from + CHUNK);
      for (let i = from; i < end; i++) codes[i] = table.draw(levelRandom);
      addEffects(response, x, p, b, d, codes, from, end);
    }
    effects.push(b);
    categorical.push({ name: `z${k + 1}`, cardinality: q, codes, labels: null });
    labels.push(downstreamLabels(b, d, stream(`downstream/${k}`)));
  }

  yield share(1 + features, 0);
  const y = spec.task === 'regression' ? addNoise(response, spec.noiseVariance, stream('noise')) : aboveMedian(response);
  const split = randomSplit(rows, spec.testRows, seeds.split);
  yield 1;
  return {
    task: spec.task,
    rows,
    x,
    p,
    categorical,
    y,
    targetScale: 1,
    targetMean: 0,
    targetName: 'y',
    classLabels: spec.task === 'binary' ? ['0', '1'] : null,
    split,
    truth: { effects, d, labels },
    fingerprint: simulationFingerprint(spec, seeds.data),
  };
}

/**
 * The simulated dataset at once.
 * @param report hears the finished share and may throw to cancel
 */
export function simulate(spec: SimulatedDataset, seeds: { data: number; split: number }, report?: (fraction: number) => void): Dataset {
  const steps = simulation(spec, seeds);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    report?.(step.value);
  }
}

function refuseTooLarge(rows: number, spec: SimulatedDataset): void {
  const bytes = 4 * rows * (spec.p + spec.levels.length + 4) + 4 * spec.d * spec.levels.reduce((sum, q) => sum + q, 0);
  if (bytes <= LIMIT) return;
  const gib = (size: number) => (size / 2 ** 30).toFixed(1);
  throw new LabFailure(
    'simulation-too-large',
    `This simulation needs about ${gib(bytes)} GiB; at most ${gib(LIMIT)} GiB are allowed.`,
    'Ask for fewer rows or fewer numeric features.',
  );
}

/** Variance of each true dimension: Poisson(σ²_b) + 1, scaled by σ²_b below one, as published; σ²_b as written (METHODS.md DIS-31). */
export function dimensionVariances(spec: Pick<SimulatedDataset, 'd' | 'effectVariance' | 'effectVariances'>, random: RandomStream): Float64Array {
  const { effectVariance } = spec;
  const scale = Math.min(effectVariance, 1);
  return new Float64Array(spec.d).map(() => (spec.effectVariances === 'as-written' ? effectVariance : (random.poisson(effectVariance) + 1) * scale));
}

/** True effects B (q × d, row-major) ~ N(0, diag(variances)). */
function drawEffects(spec: SimulatedDataset, q: number, random: RandomStream): Float32Array {
  const deviations = dimensionVariances(spec, random).map(Math.sqrt);
  const effects = new Float32Array(q * spec.d);
  for (let i = 0; i < effects.length; ) for (let m = 0; m < spec.d; m++, i++) effects[i] = deviations[m] * random.normal();
  return effects;
}

/** Sampling weight of each level: (Poisson(mean) + 1) · rank^−skew, where the rank is the level's number. */
function levelWeights(spec: SimulatedDataset, q: number, random: RandomStream): Float64Array {
  const weights = new Float64Array(q);
  for (let j = 0; j < q; j++) weights[j] = (random.poisson(spec.levelWeightMean) + 1) * (j + 1) ** -spec.skew;
  return weights;
}

/** Labels of the downstream task (METHODS.md B1.7): t = B w + 0.1 ε with w ~ N(0, I), 1 above the median of t. */
function downstreamLabels(effects: Float32Array, d: number, random: RandomStream): Uint8Array {
  const weights = Float64Array.from({ length: d }, () => random.normal());
  const scores = new Float64Array(effects.length / d);
  for (let j = 0; j < scores.length; j++) {
    let sum = 0.1 * random.normal();
    for (let m = 0; m < d; m++) sum += effects[j * d + m] * weights[m];
    scores[j] = sum;
  }
  return Uint8Array.from(aboveMedian(scores));
}

function addNoise(response: Float64Array, variance: number, random: RandomStream): Float32Array {
  const deviation = Math.sqrt(variance);
  const y = new Float32Array(response.length);
  for (let i = 0; i < y.length; i++) y[i] = response[i] + deviation * random.normal();
  return y;
}

/** 1 above the median of all values, else 0. The published binary response has no noise (METHODS.md DIS-33). */
function aboveMedian(values: Float64Array): Float32Array {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  const above = new Float32Array(values.length);
  for (let i = 0; i < above.length; i++) above[i] = values[i] > median ? 1 : 0;
  return above;
}

/** Of the recipe, not of the numbers: the last digit of exp and log differs between browsers, the experiment does not. */
function simulationFingerprint(spec: SimulatedDataset, seed: number): string {
  const hash = new Fingerprint().text('simulate/1').word(seed);
  for (const [key, value] of Object.entries(spec).sort(([a], [b]) => (a < b ? -1 : 1))) hash.text(key).text(JSON.stringify(value));
  return hash.digest();
}

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { counterNormal, RandomStream } from '../../random/random';
import type { FusedDescription, FusedProblem } from '../plan';
import { FusedStep } from './fused-step';
import { stepModule } from './module';

interface GoldenArray {
  shape: number[];
  values: number[];
}

interface Fixture {
  config: {
    method: string;
    qs: number[];
    d: number;
    p: number;
    n: number;
    binary: boolean;
    decoder: number[];
    encoder: number[] | null;
    beta: number | null;
    priorVariance: number | null;
    logVarAveraging: string | null;
    l2: number | null;
    adam: { learningRate: number };
  };
  inputs: { X: GoldenArray; Z: number[][]; y: GoldenArray; noise?: GoldenArray[] };
  initial: Record<string, GoldenArray>;
  expected: {
    output: GoldenArray;
    gradients: Record<string, GoldenArray>;
    steps: Record<string, number>[];
    parametersAfter: Record<string, GoldenArray>;
  };
}

const read = (name: string): Fixture => JSON.parse(readFileSync(new URL(`../../../golden/${name}.json`, import.meta.url), 'utf8'));

function describeFixture({ config }: Fixture): FusedDescription {
  const { d, decoder, beta, priorVariance } = config;
  if (config.method === 'embeddings') return { kind: 'tables', d, decoder, l2: config.l2 ?? 0 };
  const random = { d, decoder, beta: beta ?? 0, priorVariance: priorVariance ?? 1 };
  if (config.method === 'regbeddings') return { kind: 'sampled-tables', ...random };
  return {
    kind: 'encoder',
    ...random,
    encoder: config.encoder ?? [],
    logVarAveraging: config.logVarAveraging === 'paper' ? 'paper' : 'mean-log',
    extraction: 'mean',
  };
}

function problemOf({ config, inputs }: Fixture): FusedProblem {
  return {
    task: config.binary ? 'binary' : 'regression',
    x: Float32Array.from(inputs.X.values),
    p: config.p,
    y: Float32Array.from(inputs.y.values),
    features: config.qs.map((levels, k) => ({ levels, codes: Int32Array.from(inputs.Z[k]) })),
    batchSize: config.n,
    learningRate: config.adam.learningRate,
    noiseSeed: 0,
  };
}

/** Largest difference over the largest expected entry. */
function error(actual: ArrayLike<number> | undefined, expected: ArrayLike<number>): number {
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs((actual?.[i] ?? Number.NaN) - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return Number.isNaN(difference) || actual?.length !== expected.length ? Number.POSITIVE_INFINITY : scale > 0 ? difference / scale : difference;
}

const fixtures = [
  'embeddings-regression',
  'embeddings-classification-k2',
  'embeddings-l2',
  'regbeddings-regression',
  'regbeddings-classification-k2',
  'mmbeddings-regression',
  'mmbeddings-regression-paper-logvar',
  'mmbeddings-classification-k2',
  'mmbeddings-k3',
];

const KEY = { seed: 0, step: 0 };
let module: WebAssembly.Module;

beforeAll(async () => {
  module = await stepModule();
});

describe('the fused step on golden fixtures', () => {
  it.each(fixtures)('%s: losses, gradients and three Adam steps', (name) => {
    const fixture = read(name);
    const step = new FusedStep(module, describeFixture(fixture), problemOf(fixture), true);
    step.writeParameters(new Map(Object.entries(fixture.initial).map(([key, { values }]) => [key, Float32Array.from(values)])));
    const rows = Uint32Array.from({ length: fixture.config.n }, (_, i) => i);
    const noise = fixture.inputs.noise?.map(({ values }) => Float32Array.from(values));
    for (const [i, expected] of fixture.expected.steps.entries()) {
      const actual: Record<string, number> = { ...step.batch(rows, KEY, i + 1, noise) };
      actual.loss = actual.total;
      for (const [term, value] of Object.entries(expected)) expect(error([actual[term]], [value]), `${term} of step ${i + 1}`).toBeLessThan(5e-6);
      if (i > 0) continue;
      const gradients = step.read('gradients');
      expect([...gradients.keys()].sort()).toEqual(Object.keys(fixture.expected.gradients).sort());
      for (const [parameter, { values }] of Object.entries(fixture.expected.gradients))
        expect(error(gradients.get(parameter), values), parameter).toBeLessThan(5e-6);
    }
    const parameters = step.read('parameters');
    for (const [parameter, { values }] of Object.entries(fixture.expected.parametersAfter))
      expect(error(parameters.get(parameter), values), parameter).toBeLessThan(5e-6);
  });
});

describe('noise', () => {
  it('is that of counterNormal to float32 rounding', () => {
    const fixture = read('mmbeddings-regression');
    const step = new FusedStep(module, describeFixture(fixture), {
      ...problemOf(fixture),
      x: new Float32Array(40_000 * 3),
      y: new Float32Array(40_000),
      p: 3,
      features: [{ levels: 2, codes: new Int32Array(40_000) }],
    });
    const random = new RandomStream(1, 'keys');
    let worst = 0;
    for (let i = 0; i < 8; i++) {
      const key = { seed: random.uint32(), step: i * 1000 };
      const values = step.normals(4000, 4, key);
      for (let r = 0; r < 4000; r++)
        for (let c = 0; c < 4; c++) worst = Math.max(worst, Math.abs(values[r * 4 + c] - counterNormal(key.seed, key.step, r, c)));
    }
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(2e-6);
  });
});

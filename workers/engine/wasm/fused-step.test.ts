import { beforeAll, describe, expect, it } from 'vitest';
import { counterNormal, RandomStream } from '../../random/random';
import type { FusedDescription, FusedProblem } from '../plan';
import { FusedStep } from './fused-step';
import { stepModule } from './module';

const N = 20_000;
const tables: FusedDescription = { kind: 'tables', d: 3, decoder: [4], l2: 0 };
const problem: FusedProblem = {
  task: 'regression',
  x: new Float32Array(2 * N),
  p: 2,
  y: new Float32Array(N),
  features: [{ levels: 7, codes: Int32Array.from({ length: N }, (_, i) => i % 7) }],
  batchSize: 100,
  learningRate: 0.001,
  noiseSeed: 0,
};

let module: WebAssembly.Module;

beforeAll(async () => {
  module = await stepModule();
});

describe('FusedStep', () => {
  it('draws the noise of counterNormal to float32 rounding', () => {
    const step = new FusedStep(module, tables, problem);
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

  it('gives parameters back as they were written, and names a wrong one', () => {
    const step = new FusedStep(module, tables, problem);
    const random = new RandomStream(2, 'values');
    const values = new Map([...step.read('parameters')].map(([name, { length }]) => [name, Float32Array.from({ length }, () => random.normal())]));
    expect([...values.keys()]).toEqual([
      'decoder/dense0/kernel',
      'decoder/dense0/bias',
      'decoder/output/kernel',
      'decoder/output/bias',
      'embedding0/table',
    ]);
    step.writeParameters(values);
    expect(step.read('parameters')).toEqual(values);
    values.set('embedding0/table', new Float32Array(20));
    expect(() => step.writeParameters(values)).toThrow('7 × 3 numbers for "embedding0/table" and got 20');
    expect(() => step.writeParameters(new Map([...values].slice(1)))).toThrow('decoder/dense0/kernel');
  });

  it('refuses more rows than it has room for', () => {
    const step = new FusedStep(module, tables, problem);
    expect(() => step.setEpochRows(new Uint32Array(N + 1))).toThrow(RangeError);
    expect(() => step.predict(new Uint32Array(step.layout.largestBatch + 1), null)).toThrow(RangeError);
    expect(() => step.batch(new Uint32Array(101), { seed: 0, step: 0 }, -1)).toThrow(RangeError);
  });

  it('needs memory for the data, the batch and the tables, no more', () => {
    const bytes = (change: Partial<FusedProblem>) => new FusedStep(module, tables, { ...problem, ...change }).layout.bytes;
    const base = bytes({});
    const wider = bytes({ features: [{ levels: 1007, codes: problem.features[0].codes }] });
    // Five arrays of tables (weights, gradients, two moments, vectors) of 4 padded numbers, a count, and starts of the levels a batch can have.
    expect(wider - base).toBeLessThan(1000 * (5 * 16 + 4) + 4096);
    expect(wider - base).toBeGreaterThanOrEqual(1000 * (5 * 16 + 4));
  });
});

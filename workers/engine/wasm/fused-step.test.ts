import { beforeAll, describe, expect, it } from 'vitest';
import { counterNormal, RandomStream } from '../../random/random';
import type { FusedDescription, FusedProblem } from '../step-plan';
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

  it.each([
    ['a copy of the data', undefined],
    ['the rows of each call', 0],
  ])('draws a row at one of the places asked for as among all rows, on %s', (_, copyLimit) => {
    const random = new RandomStream(6, 'places');
    const encoder: FusedDescription = {
      kind: 'encoder',
      d: 3,
      encoder: [20, 60],
      decoder: [4],
      beta: 0.1,
      priorVariance: 1,
      logVarAveraging: 'mean-of-logs',
      extraction: 'sample',
    };
    const varied = { ...problem, x: problem.x.map(() => random.normal()), y: problem.y.map(() => random.normal()) };
    const step = new FusedStep(module, encoder, varied, { copyLimit });
    step.writeParameters(
      new Map([...step.read('parameters')].map(([name, { length }]) => [name, Float32Array.from({ length }, () => random.normal())])),
    );
    const rows = Uint32Array.from({ length: 3001 }, () => random.integer(N));
    const vectors = (places?: Uint32Array): Float32Array => {
      step.clearVectors();
      step.addVectors(rows, { seed: 3, step: 5 }, true, places);
      step.meanVectors();
      return step.readVectors()[0];
    };
    const all = vectors();
    const of = (level: number): Uint32Array => Uint32Array.from([...rows.keys()].filter((place) => varied.features[0].codes[rows[place]] === level));
    for (const level of [0, 6]) {
      const some = vectors(of(level));
      expect(some.subarray(level * 3, level * 3 + 3)).toEqual(all.subarray(level * 3, level * 3 + 3));
      expect(some.filter((value) => value !== 0)).toHaveLength(3);
    }
    expect(vectors(new Uint32Array(0)).every((value) => value === 0)).toBe(true);
    expect(() => vectors(Uint32Array.of(3001))).toThrow('a place beyond the 3001 rows');
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

  const shared: FusedDescription = {
    kind: 'tables',
    d: 3,
    decoder: [4],
    l2: 0,
    lookups: {
      tables: [{ rows: 30, width: 3 }],
      features: [200, 100].map((levels) => [{ table: 0, index: Int32Array.from({ length: levels }, (_, j) => j % 30) }]),
    },
  };
  it.each<[string, FusedDescription]>([
    ['tables', tables],
    ['penalised tables', { ...tables, l2: 0.1 }],
    ['sampled tables', { kind: 'sampled-tables', d: 3, decoder: [4], beta: 0.1, priorVariance: 0.7 }],
    ['shared tables', shared],
    ['an inner product with biases', { ...tables, interaction: 'inner-product', biases: true }],
  ])('is lazy Adam on %s when asked: a row without gradient stays, others move as by Adam', (_, description) => {
    const random = new RandomStream(3, 'lazy');
    const many: FusedProblem = {
      ...problem,
      x: problem.x.map(() => random.normal()),
      y: problem.y.map(() => random.normal()),
      features: [200, 100].map((levels) => ({ levels, codes: Int32Array.from({ length: N }, () => random.integer(levels)) })),
      batchSize: 20,
      lazyTables: true,
    };
    const step = new FusedStep(module, description, many);
    const weights = new Map([...step.read('parameters')].map(([name, { length }]) => [name, Float32Array.from({ length }, () => random.normal())]));
    step.writeParameters(weights);
    const widths = new Map(step.layout.places.map(({ name, columns }) => [name, columns]));
    const moments = new Map([...weights].map(([name, { length }]) => [name, [new Float64Array(length), new Float64Array(length)]]));
    let stayed = 0;
    for (let t = 1; t <= 12; t++) {
      const rows = Uint32Array.from({ length: 20 }, () => random.integer(N));
      const key = { seed: 5, step: t };
      step.batch(rows, key, 0);
      const gradients = step.read('gradients');
      step.batch(rows, key, t);
      const rate = (0.001 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
      for (const [name, w] of weights) {
        const [m, v] = moments.get(name) as Float64Array[];
        const g = gradients.get(name) as Float32Array;
        const width = widths.get(name) as number;
        for (let i = 0; i < w.length; i++) {
          const row = Math.floor(i / width) * width;
          if (name.startsWith('embedding') && g.subarray(row, row + width).every((value) => value === 0)) {
            stayed++;
            continue;
          }
          m[i] += 0.1 * (g[i] - m[i]);
          v[i] += 0.001 * (g[i] ** 2 - v[i]);
          w[i] -= (rate * m[i]) / (Math.sqrt(v[i]) + 1e-7);
        }
        const moved = step.read('parameters').get(name) as Float32Array;
        for (let i = 0; i < w.length; i++) if (!(Math.abs(moved[i] - w[i]) < 1e-5)) throw new Error(`${name}[${i}] is ${moved[i]}, not ${w[i]}`);
      }
    }
    expect(stayed > 0).toBe(description.kind !== 'tables' || description.l2 === 0);
  });

  it.each<[string, Partial<Extract<FusedDescription, { kind: 'tables' }>>]>([
    ['exactly two categorical columns', { interaction: 'inner-product' }],
    ['Biases', { biases: true }],
    ['dropout rates', { dropout: [0.1, 0.2] }],
    ['dropout rate is 1', { levelDropout: 1 }],
    ['1 numbers wide', { lookups: { tables: [{ rows: 7, width: 1 }], features: [[{ table: 0, index: new Int32Array(7) }]] } }],
    ['3 entries for 7', { lookups: { tables: [{ rows: 7, width: 3 }], features: [[{ table: 0, index: new Int32Array(3) }]] } }],
    ['takes row 4', { lookups: { tables: [{ rows: 4, width: 3 }], features: [[{ table: 0, index: Int32Array.of(0, 1, 2, 3, 4, 0, 0) }]] } }],
  ])('refuses a description that contradicts itself: %s', (words, change) => {
    expect(() => new FusedStep(module, { ...tables, ...change } as FusedDescription, problem)).toThrow(words);
  });

  it('needs memory for the data, the batch and the tables, no more', () => {
    const bytes = (change: Partial<FusedProblem>) => new FusedStep(module, tables, { ...problem, ...change }).layout.bytes;
    const base = bytes({});
    const wider = bytes({ features: [{ levels: 1007, codes: problem.features[0].codes }] });
    // Five arrays of tables (weights, gradients, two moments, vectors) of 4 padded numbers, a count, and
    // starts of the levels a batch can have.
    expect(wider - base).toBeLessThan(1000 * (5 * 16 + 4) + 4096);
    expect(wider - base).toBeGreaterThanOrEqual(1000 * (5 * 16 + 4));
  });
});

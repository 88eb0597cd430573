import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LabFailure } from '../../data/failure';
import { tokenAttention } from '../../ops/token-attention';
import { RandomStream } from '../../random/random';
import { KerasAdam } from '../adam';
import { Checkpoint } from '../checkpoint';
import { drawNoise, type NoiseShape } from '../noise';
import { useBackend } from '../testing';
import type { TracedPlanOptions } from '../traced-plan';
import { endThreads } from '../wasm/threads';
import { createRecordedPlan, IN_PARTS, type RecordedPlan } from '.';
import { OPERATIONS, RECORDED, STATE_WORDS } from './instructions';
import { isRounding } from './recorded-step';

type Options = TracedPlanOptions;
type LossOf = (...inputs: Parameters<Options['loss']>) => tf.Scalar;

/** 27 of 40 rows train in batches of 8 (the last one of 3), two numeric columns and one of 6 levels. */
const ROWS = 40;
const TRAIN = 27;
const BATCH = 8;
const LEVELS = 6;
const SEED = 4_000_000_007;

const random = new RandomStream(4, 'recorded');
const shuffled = Uint32Array.from({ length: ROWS }, (_, i) => i);
random.shuffle(shuffled);
const DATA: Options['dataset'] = {
  rows: ROWS,
  p: 2,
  x: Float32Array.from({ length: 2 * ROWS }, () => random.normal()),
  y: Float32Array.from({ length: ROWS }, () => random.normal()),
  categorical: [{ name: 'level', cardinality: LEVELS, codes: Int32Array.from({ length: ROWS }, () => random.integer(LEVELS)), labels: null }],
  split: { train: shuffled.slice(0, TRAIN) },
};

let weight: tf.Variable<tf.Rank.R2>;
let table: tf.Variable<tf.Rank.R2>;
/** No parameter; of the weight's shape. */
let spare: tf.Variable<tf.Rank.R2>;

const linear: LossOf = ({ x, y }, [noise]) => tf.mean(tf.squaredDifference(y, tf.matMul(tf.add(x, noise) as tf.Tensor2D, weight)));

/** Normals and uniforms of the same counter. */
const noiseOf = (rows: number): NoiseShape[] => [
  [rows, 2],
  [rows, 6, 'uniform'],
  // For dropout of attention among nine tokens in two heads.
  [rows, 2 * 9 * 9, 'uniform'],
  // And of one.
  [rows, 2, 'uniform'],
];

const options = (loss: LossOf = linear): Options => ({
  dataset: DATA,
  batchSize: BATCH,
  parameters: new Map<string, tf.Variable>([
    ['weight', weight],
    ['table', table],
  ]),
  loss: (batch, noise) => ({ total: loss(batch, noise) }),
  noiseShapes: noiseOf,
  learningRate: 0.05,
  noiseSeed: SEED,
});

async function train(plan: RecordedPlan, epochs: number): Promise<Float32Array> {
  for (let epoch = 0; epoch < epochs; epoch++) {
    plan.setOrder(DATA.split.train);
    while (plan.remaining > 0) await plan.run(3);
  }
  return (await plan.losses()).loss;
}

/** The same epochs op by op: what a recorded plan must equal. */
async function eager({ loss, parameters, learningRate }: Options, epochs: number): Promise<number[]> {
  const adam = new KerasAdam(parameters, learningRate);
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++)
    for (let from = 0; from < TRAIN; from += BATCH) {
      const rows = DATA.split.train.subarray(from, from + BATCH);
      const take = (values: ArrayLike<number>, width: number): number[] =>
        [...rows].flatMap((row) => Array.from({ length: width }, (_, j) => values[row * width + j]));
      const value = tf.tidy(() => {
        const x = tf.tensor2d(take(DATA.x, 2), [rows.length, 2]);
        const y = tf.tensor2d(take(DATA.y, 1), [rows.length, 1]);
        const z = [tf.tensor1d(take(DATA.categorical[0].codes, 1), 'int32')];
        const noise = drawNoise(noiseOf(rows.length), SEED, losses.length);
        const { value, grads } = tf.variableGrads(() => loss({ x, y, z }, noise).total, [...parameters.values()]);
        adam.step(grads);
        return value;
      });
      losses.push((await value.data())[0]);
      value.dispose();
    }
  adam.dispose();
  return losses;
}

const numbersOf = async (tensor: tf.Tensor): Promise<Float32Array> => ((await tensor.data()) as Float32Array).slice();
const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  const scale = Array.from(b).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0) / scale;
};

async function failureOf(loss: LossOf): Promise<LabFailure> {
  return createRecordedPlan(options(loss)).then(
    () => {
      throw new Error('the step was recorded');
    },
    (failure: LabFailure) => failure,
  );
}

/** A function of the batch through weights: h [rows, 6], the rows' vectors v [rows, 6] of the table. */
type Body = (h: tf.Tensor2D, v: tf.Tensor2D, rows: number, uniform: tf.Tensor, few: tf.Tensor) => tf.Tensor;

const through =
  (body: Body): LossOf =>
  ({ x, y, z }, [noise, uniform, more, few]) => {
    const h = tf.matMul(tf.add(x, noise) as tf.Tensor2D, weight) as tf.Tensor2D;
    const v = tf.mul(tf.gather(table, z[0]), uniform) as tf.Tensor2D;
    return tf.add(tf.mean(tf.square(body(h, v, x.shape[0], more, few))), tf.mul(tf.mean(tf.squaredDifference(tf.sum(h, 1, true), y)), 0.1));
  };
const positive = (h: tf.Tensor): tf.Tensor => tf.add(tf.square(h), 0.5);

/** Some number of the cell, the same in every step. */
const waves = (rows: number, columns: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: rows * columns }, (_, cell) => Math.sin(1.7 * cell)),
    [rows, columns],
  );

/** Attention in two heads of width 3, so many numbers of h and v for each token. */
const attending =
  (shape: { tokens: number; rate: number; causal?: boolean }): Body =>
  (h, v, rows, uniform, few) => {
    const { tokens } = shape;
    const both = tf.concat([tf.tile(h, [1, tokens]), tf.tile(v, [1, 2 * tokens])], 1);
    const qkv = tf.reshape(tf.mul(both, waves(1, 18 * tokens)), [rows * tokens, 18]) as tf.Tensor2D;
    const draws = tokens === 1 ? few : uniform;
    return tf.mul(tokenAttention(qkv, shape.rate > 0 ? draws : null, { ...shape, heads: 2, width: 3 }), 3);
  };

const BODIES: Record<string, Body> = {
  'exponentials and logarithms': (h) => tf.add(tf.log(tf.add(tf.exp(h), 1)), tf.add(tf.log1p(positive(h)), tf.expm1(tf.mul(h, 0.1)))),
  'sigmoid, tanh and softplus': (h, v) => tf.add(tf.mul(tf.sigmoid(h), tf.tanh(v)), tf.softplus(tf.sub(h, v))),
  'ReLU, leaky ReLU, steps and clips': (h, v) => tf.add(tf.relu(tf.mul(h, v)), tf.sub(tf.leakyRelu(h, 0.3), tf.clipByValue(v, -0.4, 0.7))),
  'roots, reciprocals and powers': (h) =>
    tf.add(tf.div(tf.sqrt(positive(h)), tf.rsqrt(positive(h))), tf.add(tf.reciprocal(positive(h)), tf.pow(h, 3))),
  'erf, absolute values and signs': (h, v) => tf.add(tf.erf(h), tf.mul(tf.abs(v), tf.sign(h))),
  'maxima, minima, comparisons and choices': (h, v) => {
    const marks = (values: number[]): tf.Tensor => tf.tensor1d(values, 'bool');
    const some = tf.logicalAnd(tf.logicalNot(marks([1, 0, 0, 1, 0, 0])), tf.logicalOr(marks([1, 1, 0, 0, 0, 1]), marks([0, 0, 0, 0, 1, 0])));
    return tf.add(tf.mul(tf.maximum(h, tf.neg(v)), tf.minimum(h, tf.square(v))), tf.where(some, h, v));
  },
  'rows, columns and numbers that are repeated': (h, v) =>
    tf.div(tf.sub(tf.mul(h, tf.mean(v, 0)), tf.mean(h, 1, true)), tf.add(tf.sum(tf.square(v)), tf.slice(h, [0, 3], [1, 1]))),
  'reductions of any axis': (h, v, rows) => {
    const both = tf.reshape(tf.concat([h, v], 1), [rows, 4, 3]);
    return tf.add(tf.add(tf.sum(both, [0, 2]), tf.mean(both, 1).sum()), tf.add(tf.max(both), tf.sum(tf.min(both, 2))));
  },
  'parts: slices, splits, stacks and pads': (h, v, rows) => {
    const [a, b, c] = tf.split(h, [1, 2, 3], 1);
    const [d, e] = tf.unstack(tf.reshape(v, [rows, 2, 3]), 1);
    const padded = tf.pad(tf.mul(c, d), [
      [0, 0],
      [1, 2],
    ]);
    return tf.mul(tf.stack([padded, tf.concat([a, b, e], 1)], 1), tf.concat([tf.ones([1, 2, 1]), tf.zeros([1, 2, 5])], 2).add(0.5));
  },
  'transposes and tiles': (h, v) => tf.mul(tf.transpose(tf.tile(h, [1, 2])), tf.reshape(tf.tile(tf.transpose(v), [2, 1]), [12, -1])),
  'a result and its transpose, larger than a block': () => {
    const e = tf.exp(tf.tile(table, [5, 5]));
    return tf.mul(e, tf.transpose(e));
  },
  softmax: (h, v) => tf.add(tf.softmax(tf.mul(h, 3)), tf.mul(tf.logSoftmax(v), 0.1)),
  'products of matrices, transposed or not': (h, v) =>
    tf.add(
      tf.sum(tf.matMul(h, v, true, false)),
      tf.add(tf.sum(tf.matMul(h, v, false, true)), tf.sum(tf.matMul(tf.matMul(h, table, false, true), table))),
    ),
  'products of many matrices': (h, v, rows) => {
    const [a, b] = [tf.reshape(h, [rows, 3, 2]), tf.reshape(v, [rows, 2, 3])];
    const all = tf.matMul(tf.matMul(a, b), tf.tile(tf.reshape(tf.slice(table, [0, 0], [3, 3]), [1, 3, 3]), [rows, 1, 1]));
    return tf.matMul(all, a, true, false);
  },
  'attention of one token': attending({ tokens: 1, rate: 0 }),
  'the same with dropout': attending({ tokens: 1, rate: 0.3 }),
  'attention of a few tokens': attending({ tokens: 3, rate: 0 }),
  'attention of more tokens, by products': attending({ tokens: 12, rate: 0 }),
  'the same where they are no multiple of four, with dropout': attending({ tokens: 9, rate: 0.3 }),
  'the same of earlier tokens alone': attending({ tokens: 9, rate: 0.3, causal: true }),
  'rows of tables and sums by segment': (h, v) => {
    const ids = tf.tensor1d([2, 0, 2, 5, 1, 1, 0, 2].slice(0, h.shape[0]), 'int32');
    return tf.mul(tf.unsortedSegmentSum(tf.mul(h, v), ids, 6), tf.add(table, 1));
  },
};

it('a first run that is further from tfjs than tfjs from itself is none of rounding, nor one that is not finite', () => {
  const never = (): number => {
    throw new Error('not asked');
  };
  expect(isRounding(1e-3, never)).toBe(true);
  expect(isRounding(0.111, () => 0.1105)).toBe(true);
  expect(isRounding(0.111, () => 0.109)).toBe(false);
  for (const difference of [Number.NaN, Number.POSITIVE_INFINITY]) expect(isRounding(difference, () => Number.POSITIVE_INFINITY)).toBe(false);
});

describe('a recorded step', () => {
  beforeAll(() => useBackend('wasm'));
  const start = new RandomStream(9, 'weights');
  const initial = Array.from({ length: 12 + LEVELS * 6 }, () => 0.5 * start.normal());
  const begin = (): void => {
    tf.dispose([weight, table, spare]);
    weight = tf.tidy(() => tf.variable(tf.tensor2d(initial.slice(0, 12), [2, 6])));
    table = tf.tidy(() => tf.variable(tf.tensor2d(initial.slice(12), [LEVELS, 6])));
    spare = tf.tidy(() => tf.variable(tf.ones<tf.Rank.R2>([2, 6])));
  };
  beforeEach(begin);
  afterEach(() => tf.dispose([weight, table, spare]));
  let traces = 0;

  it.each(Object.entries(BODIES))('computes %s as tfjs does, with gradients, and the same on two threads in parts', async (_, body) => {
    const plan = await createRecordedPlan(options(through(body)), { threads: 1 });
    const losses = await train(plan, 2);
    const weights = [await numbersOf(weight), await numbersOf(table)];
    begin();
    const two = await createRecordedPlan(options(through(body)), IN_PARTS);
    expect(two.threads).toBe(2);
    expect(await train(two, 2)).toEqual(losses);
    expect([await numbersOf(weight), await numbersOf(table)]).toEqual(weights);
    two.dispose();
    begin();
    expect(furthest(losses, await eager(options(through(body)), 2))).toBeLessThan(2e-5);
    expect(furthest(weights[0], await numbersOf(weight))).toBeLessThan(1e-4);
    expect(furthest(weights[1], await numbersOf(table))).toBeLessThan(1e-4);
  });

  it('takes a step whose kinks make rounding large, as far as tfjs with weights a millionth away', async () => {
    // Zero in exact numbers: its sign is rounding, and half of the rows may count or not.
    const kinked = through((h) => {
      const products = tf.matMul(h, table, false, true);
      const sums = Array.from({ length: 6 }, (_, i) => tf.matMul(tf.slice(h, [0, i], [-1, 1]), tf.slice(table, [0, i], [-1, 1]), false, true));
      return tf.mul(products, tf.step(tf.sub(products, tf.addN(sums.reverse()))));
    });
    const before = [await numbersOf(weight), await numbersOf(table)];
    const plan = await createRecordedPlan(options(kinked), { threads: 1 });
    expect([await numbersOf(weight), await numbersOf(table)]).toEqual(before);
    expect((await train(plan, 1)).every(Number.isFinite)).toBe(true);
  });

  it('follows variables that others change, keeps snapshots, and goes on from what it saved', async () => {
    const loss = through((h, v) => tf.mul(h, v));
    const plan = await createRecordedPlan(options(loss));
    const before = new Checkpoint(options().parameters);
    const first = await train(plan, 1);
    const saved = await plan.save();
    const second = await train(plan, 1);
    expect(saved.steps).toBe(4);
    before.load();
    before.dispose();
    expect(await numbersOf(weight)).toEqual(Float32Array.from(initial.slice(0, 12)));
    plan.restore({
      ...saved,
      steps: 0,
      weights: new Map([
        ['weight', await numbersOf(weight)],
        ['table', await numbersOf(table)],
      ]),
    });
    expect((await train(plan, 1))[0]).toBe(first[0]);
    const other = await createRecordedPlan(options(loss));
    other.restore(saved);
    expect(await train(other, 1)).toEqual(second);
  });

  it('leaves frozen parameters, rows without gradient of lazy tables, and floors', async () => {
    const plan = await createRecordedPlan({
      ...options(through((h, v) => tf.mul(h, v))),
      rates: new Map([['weight', 0]]),
      lazy: new Set(['table']),
      floors: new Map([['table', 0.1]]),
    });
    const codes = DATA.categorical[0].codes;
    const absent = [...Array(LEVELS).keys()].filter((level) => ![...DATA.split.train.subarray(0, BATCH)].some((row) => codes[row] === level));
    plan.setOrder(DATA.split.train);
    plan.run(1);
    expect(await numbersOf(weight)).toEqual(Float32Array.from(initial.slice(0, 12)));
    const values = await numbersOf(table);
    expect(absent.length).toBeGreaterThan(0);
    for (let level = 0; level < LEVELS; level++) {
      const row = values.subarray(6 * level, 6 * level + 6);
      if (absent.includes(level)) expect(row).toEqual(Float32Array.from(initial.slice(12 + 6 * level, 18 + 6 * level)));
      else expect(Math.min(...row)).toBeGreaterThanOrEqual(Math.fround(0.1));
    }
  });

  it('gives a state what a parameter was before the step, and takes larger batches than it began with', async () => {
    const kept = tf.tidy(() => tf.variable(tf.zeros([2, 6])));
    const few = DATA.split.train.subarray(0, 3);
    const plan = await createRecordedPlan({
      ...options(),
      dataset: { ...DATA, split: { train: few } },
      state: new Map([['kept', kept]]),
      loss: (batch, noise) => ({ total: linear(batch, noise), state: { kept: weight } }),
    });
    const order = DATA.split.train.map((_, i) => few[(2 * i) % 3]);
    plan.setOrder(order);
    plan.run(1);
    expect(await numbersOf(kept)).toEqual(Float32Array.from(initial.slice(0, 12)));
    plan.run(3);
    kept.dispose();
    begin();
    const whole = await createRecordedPlan(options());
    whole.setOrder(order);
    whole.run(4);
    expect((await plan.losses()).loss).toEqual((await whole.losses()).loss);
  });

  it('takes no row that it does not train on', async () => {
    const plan = await createRecordedPlan(options());
    const other = Uint32Array.from({ length: ROWS }, (_, row) => row).find((row) => !DATA.split.train.includes(row)) as number;
    plan.setOrder(Uint32Array.of(...DATA.split.train.subarray(1), other));
    expect(() => plan.run(4)).toThrow(`row ${other} is no training row`);
    // Which would be taken for lack of memory.
    expect(() => plan.run(4)).not.toThrow(RangeError);
  });

  it.each<[string, LossOf, RegExp]>([
    [
      'a value read back',
      (batch, noise) => {
        const loss = linear(batch, noise);
        return loss.dataSync()[0] > 1 ? loss : tf.mul(loss, 2);
      },
      /read back/,
    ],
    [
      'a read that the loss catches',
      (batch, noise) => {
        try {
          weight.dataSync();
        } catch {
          // The loss goes on.
        }
        return linear(batch, noise);
      },
      /read back/,
    ],
    [
      'random numbers of tfjs',
      (batch, noise) => tf.add(linear(batch, noise), tf.mean(tf.mul(weight, tf.randomNormal([2, 6])))),
      /"Multiply", takes numbers/,
    ],
    [
      'a variable in the place of another',
      (batch, noise) => tf.add(linear(batch, noise), tf.mean(traces++ % 2 === 0 ? tf.mul(weight, spare) : tf.mul(spare, weight))),
      /takes another variable/,
    ],
    [
      'an assignment',
      (batch, noise) => {
        table.assign(table);
        return linear(batch, noise);
      },
      /assigns to the variable/,
    ],
    [
      'a tensor that stays',
      (batch, noise) => {
        tf.keep(tf.square(batch.x));
        return linear(batch, noise);
      },
      /keeps a tensor/,
    ],
    ['an operation without an instruction', (batch, noise) => tf.add(linear(batch, noise), tf.mean(tf.cumsum(weight, 1))), /"Cumsum"/],
    [
      'arithmetic of whole numbers',
      (batch, noise) => tf.add(linear(batch, noise), tf.mean(tf.cast(tf.add(batch.z[0], tf.scalar(1, 'int32')), 'float32'))),
      /"Add" of whole numbers/,
    ],
  ])('refuses %s by name, and tfjs works as before', async (_, loss, words) => {
    const failure = await failureOf(loss);
    expect(failure.message).toMatch(words);
    expect(furthest(await train(await createRecordedPlan(options()), 1), [...(await again())])).toBe(0);
  });

  const again = async (): Promise<Float32Array> => {
    begin();
    return train(await createRecordedPlan(options()), 1);
  };

  it('notices a number that changes later, at a power of two of epochs', async () => {
    let rate = 1;
    const plan = await createRecordedPlan(options((batch, noise) => tf.mul(linear(batch, noise), rate)));
    await train(plan, 2);
    rate = 2;
    await train(plan, 1);
    expect(() => plan.setOrder(DATA.split.train)).toThrow(/"Multiply", takes numbers of JavaScript that change/);
  });

  describe('on threads', () => {
    const loss = through((h, v) => tf.softmax(tf.mul(h, v)));
    /**
     * Takes a part of an instruction of this kind, as a thread would, tells of which kind it was, and ends.
     * It may be of another: between look and grasp the step can go on to one that has as many parts.
     */
    const thief = (memory: WebAssembly.Memory, operation: number): Worker =>
      new Worker(
        `const { parentPort, workerData: { buffer, offer, now, operation } } = require('node:worker_threads');
        const words = new Int32Array(buffer);
        const offers = new BigInt64Array(buffer);
        const open = (word) => (word & 0xffffn) + ((word >> 16n) & 0xffffn) < ((word >> 32n) & 0xffffffn);
        for (;;) {
          const word = Atomics.load(offers, offer);
          const kind = () => words[words[now] / 4] & 65535;
          const wanted = open(word) && kind() === operation;
          if (!wanted || Atomics.compareExchange(offers, offer, word, word + 1n) !== word) continue;
          parentPort.postMessage(kind());
          break;
        }`,
        {
          eval: true,
          workerData: { buffer: memory.buffer, offer: RECORDED.OFFER / 8, now: RECORDED.STATE / 4 + STATE_WORDS.now, operation },
        },
      );

    /** A plan on two threads, and their memory. */
    async function shared(): Promise<{ plan: RecordedPlan; memory: WebAssembly.Memory }> {
      endThreads();
      const { Memory } = WebAssembly;
      const memories: WebAssembly.Memory[] = [];
      WebAssembly.Memory = class extends Memory {
        constructor(of: WebAssembly.MemoryDescriptor) {
          super(of);
          memories.push(this);
        }
      };
      const plan = await createRecordedPlan(options(loss), { ...IN_PARTS, patience: 100 });
      WebAssembly.Memory = Memory;
      return { plan, memory: memories[memories.length - 1] };
    }

    afterEach(() => {
      endThreads();
      vi.restoreAllMocks();
    });

    it('goes on with one where they end between steps, and where there is no shared memory', async () => {
      const expected = await train(await createRecordedPlan(options(loss), { threads: 1 }), 2);
      begin();
      const plan = await createRecordedPlan(options(loss), IN_PARTS);
      const first = await train(plan, 1);
      endThreads();
      expect([...first, ...(await train(plan, 1))]).toEqual([...expected]);
      expect(plan.threads).toBe(1);
      begin();
      vi.spyOn(console, 'warn').mockImplementation(() => undefined);
      const shares = globalThis.SharedArrayBuffer;
      Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
      const alone = await createRecordedPlan(options(loss), IN_PARTS);
      globalThis.SharedArrayBuffer = shares;
      expect(alone.threads).toBe(1);
      expect(await train(alone, 2)).toEqual(expected);
    });

    it.each([
      ['computes the step again on one thread', 'product'],
      ['says that the weights cannot be trusted', 'adam'],
    ] as const)(
      '%s where a part of "%s" does not come back',
      async (_, operation) => {
        const expected = await train(await createRecordedPlan(options(loss), { threads: 1 }), 1);
        begin();
        vi.spyOn(console, 'warn').mockImplementation(() => undefined);
        const until = performance.now() + 60_000;
        const trained = async (plan: RecordedPlan): Promise<Float32Array> => {
          const start = await plan.save();
          for (;;) {
            const losses = await train(plan, 1);
            if (plan.threads === 1 || performance.now() > until) return losses;
            plan.restore({ ...start, steps: 0 });
          }
        };
        for (;;) {
          const { plan, memory } = await shared();
          const worker = thief(memory, OPERATIONS[operation]);
          const stolen = once(worker, 'message');
          const outcome = await trained(plan).catch((failure: unknown) => failure);
          expect(plan.threads).toBe(1);
          const [kind] = await stolen;
          await worker.terminate();
          if (kind !== OPERATIONS[operation]) continue;
          if (operation === 'product') expect(outcome).toEqual(expected);
          else expect(outcome).toMatchObject({ message: expect.stringMatching(/lost a thread/) });
          break;
        }
      },
      70_000,
    );
  });
});

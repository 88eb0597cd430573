import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LabFailure } from '../../data/failure';
import { eachPiece, type Piece, piecesOf } from '../../data/pieces';
import { type Series, windowsOf } from '../../data/series/series';
import { RandomStream } from '../../random/random';
import { Checkpoint } from '../checkpoint';
import { installNodeWebGpu } from '../node';
import { drawNoise, type NoiseShape } from '../noise';
import { startTestWebGpu } from '../testing-webgpu';
import { type CapturedPlanOptions, createCapturedPlan } from '.';
import { type WebGpuBackend, webGpuBackend } from './internals';

const lack = await installNodeWebGpu();

type Options = CapturedPlanOptions;
type LossOf = (...inputs: Parameters<Options['loss']>) => tf.Scalar;

/** 40 rows of which 27 train in batches of 8 (the last one of 3), two numeric columns and one of 6 levels. */
const ROWS = 40;
const TRAIN = 27;
const BATCH = 8;
const LEVELS = 6;

function data(): Options['dataset'] {
  const random = new RandomStream(4, 'captured');
  const order = Uint32Array.from({ length: ROWS }, (_, i) => i);
  random.shuffle(order);
  return {
    rows: ROWS,
    p: 2,
    x: Float32Array.from({ length: 2 * ROWS }, () => random.normal()),
    y: Float32Array.from({ length: ROWS }, () => random.normal()),
    categorical: [{ name: 'level', cardinality: LEVELS, codes: Int32Array.from({ length: ROWS }, () => random.integer(LEVELS)), labels: null }],
    split: { train: order.slice(0, TRAIN) },
  };
}

let weight: tf.Variable<tf.Rank.R2>;
let bias: tf.Variable<tf.Rank.R1>;

/** A linear model with noise in front of it: mean squared error. */
const linear: LossOf = ({ x, y }, [noise]) => tf.mean(tf.squaredDifference(y, tf.add(tf.matMul(tf.add(x, noise) as tf.Tensor2D, weight), bias)));

function options(loss: LossOf = linear): Options {
  const parameters = new Map<string, tf.Variable>([
    ['weight', weight],
    ['bias', bias],
  ]);
  return {
    dataset: data(),
    batchSize: BATCH,
    parameters,
    loss: (batch, noise) => ({ total: loss(batch, noise) }),
    noiseShapes: (rows) => [[rows, 2]],
    learningRate: 0.05,
    noiseSeed: 4_000_000_007,
  };
}

async function failureOf(loss: LossOf): Promise<LabFailure> {
  return createCapturedPlan(options(loss)).then(
    (plan) => {
      plan.dispose();
      throw new Error('the step was captured');
    },
    (failure: LabFailure) => failure,
  );
}

async function train(plan: Awaited<ReturnType<typeof createCapturedPlan>>, epochs: number): Promise<Float32Array> {
  for (let epoch = 0; epoch < epochs; epoch++) {
    plan.setOrder(data().split.train);
    while (plan.remaining > 0) await plan.run(3);
  }
  return (await plan.losses()).loss;
}

const numbersOf = async (tensor: tf.Tensor): Promise<number[]> => [...(await tensor.data())];

describe.skipIf(lack)(`a captured step${lack ? ` (skipped: ${lack})` : ''}`, () => {
  let backend: WebGpuBackend;

  beforeAll(async () => {
    await startTestWebGpu('plain');
    backend = webGpuBackend();
  });

  const start = (): void => {
    weight = tf.tidy(() => tf.variable(tf.tensor2d([0.3, -0.2], [2, 1])));
    bias = tf.tidy(() => tf.variable(tf.tensor1d([0.1])));
  };
  beforeAll(start);
  afterEach(() => {
    vi.restoreAllMocks();
    tf.dispose([weight, bias]);
    start();
  });

  describe('computes', () => {
    it('the rows of the batch and the noise of the seed', async () => {
      // The gradient of the sum of squares of a parameter minus the inputs shows them: one step of a large
      // rate is enough to read them off Adam's sign, so the loss itself is compared.
      const plan = await createCapturedPlan(
        options(({ x, y, z }, [noise]) =>
          tf.add(tf.sum(tf.mul(weight, 0)), tf.sum(tf.add(tf.mul(noise, x), tf.mul(y, tf.cast(tf.reshape(z[0], [-1, 1]), 'float32'))))),
        ),
      );
      const losses = await train(plan, 2);
      plan.dispose();
      const { dataset } = options();
      for (const [step, loss] of losses.entries()) {
        const from = (step % 4) * BATCH;
        const rows = dataset.split.train.subarray(from, from + BATCH);
        const [noise] = drawNoise([[rows.length, 2]], 4_000_000_007, step);
        const normals = await noise.data();
        noise.dispose();
        let expected = 0;
        rows.forEach((row, i) => {
          for (let j = 0; j < 2; j++) expected += normals[2 * i + j] * dataset.x[2 * row + j] + dataset.y[row] * dataset.categorical[0].codes[row];
        });
        expect(loss).toBeCloseTo(expected, 4);
      }
    });

    /**
     * Trains an epoch on the sum of all numbers of these pieces, each times its place: whole numbers, so that
     * one that is wrong shows.
     */
    const expectPieces = async (
      dataset: Options['dataset'],
      pick: (batch: Parameters<Options['loss']>[0]) => tf.Tensor[],
      pieces: readonly Piece[],
    ): Promise<void> => {
      const loss: LossOf = (batch) => {
        const numbers = tf.concat(pick(batch).map((piece) => tf.cast(tf.reshape(piece, [-1]), 'float32')));
        return tf.add(tf.sum(tf.mul(weight, 0)), tf.sum(tf.mul(numbers, tf.range(1, numbers.size + 1, 1))));
      };
      const plan = await createCapturedPlan({ ...options(loss), dataset });
      const { train: order } = dataset.split;
      plan.setOrder(order);
      while (plan.remaining > 0) await plan.run(1);
      const { loss: losses } = await plan.losses();
      plan.dispose();
      const sums = [0, 8, 16, 24].map((from) => {
        const rows = order.subarray(from, Math.min(TRAIN, from + BATCH));
        return pieces.flatMap((piece) => [...piece.take(rows)]).reduce((sum, value, i) => sum + value * (i + 1), 0);
      });
      expect([...losses]).toEqual(sums);
    };

    it('batches that were not foreseen by dispatches of tfjs, which need no comparison', async () => {
      const rows = data().split.train.subarray(0, 20);
      const plans = [await createCapturedPlan(options()), await createCapturedPlan({ ...options(), fuse: false })];
      for (const plan of plans) plan.setOrder(rows);
      const [fused, single] = plans;
      expect(fused.kernelsOf(8)).not.toEqual(single.kernelsOf(8));
      expect(fused.kernelsOf(3)).not.toEqual(single.kernelsOf(3));
      // 20 rows end with a batch of 4, and 27 with one of 3.
      expect(single.kernelsOf(4)).not.toEqual([]);
      expect(fused.kernelsOf(4)).toEqual(single.kernelsOf(4));
      for (const plan of plans) plan.dispose();
      const foreseen = await createCapturedPlan({ ...options(), epochRows: 20 });
      expect(foreseen.kernelsOf(4)).toEqual(foreseen.kernelsOf(8));
      foreseen.setOrder(rows);
      while (foreseen.remaining > 0) await foreseen.run(1);
      expect((await foreseen.losses()).rows).toEqual([8, 8, 4]);
      foreseen.dispose();
    });

    it('sets of tags of any size, also of rows without tags', async () => {
      const sizes = Array.from({ length: ROWS }, (_, row) => [0, 3, 1, 6][(row * 7) % 4]);
      const offsets = Uint32Array.from([0, ...sizes]);
      for (let row = 0; row < ROWS; row++) offsets[row + 1] += offsets[row];
      const ids = Int32Array.from({ length: offsets[ROWS] }, (_, i) => (i * 5) % 11);
      const column = { name: 'tags', offsets, ids, labels: Array.from({ length: 11 }, (_, j) => `${j}`), parents: new Int32Array(11).fill(-1) };
      const dataset = { ...data(), tags: [column, { ...column, ids: ids.map((id) => 10 - id) }] };
      const pieces = eachPiece(piecesOf(dataset)).slice(3);
      expect(pieces).toHaveLength(4);
      await expectPieces(dataset, ({ tags = [] }) => tags.flatMap(({ ids, mask }) => [ids, mask]), pieces);
    });

    it.each(['next-step', 'forecast'] as const)('windows of series that share their numbers: %s', async (task) => {
      const steps = 24;
      const random = new RandomStream(9, 'series');
      const whole = (length: number): Float32Array => Float32Array.from({ length }, () => random.integer(9) - 4);
      const series: Series = {
        task,
        steps,
        length: 4,
        outputs: task === 'forecast' ? 2 : 4,
        names: ['a', 'b', 'c'],
        values: whole(3 * steps),
        scales: null,
        clock: task === 'forecast' ? [] : [whole(steps), whole(steps)],
        target: whole(steps),
        known: Uint8Array.of(1, 1, 1),
        innovationVariance: null,
        times: null,
      };
      const rows = windowsOf(series);
      const train = Uint32Array.from({ length: TRAIN }, (_, i) => (i * 11) % rows);
      const empty = { p: 0, x: new Float32Array(0), y: new Float32Array(0), categorical: [] };
      const dataset = { ...empty, rows: Math.max(rows, TRAIN), series, split: { train } };
      const [, y, window] = eachPiece(piecesOf(dataset));
      await expectPieces(dataset, (batch) => [batch.window as tf.Tensor, batch.y], [window, y]);
    });

    it('normals and uniforms of the seed, also of fewer rows than the batch', async () => {
      const shapes = (rows: number): NoiseShape[] => [
        [rows, 2],
        [rows, 3, 'uniform'],
        [2, 2, 'uniform'],
        [rows, 1],
      ];
      const weightOf = [1, 10, 100, 1000];
      const value = (noise: tf.Tensor[]): tf.Scalar => tf.addN(noise.map((tensor, i) => tf.mul(tf.sum(tensor), weightOf[i])));
      const plan = await createCapturedPlan({
        ...options((_, noise) => tf.add(tf.sum(tf.mul(weight, 0)), value(noise))),
        noiseShapes: shapes,
      });
      const losses = await train(plan, 1);
      plan.dispose();
      for (const [step, loss] of losses.entries()) {
        const noise = drawNoise(shapes(step < 3 ? BATCH : TRAIN % BATCH), 4_000_000_007, step);
        const expected = tf.tidy(() => value(noise));
        expect(loss).toBeCloseTo((await expected.data())[0], 2);
        tf.dispose([expected, ...noise]);
      }
    });

    it('the next state, after the update, and keeps it in checkpoints', async () => {
      const average = tf.tidy(() => tf.variable(tf.tensor1d([1, -1]), false));
      const last = tf.tidy(() => tf.variable(tf.zeros([2, 1]), false));
      const state = new Map<string, tf.Variable>([
        ['average', average],
        ['last weight', last],
      ]);
      const plan = await createCapturedPlan({
        ...options(),
        state,
        loss: (batch, noise) => ({
          total: linear(batch, noise),
          state: { average: tf.add(tf.mul(average, 0.9), tf.mul(tf.mean(batch.x, 0), 0.1)), 'last weight': tf.mul(weight, 1) },
        }),
      });
      const { dataset } = options();
      const before = await numbersOf(weight);
      const initial = await numbersOf(average);
      plan.setOrder(dataset.split.train);
      await plan.run(1);
      expect(await numbersOf(last)).toEqual(before);
      expect(await numbersOf(weight)).not.toEqual(before);
      const kept = new Checkpoint(state);
      const expected = initial.map((value, j) => {
        const rows = [...dataset.split.train.subarray(0, BATCH)];
        return 0.9 * value + (0.1 * rows.reduce((sum, row) => sum + dataset.x[2 * row + j], 0)) / BATCH;
      });
      const once = await numbersOf(average);
      once.forEach((value, j) => {
        expect(value).toBeCloseTo(expected[j], 5);
      });
      await plan.run(3);
      expect(await numbersOf(average)).not.toEqual(once);
      kept.load();
      expect(await numbersOf(average)).toEqual(once);
      plan.dispose();
      kept.dispose();
      tf.dispose([average, last]);
    });

    it('in generated kernels what tfjs computes one by one, whether or not threads share a sum', async () => {
      const random = new RandomStream(6, 'wide');
      const wide = tf.tensor2d(
        Float32Array.from({ length: 1040 }, () => random.normal()),
        [2, 520],
      );
      const tall = tf.ones([9000, 1]);
      // Sums of 520 along rows and columns, a norm of rows, and sums by level of a table of many rows.
      const loss: LossOf = ({ y, z }) => {
        const levels = tf.gather(tf.mul(tall, tf.sum(weight)), z[0]);
        const h = tf.mul(wide, weight);
        const centred = tf.sub(h, tf.mean(h, 1, true));
        const norm = tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), 1, true), 0.1)));
        const columns = tf.mean(tf.square(tf.sub(tf.transpose(wide), bias)), 0);
        return tf.addN([tf.mean(tf.tanh(tf.add(norm, bias))), tf.mean(tf.squaredDifference(levels, y)), tf.sum(columns)]) as tf.Scalar;
      };
      const losses: Float32Array[] = [];
      const dispatches: number[] = [];
      for (const kind of [{ fuse: false }, { serial: true }, { serial: false }]) {
        const plan = await createCapturedPlan({ ...options(loss), ...kind });
        dispatches.push(plan.dispatches);
        losses.push(await train(plan, 1));
        plan.dispose();
        tf.dispose([weight, bias]);
        start();
      }
      tf.dispose([wide, tall]);
      expect(2 * dispatches[1]).toBeLessThanOrEqual(dispatches[0]);
      for (const own of losses.slice(1)) for (const [i, value] of own.entries()) expect(Math.abs(value / losses[0][i] - 1)).toBeLessThan(1e-6);
    });

    it('the same bits again, without atomics', async () => {
      const first = await createCapturedPlan(options());
      const losses = await train(first, 5);
      first.dispose();
      const weights = [...(await numbersOf(weight)), ...(await numbersOf(bias))];
      tf.dispose([weight, bias]);
      start();
      const second = await createCapturedPlan(options());
      expect(await train(second, 5)).toEqual(losses);
      second.dispose();
      expect([...(await numbersOf(weight)), ...(await numbersOf(bias))]).toEqual(weights);
    });
  });

  describe('and tfjs', () => {
    it('share the variables: reading, assigning, checkpoints', async () => {
      const plan = await createCapturedPlan(options());
      const before = await numbersOf(weight);
      const checkpoint = new Checkpoint(options().parameters);
      const clone = weight.clone();
      await train(plan, 1);
      const after = await numbersOf(weight);
      expect(after).not.toEqual(before);
      // Not a value kept from the last reading.
      await train(plan, 1);
      expect(await numbersOf(weight)).not.toEqual(after);
      expect(await numbersOf(clone)).toEqual(before);
      checkpoint.load();
      expect(await numbersOf(weight)).toEqual(before);
      await train(plan, 1);
      expect(await numbersOf(weight)).not.toEqual(before);
      checkpoint.load();
      expect(await numbersOf(weight)).toEqual(before);
      checkpoint.dispose();
      plan.dispose();
      expect(await numbersOf(weight)).toEqual(before);
      expect(await numbersOf(clone)).toEqual(before);
      clone.dispose();
    });

    it('leave no tensor and no buffer behind', async () => {
      // Once before, for what tfjs keeps: kernels, and buffers for reuse.
      const once = async (): Promise<void> => {
        const plan = await createCapturedPlan(options());
        await train(plan, 2);
        plan.dispose();
      };
      await once();
      const memory = tf.memory() as tf.MemoryInfo & { numBytesInGPU: number };
      const made = vi.spyOn(backend.device, 'createBuffer');
      const destroyed = vi.spyOn(GPUBuffer.prototype, 'destroy');
      const used = memory.numBytesInGPU;
      await once();
      expect(tf.memory()).toMatchObject({ numTensors: memory.numTensors, numBytes: memory.numBytes, numDataBuffers: memory.numDataBuffers });
      expect((tf.memory() as typeof memory).numBytesInGPU).toBe(used);
      expect(made.mock.calls.length).toBeGreaterThan(5);
      expect(destroyed.mock.calls.length).toBe(made.mock.calls.length);
    });

    it('leave nothing behind where the upload of the data is cancelled', async () => {
      const made = vi.spyOn(backend.device, 'createBuffer');
      const destroyed = vi.spyOn(GPUBuffer.prototype, 'destroy');
      const tensors = tf.memory().numTensors;
      const shares: number[] = [];
      const cancelled = createCapturedPlan({
        ...options(),
        uploaded: async (share) => {
          shares.push(share);
          throw new Error('cancelled');
        },
      });
      await expect(cancelled).rejects.toThrow('cancelled');
      expect(shares).toEqual([1]);
      expect(destroyed.mock.calls.length).toBe(made.mock.calls.length);
      expect(tf.memory().numTensors).toBe(tensors);
    });

    it('a steady step makes nothing', async () => {
      const plan = await createCapturedPlan(options());
      await train(plan, 1);
      const tensors = tf.memory().numTensors;
      const spies = (['createBuffer', 'createBindGroup', 'createComputePipeline', 'createShaderModule'] as const).map((name) =>
        vi.spyOn(backend.device, name),
      );
      // The second epoch, at which the step is traced again, and the third.
      await train(plan, 1);
      await train(plan, 1);
      expect(spies.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0]);
      expect(tf.memory().numTensors).toBe(tensors);
      plan.dispose();
    });

    it('a tensor and a variable of the caller: followed and kept', async () => {
      const scale = tf.tensor1d([2]);
      const factor = tf.tidy(() => tf.variable(tf.scalar(1)));
      const loss: LossOf = (batch, noise) => tf.mul(tf.mul(linear(batch, noise), scale), factor).sum();
      const plan = await createCapturedPlan({ ...options(loss), learningRate: 0 });
      scale.dispose();
      const first = await train(plan, 1);
      tf.tidy(() => factor.assign(tf.scalar(3)));
      const second = await train(plan, 1);
      tf.tidy(() => factor.assign(tf.scalar(1)));
      plan.dispose();
      const plain = await createCapturedPlan({ ...options(), learningRate: 0 });
      const bare = await train(plain, 2);
      plain.dispose();
      for (let i = 0; i < 4; i++) {
        expect(first[i]).toBeCloseTo(2 * bare[i], 4);
        expect(second[i]).toBeCloseTo(6 * bare[i + 4], 4);
      }
      factor.dispose();
    });
  });

  describe('refuses by name', () => {
    let tensors: number;
    beforeAll(() => {
      tensors = tf.memory().numTensors;
    });
    afterEach(async () => {
      expect(tf.memory().numTensors).toBe(tensors);
      // tfjs works as before, and so does the loss.
      const plan = await createCapturedPlan(options());
      expect((await train(plan, 1)).every(Number.isFinite)).toBe(true);
      plan.dispose();
    });

    it('a value read back at once', async () => {
      const failure = await failureOf((batch, noise) => {
        const loss = linear(batch, noise);
        return loss.dataSync()[0] > 1 ? loss : tf.mul(loss, 2);
      });
      expect(failure).toMatchObject({ code: 'capture-read-back', message: expect.stringContaining('"Mean"') });
    });

    it.each(['data', 'array'] as const)('a value asked for with %s(), even if nobody waits for it', async (name) => {
      const failure = await failureOf((batch, noise) => {
        const loss = linear(batch, noise);
        void loss[name]();
        return loss;
      });
      expect(failure).toMatchObject({ code: 'capture-read-back', message: expect.stringContaining('"Mean"') });
    });

    it('a read that the loss catches', async () => {
      const failure = await failureOf((batch, noise) => {
        try {
          weight.dataSync();
        } catch {
          // The loss goes on.
        }
        return linear(batch, noise);
      });
      expect(failure).toMatchObject({ code: 'capture-read-back', message: expect.stringContaining('from before the step') });
    });

    it('a number that changes from step to step', async () => {
      let step = 0;
      const failure = await failureOf((batch, noise) => tf.mul(linear(batch, noise), ++step));
      expect(failure).toMatchObject({
        code: 'capture-changing',
        message: expect.stringMatching(/"Multiply", uses numbers of JavaScript .*\(1, then 2\)/),
      });
    });

    it('random numbers of tfjs', async () => {
      const failure = await failureOf((batch, noise) => tf.add(linear(batch, noise), tf.mean(tf.mul(weight, tf.randomNormal([2, 1])))) as tf.Scalar);
      expect(failure).toMatchObject({ code: 'capture-changing', message: expect.stringContaining('"Multiply"') });
    });

    it('another kernel, or another shape, in some steps', async () => {
      let step = 0;
      const kernel = await failureOf((batch, noise) => (step++ % 3 === 2 ? tf.sqrt(linear(batch, noise)) : tf.square(linear(batch, noise))));
      expect(kernel).toMatchObject({ code: 'capture-changing', message: expect.stringMatching(/"Square", is "Sqrt" in another/) });
      step = 0;
      const shape = await failureOf((batch, noise) => tf.add(linear(batch, noise), tf.mean(tf.slice(batch.x, [0, 0], [(step++ % 2) + 1, 2]))));
      expect(shape).toMatchObject({ code: 'capture-changing', message: expect.stringContaining('"Slice"') });
    });

    it('a number that changes later, at a power of two of epochs', async () => {
      let rate = 1;
      const plan = await createCapturedPlan(options((batch, noise) => tf.mul(linear(batch, noise), rate)));
      await train(plan, 2);
      rate = 2;
      await train(plan, 1);
      expect(() => plan.setOrder(data().split.train)).toThrow(/"Multiply", uses numbers of JavaScript/);
      plan.dispose();
    });

    it('a variable that the loss assigns to', async () => {
      const average = tf.tidy(() => tf.variable(tf.scalar(0), false, 'average'));
      const failure = await failureOf((batch, noise) => {
        const loss = linear(batch, noise);
        average.assign(loss as tf.Scalar);
        return loss;
      });
      expect(failure).toMatchObject({ code: 'capture-assigned', message: expect.stringContaining(average.name) });
      expect(await numbersOf(average)).toEqual([0]);
      average.dispose();
    });

    it('a tensor kept beyond the step', async () => {
      const kept: tf.Tensor[] = [];
      const failure = await failureOf((batch, noise) => {
        kept.push(tf.keep(tf.scalar(2)));
        return tf.mul(linear(batch, noise), kept[0]);
      });
      expect(failure).toMatchObject({ code: 'capture-escaped' });
      expect(await numbersOf(kept[0])).toEqual([2]);
      tf.dispose(kept);
    });

    it('a state without a next value, and a next value without a state', async () => {
      const average = tf.tidy(() => tf.variable(tf.scalar(0), false));
      const failureWith = (loss: Options['loss']): Promise<unknown> =>
        createCapturedPlan({ ...options(), state: new Map([['average', average]]), loss }).catch((thrown: unknown) => thrown);
      expect(await failureWith((batch, noise) => ({ total: linear(batch, noise) }))).toMatchObject({
        code: 'capture-loss',
        message: expect.stringContaining('the state "average" has shape [], and the loss gives no next value'),
      });
      expect(await failureWith((batch, noise) => ({ total: linear(batch, noise), state: { other: tf.scalar(1) } }))).toMatchObject({
        code: 'capture-loss',
        message: expect.stringContaining('"other"'),
      });
      average.dispose();
    });

    it('a loss that fails', async () => {
      const failure = await failureOf((batch) => tf.matMul(batch.x, batch.x) as unknown as tf.Scalar);
      expect(failure).toMatchObject({ code: 'capture-loss', message: expect.stringContaining('matMul') });
    });

    it('a step that tfjs computes differently', async () => {
      let calls = 0;
      // Three traces of each of the two sizes of batches, then the comparison; and all of it again unfused.
      const failure = await failureOf((batch, noise) => tf.mul(linear(batch, noise), ++calls % 7 === 0 ? 1.1 : 1));
      expect(failure).toMatchObject({ code: 'capture-differs', message: expect.stringMatching(/differs from tfjs by \d/) });
      expect(calls).toBe(14);
    });

    it('data that do not fit a buffer', async () => {
      const most = backend.device.limits.maxStorageBufferBindingSize;
      const rows = Math.ceil(most / 16) + 1;
      const failure = await createCapturedPlan({ ...options(), dataset: { ...data(), rows } }).catch((thrown: LabFailure) => thrown);
      expect(failure).toMatchObject({ code: 'capture-memory', message: expect.stringContaining('MiB') });
    });
  });
});

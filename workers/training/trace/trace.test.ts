/**
 * A traced row is held against the engine's own numbers (predictions, level vectors, posteriors, losses of
 * the fused steps) and against plain double-precision arithmetic from the weights.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../data/dataset';
import { useBackend } from '../../engine/testing';
import { aboutMethod } from '../../methods/registry';
import { counterNormal, RandomStream } from '../../random/random';
import { epochOrder } from '../batches';
import type { RunCheckpoint } from '../checkpoint';
import { Run, type RunPlan } from '../run';
import { trainingSchema } from '../schema';
import { SnapshotSchedule } from '../snapshot-schedule';
import { trainingNoiseSeed } from '../trainer';
import { traceRun } from './trace-run';
import type { InterceptTrace, NetworkTrace } from './types';

const BATCH = 32;
const SEED = 5;
const D = 3;
const METHODS = [
  { id: 'ignore', settings: { decoder: [6, 5] } },
  { id: 'one-hot', settings: { decoder: [6, 5] } },
  { id: 'embeddings', settings: { d: D, decoder: [6, 5] } },
  { id: 'regbeddings', settings: { d: D, decoder: [6, 5], beta: 0.05, priorVariance: 0.7 } },
  { id: 'mmbeddings', settings: { d: D, decoder: [6, 5], encoder: [8, 7], beta: 0.05, priorVariance: 0.7 } },
  { id: 'linear-mixed-model', settings: {} },
].map(({ id, settings }) => ({ id, settings: aboutMethod(id).settings.parse(settings) as Record<string, unknown> }));

/** 240 rows, 2 numeric features, features of 14 and 3 levels; some levels are tested alone. */
function data(task: Dataset['task'] = 'regression'): Dataset {
  const random = new RandomStream(11, 'traced');
  const rows = 240;
  const levels = [14, 3];
  const x = Float32Array.from({ length: rows * 2 }, () => random.normal());
  const codes = levels.map((q) =>
    Int32Array.from({ length: rows }, (_, i) => (i >= 200 && q === 14 ? 13 - (i % 5) : random.integer(q === 14 ? 12 : q))),
  );
  const effects = Float32Array.from({ length: 14 }, () => random.normal());
  const numbers = Uint32Array.from({ length: rows }, (_, i) => i);
  const y = Float32Array.from({ length: rows }, (_, i) => x[2 * i] + effects[codes[0][i]] + 0.5 * codes[1][i] + 0.3 * random.normal());
  return {
    task,
    rows,
    x,
    p: 2,
    categorical: levels.map((cardinality, k) => ({ name: `feature ${k}`, cardinality, codes: codes[k], labels: null })),
    y: task === 'binary' ? y.map((value) => (value > 0 ? 1 : 0)) : y,
    targetScale: task === 'binary' ? 1 : 2,
    targetMean: task === 'binary' ? 0 : 10,
    targetName: 'y',
    classLabels: task === 'binary' ? ['no', 'yes'] : null,
    xScales: [
      { mean: 1, scale: 2 },
      { mean: 0, scale: 1 },
    ],
    split: { train: numbers.slice(0, 170), validation: numbers.slice(170, 190), test: numbers.slice(190) },
    truth: null,
    fingerprint: '0000000000000000',
  };
}

const plan = (methods = METHODS): RunPlan => ({
  methods,
  training: trainingSchema.parse({ batchSize: BATCH, epochs: 3, patience: null, drawPastStop: false }),
  seeds: { data: 1, split: 1, weights: SEED },
});

const dataset = data();
let run: Run;

beforeAll(async () => {
  await useBackend('wasm');
  run = new Run(dataset, plan(), () => {}, null, new SnapshotSchedule());
  await run.train();
});

const network = async (of: Run, method: string, row: number): Promise<NetworkTrace> => {
  const trace = await traceRun(of, { method, follow: { kind: 'row', row } });
  if (trace.kind === 'intercepts') throw new Error(`${method} takes no steps`);
  return trace;
};

/** A dense stack in double precision, from weights by name. */
function stack(
  weights: ReadonlyMap<string, Float32Array>,
  names: readonly string[],
  input: readonly number[],
  relu: (i: number) => boolean,
): number[][] {
  const outputs: number[][] = [];
  let now = [...input];
  for (const [i, name] of names.entries()) {
    const [kernel, bias] = [weights.get(`${name}/kernel`) as Float32Array, weights.get(`${name}/bias`) as Float32Array];
    const before = now;
    now = Array.from(bias, (b, j) => {
      const sum = before.reduce((total, value, n) => total + value * kernel[n * bias.length + j], b);
      return relu(i) ? Math.max(0, sum) : sum;
    });
    outputs.push(now);
  }
  return outputs;
}

const DECODER = ['decoder/dense0', 'decoder/dense1', 'decoder/output'];
const decode = (weights: ReadonlyMap<string, Float32Array>, input: readonly number[]) => stack(weights, DECODER, input, (i) => i < 2);
const xOf = (row: number): number[] => [...dataset.x.slice(row * 2, row * 2 + 2)];
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>): void => {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[i])));
};

const traces = (method: string) => {
  const kept = run.finished.get(method)?.traces;
  if (!kept) throw new Error(`${method} left no weights`);
  return kept;
};

/** The rows and the noise counter of a traced step. */
function stepOf({ step }: NetworkTrace) {
  if (!step) throw new Error('no step');
  const order = epochOrder(dataset.split.train, SEED, step.epoch);
  expect(step.batches).toBe(Math.ceil(order.length / BATCH));
  return { rows: [...order.slice((step.batch - 1) * BATCH, step.batch * BATCH)], counter: (step.epoch - 1) * step.batches + step.batch - 1 };
}

describe('a row that is predicted', () => {
  it.each(METHODS.map(({ id }) => id))('%s: is what the results say of it, in the response’s own unit', async (method) => {
    const finished = run.finished.get(method);
    for (const place of [0, 7, 49]) {
      const trace = await traceRun(run, { method, follow: { kind: 'row', row: dataset.split.test[place] } });
      expect(trace.row.part).toBe('test');
      close([trace.ownPrediction], [finished?.predictions[place] as number]);
      expect(trace.row.ownY).toBeCloseTo(dataset.y[trace.row.row] * 2 + 10, 5);
      expect(trace.row.x[0].own).toBeCloseTo(trace.row.x[0].value * 2 + 1, 5);
    }
  });

  it('averages the draws of the level’s training rows to the vector of the results; a new level has zeros', async () => {
    const vectors = run.finished.get('mmbeddings')?.vectors ?? [];
    const known = await network(run, 'mmbeddings', dataset.split.test[0]);
    for (const [k, { level, levelMean, vector, average, mean, trainingRows }] of known.features.entries()) {
      const learned = vectors[k].values.slice(level * D, (level + 1) * D);
      close(levelMean as Float32Array, learned);
      close(vector?.values as Float32Array, learned);
      expect([average?.n, mean]).toEqual([trainingRows, null]);
    }
    const fresh = dataset.split.test.find((row) => dataset.categorical[0].codes[row] >= 12) as number;
    const { features, step } = await network(run, 'mmbeddings', fresh);
    expect(step).toBeNull();
    expect([features[0].trainingRows, ...(features[0].vector?.values ?? [])]).toEqual([0, 0, 0, 0]);
  });

  it.each(['none', 'counts', 'learned'])('has the vector that its level has now, with shrinkage "%s"', async (shrinkage) => {
    const settings = { ...METHODS[4].settings, extraction: 'mean', shrinkage };
    const { live, ended } = await waiting([{ id: 'mmbeddings', settings }]);
    const { features, weights } = await network(live, 'mmbeddings', dataset.split.test[0]);
    expect(weights).toEqual({ epoch: 2, of: 'now' });
    const vectors = (await live.trainerOf('mmbeddings')?.evaluator.levelVectors()) ?? [];
    expect(vectors).toHaveLength(2);
    for (const [k, { level, vector }] of features.entries())
      close(vector?.values as Float32Array, vectors[k].values.slice(level * D, (level + 1) * D));
    live.cancel();
    await expect(ended).rejects.toThrow('cancelled');
  });

  it('shows the level’s mean and log-variance of REmbeddings as its tables and its posterior have them', async () => {
    const { features } = await network(run, 'regbeddings', dataset.split.test[3]);
    const posterior = run.finished.get('regbeddings')?.posterior;
    for (const [k, { level, mean, logVar }] of features.entries()) {
      close(mean?.values as Float32Array, posterior?.means[k].values.slice(level * D, (level + 1) * D) as Float32Array);
      close(Array.from(logVar?.values ?? [], Math.exp), posterior?.variances[k].values.slice(level * D, (level + 1) * D) as Float32Array);
    }
  });
});

/** A run that waits after two epochs, with the level vectors of the training part in use. */
async function waiting(methods: typeof METHODS): Promise<{ live: Run; ended: Promise<void> }> {
  let pause = () => {};
  const paused = new Promise<void>((resolve) => {
    pause = resolve;
  });
  const schedule = new SnapshotSchedule(Number.POSITIVE_INFINITY);
  const live = new Run(dataset, plan(methods), (event) => event.type === 'status' && event.status === 'paused' && pause(), 2, schedule);
  const ended = live.train();
  await paused;
  return { live, ended };
}

describe('a row that trains', () => {
  const row = dataset.split.train[17];

  it('goes through MMbeddings as plain double-precision arithmetic says: encoder, draw, average, decoder, loss and slopes', async () => {
    const trace = await network(run, 'mmbeddings', row);
    const { weights } = traces('mmbeddings');
    const { rows, counter } = stepOf(trace);
    const seed = trainingNoiseSeed(SEED);
    /** The batch's loss, with something added to the followed row's mean of feature 0. */
    const batch = (added: readonly number[] = [0, 0, 0]) => {
      const encoded = rows.map((one) => {
        const hidden = stack(weights, ['encoder/dense0', 'encoder/dense1'], [...xOf(one), dataset.y[one]], () => true);
        const heads = [0, 1].map((k) => ({
          mean: stack(weights, [`encoder/mean${k}`], hidden[1], () => false)[0].map((m, j) => m + (one === row && k === 0 ? added[j] : 0)),
          logVar: stack(weights, [`encoder/logVar${k}`], hidden[1], () => false)[0],
        }));
        return { hidden, heads };
      });
      const draws = encoded.map(({ heads }, i) =>
        heads.map(({ mean, logVar }, k) => mean.map((m, j) => m + Math.exp(logVar[j] / 2) * counterNormal(seed, counter, i, k * D + j))),
      );
      let kl = 0;
      const averages = dataset.categorical.map(({ codes, cardinality }, k) =>
        Array.from({ length: cardinality }, (_, level) => {
          const here = rows.map((_, i) => i).filter((i) => codes[rows[i]] === level);
          const over = (of: (i: number) => readonly number[]) =>
            Array.from({ length: D }, (_, j) => here.reduce((sum, i) => sum + of(i)[j], 0) / Math.max(1, here.length));
          const [mean, logVar] = [over((i) => encoded[i].heads[k].mean), over((i) => encoded[i].heads[k].logVar)];
          const divergence = mean.reduce((sum, m, j) => sum - 0.5 * (1 + logVar[j] - Math.log(0.7) - Math.exp(logVar[j]) / 0.7 - m ** 2 / 0.7), 0);
          kl += divergence;
          return { vector: over((i) => draws[i][k]), divergence };
        }),
      );
      const decoded = rows.map((one) =>
        decode(weights, [...xOf(one), ...dataset.categorical.flatMap(({ codes }, k) => averages[k][codes[one]].vector)]),
      );
      const nll = rows.reduce((sum, one, i) => sum + (dataset.y[one] - decoded[i][2][0]) ** 2, 0) / rows.length / 2;
      return { encoded, draws, averages, decoded, nll, kl: kl / BATCH, total: nll + (0.05 * kl) / BATCH };
    };
    const plain = batch();
    const at = rows.indexOf(row);
    expect(trace.encoder).toHaveLength(2);
    for (const [i, { values }] of trace.encoder.entries()) close(values, plain.encoded[at].hidden[i]);
    for (const [k, feature] of trace.features.entries()) {
      close(feature.mean?.values as Float32Array, plain.encoded[at].heads[k].mean);
      close(feature.logVar?.values as Float32Array, plain.encoded[at].heads[k].logVar);
      close(feature.draw?.values as Float32Array, plain.draws[at][k]);
      close(feature.average?.gives.slice(0, D) as Float32Array, plain.draws[at][k]);
      close(feature.vector?.values as Float32Array, plain.averages[k][feature.level].vector);
      close([feature.divergence as number], [plain.averages[k][feature.level].divergence]);
      expect(feature.average?.n).toBe(rows.filter((one) => dataset.categorical[k].codes[one] === feature.level).length);
      expect(feature.average?.rows[0]).toBe(row);
    }
    for (const [i, { values }] of trace.decoder.entries()) close(values, plain.decoded[at][i]);
    close([trace.output.values[0], trace.prediction], [plain.decoded[at][2][0], plain.decoded[at][2][0]]);
    close([trace.loss?.total as number, trace.loss?.terms.nll as number, trace.loss?.terms.kl as number], [plain.total, plain.nll, plain.kl]);
    close([trace.loss?.ofRow as number], [(dataset.y[row] - plain.decoded[at][2][0]) ** 2]);
    const slopes = [0, 1, 2].map((j) => {
      const moved = [0, 0, 0];
      moved[j] = 1e-4;
      return (batch(moved).total - batch(moved.map((one) => -one)).total) / 2e-4;
    });
    close(trace.features[0].mean?.gradient as Float32Array, slopes);
    expect(Math.max(...slopes.map(Math.abs))).toBeGreaterThan(1e-4);
  });

  it('takes the level’s row of a table, and knows what the whole batch asks of it', async () => {
    const trace = await network(run, 'embeddings', row);
    const { weights } = traces('embeddings');
    const { rows } = stepOf(trace);
    const vectorOf = (one: number, k: number) => {
      const level = dataset.categorical[k].codes[one];
      return [...(weights.get(`embedding${k}/table`) as Float32Array).slice(level * D, (level + 1) * D)];
    };
    const level = trace.features[0].level;
    const loss = (moved: readonly number[] = [0, 0, 0]) =>
      rows.reduce((sum, one) => {
        const first = vectorOf(one, 0).map((value, j) => value + (dataset.categorical[0].codes[one] === level ? moved[j] : 0));
        return sum + (dataset.y[one] - decode(weights, [...xOf(one), ...first, ...vectorOf(one, 1)])[2][0]) ** 2;
      }, 0) / rows.length;
    close(trace.features[0].vector?.values as Float32Array, vectorOf(row, 0));
    close(trace.features[0].table?.values as Float32Array, vectorOf(row, 0));
    close([trace.loss?.total as number], [loss()]);
    close(
      trace.features[0].table?.gradient as Float32Array,
      [0, 1, 2].map((j) => {
        const moved = [0, 0, 0];
        moved[j] = 1e-4;
        return (loss(moved) - loss(moved.map((one) => -one))) / 2e-4;
      }),
    );
    expect(trace.updates.map(({ part }) => part)).toEqual(['decoder', 'tables']);
    expect(trace.updates.reduce((sum, { weights: count }) => sum + count, 0)).toBe(run.finished.get('embeddings')?.result.parameters);
  });

  it('draws around the level’s mean in REmbeddings, and takes a row of the first kernel in One-hot', async () => {
    const sampled = await network(run, 'regbeddings', row);
    const { rows, counter } = stepOf(sampled);
    const { mean, logVar, draw } = sampled.features[1];
    const noise = Array.from({ length: D }, (_, j) => counterNormal(trainingNoiseSeed(SEED), counter, rows.indexOf(row), D + j));
    close(
      draw?.values as Float32Array,
      noise.map((one, j) => (mean?.values[j] as number) + Math.exp((logVar?.values[j] as number) / 2) * one),
    );
    const hot = await network(run, 'one-hot', row);
    const { weights } = traces('one-hot');
    const column = [...new Set(Array.from({ length: 190 }, (_, i) => dataset.categorical[1].codes[i]))]
      .sort((a, b) => a - b)
      .indexOf(hot.features[1].level);
    close(hot.features[1].vector?.values as Float32Array, (weights.get('decoder/dense0/levels1') as Float32Array).slice(column * 6, column * 6 + 6));
  });

  it('has the loss of the step that the engine would take, in a run that waits, and leaves that run as it was', async () => {
    const methods = METHODS.slice(0, 5);
    const { live, ended } = await waiting(methods);
    for (const { id } of methods) {
      const trace = await network(live, id, row);
      expect(trace.weights).toEqual({ epoch: 2, of: 'now' });
      const { rows, counter } = stepOf(trace);
      const objective = await live.trainerOf(id)?.evaluator.objective(Uint32Array.from(rows), { seed: trainingNoiseSeed(SEED), step: counter });
      close([trace.loss?.total as number], [objective as number]);
    }
    await expect(traceRun(live, { method: 'ignore', follow: { kind: 'worst' } })).rejects.toMatchObject({ code: 'no-results' });
    live.resume(null);
    await ended;
    for (const { id } of methods) expect(live.finished.get(id)?.predictions).toEqual(run.finished.get(id)?.predictions);
  });
});

describe('a row of a linear mixed model', () => {
  it('has its level’s mean residual, kept with the weight n σ²_b / (n σ²_b + σ²)', async () => {
    for (const row of [dataset.split.train[3], dataset.split.test[2]]) {
      const trace = (await traceRun(run, { method: 'linear-mixed-model', follow: { kind: 'row', row } })) as InterceptTrace;
      const { vectors = [] } = run.finished.get('linear-mixed-model') ?? {};
      const { weights } = traces('linear-mixed-model');
      const beta = [...(weights.get('network/output/bias') as Float32Array), ...(weights.get('network/output/kernel') as Float32Array)];
      const fixed = (one: number) => xOf(one).reduce((sum, value, j) => sum + value * beta[j + 1], beta[0]);
      close([trace.fixed.value, trace.fixed.intercept as number, ...(trace.fixed.slopes ?? [])], [fixed(row), ...beta]);
      for (const [k, { mean, weight, effect, variance }] of trace.effects.entries()) {
        const { level, average } = trace.features[k];
        const other = dataset.categorical[1 - k].codes;
        const rows = Array.from({ length: 190 }, (_, i) => i).filter((i) => dataset.categorical[k].codes[i] === level);
        const residuals = rows.map((one) => dataset.y[one] - fixed(one) - vectors[1 - k].values[other[one]]);
        expect(average?.n).toBe(rows.length);
        close([mean], [residuals.reduce((sum, one) => sum + one, 0) / rows.length]);
        close([weight], [(rows.length * variance) / (rows.length * variance + trace.residualVariance)]);
        close([effect, weight * mean], [vectors[k].values[level], vectors[k].values[level]]);
      }
      close([trace.prediction], [trace.fixed.value + trace.effects[0].effect + trace.effects[1].effect]);
    }
  });
});

describe('a run that was taken up from a checkpoint', () => {
  it('follows rows through methods that were over then; methods without a diagram leave no weights', async () => {
    const own = { id: 'mean', settings: aboutMethod('mean').settings.parse({}) as Record<string, unknown> };
    const of = plan([METHODS[4], METHODS[5], own]);
    const saved: RunCheckpoint[] = [];
    const first = new Run(dataset, of, () => {}, null, new SnapshotSchedule(), { from: null, keep: (checkpoint) => void saved.push(checkpoint) });
    await first.train();
    const from = structuredClone(saved.at(-1)) as RunCheckpoint;
    const again = new Run(dataset, of, () => {}, null, new SnapshotSchedule(), { from, keep: () => undefined });
    await again.train();
    expect(again.trainerOf('mmbeddings')).toBeUndefined();
    for (const { id } of of.methods.slice(0, 2))
      for (const row of [dataset.split.train[17], dataset.split.test[3]]) {
        const request = { method: id, follow: { kind: 'row', row } } as const;
        expect(await traceRun(again, request)).toEqual(await traceRun(first, request));
      }
    expect(first.finished.get('mean')?.traces).toBeUndefined();
  });
});

describe('which row is followed', () => {
  it('is found: of a level, of a rare level, the worst of the test rows, and refused by name', async () => {
    const followed = async (follow: Parameters<typeof traceRun>[1]['follow']) => (await traceRun(run, { method: 'embeddings', follow })).row;
    expect(dataset.categorical[0].codes[(await followed({ kind: 'level', feature: 0, level: 4 })).row]).toBe(4);
    const counts = new Map<number, number>();
    for (const row of dataset.split.train) counts.set(dataset.categorical[0].codes[row], (counts.get(dataset.categorical[0].codes[row]) ?? 0) + 1);
    const rare = await followed({ kind: 'rare', seed: 3 });
    expect([rare.part, counts.get(dataset.categorical[0].codes[rare.row])]).toEqual(['train', Math.min(...counts.values())]);
    const { predictions = new Float64Array(0) } = run.finished.get('embeddings') ?? {};
    const errors = Array.from(dataset.split.test, (row, i) => Math.abs(dataset.y[row] * 2 + 10 - predictions[i]));
    expect((await followed({ kind: 'worst' })).row).toBe(dataset.split.test[errors.indexOf(Math.max(...errors))]);
    expect(await followed({ kind: 'random', seed: 1 })).toEqual(await followed({ kind: 'random', seed: 1 }));
    await expect(followed({ kind: 'row', row: 240 })).rejects.toMatchObject({ code: 'no-such-row' });
    await expect(traceRun(run, { method: 'tabnet', follow: { kind: 'random', seed: 1 } })).rejects.toMatchObject({ code: 'no-trace' });
  });

  it('goes through a binary response by its logit, and not through a mixed model of one', async () => {
    const binary = new Run(data('binary'), plan([METHODS[4], METHODS[5]]), () => {}, null, new SnapshotSchedule());
    await binary.train();
    const { prediction, output, loss, row } = await network(binary, 'mmbeddings', 5);
    close([prediction], [1 / (1 + Math.exp(-output.values[0]))]);
    close([loss?.ofRow as number], [-Math.log(row.y === 1 ? prediction : 1 - prediction)]);
    await expect(traceRun(binary, { method: 'linear-mixed-model', follow: { kind: 'row', row: 5 } })).rejects.toMatchObject({ code: 'no-trace' });
  });
});

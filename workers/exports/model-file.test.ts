import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDataset } from '../data/prepare';
import { useBackend } from '../engine/testing';
import type { Tensor } from '../model-file/graph';
import { runGraph } from '../model-file/interpret';
import { readModel } from '../model-file/read';
import { writeModel } from '../model-file/write';
import { experimentSchema } from '../spec/experiment';
import { Run } from '../training/run';
import { trainingSchema } from '../training/schema';
import { casesWithoutNumbers, caseTitle, datasetOf, type MethodCase, methodCases, settingsOf } from '../training/testing/every-method';
import { feedsOf } from './feeds';
import { modelFile } from './model';

const worker = Object.getOwnPropertyDescriptor(globalThis, 'Worker');

beforeAll(async () => {
  ort.env.wasm.numThreads = 1;
  await useBackend('cpu');
});

// onnxruntime makes Node's own Worker a global. A library of the next file would take it for a browser's.
afterAll(() => {
  if (worker) Object.defineProperty(globalThis, 'Worker', worker);
  else Reflect.deleteProperty(globalThis, 'Worker');
});

/** A tensor as onnxruntime has it. */
function ortTensor({ type, dims, data }: Tensor): ort.Tensor {
  if (type === 'string') return new ort.Tensor('string', data as string[], dims);
  if (type === 'double') return new ort.Tensor('float64', data as Float64Array, dims);
  throw new Error(`no model of the lab takes ${type}`);
}

/** The same rows, the first ones with an unseen level, an unknown tag, and numbers that are missing. */
function spoiled(feeds: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  return new Map(
    [...feeds].map(([name, tensor]): [string, Tensor] => {
      if (tensor.type === 'double')
        return [name, { ...tensor, data: (tensor.data as Float64Array).map((value, row) => (row % 3 === 0 ? Number.NaN : value)) }];
      return [name, { ...tensor, data: (tensor.data as string[]).map((text, i) => (i % 5 === 0 ? 'no such level' : i % 5 === 1 ? '' : text)) }];
    }),
  );
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce(
    (most, value, i) => Math.max(most, Number.isNaN(value) || Number.isNaN(b[i]) ? Number.POSITIVE_INFINITY : Math.abs(value - b[i])),
    0,
  );

/** Trains one epoch and writes the model file. */
async function trained(tried: MethodCase) {
  const dataset = datasetOf(tried);
  const settings = settingsOf(tried);
  // A prediction that draws has no file; the file has the mean of what it draws.
  const methods = [{ id: tried.id, settings: 'prediction' in settings ? { ...settings, prediction: 'mean' } : settings }];
  const training = trainingSchema.parse({ batchSize: 60, epochs: 1, patience: null, learningRate: 0.02, drawPastStop: false });
  const run = new Run(dataset, { methods, training, seeds: { data: 1, split: 1, weights: 1 }, keepPredictors: true }, () => {});
  await run.train();
  const finished = run.finished.get(tried.id);
  if (!finished) throw new Error(`${tried.id} has no result`);
  const spec = experimentSchema.parse({ dataset: { kind: 'simulated', task: 'regression', levels: [20], trainRows: 100, testRows: 30 }, methods });
  const model = modelFile({ dataset, spec, finished, version: '0' });
  return { dataset, finished, model, bytes: writeModel(model, '0') };
}

/** Several classes: what is one number elsewhere is a probability for each. */
const OF_CLASSES: MethodCase[] = [
  { id: 'target-encoding', task: 'classes', p: 2, levels: [6] },
  { id: 'mmbeddings', task: 'ordinal', p: 2, levels: [6] },
];

/** Every method and task once, with as few columns as it takes, and the few that take no numeric column. */
const CASES = [
  ...methodCases(),
  ...casesWithoutNumbers().filter(({ id }) => ['mean', 'one-hot', 'lmmnn', 'deepfm', 'tabnet', 'mmbeddings'].includes(id)),
  ...OF_CLASSES,
].filter((one, i, all) => all.findIndex((other) => other.id === one.id && other.task === one.task && (other.p === 0) === (one.p === 0)) === i);

/** What each case was found to differ by; printed where MODEL_DIFFERENCES is set (README.md). */
const differences: { case: string; lab: string; onnxruntime: string }[] = [];
afterAll(() => {
  if (process.env.MODEL_DIFFERENCES) console.table(differences);
});

describe('model files', () => {
  it.each(CASES.map((one) => [caseTitle(one), one] as const))('%s: predicts as the lab does, and as onnxruntime does', async (_, tried) => {
    const { dataset, finished, model, bytes } = await trained(tried);
    const { graph } = readModel(bytes);
    const feeds = feedsOf(dataset, dataset.split.test);
    const own = runGraph(graph, feeds);
    const fromLab = largestDifference(own.get('.fitted')?.data as Float64Array, finished.predictions);
    expect(fromLab).toBeLessThan(1e-5);
    let fromOther = 0;
    // What was written predicts what was not, bit for bit.
    for (const [name, { data }] of runGraph(model.graph, feeds)) expect(data, name).toEqual(own.get(name)?.data);
    // Every parameter is kept by its name.
    const kept = finished.weights?.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0) ?? 0;
    expect(kept).toBeGreaterThanOrEqual(finished.result.parameters);
    const session = await ort.InferenceSession.create(bytes);
    for (const rows of [feeds, spoiled(feeds)]) {
      const theirs = await session.run(Object.fromEntries([...rows].map(([name, tensor]) => [name, ortTensor(tensor)])));
      for (const [name, { data }] of runGraph(graph, rows)) {
        const values = Array.from(theirs[name].data as ArrayLike<number>, Number);
        const difference = largestDifference(data as Float64Array, values);
        expect(difference, name).toBeLessThan(1e-5);
        fromOther = Math.max(fromOther, difference);
      }
    }
    await session.release();
    differences.push({ case: caseTitle(tried), lab: fromLab.toExponential(1), onnxruntime: fromOther.toExponential(1) });
    const unseen = runGraph(graph, spoiled(feeds)).get('.unseen')?.data as Int32Array | undefined;
    if (tried.levels.length > 0) expect(Array.from(unseen ?? []).slice(0, 2)).toEqual([1, 1]);
  });

  it.each(['lmmnn-spatial', 'mmbeddings-correlated'])('%s: a place that nobody knows is predicted by its coordinates', async (id) => {
    const places = { kind: 'lmmnn', task: 'regression', levels: [30], trainRows: 150, testRows: 30, effects: 'places', split: 'by-level' };
    const settings = id === 'lmmnn-spatial' ? { network: [5] } : { d: 2, encoder: [6], decoder: [5] };
    // Post-training learns vectors of the training part alone, which must not be what the file takes along.
    const training = { batchSize: 60, epochs: 2, patience: null, drawPastStop: false, postTraining: 'if-better' };
    const spec = experimentSchema.parse({ dataset: places, methods: [{ id, settings }], training });
    const dataset = await prepareDataset(spec, new Map());
    const run = new Run(dataset, { ...spec, keepPredictors: true }, () => {});
    await run.train();
    const finished = run.finished.get(id);
    if (!finished) throw new Error('no result');
    const { graph } = readModel(writeModel(modelFile({ dataset, spec, finished, version: '0' }), '0'));
    const feeds = feedsOf(dataset, dataset.split.test);
    const nobody = new Map(
      [...feeds].map(([name, tensor]) => [
        name,
        tensor.type === 'string' ? { ...tensor, data: (tensor.data as string[]).map(() => 'nobody') } : tensor,
      ]),
    );
    const [known, unknown] = [feeds, nobody].map((given) => runGraph(graph, given).get('.fitted')?.data as Float64Array);
    // All test rows are of places without training rows.
    const spread = Math.max(...known) - Math.min(...known);
    expect(largestDifference(known, unknown)).toBeLessThan(1e-4 * spread);
  });
});

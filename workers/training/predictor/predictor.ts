import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import type { Inputs, Model } from '../../methods/method';
import { GraphBuilder } from '../../model-file/builder';
import type { Tensor } from '../../model-file/graph';
import { disposeBatch, makeBatch } from '../batches';
import type { LevelTable } from '../evaluator';
import { lower, RECORDED_ROWS, shapeOf, UnknownOperation, uniform, type Value } from './lower';
import { disposeRecording, type RecordedTensor, type Recording, recordOperations } from './record';
import { simplify } from './simplify';
import type { NoPredictor, Predictor } from './types';

/** Two numbers of rows: what differs between them is the number of rows. */
const ROWS = [RECORDED_ROWS, 5] as const;

interface Named {
  names: string[];
  tensors: tf.Tensor[];
}

/** What a prediction is asked with, by name. */
function inputsOf({ x, z, tags = [], window }: Inputs, vectors: readonly tf.Tensor[]): Named {
  const all: [string, tf.Tensor][] = [
    ['x', x],
    ...z.map((codes, k): [string, tf.Tensor] => [`z${k}`, codes]),
    ...tags.flatMap(({ ids, mask }, k): [string, tf.Tensor][] => [
      [`tags${k}.ids`, ids],
      [`tags${k}.mask`, mask],
    ]),
    ...(window ? [['window', window] as [string, tf.Tensor]] : []),
    ...vectors.map((table, k): [string, tf.Tensor] => [`vectors/${k}`, table]),
  ];
  return { names: all.map(([name]) => name), tensors: all.map(([, tensor]) => tensor) };
}

const TYPES: Readonly<Record<string, Value['type']>> = { float32: 'float', int32: 'int64', bool: 'bool' };

async function tensorOf(
  { constant, shape, dtype }: RecordedTensor,
  weights: ReadonlyMap<string, Float32Array>,
  names: ReadonlyMap<tf.Tensor, string>,
): Promise<Tensor> {
  if (!constant) throw new Error('a tensor that is computed has no values of its own');
  const weight = weights.get(names.get(constant) ?? '');
  const values = weight ?? (await constant.data());
  if (dtype === 'int32') return { type: 'int64', dims: shape, data: Int32Array.from(values) };
  return dtype === 'bool'
    ? { type: 'bool', dims: shape, data: Uint8Array.from(values) }
    : { type: 'float', dims: shape, data: Float32Array.from(values) };
}

/** Turns two recordings of one prediction into operations of ONNX for any number of rows. */
async function translate(
  [first, second]: readonly Recording[],
  given: readonly string[],
  parameters: ReadonlyMap<tf.Tensor, string>,
  weights: ReadonlyMap<string, Float32Array>,
): Promise<Pick<Predictor, 'nodes' | 'constants' | 'output'>> {
  if (first.operations.length !== second.operations.length) throw new UnknownOperation('another one for each number of rows');
  const builder = new GraphBuilder();
  const { constants } = builder;
  const values: Value[] = [];
  const described = (name: string, number: number): Value => {
    const { shape, dtype } = first.tensors[number];
    return { name, dims: shape, varies: shape.map((size, axis) => second.tensors[number].shape[axis] !== size), type: TYPES[dtype] ?? 'float' };
  };
  for (const [place, name] of given.entries()) values[first.given[place]] = described(name, first.given[place]);
  /** A weight or a number of the method's own. */
  const leaf = async (number: number): Promise<Value> => {
    const recorded = first.tensors[number];
    const tensor = await tensorOf(recorded, weights, parameters);
    const name = parameters.get(recorded.constant as tf.Tensor);
    const value = described(name ?? '', number);
    if (value.varies.some(Boolean)) {
      if (!uniform(tensor)) throw new UnknownOperation('numbers for each row');
      const one = builder.constant({ ...tensor, dims: [], data: tensor.data.slice(0, 1) as Tensor['data'] });
      return { ...value, name: builder.node('Expand', [one, shapeOf(value, builder)]) };
    }
    return { ...value, name: builder.constant(tensor, name) };
  };
  for (const { kernel, attributes, inputs, outputs } of first.operations) {
    const taken: { name: string; value: Value }[] = [];
    for (const { name, tensor } of inputs) {
      values[tensor] ??= await leaf(tensor);
      taken.push({ name, value: values[tensor] });
    }
    const results = outputs.map((number) => described('', number));
    const named = (name: string): Value | undefined => taken.find((one) => one.name === name)?.value;
    const made = lower({ kernel, attributes, inputs: taken.map(({ value }) => value), named, outputs: results }, builder);
    for (const [i, number] of outputs.entries()) values[number] = { ...results[i], name: made[i] };
  }
  values[first.result] ??= await leaf(first.result);
  return { nodes: builder.nodes, constants, output: values[first.result].name };
}

async function newLevelOf({ newLevel }: Model): Promise<Predictor['newLevel']> {
  if (typeof newLevel !== 'function') return newLevel ?? 'average';
  const vectors = newLevel();
  try {
    return { vectors: await Promise.all(vectors.map(async (vector) => Float32Array.from(await vector.data()))) };
  } finally {
    tf.dispose(vectors);
  }
}

/**
 * The predictor of a fitted method.
 *
 * @param weights of the results by name, wherever the model's variables are
 * @param vectors level vectors in use
 */
export async function predictorOf(
  { model, dataset }: { model: Model; dataset: Dataset },
  weights: ReadonlyMap<string, Float32Array>,
  vectors: readonly LevelTable[],
): Promise<Predictor | NoPredictor> {
  if (dataset.series) return { refusal: 'Its rows are windows of series, which a table of rows does not have.' };
  const recordings: Recording[] = [];
  const tables = vectors.map(({ values, levels, d }) => tf.tensor2d(values, [levels, d]));
  let names: string[] = [];
  try {
    for (const count of ROWS) {
      const batch = makeBatch(
        dataset,
        Uint32Array.from({ length: count }, (_, row) => row),
      );
      // A prediction that draws uses the mean of what it draws.
      const noise = model.samplesPrediction ? model.noiseShapes(count).map(([rows, width]) => tf.zeros([rows, width])) : [];
      try {
        const given = inputsOf(batch, tables);
        names = given.names;
        recordings.push(recordOperations(given.tensors, () => model.predict(batch, tables, noise)));
      } finally {
        disposeBatch(batch);
        tf.dispose(noise);
      }
    }
    const parameters = new Map<tf.Tensor, string>([...model.parameters, ...(model.state ?? [])].map(([name, variable]) => [variable, name]));
    const { nodes, constants, output } = await translate(recordings, names, parameters, weights);
    for (const [k, { values, levels, d }] of vectors.entries()) constants.set(`vectors/${k}`, { type: 'float', dims: [levels, d], data: values });
    const simple = simplify(
      { nodes, constants, output },
      dataset.categorical.map((_, k) => `z${k}`),
    );
    // They are kept with the results already.
    for (const k of vectors.keys()) simple.constants.delete(`vectors/${k}`);
    return {
      ...simple,
      newLevel: await newLevelOf(model),
      draws: model.samplesPrediction,
      encoded: model.inputs?.byLevel ? [...model.inputs.byLevel] : [],
    };
  } catch (failure) {
    if (!(failure instanceof UnknownOperation)) throw failure;
    return { refusal: `Its prediction needs an operation that the model file does not have: ${failure.message}.` };
  } finally {
    recordings.forEach(disposeRecording);
    tf.dispose(tables);
  }
}

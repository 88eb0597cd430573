import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { mapPieces, piecesOf } from '../../workers/data/pieces';
import { coordinateColumns } from '../../workers/methods/shared/coordinate-columns';
import { placesOf } from '../../workers/methods/shared/places';
import { inOneGo } from '../../workers/mixed/dense';
import { graphCorrelations, STEPS } from '../../workers/mixed/graph-levels';
import type { MethodProblem } from './methods';

type Numbers = Float32Array | Int32Array;

interface Place {
  from: number;
  to: number;
  type: 'float32' | 'int32';
  shape: readonly number[];
}

/**
 * What a method computes from its data before training: the columns of coordinates and [q, 2] places, or
 * [q, q, steps] correlations along edges.
 */
function constantsOf({ settings, problem, dataset }: MethodProblem): Record<string, { values: Numbers; shape: number[] }> {
  if (dataset.graph) {
    const { levels, values } = inOneGo(graphCorrelations(dataset.graph, problem.levels[dataset.graph.feature]));
    return { correlations: { values, shape: [levels, levels, STEPS] } };
  }
  if (!('east' in settings && 'north' in settings) || settings.g === 'table') return {};
  const given = { east: settings.east as string | null, north: settings.north as string | null };
  const columns = coordinateColumns(given, problem.p, dataset, 'the method');
  const places = Float32Array.from(placesOf(dataset, columns, 'the method').points);
  return { columns: { values: Int32Array.from(columns), shape: [columns.length] }, places: { values: places, shape: [places.length / 2, 2] } };
}

/**
 * Writes a method's problem for a peer in another language: `problem.json`, and `numbers.bin` with its arrays
 * one after the other (little-endian, row-major): initial parameters, state and lookups of the model, and the
 * rows of an epoch in the order of its steps, as batches read them. Call it before any step has been trained.
 */
export async function writeProblem(folder: string, id: string, options: MethodProblem): Promise<void> {
  const { model, dataset, problem, settings, rows, ...steps } = options;
  await mkdir(folder, { recursive: true });
  const arrays: Record<string, Place> = {};
  const file = createWriteStream(join(folder, 'numbers.bin'));
  let at = 0;
  const add = (name: string, values: Numbers, shape: readonly number[]): void => {
    arrays[name] = { from: at, to: at + values.byteLength, type: values instanceof Int32Array ? 'int32' : 'float32', shape };
    at += values.byteLength;
    file.write(Buffer.from(values.buffer, values.byteOffset, values.byteLength).subarray());
  };
  const addVariables = async (kind: string, variables: Iterable<[string, tf.Variable]>): Promise<string[]> => {
    const names: string[] = [];
    for (const [name, variable] of variables) {
      // A copy: what the backend gives may be a view of its memory, and the file is written later.
      add(`${kind}/${name}`, (await variable.data()).slice() as Float32Array, variable.shape);
      names.push(name);
    }
    return names;
  };
  const parameters = await addVariables('parameter', model.parameters);
  const state = await addVariables('state', model.state ?? []);
  const lookups = (model.lookups ?? []).map((feature, k) =>
    feature.map(({ parameter, index, factor }, i) => {
      add(`lookup${k}/${i}`, index, [index.length]);
      if (factor) add(`factor${k}/${i}`, factor, [factor.length]);
      return { table: parameter, index: `lookup${k}/${i}`, factor: factor && `factor${k}/${i}` };
    }),
  );
  const constants = constantsOf(options);
  for (const [name, { values, shape }] of Object.entries(constants)) add(`constant/${name}`, values, shape);
  const ofSeries = problem.series?.exogenousTags;
  if (ofSeries) {
    add('series/ids', ofSeries.ids, [ofSeries.rows, ofSeries.places]);
    add('series/mask', ofSeries.mask, [ofSeries.rows, ofSeries.places]);
  }
  const taken = mapPieces(piecesOf(dataset), (piece) => ({ values: piece.take(rows), shape: [rows.length, ...piece.shape] }));
  type Taken = { values: Numbers; shape: number[] };
  for (const [name, part] of Object.entries(taken) as [string, Taken | (Taken | Record<string, Taken>)[]][]) {
    if (!Array.isArray(part)) add(name, part.values, part.shape);
    else
      for (const [k, one] of part.entries()) {
        if ('values' in one && one.values instanceof Int32Array) add(`${name}${k}`, one.values, one.shape as number[]);
        else for (const [of, values] of Object.entries(one as Record<string, Taken>)) add(`${name}${k}/${of}`, values.values, values.shape);
      }
  }
  await new Promise<void>((resolve, reject) => {
    file.on('error', reject);
    file.end(() => resolve());
  });
  const firsts = Array.from({ length: Math.ceil(rows.length / steps.batchSize) }, (_, i) => i * steps.batchSize);
  const batches = firsts.map((first) => [first, Math.min(first + steps.batchSize, rows.length)]);
  const told = {
    method: id,
    settings,
    task: dataset.task,
    p: dataset.p,
    levels: problem.levels,
    tags: (problem.tags ?? []).map(({ tags, parents }) => ({ tags, parents: Array.from(parents) })),
    features: dataset.categorical.length,
    columns: (taken as { tags?: unknown[] }).tags?.length ?? 0,
    batchSize: steps.batchSize,
    learningRate: steps.learningRate,
    noiseSeed: steps.noiseSeed,
    floors: Object.fromEntries(model.floors ?? []),
    rates: Object.fromEntries(model.rates ?? []),
    parameters,
    state,
    constants: Object.keys(constants),
    lookups,
    batches,
    arrays,
  };
  await writeFile(join(folder, 'problem.json'), JSON.stringify(told));
}

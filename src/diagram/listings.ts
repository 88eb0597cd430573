import adam from '../../workers/engine/adam.ts?raw';
import gradients from '../../workers/engine/gradients.ts?raw';
import linearModel from '../../workers/methods/linear-mixed-model.ts?raw';
import lmmnn from '../../workers/methods/shared/lmmnn-model.ts?raw';
import losses from '../../workers/nn/losses.ts?raw';
import encoder from '../../workers/nn/mixed-encoder.ts?raw';
import mlp from '../../workers/nn/mlp.ts?raw';
import sampledRows from '../../workers/nn/sampled-rows.ts?raw';
import sampling from '../../workers/nn/sampling.ts?raw';
import sparse from '../../workers/nn/sparse-decoder.ts?raw';
import tables from '../../workers/nn/tables.ts?raw';
import segmentMean from '../../workers/ops/segment-mean.ts?raw';
import type { StepTrace } from '../../workers/protocol';
import batches from '../../workers/training/batches.ts?raw';
import intercepts from '../../workers/training/trace/intercepts.ts?raw';
import type { SceneId } from '../words/diagram/scene';
import { excerpt } from './excerpt';

/** Where the code of a sub-step stands, and the declarations that are shown of it. */
interface Place {
  file: string;
  source: string;
  from: readonly string[];
}

const ROW: Place = { file: 'workers/training/batches.ts', source: batches, from: ['export function makeBatch'] };
const ENCODE: Place = { file: 'workers/nn/mixed-encoder.ts', source: encoder, from: ['  trunk(', '  head('] };
const DRAW: Place = { file: 'workers/nn/sampling.ts', source: sampling, from: ['export function reparameterise'] };
const AVERAGE: Place = { file: 'workers/ops/segment-mean.ts', source: segmentMean, from: ['export function segmentMean'] };
const PULL: Place = { file: 'workers/nn/losses.ts', source: losses, from: ['export function gaussianKl'] };
const DECODE: Place = { file: 'workers/nn/mlp.ts', source: mlp, from: ['  apply(x: tf.Tensor2D', '  apply(inputs: tf.Tensor2D'] };
const SPARSE: Place = { file: 'workers/nn/sparse-decoder.ts', source: sparse, from: ['  apply('] };
const BACK: Place = { file: 'workers/engine/gradients.ts', source: gradients, from: ['export function lossAndGradients'] };
const UPDATE: Place = { file: 'workers/engine/adam.ts', source: adam, from: ['  step('] };
const RESIDUALS: Place = { file: 'workers/training/trace/intercepts.ts', source: intercepts, from: ['  for (const [k, feature] of levelsOfRow'] };

const squared: Place = { file: 'workers/nn/losses.ts', source: losses, from: ['export function meanSquaredError'] };
const crossEntropy: Place = { file: 'workers/nn/losses.ts', source: losses, from: ['export function binaryCrossEntropy'] };

/** The lab's source of a sub-step; null where it has none of its own. */
function placeOf({ kind, method, row }: Pick<StepTrace, 'kind' | 'method' | 'row'>, scene: SceneId): Place | null {
  switch (scene) {
    case 'row':
      return ROW;
    case 'encode':
      return ENCODE;
    case 'look-up':
      if (kind === 'one-hot') return SPARSE;
      return kind === 'sampled-tables'
        ? { file: 'workers/nn/sampled-rows.ts', source: sampledRows, from: ['export function sampledRows'] }
        : { file: 'workers/nn/tables.ts', source: tables, from: ['  rows('] };
    case 'draw':
      return DRAW;
    case 'average':
      return AVERAGE;
    case 'pull':
      return PULL;
    case 'decode':
      return kind === 'one-hot' ? SPARSE : DECODE;
    case 'error':
      return row.classLabels ? crossEntropy : squared;
    case 'back':
      return BACK;
    case 'update':
      return UPDATE;
    case 'fixed':
      return method === 'linear-mixed-model'
        ? { file: 'workers/methods/linear-mixed-model.ts', source: linearModel, from: ['  const linear ='] }
        : { file: 'workers/methods/shared/lmmnn-model.ts', source: lmmnn, from: ['  const fixed ='] };
    case 'residuals':
    case 'weigh':
      return RESIDUALS;
    case 'add':
      return { file: 'workers/methods/shared/lmmnn-model.ts', source: lmmnn, from: ['    predict('] };
  }
}

/** The code of a sub-step as it stands in the lab's source, and in which file. */
export function listingOf(trace: Pick<StepTrace, 'kind' | 'method' | 'row'>, scene: SceneId): { file: string; code: string } | null {
  const place = placeOf(trace, scene);
  return place && { file: place.file, code: place.from.map((from) => excerpt(place.source, from)).join('\n\n') };
}

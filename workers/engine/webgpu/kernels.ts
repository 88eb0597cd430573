import { decodeKernel } from './wgsl/decode';
import { encodeBackKernel, encodeKernel } from './wgsl/encode';
import type { Kernel, KernelModel } from './wgsl/kernel';
import { gradientsKernel, joinsAtRows, meansKernel, penaltyKernel, tableSums, vectorsKernel } from './wgsl/levels';
import { hasSide, totalKernel, updateKernel } from './wgsl/update';
import { weightsKernel } from './wgsl/weights';

/** Kernels by name, and which run in turn for what. */
export interface Program {
  kernels: Map<string, Kernel>;
  train: string[];
  objective: string[];
  /** Adds rows to the running sums of level vectors. */
  collect: string[];
  /** Predictions from given level vectors. */
  predict: string[];
  stageTrain: string[];
  stageObjective: string[];
  /**
   * Partial sums of terms of the loss other than the decoder's, as a step leaves them and as an evaluation
   * does.
   */
  sideParts: { train: Kernel['parts']; objective: Kernel['parts'] };
}

/**
 * Dispatches a step: an encoder takes 7 (8 where heavy levels are cut, 9 with sets of tags), decoders alone
 * 3.
 *
 * encode → level means → decode → level gradients → encode back → weights → update
 * decode → weights and table sums → update
 */
export function programOf(model: KernelModel): Program {
  const { description, heavy } = model;
  const kernels = new Map<string, Kernel>();
  const add = (name: string, kernel: Kernel): string => {
    kernels.set(name, kernel);
    return name;
  };
  const decode = add('decode', decodeKernel(model, false));
  const update = add('update', updateKernel(model, false));
  const total = add('total', totalKernel(model, false));
  const predict = [add('given', decodeKernel(model, true))];
  if (description.kind !== 'encoder') {
    const sums = description.kind === 'no-levels' ? undefined : tableSums(model);
    const train = [decode, add('weights', weightsKernel(model, false, sums)), update];
    const penalty = hasSide(model) ? [add('penalty', penaltyKernel(model))] : [];
    const objective = [decode, ...penalty, total];
    const sideParts = { train: hasSide(model) ? sums?.kernel.parts : undefined, objective: kernels.get(penalty[0])?.parts };
    return { kernels, train, objective, collect: [], predict, stageTrain: [], stageObjective: [], sideParts };
  }
  const stages = heavy ? (['chunks', 'join'] as const) : (['whole'] as const);
  const encode = add('encode', encodeKernel(model));
  const means = stages.map((name) => add(`means ${name}`, meansKernel(model, name)));
  const summed = joinsAtRows(model) ? stages.slice(0, 1) : stages;
  const gradients = summed.map((name) => add(`gradients ${name}`, gradientsKernel(model, name)));
  const encodeBack = add('encodeBack', encodeBackKernel(model));
  const weights = add('weights', weightsKernel(model, false));
  const side = kernels.get(means[means.length - 1])?.parts;
  const vectors = add('vectors', vectorsKernel(model, heavy ? 'join' : 'whole'));
  return {
    kernels,
    train: [encode, ...means, decode, ...gradients, encodeBack, weights, update],
    objective: [encode, ...means, decode, total],
    collect: [encode, ...(heavy ? [means[0]] : []), vectors],
    predict,
    stageTrain: [...predict, add('stageWeights', weightsKernel(model, true)), add('stageUpdate', updateKernel(model, true))],
    stageObjective: [...predict, add('stageTotal', totalKernel(model, true))],
    sideParts: { train: side, objective: side },
  };
}

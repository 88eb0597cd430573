import { decodeKernel } from './wgsl/decode';
import { encodeBackKernel, encodeKernel } from './wgsl/encode';
import type { Kernel, KernelModel } from './wgsl/kernel';
import { gradientsKernel, meansKernel, tableSumsKernel, vectorsKernel } from './wgsl/levels';
import { hasSide, totalKernel, updateKernel } from './wgsl/update';

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
  /** The kernel whose workgroups each leave a part of the KL or the penalty. */
  side: string | null;
}

/**
 * Dispatches a step: an encoder takes 6 (8 where heavy levels are cut: their sums are joined in a second dispatch), tables 3, neither 2.
 *
 * encode → level means → decode → level gradients → encode back → update
 * decode → table sums → update
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
  const stage = { stageTrain: [] as string[], stageObjective: [] as string[] };
  if (description.kind !== 'encoder') {
    const sums = description.kind === 'no-levels' ? [] : [add('tableSums', tableSumsKernel(model))];
    const side = hasSide(model) ? sums : [];
    const train = [decode, ...sums, update];
    return { kernels, train, objective: [decode, ...side, total], collect: [], predict, ...stage, side: side[0] ?? null };
  }
  const stages = heavy ? (['chunks', 'join'] as const) : (['whole'] as const);
  const encode = add('encode', encodeKernel(model));
  const means = stages.map((name) => add(`means ${name}`, meansKernel(model, name)));
  const gradients = stages.map((name) => add(`gradients ${name}`, gradientsKernel(model, name)));
  const encodeBack = add('encodeBack', encodeBackKernel(model));
  const vectors = add('vectors', vectorsKernel(model, heavy ? 'join' : 'whole'));
  stage.stageTrain = [...predict, add('stageUpdate', updateKernel(model, true))];
  stage.stageObjective = [...predict, add('stageTotal', totalKernel(model, true))];
  return {
    kernels,
    train: [encode, ...means, decode, ...gradients, encodeBack, update],
    objective: [encode, ...means, decode, total],
    collect: [encode, ...(heavy ? [means[0]] : []), vectors],
    predict,
    ...stage,
    side: means[means.length - 1],
  };
}

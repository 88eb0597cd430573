import type { Dataset } from '../data/dataset';
import { LabFailure } from '../data/failure';
import type { Table } from '../data/table';
import { aboutMethod } from '../methods/registry';
import type { ModelFile } from '../model-file/graph';
import { checkModel } from '../model-file/interpret';
import type { ExperimentSpec } from '../spec/experiment';
import type { Finished } from '../training/results';
import { assemble } from './assemble';
import type { ModelFacts } from './facts';

/** What a model file is made of. */
export interface FittedMethod {
  dataset: Dataset;
  spec: ExperimentSpec;
  finished: Finished;
  /** Version of the lab. */
  version: string;
  /**
   * The table that the data are of, as its steps read it; absent where it is not open, and for simulations.
   */
  table?: Table;
}

/** Why a finished method has no model file, as a sentence; null where it has one. */
export function modelRefusal({ dataset, finished }: Pick<FittedMethod, 'dataset' | 'finished'>): string | null {
  const { predictor } = finished;
  if (dataset.categorical.length + dataset.p + (dataset.tags?.length ?? 0) === 0) return 'Its rows have no columns.';
  if (!predictor) return 'What it needs to predict was not kept.';
  return 'refusal' in predictor ? predictor.refusal : null;
}

/**
 * The model file of a finished method.
 *
 * @throws LabFailure 'no-model-file' with the reason where it has none
 */
export function modelFile({ dataset, spec, finished, version }: FittedMethod): ModelFile {
  const { method } = finished.result;
  const { label, unseen } = aboutMethod(method);
  const { predictor } = finished;
  const refusal = modelRefusal({ dataset, finished });
  if (refusal || !predictor || 'refusal' in predictor)
    throw new LabFailure('no-model-file', `${label} has no model file. ${refusal ?? ''}`, 'Export another method.');
  const { graph, columns, outputs, interval, features } = assemble(dataset, finished, predictor);
  const facts: ModelFacts = {
    format: 1,
    lab: version,
    method,
    task: dataset.task,
    target: dataset.targetName,
    classes: dataset.classLabels && [...dataset.classLabels],
    columns,
    outputs,
    interval,
    features,
    newLevel: predictor.newLevel === 'average' ? 'average' : 'own rule',
    fingerprint: dataset.fingerprint,
  };
  const model: ModelFile = {
    graph,
    metadata: new Map([
      ['lab.model', JSON.stringify(facts)],
      ['lab.spec', JSON.stringify({ ...spec, methods: spec.methods.filter(({ id }) => id === method) })],
      ['lab.result', JSON.stringify(finished.result)],
      ['lab.unseen', `A level without training rows: ${unseen}`],
    ]),
  };
  checkModel(model);
  return model;
}

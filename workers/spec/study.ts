import { z } from 'zod';
import { Fingerprint } from '../data/fingerprint';
import type { DatasetSpec } from '../data/schema';
import { hasFixedTest } from './division';
import type { ExperimentSpec } from './experiment';

/**
 * How a study repeats a spec. `repeat`: other seeds each time, so that a simulation draws new data and a
 * table is divided anew. `folds`: every part of the rows tests once, by what the spec divides by. `values`:
 * every value of the spec's column tests once.
 */
export const studyPlanSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('repeat'), times: z.int().min(2).max(100) }),
  z.strictObject({ kind: z.literal('folds'), of: z.int().min(2).max(100) }),
  z.strictObject({ kind: z.literal('values'), values: z.array(z.string()).min(2).max(100) }),
]);
export type StudyPlan = z.infer<typeof studyPlanSchema>;

/** A spec and how it is repeated. The papers' cells are studies too, with published numbers next to them. */
export interface Study {
  spec: ExperimentSpec;
  plan: StudyPlan;
}

/** How many times a study trains its methods. */
export const repetitionsOf = (plan: StudyPlan): number =>
  plan.kind === 'repeat' ? plan.times : plan.kind === 'folds' ? plan.of : plan.values.length;

const SEEDS = 4_294_967_296;

/**
 * The spec of one repetition. The first has the seeds of the study's own spec, so that it is the run that a
 * press of Train gives; each next one adds 1 to the seeds. Folds share the split seed, else they would
 * overlap. Nothing is drawn past the stop: nobody watches.
 *
 * @param repetition from 1
 */
export function studySpec({ spec, plan }: Study, repetition: number): ExperimentSpec {
  const add = (seed: number): number => (seed + repetition - 1) % SEEDS;
  const { data, split, weights } = spec.seeds;
  const seeds = plan.kind === 'repeat' ? { data: add(data), split: add(split), weights: add(weights) } : { data, split, weights: add(weights) };
  return { ...spec, dataset: partOf(spec.dataset, plan, repetition), training: { ...spec.training, drawPastStop: false }, seeds };
}

function partOf(dataset: DatasetSpec, plan: StudyPlan, repetition: number): DatasetSpec {
  if (plan.kind === 'folds') {
    if (!canFold(dataset)) throw new RangeError(`a simulation (${dataset.kind}) has no folds: it is drawn anew`);
    return { ...dataset, fold: { index: repetition, of: plan.of } };
  }
  if (plan.kind === 'values') {
    if (dataset.kind !== 'table' || dataset.splitColumn === null) throw new RangeError('only the column of a table can say its folds');
    return { ...dataset, split: 'by-column', testValue: plan.values[repetition - 1], fold: undefined };
  }
  return dataset;
}

/** Whether data can be cut in folds: those that exist. What is simulated is better drawn anew. */
export const canFold = (dataset: DatasetSpec): dataset is Extract<DatasetSpec, { kind: 'table' | 'orange' }> =>
  dataset.kind === 'table' || dataset.kind === 'orange';

/**
 * 16 hexadecimal digits that tell studies apart: the same spec repeated in the same way is the same study.
 * How often does not count, as the first five repetitions of ten are those of five.
 */
export const studyId = ({ spec, plan }: Study): string =>
  new Fingerprint()
    .text('study/1')
    .text(JSON.stringify([spec, plan.kind === 'repeat' ? plan.kind : plan]))
    .digest();

/** Under this name the repetitions of a study are stored, and its one cell under the other. */
export const studyExperimentId = (study: Study): string => `study-${studyId(study)}`;
export const STUDY_CELL = 'spec';

/**
 * What the repetitions of a study have in common. 'new data': independent draws. 'resampled': test rows of
 * one and training rows of another are the same rows of a table. 'same rows': only the weights differ,
 * because a column says which rows test.
 */
export type Dependence = 'new data' | 'resampled' | 'same rows';

export function dependenceOf({ spec: { dataset }, plan }: Study): Dependence {
  if (!canFold(dataset)) return 'new data';
  return plan.kind === 'repeat' && hasFixedTest(dataset) ? 'same rows' : 'resampled';
}

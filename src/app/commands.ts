import type { ExperimentSpec } from '../../workers/spec/experiment';
import { LEARNING_RATES } from '../../workers/spec/protocol';
import { reset, train } from '../lab-client/client';
import { offerRecorded } from '../state/recorded';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';

/** Drops the run; the recorded one comes back when it is of these settings. */
export async function resetRun(): Promise<void> {
  await reset();
  offerRecorded();
}

/** Where every method's rate was found by trial, the least of those tried. */
const LEAST_RATE = Math.min(...LEARNING_RATES);

/** The settings of a diverged run with a third of its learning rate. */
export function slower(spec: ExperimentSpec): ExperimentSpec {
  const { learningRate: before } = spec.training;
  const learningRate = Number(((before === 'auto' ? LEAST_RATE : before) / 3).toPrecision(2));
  return { ...spec, training: { ...spec.training, learningRate } };
}

/** The diverged run on the page once more, slower; the form may have moved on since, and follows. */
export function retrySlower(): Promise<void> {
  const diverged = useRun.getState().spec;
  useSpec.getState().change((spec) => slower(diverged ?? spec));
  return train();
}

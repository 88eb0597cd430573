import * as tf from '@tensorflow/tfjs';
import { lossAndGradients } from '../engine/gradients';
import { RandomStream } from '../random/random';
import type { Batch, Model } from './method';

/** A gradient along a random direction of one parameter, and what differences of the loss say of it. */
export interface DirectionalDerivative {
  name: string;
  gradient: number;
  difference: number;
  /** How far apart the two may be: a share of the length of the whole gradient, float32's rounding, and what the loss bends within a step. */
  tolerance: number;
}

/** Length of a step along a direction of length 1: float32 rounds away smaller differences of the loss. */
const STEP = 4e-3;

/** Moves every parameter away from its initial value, so that none is at zero, at the kink of ReLU or in a symmetry. */
async function scatter(model: Model): Promise<void> {
  const random = new RandomStream(11, 'scatter');
  for (const variable of model.parameters.values()) {
    const moved = Float32Array.from(await variable.data(), (value) => value + 0.6 * random.uniform() - 0.3);
    tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
  }
}

/** A random direction of length 1 in the space of one parameter. */
function direction(size: number, random: RandomStream): Float32Array {
  const values = Float32Array.from({ length: size }, () => random.normal());
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}

/**
 * Gradients of a model's loss against central differences, for each parameter along a random direction, at scattered values of the parameters. `norm` is the
 * length of the whole gradient.
 *
 * @param step where the loss bends more than usual within one
 */
export async function directionalDerivatives(
  model: Model,
  batch: Batch,
  noise: tf.Tensor[],
  step = STEP,
): Promise<{ norm: number; derivatives: DirectionalDerivative[] }> {
  await scatter(model);
  const result = lossAndGradients(model.parameters, () => model.loss(batch, noise));
  const gradients = new Map<string, Float32Array>();
  for (const [name, gradient] of Object.entries(result.gradients)) gradients.set(name, Float32Array.from(await gradient.data()));
  result.dispose();
  const norm = Math.hypot(...[...gradients.values()].map((values) => Math.hypot(...values)));
  const loss = async (): Promise<number> => {
    const total = tf.tidy(() => model.loss(batch, noise).total);
    const [value] = await total.data();
    total.dispose();
    return value;
  };
  const random = new RandomStream(7, 'directions');
  const derivatives: DirectionalDerivative[] = [];
  for (const [name, variable] of model.parameters) {
    const along = direction(variable.size, random);
    const start = Float32Array.from(await variable.data());
    const at = async (length: number): Promise<number> => {
      const moved = start.map((value, i) => value + length * along[i]);
      tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
      return loss();
    };
    const central = async (length: number): Promise<number> => ((await at(length)) - (await at(-length))) / (2 * length);
    const difference = await central(step / 2);
    // Where the loss bends within a step (layer norms do), the difference is as uncertain as it changes with the step.
    const uncertain = 8 * Math.abs((await central(step)) - difference);
    tf.tidy(() => variable.assign(tf.tensor(start, variable.shape)));
    const gradient = gradients.get(variable.name)?.reduce((sum, value, i) => sum + value * along[i], 0) ?? 0;
    derivatives.push({ name, gradient, difference, tolerance: 0.01 * norm + 2e-4 + uncertain });
  }
  return { norm, derivatives };
}

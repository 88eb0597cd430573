import * as tf from '@tensorflow/tfjs';
import { lossAndGradients } from '../../engine/gradients';
import type { RandomStream } from '../../random/random';
import type { Batch, Model } from '../method';

/**
 * Largest difference of a slope from the backward pass that passes, over the length of the parameter's
 * gradient.
 */
const TOLERANCE = 0.01;
/**
 * A ReLU that turns on or off within a step spoils the difference there. A parameter that differs has to
 * agree at so many other points.
 */
const OTHER_POINTS = 2;
/** Length that the gradient of one parameter at least must have. */
const LEAST_GRADIENT = 1e-3;
/** What float32 loses of a loss, in relative terms. */
const ROUNDING = 2 ** -22;

const lengthOf = (values: Float32Array): number => Math.hypot(...values);

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

function assign(variable: tf.Variable, values: Float32Array): void {
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}

/**
 * Length 1; half along the gradient, so that the slope is never small against it, and half anywhere, so that
 * what the gradient lacks shows too.
 */
function direction(gradient: Float32Array, random: RandomStream): Float32Array {
  const anywhere = gradient.map(() => random.normal());
  const share = (lengthOf(anywhere) / (lengthOf(gradient) || 1)) * (dot(gradient, anywhere) < 0 ? -1 : 1);
  const sum = anywhere.map((value, i) => value + share * gradient[i]);
  const length = lengthOf(sum);
  return sum.map((value) => value / length);
}

/**
 * Moves every parameter by up to 0.3, so that none is at zero, in a symmetry or at the kink of a dropped
 * activation.
 */
async function scatter(model: Model, random: RandomStream): Promise<void> {
  for (const variable of model.parameters.values()) {
    const values = await variable.data();
    assign(
      variable,
      Float32Array.from(values, (value) => value + 0.6 * random.uniform() - 0.3),
    );
  }
}

/**
 * Compares the gradient of a loss with central differences, one parameter tensor at a time, so that a wrong
 * small gradient does not hide behind a large one. Moves the parameters. Throws where the loss hardly has a
 * gradient.
 *
 * @param step length of a difference to either side: smaller ones drown in the rounding of float32, within
 * larger ones the loss bends
 * @returns what is wrong: the parameters whose slopes differ, at more than one point, and the slopes at the
 * last
 */
export async function wrongGradients(model: Model, batch: Batch, noise: tf.Tensor[], random: RandomStream, step: number): Promise<string[]> {
  const loss = async (): Promise<number> => {
    const total = tf.tidy(() => model.loss(batch, noise).total);
    const [value] = await total.data();
    total.dispose();
    return value;
  };
  const compare = async (name: string, variable: tf.Variable, gradient: Float32Array, rounding: number): Promise<string | null> => {
    const along = direction(gradient, random);
    const start = Float32Array.from(await variable.data());
    const lossAt = (share: number): Promise<number> => {
      const moved = start.map((value, i) => value + share * along[i]);
      assign(variable, moved);
      return loss();
    };
    const difference = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    assign(variable, start);
    const slope = dot(gradient, along);
    const agrees = Math.abs(difference - slope) <= TOLERANCE * lengthOf(gradient) + rounding;
    return agrees ? null : `${name}: ${slope} by the backward pass, ${difference} by differences`;
  };
  /** Messages by name of those parameters that differ at a new point. */
  const differing = async (names: Iterable<string>): Promise<Map<string, string>> => {
    await scatter(model, random);
    const result = lossAndGradients(model.parameters, () => model.loss(batch, noise));
    const gradients = new Map<string, Float32Array>();
    for (const [name, { name: key, size }] of model.parameters)
      gradients.set(name, Float32Array.from((await result.gradients[key]?.data()) ?? new Float32Array(size)));
    result.dispose();
    if (Math.max(...[...gradients.values()].map(lengthOf)) < LEAST_GRADIENT) throw new Error('the loss hardly has a gradient: nothing to compare');
    const rounding = (ROUNDING * Math.abs(await loss())) / step;
    const messages = new Map<string, string>();
    for (const name of names) {
      const message = await compare(name, model.parameters.get(name) as tf.Variable, gradients.get(name) as Float32Array, rounding);
      if (message) messages.set(name, message);
    }
    return messages;
  };
  const doubtful = await differing(model.parameters.keys());
  const wrong = new Map<string, string>();
  for (let point = 0; doubtful.size > 0 && point < OTHER_POINTS; point++)
    for (const [name, message] of await differing(doubtful.keys())) wrong.set(name, message);
  return [...wrong.values()];
}

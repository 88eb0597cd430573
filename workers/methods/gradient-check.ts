import * as tf from '@tensorflow/tfjs';
import { lossAndGradients } from '../engine/gradients';
import type { Batch, Model } from './method';

/**
 * Largest difference between the gradient of a loss along a random direction and its central difference there, over the size of the gradient. Differences
 * in float32 are good to about a thousandth. The parameters are moved a little first: behind dropped activations a bias of zero sits at the kink of ReLU.
 */
export async function gradientError(model: Model, batch: Batch, noise: tf.Tensor[], direction: () => number, step = 1e-2): Promise<number> {
  const variables = [...model.parameters.values()];
  const initial = await Promise.all(
    variables.map(async (variable) => Float32Array.from(await variable.data(), (value) => value + 0.1 * direction())),
  );
  variables.forEach((variable, i) => {
    tf.tidy(() => variable.assign(tf.tensor(initial[i], variable.shape)));
  });
  const result = lossAndGradients(model.parameters, () => model.loss(batch, noise));
  const gradients = await Promise.all(
    variables.map(async ({ name, size }) => Float32Array.from((await result.gradients[name]?.data()) ?? new Float32Array(size))),
  );
  result.dispose();
  const lossAt = async (directions: Float32Array[], share: number): Promise<number> => {
    variables.forEach((variable, i) => {
      tf.tidy(() =>
        variable.assign(
          tf.tensor(
            initial[i].map((value, j) => value + share * directions[i][j]),
            variable.shape,
          ),
        ),
      );
    });
    const total = tf.tidy(() => model.loss(batch, noise).total);
    const [value] = await total.data();
    total.dispose();
    return value;
  };
  let largest = 0;
  // One parameter tensor at a time, so that a wrong small gradient does not hide behind a large one.
  for (const [i, gradient] of gradients.entries()) {
    const directions = variables.map(({ size }, k) => Float32Array.from({ length: size }, () => (k === i ? direction() : 0)));
    const expected = gradient.reduce((sum, value, j) => sum + value * directions[i][j], 0);
    const size = Math.hypot(...gradient) * Math.hypot(...directions[i]);
    const difference = ((await lossAt(directions, step)) - (await lossAt(directions, -step))) / (2 * step);
    largest = Math.max(largest, Math.abs(difference - expected) / Math.max(size, 0.1));
  }
  await lossAt(
    variables.map(({ size }) => new Float32Array(size)),
    0,
  );
  return largest;
}

import * as tf from '@tensorflow/tfjs';
import type { NoiseShape } from '../engine/noise';
import { matMul } from '../ops/mat-mul';
import type { RandomStream } from '../random/random';
import { BatchNorm, TORCH_NORM } from './batch-norm';
import { Dense } from './dense';
import { dropout } from './dropout';
import { torchLinear } from './initialisers';
import type { Network, NetworkInput, NetworkOutput } from './network';
import { besides } from './tables';

/** The same values, with zeros for gradient. */
const held = (values: tf.Tensor1D): tf.Tensor1D =>
  tf.customGrad((given) => ({ value: tf.clone(given as tf.Tensor), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) }))(values) as tf.Tensor1D;

/**
 * A linear map in front of a norm that takes the batch's mean away, and the bias with it: the gradient of the
 * bias is zero. Rounding would make it a little more, which Adam would follow.
 */
const beforeNorm = (x: tf.Tensor2D, { kernel, bias }: Dense): tf.Tensor2D => tf.add(matMul(x, kernel), held(bias));

/**
 * The network of the guide to embedding layers, as PyTorch computes it (docs/methods.md F7): for each hidden
 * layer a linear map, batch normalisation, ReLU, dropout; then one linear output.
 */
export class NormalisedMlp implements Network {
  readonly state: ReadonlyMap<string, tf.Variable>;
  readonly #hidden: { dense: Dense; norm: BatchNorm }[];
  readonly #output: Dense;
  readonly #widths: readonly number[];
  readonly #rate: number;

  /** `rate`: share of the numbers of every hidden layer that training drops. */
  constructor(inputs: number, widths: readonly number[], rate: number, random: RandomStream, outputs = 1) {
    this.#widths = widths;
    this.#rate = rate;
    this.#hidden = widths.map((width, i) => ({
      dense: new Dense(i === 0 ? inputs : widths[i - 1], width, 'linear', random, torchLinear),
      norm: new BatchNorm(`decoder/norm${i}`, width, TORCH_NORM),
    }));
    this.#output = new Dense(widths.length > 0 ? widths[widths.length - 1] : inputs, outputs, 'linear', random, torchLinear);
    this.state = new Map(this.#hidden.flatMap(({ norm }) => norm.state()));
  }

  parameters(): [string, tf.Variable][] {
    return [
      ...this.#hidden.flatMap(({ dense, norm }, i) => [...dense.parameters(`decoder/dense${i}`), ...norm.parameters()]),
      ...this.#output.parameters('decoder/output'),
    ];
  }

  /** Uniforms of the dropout, one for each number of every hidden layer. */
  noiseShapes(rows: number): NoiseShape[] {
    return this.#rate === 0 ? [] : this.#widths.map((width) => [rows, width, 'uniform']);
  }

  apply({ x, vectors }: NetworkInput, noise: readonly tf.Tensor[] | null): NetworkOutput {
    const next: Record<string, tf.Tensor> | null = noise ? {} : null;
    let values = besides(x, vectors);
    for (const [i, { dense, norm }] of this.#hidden.entries()) {
      values = tf.relu(norm.apply(next ? beforeNorm(values, dense) : dense.apply(values), next));
      if (noise) values = dropout(values, noise[i], this.#rate);
    }
    return { decoded: this.#output.apply(values), state: next ?? undefined };
  }
}

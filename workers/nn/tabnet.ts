import * as tf from '@tensorflow/tfjs';
import { entmax15 } from '../ops/entmax';
import { matMul } from '../ops/mat-mul';
import type { RandomStream } from '../random/random';
import { BatchNorm } from './batch-norm';
import { glorotUniform } from './initialisers';
import { Decoder } from './mlp';
import type { Network, NetworkInput, NetworkOutput } from './network';
import { besides } from './tables';

export interface TabNetShape {
  /** F: numbers of a row, x and its level vectors. */
  inputs: number;
  /** Width of decisions and of what steers attention, n_d = n_a. */
  width: number;
  steps: number;
  /** γ: 1 lets a step use a number once, more lets it come back. */
  relaxation: number;
  /** Weight of the masks' entropy. */
  sparsity: number;
  decoder: readonly number[];
  /** Numbers that the decoder gives; absent: 1. */
  outputs?: number;
}

type Kernel = tf.Variable<tf.Rank.R2>;
type NextState = Record<string, tf.Tensor> | null;

function kernelOf(inputs: number, outputs: number, random: RandomStream): Kernel {
  return tf.tidy(() => tf.variable(tf.tensor2d(glorotUniform(random, inputs, outputs), [inputs, outputs])));
}

/**
 * A dense layer without bias, batch-normalised, whose second half gates the first: [rows, inputs] → [rows, 2
 * · width].
 */
function gated(x: tf.Tensor2D, kernel: Kernel, norm: BatchNorm, next: NextState): tf.Tensor2D {
  const [value, gate] = tf.split(norm.apply(matMul(x, kernel), next), 2, 1);
  return tf.mul(value, tf.sigmoid(gate));
}

/** Four gated layers: the first two have kernels that all transformers share, every one its own norms. */
class FeatureTransformer {
  readonly kernels: [string, Kernel][];
  readonly norms: BatchNorm[];
  readonly #all: Kernel[];

  constructor(name: string, shared: readonly Kernel[], width: number, random: RandomStream) {
    this.kernels = [2, 3].map((i) => [`${name}/glu${i}/kernel`, kernelOf(2 * width, 4 * width, random)]);
    this.norms = [0, 1, 2, 3].map((i) => new BatchNorm(`${name}/norm${i}`, 4 * width));
    this.#all = [...shared, ...this.kernels.map(([, kernel]) => kernel)];
  }

  apply(x: tf.Tensor2D, next: NextState): tf.Tensor2D {
    let hidden = x;
    for (const [i, kernel] of this.#all.entries()) {
      const out = gated(hidden, kernel, this.norms[i], next);
      // √½ keeps the variance of a sum of two.
      hidden = hidden.shape[1] === out.shape[1] ? tf.mul(tf.add(hidden, out), Math.SQRT1_2) : out;
    }
    return hidden;
  }
}

/**
 * TabNet (docs/methods.md A14): in each step a sparse mask chooses which numbers of the row to look at, a
 * transformer of gated layers reads them, and the sum of what the steps decide goes into an MLP. Numbers used
 * once are less likely to be chosen again.
 */
export class TabNet implements Network {
  readonly state: ReadonlyMap<string, tf.Variable>;
  readonly #shape: TabNetShape;
  readonly #inputNorm: BatchNorm;
  readonly #shared: Kernel[];
  readonly #transformers: FeatureTransformer[];
  readonly #attention: { kernel: Kernel; norm: BatchNorm }[];
  readonly #decoder: Decoder;

  constructor(shape: TabNetShape, random: RandomStream) {
    const { inputs, width, steps, decoder } = shape;
    this.#shape = shape;
    this.#inputNorm = new BatchNorm('input/norm', inputs);
    this.#shared = [kernelOf(inputs, 4 * width, random), kernelOf(2 * width, 4 * width, random)];
    this.#transformers = Array.from({ length: steps + 1 }, (_, i) => new FeatureTransformer(`transformer${i}`, this.#shared, width, random));
    this.#attention = Array.from({ length: steps }, (_, i) => ({
      kernel: kernelOf(width, inputs, random),
      norm: new BatchNorm(`attention${i}/norm`, inputs),
    }));
    this.#decoder = new Decoder(width, decoder, random, shape.outputs);
    this.state = new Map(this.#norms().flatMap((norm) => norm.state()));
  }

  #norms(): BatchNorm[] {
    return [this.#inputNorm, ...this.#transformers.flatMap(({ norms }) => norms), ...this.#attention.map(({ norm }) => norm)];
  }

  parameters(): [string, tf.Variable][] {
    return [
      ...this.#shared.map((kernel, i): [string, tf.Variable] => [`shared/glu${i}/kernel`, kernel]),
      ...this.#transformers.flatMap(({ kernels }) => kernels),
      ...this.#attention.map(({ kernel }, i): [string, tf.Variable] => [`attention${i}/kernel`, kernel]),
      ...this.#norms().flatMap((norm) => norm.parameters()),
      ...this.#decoder.parameters(),
    ];
  }

  noiseShapes(): [] {
    return [];
  }

  apply({ x, vectors }: NetworkInput, noise: readonly tf.Tensor[] | null): NetworkOutput {
    const { width, steps, relaxation, sparsity } = this.#shape;
    const next: NextState = noise ? {} : null;
    const inputs = this.#inputNorm.apply(besides(x, vectors), next);
    const halves = (transformed: tf.Tensor2D): tf.Tensor2D[] => tf.split(transformed, [width, width], 1);
    let [, steering] = halves(this.#transformers[0].apply(inputs, next));
    let prior: tf.Tensor2D | null = null;
    const decisions: tf.Tensor2D[] = [];
    const entropies: tf.Scalar[] = [];
    for (const [i, { kernel, norm }] of this.#attention.entries()) {
      const scores = norm.apply(matMul(steering, kernel), next);
      const mask = entmax15(prior ? tf.mul(prior, scores) : scores);
      const left: tf.Tensor2D = tf.sub(relaxation, mask);
      prior = prior ? tf.mul(prior, left) : left;
      entropies.push(tf.sum(tf.mul(mask, tf.log(tf.add(mask, 1e-15)))));
      const [decision, more] = halves(this.#transformers[i + 1].apply(tf.mul(mask, inputs), next));
      decisions.push(tf.relu(decision));
      steering = more;
    }
    const penalty: tf.Scalar = tf.mul(tf.addN(entropies), -sparsity / (steps * x.shape[0]));
    return { decoded: this.#decoder.apply(tf.addN(decisions)), penalty, state: next ?? undefined };
  }
}

import * as tf from '@tensorflow/tfjs';
import type { NoiseShape } from '../engine/noise';
import { matMul } from '../ops/mat-mul';
import { RandomStream } from '../random/random';
import { Dense } from './dense';
import { dropout } from './dropout';
import { EncoderBlock, type EncoderShape } from './encoder-block';
import { torchLinear } from './initialisers';
import { sinusoidalPositions } from './positions';

export interface SequenceShape extends EncoderShape {
  /** Channels of a step p. */
  channels: number;
  /** Width of the vector beside every step; 0 for none. */
  d: number;
  blocks: number;
  /** All blocks start with the same weights, as PyTorch's encoder copies its layer. */
  identicalBlocks: boolean;
  position: 'none' | 'sinusoidal';
}

/**
 * A transformer over the steps of a window, one number for each: projection of [x_t, vector of the series],
 * positions, encoder blocks, output (docs/methods.md F4).
 */
export class SequenceTransformer {
  readonly #shape: SequenceShape;
  readonly #projection: Dense;
  readonly #blocks: EncoderBlock[];
  readonly #output: Dense;
  /** [1, L, D]; null for none. Not trained. */
  readonly #positions: tf.Tensor3D | null;

  constructor(shape: SequenceShape, random: RandomStream) {
    const { channels, d, width, length, position } = shape;
    this.#shape = shape;
    this.#projection = new Dense(channels + d, width, 'linear', random, torchLinear);
    const copied = random.uint32();
    const streams = (): RandomStream => (shape.identicalBlocks ? new RandomStream(copied, 'block') : random);
    this.#blocks = Array.from({ length: shape.blocks }, () => new EncoderBlock(shape, streams()));
    this.#output = new Dense(width, 1, 'linear', random, torchLinear);
    this.#positions = position === 'none' ? null : tf.tensor3d(sinusoidalPositions(length, width), [1, length, width]);
  }

  parameters(): [string, tf.Variable][] {
    return [
      ...this.#projection.parameters('projection'),
      ...this.#blocks.flatMap((block, i) => block.parameters(`block${i}`)),
      ...this.#output.parameters('output'),
    ];
  }

  /** Uniforms for dropout: after the projection, then those of each block; [] without. */
  noiseShapes(rows: number): NoiseShape[] {
    const { dropout: rate, length, width } = this.#shape;
    if (rate === 0) return [];
    return [[rows * length, width, 'uniform'], ...this.#blocks.flatMap((block) => block.noiseShapes(rows))];
  }

  /**
   * @param windows [rows, L, channels]
   * @param vectors of the series [rows, d]; null where d is 0
   * @param noise of `noiseShapes`; null for no dropout
   * @returns [rows, L]
   */
  apply(windows: tf.Tensor3D, vectors: tf.Tensor2D | null, noise: readonly tf.Tensor[] | null): tf.Tensor2D {
    const { length, width, dropout: rate } = this.#shape;
    const rows = windows.shape[0];
    let projected = this.#project(windows, vectors);
    if (this.#positions) projected = tf.add(projected, this.#positions);
    let steps = tf.reshape(projected, [rows * length, width]) as tf.Tensor2D;
    if (noise) steps = dropout(steps, noise[0], rate);
    for (const [i, block] of this.#blocks.entries()) steps = block.apply(steps, noise?.slice(1 + 4 * i, 5 + 4 * i) ?? null);
    return tf.reshape(this.#output.apply(steps), [rows, length]);
  }

  dispose(): void {
    this.#positions?.dispose();
  }

  /**
   * [x_t, vector] W + b as x_t W_x + (vector W_t + b): the vector is the same at every step, so its part is
   * computed once a row.
   */
  #project(windows: tf.Tensor3D, vectors: tf.Tensor2D | null): tf.Tensor3D {
    const { channels, d, width, length } = this.#shape;
    const { kernel, bias } = this.#projection;
    const rows = windows.shape[0];
    const steps = tf.reshape(windows, [rows * length, channels]) as tf.Tensor2D;
    const onSteps = (weights: tf.Tensor2D): tf.Tensor3D => tf.reshape(matMul(steps, weights, true), [rows, length, width]);
    if (!vectors) return tf.add(onSteps(kernel), bias);
    const [ofSteps, ofVectors] = tf.split(kernel, [channels, d], 0) as tf.Tensor2D[];
    const beside = tf.add(matMul(vectors, ofVectors), bias);
    return tf.add(onSteps(ofSteps), tf.reshape(beside, [rows, 1, width]));
  }
}

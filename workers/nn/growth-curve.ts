import * as tf from '@tensorflow/tfjs';
import { logistic } from '../ops/logistic';
import type { Network, NetworkInput, NetworkOutput } from './network';

/** Least scale of a level's curve, as in the reference code. */
const LEAST_SCALE = 0.1;
/** Exponents beyond ± this are cut, where they are. */
const LARGEST_EXPONENT = 50;

export interface GrowthCurveOptions {
  /** β where training begins: asymptote, midpoint, scale. */
  start: readonly [number, number, number];
  /**
   * Mean of the response over its scale, when it was standardised: the curve stands for y / scale, which has
   * its zero where y has.
   */
  offset: number;
  /** Cuts the exponent at ±50, as the reference code does behind an encoder. */
  clipped: boolean;
}

/**
 * The logistic growth curve as a network on one numeric feature and level vectors of width 3 (paper eq. 1;
 * docs/methods.md A15): (β₁ + b₁) / (1 + exp(−(x − β₂ − b₂) / max(β₃ + b₃, 0.1))), less the offset. Three
 * trained numbers. Written with the logistic function, whose gradient is 0 where the exponential would
 * overflow.
 */
export class GrowthCurve implements Network {
  readonly #betas: tf.Scalar[] & tf.Variable[];
  readonly #offset: number;
  readonly #clipped: boolean;

  constructor({ start, offset, clipped }: GrowthCurveOptions) {
    this.#betas = start.map((value) => tf.tidy(() => tf.variable(tf.scalar(value)))) as tf.Scalar[] & tf.Variable[];
    this.#offset = offset;
    this.#clipped = clipped;
  }

  parameters(): [string, tf.Variable][] {
    return this.#betas.map((beta, m) => [`decoder/beta${m + 1}`, beta as tf.Variable]);
  }

  noiseShapes(): [] {
    return [];
  }

  apply({ x, vectors: [effects] }: NetworkInput): NetworkOutput {
    const rows = x.shape[0];
    const [asymptote, midpoint, scale] = this.#betas.map((beta, m): tf.Tensor2D => tf.add(tf.slice(effects, [0, m], [rows, 1]), beta));
    const exponent: tf.Tensor2D = tf.div(tf.sub(x, midpoint), tf.maximum(scale, LEAST_SCALE));
    const share = logistic(this.#clipped ? tf.clipByValue(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT) : exponent);
    const curve: tf.Tensor2D = tf.mul(asymptote, share);
    return { decoded: this.#offset === 0 ? curve : tf.sub(curve, this.#offset) };
  }
}

import * as tf from '@tensorflow/tfjs';
import type { NoiseShape } from '../engine/noise';
import { gelu } from '../ops/gelu';
import { matMul } from '../ops/mat-mul';
import type { RandomStream } from '../random/random';
import { type AttentionWidth, Projections, selfAttention } from './attention';
import { type CrossAttended, CrossAttention } from './cross-attention';
import { Dense } from './dense';
import { dropout } from './dropout';
import { TORCH_EPSILON } from './encoder-block';
import { normalTable, torchLinear } from './initialisers';
import { LayerNorm } from './layer-norm';
import { sinusoidalPositions } from './positions';

export interface TimexerShape extends AttentionWidth {
  /** Steps of a window L. */
  length: number;
  /** Steps of a patch P; ⌊L / P⌋ patches from the start of the window. */
  patch: number;
  /** Exogenous series F. */
  features: number;
  /** Width of the feed-forward layer. */
  feedForward: number;
  blocks: number;
  /** Steps ahead H. */
  horizon: number;
  /** Every window is scaled by its own mean and deviation. */
  normalise: boolean;
  /** What the norm after the cross-attention takes: the global token alone, or all tokens. */
  secondNorm: 'global' | 'all';
  activation: 'gelu' | 'relu';
}

/** Added to a window's variance before its root. */
const VARIANCE_EPSILON = 1e-5;

/** Each row's mean and standard deviation, [rows, 1]. */
function momentsOf(rows: tf.Tensor2D): { mean: tf.Tensor2D; deviation: tf.Tensor2D } {
  const { mean, variance } = tf.moments(rows, 1, true);
  return { mean: mean as tf.Tensor2D, deviation: tf.sqrt(tf.add(variance, VARIANCE_EPSILON)) };
}

/** Attention of tokens to each other, of the global token to the series, and a feed-forward layer. */
class TimexerBlock {
  readonly #shape: TimexerShape;
  readonly #tokens: number;
  readonly #self: Projections;
  readonly #cross: CrossAttention;
  readonly #norms: [LayerNorm, LayerNorm, LayerNorm];
  readonly #feedForward: [Dense, Dense];

  constructor(shape: TimexerShape, tokens: number, random: RandomStream) {
    const { width, feedForward } = shape;
    this.#shape = shape;
    this.#tokens = tokens;
    this.#self = new Projections(width, random);
    this.#cross = new CrossAttention(shape, random);
    const norm = (): LayerNorm => new LayerNorm(width, TORCH_EPSILON);
    this.#norms = [norm(), norm(), norm()];
    const wide = shape.activation === 'relu' ? 'relu' : 'linear';
    this.#feedForward = [new Dense(width, feedForward, wide, random, torchLinear), new Dense(feedForward, width, 'linear', random, torchLinear)];
  }

  /** Uniforms for dropout, in the order that `apply` takes them; [] without. */
  noiseShapes(rows: number): NoiseShape[] {
    const { dropout: rate, heads, width, feedForward, features } = this.#shape;
    if (rate === 0) return [];
    const tokens = this.#tokens;
    return [
      [rows, heads * tokens * tokens, 'uniform'],
      [rows * tokens, width, 'uniform'],
      [rows, heads * features, 'uniform'],
      [rows, width, 'uniform'],
      [rows * tokens, feedForward, 'uniform'],
      [rows * tokens, width, 'uniform'],
    ];
  }

  /**
   * @param x [rows · tokens, D], the global token last in its row
   * @param variates [rows · F, D]
   * @returns the same shape as x, and how the global token attended to the series
   */
  apply(x: tf.Tensor2D, variates: tf.Tensor2D, noise: readonly tf.Tensor[] | null): { x: tf.Tensor2D; weights: tf.Tensor3D } {
    const { width, dropout: rate, secondNorm, activation } = this.#shape;
    const tokens = this.#tokens;
    const rows = x.shape[0] / tokens;
    const dropped = (part: tf.Tensor2D, i: number): tf.Tensor2D => (noise ? dropout(part, noise[i], rate) : part);
    const attended = selfAttention(this.#self, x, noise?.[0] ?? null, { ...this.#shape, tokens });
    const first = tf.reshape(this.#norms[0].apply(tf.add(x, dropped(attended, 1))), [rows, tokens, width]) as tf.Tensor3D;
    const [patches, last] = tf.split(first, [tokens - 1, 1], 1);
    const global = tf.reshape(last, [rows, width]) as tf.Tensor2D;
    const crossed: CrossAttended = this.#cross.apply(global, variates, noise?.[2] ?? null);
    const sum = tf.add(global, dropped(crossed.attended, 3)) as tf.Tensor2D;
    const together = (token: tf.Tensor2D): tf.Tensor2D =>
      tf.reshape(tf.concat([patches, tf.reshape(token, [rows, 1, width])], 1), [rows * tokens, width]);
    const second = secondNorm === 'global' ? together(this.#norms[1].apply(sum)) : this.#norms[1].apply(together(sum));
    const [wide, narrow] = this.#feedForward;
    const hidden = activation === 'gelu' ? gelu(wide.apply(second)) : wide.apply(second);
    const third = this.#norms[2].apply(tf.add(second, dropped(narrow.apply(dropped(hidden, 4)), 5)));
    return { x: third, weights: crossed.weights };
  }

  parameters(name: string): [string, tf.Variable][] {
    return [
      ...this.#self.parameters(`${name}/self`),
      ...this.#cross.parameters(`${name}/cross`),
      ...this.#norms[0].parameters(`${name}/norm1`),
      ...this.#norms[1].parameters(`${name}/norm2`),
      ...this.#feedForward.flatMap((layer, i) => layer.parameters(`${name}/ff${i}`)),
      ...this.#norms[2].parameters(`${name}/norm3`),
    ];
  }

  dispose(): void {
    this.#cross.dispose();
  }
}

/** Uniforms that a block of TimeXer takes. */
const OF_BLOCK = 6;

/**
 * TimeXer (docs/methods.md F5): patches of the endogenous series and one global token attend to each other;
 * the global token attends to the exogenous series, each a token of its whole window.
 */
export class Timexer {
  readonly #shape: TimexerShape;
  readonly #patches: number;
  readonly #patch: tf.Variable<tf.Rank.R2>;
  readonly #global: tf.Variable<tf.Rank.R2>;
  readonly #variate: Dense;
  readonly #blocks: TimexerBlock[];
  readonly #norm: LayerNorm;
  readonly #head: Dense;
  /** [1, N, D], not trained. */
  readonly #positions: tf.Tensor3D;

  constructor(shape: TimexerShape, random: RandomStream) {
    const { length, patch, width } = shape;
    this.#shape = shape;
    this.#patches = Math.floor(length / patch);
    const tokens = this.#patches + 1;
    this.#patch = tf.tidy(() => tf.variable(tf.tensor2d(torchLinear(random, patch, width).kernel, [patch, width])));
    this.#global = tf.tidy(() => tf.variable(tf.tensor2d(normalTable(random, width, 1), [1, width])));
    this.#variate = new Dense(length, width, 'linear', random, torchLinear);
    this.#blocks = Array.from({ length: shape.blocks }, () => new TimexerBlock(shape, tokens, random));
    this.#norm = new LayerNorm(width, TORCH_EPSILON);
    this.#head = new Dense(tokens * width, shape.horizon, 'linear', random, torchLinear);
    this.#positions = tf.tensor3d(sinusoidalPositions(this.#patches, width), [1, this.#patches, width]);
  }

  /** `between`: parameters that the fixtures list after the variates' (the table of tags). */
  parameters(between: [string, tf.Variable][] = []): [string, tf.Variable][] {
    return [
      ['patch/kernel', this.#patch],
      ['global', this.#global],
      ...this.#variate.parameters('variate'),
      ...between,
      ...this.#blocks.flatMap((block, i) => block.parameters(`block${i}`)),
      ...this.#norm.parameters('norm'),
      ...this.#head.parameters('head'),
    ];
  }

  /** Uniforms for dropout: of the tokens, the variates, each block, the output; [] without. */
  noiseShapes(rows: number): NoiseShape[] {
    const { dropout: rate, width, features, horizon } = this.#shape;
    if (rate === 0) return [];
    return [
      [rows * (this.#patches + 1), width, 'uniform'],
      [rows * features, width, 'uniform'],
      ...this.#blocks.flatMap((block) => block.noiseShapes(rows)),
      [rows, horizon, 'uniform'],
    ];
  }

  /**
   * @param windows [rows, L, 1 + F]: the endogenous series, then the exogenous ones
   * @param vectors of the exogenous series [F, D], added to their tokens; null for none
   * @param noise of `noiseShapes`; null for no dropout
   * @returns the forecast [rows, H], and per block the attention of the global token to the series, [rows, F,
   * heads]
   */
  apply(windows: tf.Tensor3D, vectors: tf.Tensor2D | null, noise: readonly tf.Tensor[] | null): { forecast: tf.Tensor2D; weights: tf.Tensor3D[] } {
    const { width, features, dropout: rate, normalise, length } = this.#shape;
    const rows = windows.shape[0];
    const tokens = this.#patches + 1;
    const dropped = (part: tf.Tensor2D, i: number): tf.Tensor2D => (noise ? dropout(part, noise[i], rate) : part);
    const [own, others] = tf.split(windows, [1, features], 2) as tf.Tensor3D[];
    const endogenous = tf.reshape(own, [rows, length]) as tf.Tensor2D;
    const scale = normalise ? momentsOf(endogenous) : null;
    const scaled = scale ? tf.div(tf.sub(endogenous, scale.mean), scale.deviation) : endogenous;
    const ofSeries = this.#variates(others, vectors);
    const variates = dropped(ofSeries, 1);
    let x = dropped(tf.reshape(this.#tokens(scaled as tf.Tensor2D), [rows * tokens, width]), 0);
    const weights: tf.Tensor3D[] = [];
    for (const [i, block] of this.#blocks.entries()) {
      const from = 2 + OF_BLOCK * i;
      const applied = block.apply(x, variates, noise?.slice(from, from + OF_BLOCK) ?? null);
      x = applied.x;
      weights.push(applied.weights);
    }
    const flat = tf.reshape(this.#norm.apply(x), [rows, tokens * width]) as tf.Tensor2D;
    const forecast = dropped(this.#head.apply(flat), 2 + OF_BLOCK * this.#blocks.length);
    return { forecast: scale ? tf.add(tf.mul(forecast, scale.deviation), scale.mean) : forecast, weights };
  }

  dispose(): void {
    this.#positions.dispose();
    for (const block of this.#blocks) block.dispose();
  }

  /** Tokens of the patches with their positions, then the global one: [rows, N + 1, D]. */
  #tokens(endogenous: tf.Tensor2D): tf.Tensor3D {
    const { patch, width, length } = this.#shape;
    const rows = endogenous.shape[0];
    const N = this.#patches;
    const whole = N * patch === length ? endogenous : tf.slice(endogenous, [0, 0], [rows, N * patch]);
    const values = matMul(tf.reshape(whole, [rows * N, patch]), this.#patch, true);
    const patches = tf.add(tf.reshape(values, [rows, N, width]), this.#positions);
    const global = tf.add(tf.zeros([rows, 1, width]), tf.reshape(this.#global, [1, 1, width]));
    return tf.concat([patches, global], 1) as tf.Tensor3D;
  }

  /** A token for each exogenous series from its whole window, and its vector: [rows · F, D]. */
  #variates(exogenous: tf.Tensor3D, vectors: tf.Tensor2D | null): tf.Tensor2D {
    const { width, features, length, normalise } = this.#shape;
    const rows = exogenous.shape[0];
    const series = tf.reshape(tf.transpose(exogenous, [0, 2, 1]), [rows * features, length]) as tf.Tensor2D;
    const moments = normalise ? momentsOf(series) : null;
    const scaled = moments ? (tf.div(tf.sub(series, moments.mean), moments.deviation) as tf.Tensor2D) : series;
    const tokens = this.#variate.apply(scaled, true);
    if (!vectors) return tokens;
    const sum = tf.add(tf.reshape(tokens, [rows, features, width]), tf.expandDims(vectors, 0));
    return tf.reshape(sum, [rows * features, width]);
  }
}

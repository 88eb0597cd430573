import * as tf from '@tensorflow/tfjs';
import { ADAM, type AdamConstants } from './constants';
import { hasFusedAdam, runFusedAdam } from './kernels/keras-adam';
import { assignValues, readValues } from './variables';

export interface AdamOptions {
  /** Absent: the published ones. */
  constants?: AdamConstants;
  /**
   * Names of tables (rows × columns) whose rows with a gradient of zeros keep their weights and moments.
   * Absent: none, as published.
   */
  lazy?: ReadonlySet<string>;
  /** Least values of parameters by name: what an update takes below is set back to them. */
  floors?: ReadonlyMap<string, number>;
  /** Factors on the learning rate by name, 1 for all others; 0: the parameter stays as it is. */
  rates?: ReadonlyMap<string, number>;
}

/** What Adam needs to go on. */
export interface AdamState {
  firstMoments: ReadonlyMap<string, Float32Array>;
  secondMoments: ReadonlyMap<string, Float32Array>;
  /** 1 − β₁ᵗ and 1 − β₂ᵗ. */
  corrections: readonly [number, number];
}

/** Both bias corrections after so many steps. */
export const correctionsAfter = (steps: number, { beta1, beta2 }: AdamConstants = ADAM): readonly [number, number] => [
  1 - beta1 ** steps,
  1 - beta2 ** steps,
];

/**
 * Adam in Keras' form (docs/methods.md A0): α_t = lr √(1 − β₂ᵗ) / (1 − β₁ᵗ), w ← w − α_t m / (√v + ε), with ε
 * outside the root of the uncorrected v. Dense unless told otherwise: every entry decays and moves at every
 * step, also rows of a table that the batch did not show. The learning rate, the step counter (as the two
 * bias corrections 1 − βᵗ) and the moments live in tensors, so a step holds no number from JavaScript that
 * changes.
 */
export class KerasAdam {
  /** By the name tfjs gave the variable, which is how tf.variableGrads names gradients. */
  readonly #states = new Map<
    string,
    { name: string; parameter: tf.Variable; m: tf.Variable; v: tf.Variable; lazy: boolean; floor: number; factor: number }
  >();
  /** Names of variables that no step moves. */
  readonly #frozen = new Set<string>();
  readonly #constants: AdamConstants;
  readonly #learningRate: tf.Variable<tf.Rank.R0>;
  /**
   * 1 − β₁ᵗ and 1 − β₂ᵗ, kept by c ← β c + (1 − β), which stays exact in float32 where 1 − 0.999 would not.
   */
  readonly #correction1: tf.Variable<tf.Rank.R0>;
  readonly #correction2: tf.Variable<tf.Rank.R0>;

  constructor(parameters: ReadonlyMap<string, tf.Variable>, learningRate: number, { constants = ADAM, lazy, floors, rates }: AdamOptions = {}) {
    this.#constants = constants;
    const scalar = (value: number): tf.Variable<tf.Rank.R0> => tf.tidy(() => tf.variable(tf.scalar(value), false));
    this.#learningRate = scalar(learningRate);
    this.#correction1 = scalar(0);
    this.#correction2 = scalar(0);
    for (const [name, parameter] of parameters) {
      const factor = rates?.get(name) ?? 1;
      if (factor === 0) {
        this.#frozen.add(parameter.name);
        continue;
      }
      const zeros = (): tf.Variable => tf.tidy(() => tf.variable(tf.zeros(parameter.shape), false));
      this.#states.set(parameter.name, {
        name,
        parameter,
        m: zeros(),
        v: zeros(),
        lazy: lazy?.has(name) ?? false,
        floor: floors?.get(name) ?? Number.NEGATIVE_INFINITY,
        factor,
      });
    }
  }

  /**
   * One step on the gradients of tf.variableGrads (or `lossAndGradients`); the caller still owns them. A
   * parameter without one stays as it is.
   */
  step(gradients: tf.NamedTensorMap): void {
    const { beta1, beta2, epsilon } = this.#constants;
    tf.tidy(() => {
      this.#correction1.assign(tf.add(tf.mul(this.#correction1, beta1), 1 - beta1));
      this.#correction2.assign(tf.add(tf.mul(this.#correction2, beta2), 1 - beta2));
      const common: tf.Scalar = tf.mul(this.#learningRate, tf.div(tf.sqrt(this.#correction2), this.#correction1));
      const fused = hasFusedAdam();
      for (const [name, gradient] of Object.entries(gradients)) {
        if (this.#frozen.has(name)) continue;
        const state = this.#states.get(name);
        if (!state) throw new Error(`Adam was not given the variable "${name}"`);
        const { parameter, m, v, lazy, floor, factor } = state;
        const rate: tf.Scalar = factor === 1 ? common : tf.mul(common, factor);
        if (fused) {
          parameter.assign(runFusedAdam(parameter, m, v, gradient, rate, this.#constants, lazy, floor));
          continue;
        }
        // The rows that move, [rows, 1]; numbers other than zero, NaN among them, are shown.
        const shown = lazy ? tf.any(tf.notEqual(gradient, 0), 1, true) : null;
        const where = (next: tf.Tensor, old: tf.Tensor): tf.Tensor => (shown ? tf.where(shown, next, old) : next);
        m.assign(where(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)), m));
        v.assign(where(tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)), v));
        const next = where(tf.sub(parameter, tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), epsilon))), parameter);
        parameter.assign(floor === Number.NEGATIVE_INFINITY ? next : tf.maximum(next, floor));
      }
    });
  }

  /** Moments by the names of the parameters, and both bias corrections. */
  async save(): Promise<AdamState> {
    const states = [...this.#states.values()];
    const [firstMoments, secondMoments] = await Promise.all(
      (['m', 'v'] as const).map((which) => readValues(states.map((state) => [state.name, state[which]]))),
    );
    const corrections = [this.#correction1, this.#correction2].map(async (correction) => (await correction.data())[0]);
    return { firstMoments, secondMoments, corrections: [await corrections[0], await corrections[1]] };
  }

  /** Goes on from what was saved. Throws when the moments of a parameter are missing. */
  restore({ firstMoments, secondMoments, corrections }: AdamState): void {
    for (const { name, m, v } of this.#states.values()) {
      assignValues(m, name, firstMoments);
      assignValues(v, name, secondMoments);
    }
    tf.tidy(() => {
      this.#correction1.assign(tf.scalar(corrections[0]));
      this.#correction2.assign(tf.scalar(corrections[1]));
    });
  }

  /** Takes effect at the next step. */
  setLearningRate(value: number): void {
    tf.tidy(() => this.#learningRate.assign(tf.scalar(value)));
  }

  /** Frees the moments and the state; the parameters belong to the model. */
  dispose(): void {
    tf.dispose([this.#learningRate, this.#correction1, this.#correction2]);
    for (const { m, v } of this.#states.values()) tf.dispose([m, v]);
    this.#states.clear();
  }
}

import type { CountEffect } from '../../nn/count-effects';
import { COUNT_STEPS, NODES, WEIGHTS } from '../../nn/gauss-hermite';

/**
 * What a level's counts say of its effect once f and the variance are known (docs/methods.md F10), in double
 * precision.
 */

/** Posterior of one level's effect b; of a gamma effect u that of log u. */
export interface CountPosterior {
  mean: number;
  variance: number;
  /** Logarithm of what the level multiplies the mean of its rows by: log E[exp(b)]. */
  logMultiplier: number;
}

/** ψ(x) and ψ′(x) for x > 0, by recurrence and series. */
function digammas(x: number): [digamma: number, trigamma: number] {
  let [first, second] = [0, 0];
  let at = x;
  for (; at < 12; at++) {
    first -= 1 / at;
    second += 1 / at ** 2;
  }
  const square = 1 / at ** 2;
  first += Math.log(at) - 0.5 / at - square * (1 / 12 - square * (1 / 120 - square / 252));
  second += 1 / at + square / 2 + (square / at) * (1 / 6 - square * (1 / 30 - square / 42));
  return [first, second];
}

/** Mode of Y b − M e^b − b²/(2 σ²), and the deviation there. */
function modeOf(observed: number, expected: number, variance: number): [mode: number, deviation: number] {
  let b = Math.max(0, Math.log((observed + 0.5) / (expected + 0.5)));
  for (let step = 0; step < COUNT_STEPS; step++) {
    const mean = expected * Math.exp(b);
    b += (observed - mean - b / variance) / (mean + 1 / variance);
  }
  return [b, 1 / Math.sqrt(expected * Math.exp(b) + 1 / variance)];
}

/**
 * @param observed Y, the sum of the level's counts @param expected M, that of exp(f) over its rows
 * @param variance σ²_b, or the variance of the gamma effect of mean 1
 */
export function countPosterior(effect: CountEffect, observed: number, expected: number, variance: number): CountPosterior {
  if (effect === 'gamma') {
    const shape = 1 / variance + observed;
    const rate = 1 / variance + expected;
    const [digamma, trigamma] = digammas(shape);
    return { mean: digamma - Math.log(rate), variance: trigamma, logMultiplier: Math.log(shape / rate) };
  }
  // Without rows it is the prior, whose mean of exp(b) is known.
  if (observed === 0 && expected === 0) return { mean: 0, variance, logMultiplier: variance / 2 };
  const [mode, deviation] = effect === 'normal' ? [0, Math.sqrt(variance)] : modeOf(observed, expected, variance);
  const nodes = NODES.map((node) => mode + deviation * node);
  const logs = nodes.map((b, k) => {
    const moved = effect === 'normal' ? 0 : NODES[k] ** 2 / 2 - b ** 2 / (2 * variance);
    return Math.log(WEIGHTS[k]) + moved + observed * b - expected * Math.exp(b);
  });
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = nodes.reduce((sum, b, k) => sum + weights[k] * b, 0) / total;
  const second = nodes.reduce((sum, b, k) => sum + weights[k] * (b - mean) ** 2, 0) / total;
  const top = Math.max(...nodes);
  const exponentials = nodes.reduce((sum, b, k) => sum + weights[k] * Math.exp(b - top), 0) / total;
  return { mean, variance: second, logMultiplier: Math.log(exponentials) + top };
}

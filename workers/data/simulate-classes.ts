import type { RandomStream } from '../random/random';
import { CLASSES } from './lmmnn-columns';
import type { DrawnEffects } from './lmmnn-effects';
import type { LmmnnDataset } from './schema';

/** Responses of several classes of the LMMNN simulation (docs/methods.md B3). No published run has them. */

/**
 * The function of class c of C at the row whose features begin at `at`: s cos(s + 2πc/C) + 2 x_a x_b with a
 * and b the features c + 1 and c + 2, counted round. That of the first class, or of a response without
 * classes, is the published one.
 */
export function classFunction(x: Float32Array, at: number, p: number, s: number, c: number, classes: number): number {
  return s * Math.cos(s + (2 * Math.PI * c) / classes) + 2 * x[at + (c % p)] * x[at + ((c + 1) % p)];
}

/** Names of the classes: A, B, C where they have no order, 1, 2, 3 where they have one. */
export const classNames = ({ task, classes = CLASSES }: Pick<LmmnnDataset, 'task' | 'classes'>): string[] =>
  Array.from({ length: classes }, (_, c) => (task === 'ordinal' ? String(c + 1) : String.fromCharCode(65 + c)));

/** A class drawn with the softmax of its scores. */
export function drawnClass(scores: Float64Array, random: RandomStream): number {
  const largest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  let total = 0;
  for (const score of scores) total += Math.exp(score - largest);
  let left = random.uniform() * total;
  for (let c = 0; c < scores.length - 1; c++) {
    left -= Math.exp(scores[c] - largest);
    if (left < 0) return c;
  }
  return scores.length - 1;
}

/** Thresholds of C ordered classes, logit(c / C): where the sum η is 0, all have the same probability. */
export const thresholdsOf = (classes: number): Float64Array =>
  Float64Array.from({ length: classes - 1 }, (_, c) => Math.log((c + 1) / (classes - c - 1)));

/** The cumulative logit model: P(y ≤ c) = σ(θ_c − η), classes counted from 0. */
export function orderedClasses(sums: Float64Array, classes: number, random: RandomStream): Float32Array {
  const thresholds = thresholdsOf(classes);
  return Float32Array.from(sums, (sum) => {
    const u = random.uniform();
    const latent = sum + Math.log(u / (1 - u));
    let c = 0;
    while (c < thresholds.length && latent >= thresholds[c]) c++;
    return c;
  });
}

/** Streams of the effects of class c: places, times and hidden features are those of all classes. */
export const streamsOfClass =
  (stream: (name: string) => RandomStream, c: number) =>
  (name: string): RandomStream =>
    stream(c > 0 && name.startsWith('effects/') ? `class/${c}/${name}` : name);

/** What levels do to each class, one class after the other in a level's vector (q × C d). */
export function sideBySide(classes: readonly DrawnEffects[]): Pick<DrawnEffects, 'effects' | 'd' | 'variances'> {
  if (classes.length === 1) return classes[0];
  const [{ d, effects }] = classes;
  const width = classes.length * d;
  return {
    d: width,
    variances: effects.map((_, k) => classes.flatMap(({ variances }) => variances[k])),
    effects: effects.map((own, k) => {
      const all = new Float32Array((own.length / d) * width);
      classes.forEach(({ effects: ofClass }, c) => {
        for (let j = 0; j * d < own.length; j++) all.set(ofClass[k].subarray(j * d, (j + 1) * d), j * width + c * d);
      });
      return all;
    }),
  };
}

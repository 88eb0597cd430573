import { flippedAuc } from './classification';
import type { Vectors } from './distances';
import { logisticRegression } from './logistic-regression';

/**
 * AUC_B (docs/methods.md C7): a logistic regression of the downstream labels on the level vectors, all
 * features stacked, fitted and scored on the same levels, flipped. Noise alone scores 0.67 at q = 100, 0.555
 * at 1,000 and 0.515 at 10,000 (docs/methods.md E18). NaN where a vector is not finite.
 *
 * @param vectors per feature q_k × d, all of the same width @param labels per feature 0/1 (q_k)
 */
export function downstreamAuc(vectors: readonly Vectors[], labels: readonly ArrayLike<number>[]): number {
  const { d } = vectors[0];
  const levels = labels.reduce((sum, part) => sum + part.length, 0);
  const x = new Float64Array(levels * d);
  const y = new Uint8Array(levels);
  let at = 0;
  vectors.forEach((part, k) => {
    if (part.d !== d || part.values.length !== labels[k].length * d) throw new RangeError(`feature ${k} has vectors of another shape`);
    x.set(part.values, at * d);
    y.set(labels[k], at);
    at += labels[k].length;
  });
  if (!x.every(Number.isFinite)) return Number.NaN;
  return flippedAuc(y, logisticRegression(x, d, y).scores);
}

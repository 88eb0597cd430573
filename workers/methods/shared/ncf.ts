import type { Problem } from '../method';

/** What all methods of collaborative filtering share (docs/methods.md A13). */
export const NCF_PAPER =
  'He et al. (2017), Neural Collaborative Filtering; in the form of Simchoni & Rosset (2025), MMbeddings: Parameter-Efficient, Low-Overfitting Probabilistic Embeddings Inspired by Nonlinear Mixed Models';

/** An inner product takes two vectors. */
export function ncfRefusal({ levels }: Pick<Problem, 'levels'>): string | null {
  return levels.length === 2
    ? null
    : `Collaborative filtering multiplies the vectors of exactly two categorical features, such as users and items; here ${levels.length === 0 ? 'is none' : levels.length === 1 ? 'is one' : `are ${levels.length}`}.`;
}

import type { LmmnnDataset } from './schema';

/** Classes of a response of several where a spec does not say how many. */
export const CLASSES = 3;

/** Numeric features that stand after x₁ … x_p in the LMMNN simulation: time, or coordinates. */
export function addedColumns({ effects }: Pick<LmmnnDataset, 'effects'>): readonly string[] {
  if (effects === 'polynomials') return ['t'];
  return effects === 'places' ? ['east', 'north'] : [];
}

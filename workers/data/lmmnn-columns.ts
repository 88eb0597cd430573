import type { LmmnnDataset } from './schema';

/** Numeric features that stand after x₁ … x_p in the LMMNN simulation: time, or coordinates. */
export function addedColumns({ effects }: Pick<LmmnnDataset, 'effects'>): readonly string[] {
  if (effects === 'polynomials') return ['t'];
  return effects === 'places' ? ['east', 'north'] : [];
}

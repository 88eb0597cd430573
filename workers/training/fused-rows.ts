import type { Dataset } from '../data/dataset';
import type { FusedRows } from '../engine/step-plan';

/** A dataset as fused plans take it. */
export function fusedRows({ x, p, y, categorical, tags }: Dataset): FusedRows {
  return {
    x,
    p,
    y,
    features: categorical.map(({ codes, cardinality }) => ({ codes, levels: cardinality })),
    tags: tags?.map(({ labels, offsets, ids }) => ({ tags: labels.length, offsets, ids })),
  };
}

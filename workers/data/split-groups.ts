import type { CategoricalColumn } from './dataset';

/** What is kept together: the code (0 … cardinality − 1) of each row. */
export type Groups = Pick<CategoricalColumn, 'name' | 'codes' | 'cardinality'>;

/** Rows taken out and those left, each in the order they had. */
export interface Parted {
  held: Uint32Array;
  rest: Uint32Array;
}

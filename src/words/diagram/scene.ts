/** Parts of the picture. */
export type NodeId = 'row' | 'encoder' | 'proposal' | 'table' | 'draw' | 'rows' | 'fixed' | 'mean' | 'weight' | 'vector' | 'decoder' | 'prediction';

/** What happens in a sub-step; its code and its formula belong to it. */
export type SceneId =
  | 'row'
  | 'encode'
  | 'look-up'
  | 'draw'
  | 'average'
  | 'pull'
  | 'fixed'
  | 'residuals'
  | 'weigh'
  | 'decode'
  | 'add'
  | 'error'
  | 'back'
  | 'update';

/** One sub-step: what it is called, a sentence or three with the numbers of this run, a formula with them. */
export interface Scene {
  id: SceneId;
  title: string;
  words: string;
  /** TeX, and the same line with numbers of this row where there are some. */
  formula: string;
  numbers: string | null;
  /** Parts of the picture that take part. */
  lit: readonly NodeId[];
}

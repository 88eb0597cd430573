import type { GraphNode, Tensor } from '../../model-file/graph';

/**
 * How a fitted method predicts, as plain data: operations of ONNX from a batch of rows (docs/methods.md C4)
 * to the response scale of the dataset, with the weights of the results.
 *
 * Its inputs are named `x` [n, p], `z0`, `z1`, … [n], `tags0.ids` and `tags0.mask` [n, places], and `n` [1],
 * the number of rows; the level vectors of the results are constants `vectors/0`, `vectors/1`, … that are not
 * in `constants`.
 */
export interface Predictor {
  nodes: GraphNode[];
  constants: Map<string, Tensor>;
  /** The value that is the prediction, [n, 1]. */
  output: string;
  /** Constants whose rows are the levels of a categorical feature. */
  tables: { constant: string; feature: number }[];
  /** What a level that nobody has seen has in each of these tables. */
  newLevel: 'zeros' | 'average' | { vectors: Float32Array[] };
  /** The lab's own predictions draw random numbers; this predicts from the mean of what is drawn. */
  draws: boolean;
  /** Numeric features made of levels, in the columns of x after those of the table. */
  encoded: { values: Float32Array; width: number }[];
}

/** Why a method's prediction is in no model file: a sentence. */
export interface NoPredictor {
  refusal: string;
}

/** Constants of Adam. */
export interface AdamConstants {
  beta1: number;
  beta2: number;
  epsilon: number;
}

/**
 * Adam in Keras' epsilon-hat form, with the published constants (docs/methods.md A0); only the learning rate
 * is a setting.
 */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const satisfies AdamConstants;

/** Rows evaluated in one call, where batches are not larger. */
export const EVALUATION_ROWS = 16_384;

/**
 * Bytes of data that a plan in WebAssembly copies into its memory; of larger data it takes the rows of each
 * call, which saves a copy for each method and costs an MMbeddings step nothing that can be measured, an
 * Embeddings step (10 numbers a row, little else) a half.
 */
export const COPY_BYTES = 128 * 2 ** 20;

/**
 * Nodes and weights (Σ = 1) of the Gauss–Hermite rule for the mean over a standard normal, five of them as
 * LMMNN's code has them (docs/methods.md A11).
 */
export const NODES: readonly number[] = [-2.8569700138728056, -1.355626179974266, 0, 1.355626179974266, 2.8569700138728056];
export const WEIGHTS: readonly number[] = [0.011257411327720691, 0.2220759220056126, 0.5333333333333333, 0.2220759220056126, 0.011257411327720691];

/** Steps of Newton's method to the mode of a level's counts, around which the nodes are put. */
export const COUNT_STEPS = 12;

/**
 * The same for a level with a binary response, and the longest of these steps: a longer one may not come
 * back.
 */
export const MODE_STEPS = 12;
export const LONGEST_STEP = 2;

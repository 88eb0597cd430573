/**
 * The loss of an epoch from the losses of its batches as Keras reports it (docs/methods.md A0): weighted by
 * rows for models compiled with a loss, the plain mean for models that add their own.
 */
export function epochLoss(how: 'by-rows' | 'by-batches', losses: ArrayLike<number>, rows: readonly number[]): number {
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < losses.length; i++) {
    const weight = how === 'by-rows' ? rows[i] : 1;
    sum += weight * losses[i];
    weights += weight;
  }
  return sum / weights;
}

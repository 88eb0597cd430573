import type { Curves } from '../../workers/protocol';

/**
 * Losses that differ by no more than this share at every epoch are one loss: rounding, and the clipped log
 * loss.
 */
const SAME = 0.01;

/**
 * A method's training loss in the unit of the validation loss that is drawn: value e−1 belongs to epoch e.
 * Null where the two are not the same quantity and cannot stand on one axis. The training loss is that of
 * what a method minimises. Beside the objective it always belongs; beside the predictive loss only where the
 * objective is that loss, up to the scale of a standardised response: not where it has a penalty, or where an
 * encoder reads the row's own response (docs/methods.md DIS-13).
 */
export function trainingValues({ training, objective, predictive }: Curves, kind: 'predictive' | 'objective'): Float32Array | null {
  if (kind === 'objective') return training;
  const ratios: number[] = [];
  for (let e = 0; e < training.length; e++) if (predictive[e] > 0 && objective[e] > 0) ratios.push(predictive[e] / objective[e]);
  if (ratios.length === 0) return null;
  const [first] = ratios;
  if (ratios.some((ratio) => Math.abs(ratio - first) > SAME * first)) return null;
  return training.map((value) => value * first);
}

import { LabFailure } from '../data/failure';
import { aboutMethod } from '../methods/registry';
import { MOST_BYTES, writeModel } from '../model-file/write';
import { type FittedMethod, modelFile } from './model';
import { type ModelCheck, verifyModel } from './verify';

/** A model file that is written, and what it was found to compute. */
export interface SavedModel {
  bytes: Uint8Array<ArrayBuffer>;
  check: ModelCheck;
}

/** Larger than this, as a share of the response's spread, and the file does not say what the lab says. */
const TOLERANCE = 1e-4;

/**
 * Writes the model file of a finished method, and computes up to 100 test rows with it.
 *
 * @throws LabFailure 'no-model-file' with the reason where it has none, 'model-differs' where the file
 * predicts anything else than the lab
 */
export function saveModel(fitted: FittedMethod): SavedModel {
  const model = modelFile(fitted);
  const check = verifyModel(fitted, model);
  const { label } = aboutMethod(fitted.finished.result.method);
  if (!check.draws && !(check.relative <= TOLERANCE))
    throw new LabFailure(
      'model-differs',
      `The model file of ${label} predicts other numbers than the lab: they differ by up to ${check.largest.toPrecision(3)} in ${check.rows} test rows.`,
      'Do not use it; please report the data and the settings.',
    );
  const bytes = writeModel(model, fitted.version);
  if (bytes.length > MOST_BYTES)
    throw new LabFailure('no-model-file', `The model file of ${label} would be larger than 2 GB.`, 'Take fewer dimensions.');
  return { bytes, check };
}

/** What the check found, as a sentence. */
export function checkWords({ rows, largest, draws }: ModelCheck): string {
  if (draws) return 'It predicts from the means of the level vectors; the lab’s own test predictions draw random numbers, so they differ.';
  const found = largest === 0 ? 'are the same numbers' : `differ by ${largest.toPrecision(2)} at most`;
  return `Checked: ${rows} test rows computed from the file and by the lab ${found}.`;
}

import type { LabError } from '../data/failure';

/** A LabError, or a LabFailure of the worker, which reads the same. */
const isLabError = (value: unknown): value is LabError =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as LabError).code === 'string' &&
  typeof (value as LabError).message === 'string' &&
  typeof (value as LabError).hint === 'string';

/**
 * Anything thrown, on either side of the worker boundary, as the page shows it. Refusals keep their own
 * words; anything else is named a failure of the engine.
 */
export function toLabError(thrown: unknown): LabError {
  if (isLabError(thrown)) {
    const { code, message, hint, question, method } = thrown;
    return { code, message, hint, ...(question && { question }), ...(method && { method }) };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'unexpected',
    message: `The engine failed: ${message.replace(/\.?$/, '.')}`,
    hint: 'Restart the engine and try again; if it happens again, please report it with the settings used.',
  };
}

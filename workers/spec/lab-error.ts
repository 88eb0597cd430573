import type { LabError } from '../data/failure';

/** A LabError, or a LabFailure of the worker, which reads the same. */
const isLabError = (value: unknown): value is LabError =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as LabError).code === 'string' &&
  typeof (value as LabError).message === 'string' &&
  typeof (value as LabError).hint === 'string';

/** How the three engines of browsers say that a module did not come. */
const MODULE_MISSING = /dynamically imported module|Importing a module script failed|Unable to preload CSS/i;

/**
 * Anything thrown, on either side of the worker boundary, as the page shows it. Refusals keep their own
 * words, a part of the page that did not come is named; anything else is a failure of the engine.
 */
export function toLabError(thrown: unknown): LabError {
  if (isLabError(thrown)) {
    const { code, message, hint, question, method } = thrown;
    return { code, message, hint, ...(question && { question }), ...(method && { method }) };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (MODULE_MISSING.test(message)) {
    return {
      code: 'part-missing',
      message: 'A part of this page could not be loaded.',
      hint: 'The network is away, or the lab has a newer version by now. Reload the page when your results are saved.',
    };
  }
  return {
    code: 'unexpected',
    message: `The engine failed: ${message.replace(/\.?$/, '.')}`,
    hint: 'Restart the engine and try again; if it happens again, please report it with the settings used.',
  };
}

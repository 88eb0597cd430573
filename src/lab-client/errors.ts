import type { LabError } from '../../workers/protocol';

const isLabError = (value: unknown): value is LabError =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as LabError).code === 'string' &&
  typeof (value as LabError).message === 'string' &&
  typeof (value as LabError).hint === 'string';

/** Whatever crossed the worker boundary, as the page shows it. Refusals keep their own words; anything else is named an engine error. */
export function toLabError(thrown: unknown): LabError {
  if (isLabError(thrown)) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'engine-error',
    message: `The engine failed: ${message.replace(/\.?$/, '.')}`,
    hint: 'Restart the engine and try again.',
  };
}

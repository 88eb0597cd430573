import type { Variable } from '@tensorflow/tfjs';

/** Frees the variables of a model. Safe to call twice. */
export function disposeAll(parameters: ReadonlyMap<string, Variable>): void {
  for (const variable of parameters.values()) if (!variable.isDisposed) variable.dispose();
}

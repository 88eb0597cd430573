import type { z } from 'zod';

/**
 * The first problem of a spec in one sentence that names the setting: "training.epochs: must be at most
 * 10000".
 */
export function specFault(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue.path.map(String).join('.');
  return path ? `${path}: ${issue.message}` : issue.message;
}

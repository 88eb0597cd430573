import type { z } from 'zod';
import { shortened } from '../data/shown-text';

/** Longest message and path of a problem: both may hold texts of a link. */
const MOST_MESSAGE = 300;
const MOST_PATH = 100;

/** What zod says of a value, in words for people. */
const wordsOf = (message: string): string =>
  shortened(
    message
      .replace(/^Invalid input: expected .*, received undefined$/, 'is missing')
      .replace(/^Invalid input: expected (.*), received (.*)$/, 'must be $1, not $2'),
    MOST_MESSAGE,
  );

/** The first problem that zod found: where it is (empty for the whole), and what, without a full stop. */
export function firstFault(error: z.ZodError): { where: string; what: string } {
  const [{ path, message }] = error.issues;
  return { where: shortened(path.map(String).join('.'), MOST_PATH), what: wordsOf(message).replace(/\.$/, '') };
}

/**
 * The first problem of a spec in one sentence that names the setting: "training.epochs: must be at most
 * 10000".
 */
export function specFault(error: z.ZodError): string {
  const { where, what } = firstFault(error);
  return where ? `${where}: ${what}` : what;
}

/** Programs of this machine. Node's own modules only, because it is needed before node_modules exists. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of the first of these programs that PATH has, null when it has none. */
export const inPath = (...names) =>
  names.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))).find(executable) ?? null;

/**
 * Path of the program that a variable of the environment names; null where it is not set. Throws when it
 * names nothing that can be run.
 */
export function explicitly(variable) {
  const path = process.env[variable];
  if (path && !executable(path)) throw new Error(`${variable} is ${path}, which is not a program that can be run.`);
  return path || null;
}

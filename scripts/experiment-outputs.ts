import { join, resolve } from 'node:path';
import { LabFailure } from '../workers/data/failure';
import { beginningOf, storeFile } from './files';

/**
 * A file that `merge` writes next to the units. `opening`: how every such file of this table begins, by which
 * it is known from a file of a person's own that has its name.
 */
export interface Output {
  ending: 'md' | 'csv' | 'tex' | 'json';
  text: string;
  opening: string;
}

/**
 * Writes the files of a table. All of them are looked at before the first is written.
 *
 * @throws LabFailure 'not-own' where one would take the place of a file that `merge` has not written
 */
export async function storeOutputs(folder: string, name: string, outputs: readonly Output[]): Promise<void> {
  for (const { ending, opening } of outputs) {
    const path = join(folder, `${name}.${ending}`);
    const there = await beginningOf(path, Buffer.byteLength(opening));
    if (there !== null && there !== opening)
      throw new LabFailure(
        'not-own',
        `${path} is not a table that merge wrote of "${name}": it is left as it is, and so are the other files of that name.`,
        'Move it to another folder, then merge again.',
      );
  }
  for (const { ending, text } of outputs) await storeFile(join(folder, `${name}.${ending}`), text);
}

/**
 * Refuses to fit from files whose places `merge` would write to.
 *
 * @param names of the tables that will be written into the folder
 * @param read paths of the files that are read
 * @throws LabFailure 'bad-option' that names the file
 */
export function refuseInputs(folder: string, names: readonly string[], read: readonly string[]): void {
  const taken = new Set(names.flatMap((name) => ['md', 'csv', 'tex', 'json', 'grid.json'].map((ending) => resolve(folder, `${name}.${ending}`))));
  const found = read.find((path) => taken.has(resolve(path)));
  if (found !== undefined)
    throw new LabFailure('bad-option', `merge would write a table of results in the place of ${found}.`, 'Name another folder with --out.');
}

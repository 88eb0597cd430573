import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LabFailure } from '../workers/data/failure';
import { mergedRecord, readRecord } from '../workers/papers/record';
import type { UnitRecord } from '../workers/papers/types';
import { alone, storeFile, textAt } from './files';

/**
 * The record of a file; null where there is none. @throws LabFailure, named by the file, when it is not one
 */
export async function storedUnit(path: string): Promise<UnitRecord | null> {
  const text = await textAt(path);
  return text === null ? null : readRecord(text, path);
}

/**
 * Keeps a record in the file of its unit, with the methods that another process has put there meanwhile: no
 * finished method is ever lost, and the first number of a method stays.
 *
 * @throws LabFailure 'record-of-other-data', and those of the disk
 */
export function storeUnit(path: string, record: UnitRecord): Promise<UnitRecord> {
  return alone(path, async () => {
    const there = await storedUnit(path);
    const both = there ? mergedRecord(there, record) : record;
    await storeFile(path, `${JSON.stringify(both)}\n`);
    return both;
  });
}

/** All records of a folder, and what is wrong with those that cannot be read. */
export async function unitsIn(folder: string): Promise<{ records: UnitRecord[]; bad: LabFailure[] }> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter((file) => /\.rep=\d+\.json$/.test(file)).sort();
  } catch {
    throw new LabFailure('no-folder', `There is no readable folder ${folder}.`, 'Name the folder that --out named.');
  }
  const bad: LabFailure[] = [];
  const records: UnitRecord[] = [];
  for (const name of names) {
    try {
      const record = await storedUnit(join(folder, name));
      if (record) records.push(record);
    } catch (failure) {
      if (!(failure instanceof LabFailure)) throw failure;
      bad.push(failure);
    }
  }
  return { records, bad };
}

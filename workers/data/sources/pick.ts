import { firstBytes, isZip } from '../byte-stream';
import { LabFailure } from '../failure';
import type { NamedBlob } from '../named-blob';
import { archiveEntry } from '../reading/archive';
import type { FileStep } from '../reading/steps';
import { refuse } from '../refusals';
import { printable } from '../shown-text';
import type { TableSource } from './source';
import { filesOfTar, isTar } from './tar';
import { readText } from './text';
import { readTogether } from './together';
import { entriesOf } from './xlsx/zip';

const begins = (bytes: Uint8Array, sign: string): boolean => [...sign].every((character, i) => bytes[i] === character.charCodeAt(0));

/** A reader that is loaded when a file asks for it: from this site, and from no other. */
async function loaded<T>(file: NamedBlob, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    throw new LabFailure(
      'reader-not-loaded',
      `What reads files such as ${printable(file.name)} could not be loaded.`,
      'Go online, reload the page, and choose the file again.',
    );
  }
}

interface Picked {
  source: TableSource;
  steps: readonly FileStep[];
}

/** What reads a file, by its first bytes, and the steps that it needs. */
export async function sourceOf(file: NamedBlob, given: readonly FileStep[], signal?: AbortSignal): Promise<Picked> {
  const archived = given.find((step) => step.kind === 'archive');
  const rest = given.filter((step) => step !== archived);
  const first = await firstBytes(file);
  if (begins(first, 'PAR1') || begins(first, 'PARE'))
    return { source: (await loaded(file, () => import('./parquet/parquet'))).readParquet, steps: rest };
  if (await isTar(file)) return { source: await together(file, signal), steps: rest };
  if (!isZip(first)) return { source: readText, steps: rest };
  if ((await entriesOf(file))?.has('xl/workbook.xml')) return { source: (await loaded(file, () => import('./xlsx/xlsx'))).readXlsx, steps: rest };
  return { source: readText, steps: [{ kind: 'archive', entry: await archiveEntry(file, archived?.entry ?? null, signal) }, ...rest] };
}

/** Reads the files of a tar archive as one table; an archive among them is none of the tables. */
async function together(file: NamedBlob, signal: AbortSignal | undefined): Promise<TableSource> {
  const files = await filesOfTar(file);
  if (files === null) throw refuse.unreadable(file.name, 'it is a tar archive that is damaged or cut short');
  return readTogether(files, async (member, given) => {
    if (await isTar(member)) return { source: readText, archive: true };
    if (isZip(await firstBytes(member)) && !(await entriesOf(member))?.has('xl/workbook.xml')) return { source: readText, archive: true };
    return { source: (await sourceOf(member, given, signal)).source, archive: false };
  });
}

import { firstBytes, isZip } from '../byte-stream';
import type { NamedBlob } from '../named-blob';
import { archiveEntry } from '../reading/archive';
import type { FileStep } from '../reading/steps';
import type { TableSource } from './source';
import { readText } from './text';
import { entriesOf } from './xlsx/zip';

const begins = (bytes: Uint8Array, sign: string): boolean => [...sign].every((character, i) => bytes[i] === character.charCodeAt(0));

/** What reads a file, by its first bytes, and the steps that it needs. */
export async function sourceOf(
  file: NamedBlob,
  given: readonly FileStep[],
  signal?: AbortSignal,
): Promise<{ source: TableSource; steps: readonly FileStep[] }> {
  const archived = given.find((step) => step.kind === 'archive');
  const rest = given.filter((step) => step !== archived);
  const first = await firstBytes(file);
  if (begins(first, 'PAR1') || begins(first, 'PARE')) return { source: (await import('./parquet/parquet')).readParquet, steps: rest };
  if (!isZip(first)) return { source: readText, steps: rest };
  if ((await entriesOf(file))?.has('xl/workbook.xml')) return { source: (await import('./xlsx/xlsx')).readXlsx, steps: rest };
  return { source: readText, steps: [{ kind: 'archive', entry: await archiveEntry(file, archived?.entry ?? null, signal) }, ...rest] };
}

import { Unzip, UnzipInflate } from 'fflate';
import { LabFailure } from '../failure';
import type { NamedBlob } from '../named-blob';
import { quote, refuse } from '../refusals';

/**
 * Names of the files in a zip archive, in the order of the archive; folders and what macOS adds are left out.
 */
async function entriesOf(file: NamedBlob, signal?: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  const unzip = new Unzip((entry) => {
    if (!/^\s*$|\/$|^__MACOSX\/|(^|\/)\./.test(entry.name)) names.push(entry.name);
  });
  const reader = file.stream().getReader();
  try {
    for (;;) {
      if (signal?.aborted) throw refuse.cancelled(file.name);
      const { done, value } = await reader.read();
      unzip.push(value ?? new Uint8Array(), done);
      if (done) return names;
    }
  } catch (error) {
    if (error instanceof LabFailure) throw error;
    throw refuse.notText(file.name, 'it is a zip archive or a spreadsheet');
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/**
 * The table to read from a zip archive: the one that was asked for, or the only one.
 *
 * @throws LabFailure 'csv-not-text' for a workbook or an archive without files, 'zip-several' with the names
 * of the tables to choose from, 'zip-no-entry'
 */
export async function archiveEntry(file: NamedBlob, asked: string | null, signal?: AbortSignal): Promise<string> {
  const names = await entriesOf(file, signal);
  if (names.includes('xl/workbook.xml') || names.includes('xl/workbook.bin')) throw refuse.notText(file.name, 'it is an Excel workbook');
  if (names.includes('content.xml') && names.includes('mimetype')) throw refuse.notText(file.name, 'it is an OpenDocument file');
  if (names.some((name) => name === '[Content_Types].xml' || name.startsWith('xl/')))
    throw refuse.notText(file.name, 'it is a document of Office, or a damaged workbook');
  if (names.length === 0) throw refuse.notText(file.name, 'it is a zip archive or a spreadsheet');
  if (asked !== null) {
    if (names.includes(asked)) return asked;
    throw new LabFailure('zip-no-entry', `${file.name} holds no file ${quote(asked)}.`, `It holds ${listed(names)}.`);
  }
  const tables = names.filter((name) => /\.(csv|tsv|tab|txt|dat|data|jsonl|ndjson|json)$/i.test(name));
  const candidates = tables.length > 0 ? tables : names;
  if (candidates.length === 1) return candidates[0];
  throw new LabFailure(
    'zip-several',
    `${file.name} holds ${candidates.length.toLocaleString('en')} files: ${listed(candidates)}.`,
    'Choose one of them.',
    {
      id: 'archive',
      column: null,
      text: `${file.name} holds ${candidates.length.toLocaleString('en')} files. Which one is the table?`,
      answers: candidates.slice(0, 20).map((entry) => ({ label: entry, steps: [{ kind: 'archive', entry }], taken: false })),
      pressing: true,
    },
  );
}

function listed(names: readonly string[]): string {
  return names.slice(0, 8).map(quote).join(', ') + (names.length > 8 ? ', …' : '');
}

/** Bytes of an archive in, bytes of one of its files out. */
export function unzipped(entry: string): TransformStream<Uint8Array, Uint8Array> {
  let unzip: Unzip;
  return new TransformStream({
    start(controller) {
      unzip = new Unzip((found) => {
        if (found.name !== entry) return;
        found.ondata = (error, data) => {
          if (error) throw error;
          if (data.length > 0) controller.enqueue(data);
        };
        found.start();
      });
      unzip.register(UnzipInflate);
    },
    transform(chunk) {
      unzip.push(chunk);
    },
    flush() {
      unzip.push(new Uint8Array(), true);
    },
  });
}

import { bytesOf, isGzip, joined } from '../byte-stream';
import { ReadAsLevels } from '../bytes/column-store';
import { ByteKernel } from '../bytes/kernel';
import { DelimitedReader, ReadAgain, type TextReader } from '../delimited';
import { LabFailure } from '../failure';
import type { Encoding } from '../reading/kinds';
import { jsonForm, RecordReader } from '../records';
import type { RawTable } from '../table';
import type { ReadCells, ReadingContext } from './source';

const HEAD = 64;

/**
 * Text with separators, or JSON records: plain, gzip-compressed, or a file of a zip archive (a step
 * 'archive'). Read once more where quotes turn out to be characters like any other.
 */
export async function readText(context: ReadingContext): Promise<ReadCells> {
  try {
    return await readOnce(context);
  } catch (error) {
    if (!(error instanceof ReadAgain)) throw error;
    return readText({ ...context, given: [...context.given, error.step] });
  }
}

async function readOnce(context: ReadingContext): Promise<ReadCells> {
  const { file, limit, given, exact, levels, many, piece: most, signal, turn } = context;
  const archive = given.find((step) => step.kind === 'archive');
  const entry = archive?.entry ?? null;
  let encoding: Encoding = 'utf-8';
  let bytesRead = 0;
  const name = entry ?? file.name;
  const pieces = bytesOf(file, {
    onBytes: (bytes) => {
      bytesRead = bytes;
    },
    onEncoding: (found) => {
      encoding = found;
    },
    encoding: given.find((step) => step.kind === 'encoding')?.encoding ?? null,
    entry,
    limit,
    signal,
    piece: most,
  });
  const kernel = context.kernel === false ? null : await ByteKernel.load();
  const size = entry !== null || (await isGzip(file)) ? undefined : file.size;
  /** The first rows are being told. */
  let told: Promise<void> | undefined;
  const readerOf = (beginning: Uint8Array): TextReader => {
    const text = new TextDecoder().decode(beginning.subarray(0, 4 * HEAD));
    const json = given.find((step) => step.kind === 'json')?.form ?? (exact ? null : jsonForm(text));
    if (json) return new RecordReader({ name, limit, levels, many }, json);
    const options = { name, limit, given, exact, levels, many };
    const onBeginning = (text: Uint8Array) => {
      told = context.onBeginning && beginningOf(new DelimitedReader(options), text, context.onBeginning);
    };
    return new DelimitedReader({ ...options, kernel, bytes: size, onBeginning });
  };
  // The first signs tell JSON from delimited text.
  let reader: TextReader | null = null;
  let head: Uint8Array = new Uint8Array();
  for await (const piece of pieces) {
    head = joined(head, piece);
    if (!reader && head.length < HEAD) continue;
    reader ??= readerOf(head);
    reader.push(head);
    head = new Uint8Array();
    if (told) await told;
    told = undefined;
    await turn(bytesRead, reader.rows);
  }
  reader ??= readerOf(head);
  reader.push(head);
  const read = reader;
  const { raw, line } = await read.finish(() => turn(bytesRead, read.rows));
  const first: RawTable['steps'] = archive ? [{ step: archive }] : [];
  if (encoding !== 'utf-8') first.push({ step: { kind: 'encoding', encoding } });
  return { raw: { ...raw, steps: [...first, ...raw.steps] }, line, rows: read.rows };
}

/** The first rows of a text; what would be refused in them is left to the reading of the whole. */
async function beginningOf(reader: DelimitedReader, text: Uint8Array, hear: (cells: ReadCells) => void): Promise<void> {
  try {
    reader.push(text);
    hear({ ...(await reader.finish(async () => undefined)), rows: reader.rows });
  } catch (error) {
    if (!(error instanceof LabFailure || error instanceof ReadAgain || error instanceof ReadAsLevels)) throw error;
  }
}

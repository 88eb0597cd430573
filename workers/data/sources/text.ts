import { bytesOf, isGzip, joined } from '../byte-stream';
import { ReadAsLevels } from '../bytes/column-store';
import { ByteKernel } from '../bytes/kernel';
import { DelimitedReader, ReadAgain, type TextReader } from '../delimited';
import { LabFailure } from '../failure';
import type { Encoding } from '../reading/kinds';
import type { FileStep } from '../reading/steps';
import { jsonForm, RecordReader } from '../records';
import { refuse } from '../refusals';
import type { RawTable } from '../table';
import type { SecondReader, Share, ShareRequest } from './second';
import { named, packed, secondOf, unpacked } from './share';
import type { ReadCells, ReadingContext } from './source';

const HEAD = 64;

/**
 * Text with separators, or JSON records: plain, gzip-compressed, or a file of a zip archive (a step
 * 'archive'). Read once more where quotes turn out to be characters like any other.
 */
export async function readText(context: ReadingContext): Promise<ReadCells> {
  const second = await secondOf(context);
  let step: FileStep;
  try {
    return second ? await readWithSecond(context, second) : (await readOnce(context)).cells;
  } catch (error) {
    if (!(error instanceof ReadAgain)) throw error;
    step = error.step;
  } finally {
    second?.stop();
  }
  return await readText({ ...context, given: [...context.given, step] });
}

/**
 * Every second column here, the others by another worker, at the same time. Both look at every cell, so that
 * this one refuses what it would alone.
 */
async function readWithSecond(context: ReadingContext, second: SecondReader): Promise<ReadCells> {
  const { cells, names, held } = await readOnce({ ...context, share: 0 });
  const share = await shareOf(second, context);
  await context.turn(context.file.size, cells.rows);
  // The first rows have been told.
  if (!share || share.rows !== cells.rows || held + share.held > context.limit) return (await readOnce({ ...context, onBeginning: undefined })).cells;
  const byName = new Map([...cells.raw.columns, ...unpacked(share)].map((column) => [column.name, column]));
  const columns = names.flatMap((name) => byName.get(name) ?? []);
  return { ...cells, raw: { ...cells.raw, columns } };
}

/** What the other worker has read; waiting for it ends where reading is cancelled. */
function shareOf(second: SecondReader, { file, signal }: ReadingContext): Promise<Share | null> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(refuse.cancelled(file.name));
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    second.share.then(resolve, reject).finally(() => signal?.removeEventListener('abort', cancel));
  });
}

/** Every second column of a file, from the second on, to be sent. @throws as `readText`, and ReadAsLevels */
export async function readShare(request: ShareRequest): Promise<{ share: Share; buffers: ArrayBuffer[] }> {
  const levels = new Set(request.levels);
  for (;;) {
    try {
      const { cells, held } = await readOnce({ ...request, file: named(request.file, request.name), levels, share: 1, turn: async () => undefined });
      return packed(cells, held);
    } catch (error) {
      if (!(error instanceof ReadAsLevels)) throw error;
      levels.add(error.column);
    }
  }
}

/** One reading: the cells, the names of all columns, and the bytes that they take. */
async function readOnce(context: ReadingContext): Promise<{ cells: ReadCells; names: string[]; held: number }> {
  const { file, limit, given, exact, alone, levels, many, share, piece: most, signal, turn } = context;
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
    if (json) return new RecordReader({ name, limit, alone, levels, many }, json);
    const options = { name, limit, given, exact, alone, levels, many };
    const onBeginning = (text: Uint8Array) => {
      told = context.onBeginning && beginningOf(new DelimitedReader(options), text, context.onBeginning);
    };
    return new DelimitedReader({ ...options, share, kernel, bytes: size, onBeginning });
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
  const cells = { raw: { ...raw, steps: [...first, ...raw.steps] }, line, rows: read.rows };
  return read instanceof DelimitedReader ? { cells, names: read.names, held: read.held } : { cells, names: [], held: 0 };
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

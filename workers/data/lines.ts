import { textOf } from './byte-stream';
import { LabFailure } from './failure';
import type { NamedBlob } from './named-blob';

/** Takes the lines of a file one after another, without their ends, and says what they make. */
export interface LineReader<Made> {
  line(text: string): void;
  /** The beginning of a line whose end has not been read: it may be too long already. */
  unfinished(text: string): void;
  finish(): Made;
}

/**
 * Reads a text file line by line, plain or gzip-compressed.
 *
 * @param refuse what is thrown of a file without a byte, and of one that is no text, with the reason
 * @throws LabFailure of `refuse`, of the reader, and of a file that cannot be read
 */
export async function readLines<Made>(
  file: NamedBlob,
  reader: LineReader<Made>,
  refuse: { empty(name: string): LabFailure; notText(name: string, message: string): LabFailure },
): Promise<Made> {
  if (file.size === 0) throw refuse.empty(file.name);
  let rest = '';
  try {
    for await (const piece of textOf(file, { onBytes: () => undefined, encoding: null, entry: null, limit: Number.POSITIVE_INFINITY })) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) reader.line(line);
      reader.unfinished(rest);
    }
  } catch (failure) {
    // What the reader of tables asks about an encoding cannot be answered here.
    if (failure instanceof LabFailure && failure.code === 'csv-not-text')
      throw refuse.notText(file.name, failure.message.replace('text table', 'text'));
    throw failure;
  }
  if (rest !== '') reader.line(rest);
  return reader.finish();
}

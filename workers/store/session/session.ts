import { z } from 'zod';
import { LabFailure } from '../../data/failure';
import { shortened } from '../../data/shown-text';
import type { KeptCheckpoint, RunSnapshot } from '../../protocol';
import { firstFault } from '../../spec/fault';
import { packCheckpoint } from '../checkpoint';
import { type PackedWords, pack, unpack } from '../pack';
import { checkpointSchema } from './checkpoint';
import { MOST_NAME_LETTERS, MOST_TABLE_BYTES, type Session } from './limits';
import { list, text } from './shape';
import { snapshotSchema } from './snapshot';

const KIND = 'mmbeddings-lab-session';
const VERSION = 1;
const MOST_RUNS = 100;

const runSchema = z.strictObject({
  name: z.string().min(1).max(MOST_NAME_LETTERS).nullable(),
  begun: z.iso.datetime(),
  updated: z.iso.datetime(),
  status: z.enum(['idle', 'preparing', 'running', 'paused', 'done', 'stopped', 'diverged', 'failed']),
  snapshot: snapshotSchema,
  checkpoint: z.instanceof(Uint8Array<ArrayBuffer>),
});
const tableSchema = z.strictObject({
  name: z.string().min(1).max(200),
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits'),
  bytes: z.instanceof(Uint8Array<ArrayBuffer>).refine(({ length }) => length <= MOST_TABLE_BYTES, 'is larger than 20 MB'),
});
const sessionSchema = z.strictObject({
  kind: z.literal(KIND),
  version: z.literal(VERSION),
  lab: text,
  made: z.iso.datetime(),
  runs: list(runSchema, MOST_RUNS).min(1),
  tables: list(tableSchema, MOST_RUNS),
});

export function writeSession({ lab, made, runs, tables }: Session): ArrayBuffer {
  return pack({
    ...{ kind: KIND, version: VERSION, lab, made },
    runs: runs.map(({ checkpoint, ...run }) => ({ ...run, checkpoint: new Uint8Array(checkpoint.bytes) })),
    tables,
  });
}

const HINT = 'Ask for the file again, or save it again where it was made; what is on the page stays.';

/**
 * Reads a session file, whose bytes may come from anyone: whole, or refused in words that name the place.
 *
 * @param name of the file, for the words
 * @throws LabFailure 'session-damaged', 'session-newer' or 'session-invalid'
 */
export function readSession(bytes: ArrayBuffer, name: string): Session {
  const file = shortened(name, 60);
  const newer = {
    message: `${file} was saved by a later version of the lab.`,
    hint: 'Reload the page to get that version, and open the file again; what is on the page stays.',
  };
  const words: PackedWords = { what: file, hint: HINT, newer };
  const opened = unpacked(bytes, words);
  if (typeof opened !== 'object' || opened === null || !('kind' in opened) || opened.kind !== KIND)
    throw new LabFailure('session-invalid', `${file} is no session file of the lab.`, HINT);
  const version = 'version' in opened ? opened.version : undefined;
  if (typeof version === 'number' && version > VERSION) throw new LabFailure('session-newer', newer.message, newer.hint);
  const session = checked(sessionSchema.safeParse(opened), file);
  return {
    ...{ lab: session.lab, made: session.made, tables: session.tables },
    runs: session.runs.map((run, place) => {
      const where = `runs.${place}.checkpoint`;
      return {
        ...run,
        checkpoint: readRunState(run.checkpoint, run.snapshot, { ...words, what: `${where} of ${file}` }, file, where),
      };
    }),
  };
}

function unpacked(bytes: ArrayBuffer, words: PackedWords): unknown {
  try {
    return unpack(bytes, words);
  } catch (failure) {
    if (!(failure instanceof LabFailure)) throw failure;
    const code = failure.code === 'record-newer' ? 'session-newer' : 'session-damaged';
    throw new LabFailure(code, failure.message, failure.hint);
  }
}

/** A checkpoint of a file: read here, so that the worker is given nothing that nobody has looked at. */
function readRunState(packed: Uint8Array<ArrayBuffer>, { spec }: RunSnapshot, words: PackedWords, file: string, where: string): KeptCheckpoint {
  // A copy has its own buffer, whatever the array was a part of.
  const checkpoint = checked(checkpointSchema.safeParse(unpacked(packed.slice().buffer, words)), file, where);
  const [asked, has] = [spec, checkpoint].map(({ methods }) => methods.map(({ id }) => id).join());
  if (asked !== has) throw new LabFailure('session-invalid', `${file} is not as it should be at ${where}: it is of other methods.`, HINT);
  return packCheckpoint(checkpoint);
}

function checked<T>(parsed: z.ZodSafeParseResult<T>, file: string, within = ''): T {
  if (parsed.success) return parsed.data;
  const { where, what } = firstFault(parsed.error);
  const place = [within, where].filter(Boolean).join('.');
  throw new LabFailure('session-invalid', `${file} is not as it should be${place && ` at ${place}`}: ${what}.`, HINT);
}

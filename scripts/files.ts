import { type FileHandle, mkdir, open, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabFailure } from '../workers/data/failure';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

/** What the system says of a file, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EACCES: 'it may not be written or read here',
  EPERM: 'it may not be written or read here',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a part of its path is a file',
  ENOENT: 'no folder can be made there',
  EEXIST: 'a part of its path is a file',
  EISDIR: 'it is a folder',
  EIO: 'the disk reports an error',
};
const reasonOf = (error: unknown): string => REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));

/**
 * Writes a file whole or not at all: under another name, to the disk, and then renamed. What was there stays
 * as it was until then, also when the disk is full.
 *
 * @param content whole, or the pieces of it one after the other
 * @throws LabFailure 'not-written' with the system's reason
 */
export async function storeFile(path: string, content: string | Uint8Array | Iterable<Uint8Array>): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  let file: FileHandle | null = null;
  try {
    await makeFolder(dirname(path));
    file = await open(beside, 'w');
    await writeFile(file, content);
    await file.sync();
    await file.close();
    file = null;
    await rename(beside, path);
  } catch (error) {
    await file?.close().catch(() => undefined);
    await unlink(beside).catch(() => undefined);
    throw new LabFailure(
      'not-written',
      `${path} could not be written: ${reasonOf(error)}.`,
      'What was there is as it was. Make room, or name another place.',
    );
  }
}

/**
 * Finds out whether a file can be written, before the work that it is for; what is there stays as it is.
 *
 * @throws LabFailure 'not-written' with the system's reason
 */
export async function checkWritable(path: string): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  try {
    if ((await stat(path).catch(() => null))?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    await makeFolder(dirname(path));
    await (await open(beside, 'w')).close();
    await unlink(beside);
  } catch (error) {
    throw new LabFailure('not-written', `${path} cannot be written: ${reasonOf(error)}.`, 'Make room, or name another place.');
  }
}

/**
 * Makes a folder and those above it. Node's own `recursive` tries for ever where a folder is there and takes
 * no other, as under /proc.
 */
async function makeFolder(path: string, above = true): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (codeOf(error) !== 'ENOENT' || !above) throw error;
    await makeFolder(dirname(path));
    await makeFolder(path, false);
  }
}

/** A folder, made where it is not there. @throws LabFailure 'no-folder' */
export async function folderAt(path: string): Promise<void> {
  try {
    await makeFolder(path);
  } catch (error) {
    throw new LabFailure('no-folder', `${path} cannot be a folder: ${reasonOf(error)}.`, 'Name another one.');
  }
}

/** The text of a file; null where there is none. @throws LabFailure 'not-read' with the system's reason */
export async function textAt(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new LabFailure('not-read', `${path} could not be read: ${reasonOf(error)}.`, 'Move it away; it is fitted again.');
  }
}

/**
 * The first bytes of a file as text; null where there is none.
 *
 * @throws LabFailure 'not-read' with the system's reason
 */
export async function beginningOf(path: string, bytes: number): Promise<string | null> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new LabFailure('not-read', `${path} could not be read: ${reasonOf(error)}.`, 'Move it away.');
  } finally {
    await file?.close();
  }
}

/**
 * A lock is held for as long as a file is read and written. One that is older was left by a process that
 * died.
 */
const LOCK_MS = 10_000;
const LOCK_WAIT_MS = 25;

/**
 * Runs `action` while no other process that asks for the same path does, on this machine or on a shared disk.
 *
 * @throws LabFailure 'not-written' where there can be no lock, or one that was left cannot be removed
 */
export async function alone<T>(path: string, action: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  const refused = (error: unknown): LabFailure =>
    new LabFailure('not-written', `${lock} could not be written: ${reasonOf(error)}.`, `Look at the folder ${dirname(path)}.`);
  for (;;) {
    try {
      // Empty: on a full disk a lock with something in it would be made, and left.
      await (await open(lock, 'wx')).close();
      break;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw refused(error);
      const age = await stat(lock).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age <= LOCK_MS) await new Promise((wait) => setTimeout(wait, LOCK_WAIT_MS));
      else
        await unlink(lock).catch((left) => {
          if (codeOf(left) !== 'ENOENT') throw refused(left);
        });
    }
  }
  try {
    return await action();
  } finally {
    await unlink(lock).catch(() => undefined);
  }
}

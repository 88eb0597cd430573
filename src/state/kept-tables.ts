import { MOST_TABLE_BYTES } from '../../workers/store/session/limits';
import { openStore, putOver, writeStore } from './store';
import { isVolatile } from './volatile';

/** A file's handle; its permission can be asked for in browsers that keep handles. */
type Handle = FileSystemFileHandle & {
  queryPermission?(asked: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(asked: { mode: 'read' }): Promise<PermissionState>;
};

/** Where a table of one's own is to be found again. */
export interface KeptTable {
  version: 1;
  fingerprint: string;
  name: string;
  bytes: number;
  /** ISO 8601. */
  kept: string;
  /** Where the browser keeps one. */
  handle?: Handle;
  /** The file itself, where the person said so. */
  file?: Blob;
}

/** Handles of so many files, the newest ones. */
const MOST_HANDLES = 20;
/** Tables of session files that were opened in this page. */
const ofThisVisit = new Map<string, File>();

export const mayBeKept = (file: Blob): boolean => file.size <= MOST_TABLE_BYTES;

async function known(fingerprint: string): Promise<KeptTable | null> {
  const found = (await (await openStore()).get('tables', fingerprint)) as Partial<KeptTable> | undefined;
  return found?.version === 1 && found.fingerprint === fingerprint && typeof found.name === 'string' ? (found as KeptTable) : null;
}

/** What is kept of a table; null where nothing is. Rejects when the browser stores nothing. */
export const keptTable = (fingerprint: string): Promise<KeptTable | null> => (isVolatile() ? Promise.resolve(null) : known(fingerprint));

async function put(file: File, fingerprint: string, patch: Pick<KeptTable, 'handle' | 'file'>): Promise<void> {
  const before = await known(fingerprint);
  const about = { version: 1 as const, fingerprint, name: file.name.slice(0, 200), bytes: file.size, kept: new Date().toISOString() };
  await putOver(
    'tables',
    { ...(before?.handle && { handle: before.handle }), ...(before?.file && { file: before.file }), ...about, ...patch },
    fingerprint,
  );
}

/** Keeps the table itself. Rejects when the browser has no room, or stores nothing. */
export async function keepTable(file: File, fingerprint: string): Promise<void> {
  if (!isVolatile()) await put(file, fingerprint, { file: new Blob([await file.arrayBuffer()]) });
}

/** Keeps the table for this page alone. */
export const visitTable = (file: File, fingerprint: string): void => void ofThisVisit.set(fingerprint, file);

/** Keeps where the file is, in browsers that give a handle of it. */
export async function rememberHandle(file: File, fingerprint: string): Promise<void> {
  const { handle } = file as File & { handle?: Handle };
  if (isVolatile() || handle?.kind !== 'file') return;
  await put(file, fingerprint, { handle });
  const all = (await (await openStore()).getAll('tables')) as KeptTable[];
  const handles = all.filter((table) => table.version === 1 && !table.file).sort((a, b) => b.kept.localeCompare(a.kept));
  for (const old of handles.slice(MOST_HANDLES)) await forgetTable(old.fingerprint);
}

/** Forgets the table and where it was. */
export async function forgetTable(fingerprint: string): Promise<void> {
  if (!isVolatile()) await (await writeStore()).delete('tables', fingerprint);
}

/**
 * The file of a table: of this visit, kept, or behind its handle, for which `ask` may ask permission: that
 * needs a press. Null where it cannot be had.
 */
export async function fileOf(fingerprint: string, ask: boolean): Promise<File | null> {
  const visiting = ofThisVisit.get(fingerprint);
  if (visiting) return visiting;
  const kept = await keptTable(fingerprint).catch(() => null);
  if (kept?.file) return new File([kept.file], kept.name);
  const { handle } = kept ?? {};
  if (!handle) return null;
  try {
    const asked = { mode: 'read' } as const;
    let permission = (await handle.queryPermission?.(asked)) ?? 'prompt';
    if (permission === 'prompt' && ask) permission = (await handle.requestPermission?.(asked)) ?? 'denied';
    return permission === 'granted' ? await handle.getFile() : null;
  } catch {
    // It was moved or deleted.
    return null;
  }
}

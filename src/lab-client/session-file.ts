import { version } from '../../package.json';
import { LabFailure } from '../../workers/data/failure';
import { shortened } from '../../workers/data/shown-text';
import type { KeptCheckpoint, RunSnapshot } from '../../workers/protocol';
import { looksLikeSession, MOST_SESSION_BYTES, SESSION_ENDING, type SessionRun, type SessionTable } from '../../workers/store/session/limits';
import { fileOf, keepTable, keptTable, mayBeKept, visitTable } from '../state/kept-tables';
import { useRun } from '../state/run';
import { type KeptRun, keepRun, newRunId, readRun, visitRun } from '../state/run-store';
import { isVolatile } from '../state/volatile';
import { newestCheckpoint, openFile } from './client';
import { snapshotOf } from './keep-run';
import { saveBlob } from './save';

/** The table of a run that is small enough for the file, if it can be had without asking. */
async function tableOf({ spec: { dataset } }: Pick<RunSnapshot, 'spec'>): Promise<SessionTable[]> {
  if (dataset.kind !== 'table') return [];
  const file = openFile(dataset.fingerprint) ?? (await fileOf(dataset.fingerprint, false));
  if (!file || !mayBeKept(file)) return [];
  return [{ name: dataset.name, fingerprint: dataset.fingerprint, bytes: new Uint8Array(await file.arrayBuffer()) }];
}

/** Name and size of the table that could go into the file; null where there is none. */
export async function tableFor(run: Pick<RunSnapshot, 'spec'>): Promise<{ name: string; bytes: number } | null> {
  const [table] = await tableOf(run).catch(() => []);
  return table ? { name: table.name, bytes: table.bytes.length } : null;
}

/** A file's name without what file systems refuse. */
const slug = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60) || 'run';

async function save(name: string, runs: SessionRun[], tables: SessionTable[]): Promise<void> {
  const { writeSession } = await import('../../workers/store/session/session');
  const bytes = writeSession({ lab: version, made: new Date().toISOString(), runs, tables });
  saveBlob(`${slug(name)}${SESSION_ENDING}`, new Blob([bytes], { type: 'application/octet-stream' }));
}

async function sessionRun(run: KeptRun): Promise<SessionRun> {
  const { snapshot, checkpoint, run: newest } = await readRun(run);
  const { name = null, begun, updated, status } = newest;
  return { name, begun, updated, status, snapshot, checkpoint };
}

/**
 * Saves kept runs as one file, with their tables where `tables` says so. Rejects where one cannot be read.
 */
export async function saveRuns(name: string, runs: readonly KeptRun[], tables: boolean): Promise<void> {
  const read: SessionRun[] = [];
  for (const run of runs) read.push(await sessionRun(run));
  const found = tables ? (await Promise.all(read.map(({ snapshot }) => tableOf(snapshot)))).flat() : [];
  await save(name, read, [...new Map(found.map((table) => [table.fingerprint, table])).values()]);
}

/** Saves the run on the page, kept or not: also where the browser stores nothing. */
export async function saveShown(name: string): Promise<void> {
  const snapshot = snapshotOf();
  const checkpoint: KeptCheckpoint | null = newestCheckpoint();
  if (!snapshot || !checkpoint)
    throw new LabFailure('nothing-to-save', 'There is nothing of this run to save yet.', 'It is there after its first seconds, or at its end.');
  const now = new Date().toISOString();
  await save(name, [{ name: null, begun: now, updated: now, status: useRun.getState().status, snapshot, checkpoint }], []);
}

/** Whether a file is to be opened as a session rather than read as a table. */
export const isSession = async (file: File): Promise<boolean> => looksLikeSession(file.name, new Uint8Array(await file.slice(0, 4).arrayBuffer()));

/**
 * Opens a session file: its runs are kept beside the others, or for this page alone where the browser stores
 * nothing. Rejects with LabFailure and changes nothing where it is not as it should be.
 */
export async function openSession(file: File): Promise<KeptRun[]> {
  const called = shortened(file.name, 80);
  if (file.size > MOST_SESSION_BYTES)
    throw new LabFailure('session-large', `${called} is larger than any session file.`, 'Choose a file that the lab has saved.');
  const { readSession } = await import('../../workers/store/session/session');
  const { runs, tables } = readSession(await file.arrayBuffer(), called);
  for (const { name, fingerprint, bytes } of tables) {
    const table = new File([bytes], name);
    // A file says itself which table it holds: it takes the place of none that a person keeps.
    if ((await keptTable(fingerprint).catch(() => null))?.file) continue;
    visitTable(table, fingerprint);
    await keepTable(table, fingerprint).catch(() => undefined);
  }
  const kept: KeptRun[] = [];
  for (const { name, begun, status, snapshot, checkpoint } of runs) {
    const { epoch, over } = checkpoint;
    const about = { id: newRunId(), begun, status, epoch, over, spec: snapshot.spec, ...(name !== null && { name }) };
    const body = { snapshot, checkpoint };
    kept.push(isVolatile() ? visitRun(about, body) : await keepRun(about, body).catch(() => visitRun(about, body)));
  }
  return kept;
}

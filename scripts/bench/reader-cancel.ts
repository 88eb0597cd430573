import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { previewing } from '../../workers/data/columns';
import { openTable, refuseCancelled } from '../../workers/data/csv';
import { LabFailure } from '../../workers/data/failure';
import { inTurns, turnsEvery } from '../../workers/data/work';
import { writeTable } from './reader-file';

/** What a session does with a file until its columns show (workers/session/session.ts). */
async function opened(file: File, signal: AbortSignal): Promise<void> {
  const table = await openTable(file, { signal });
  await inTurns(
    previewing(table),
    turnsEvery(30, () => refuseCancelled(signal, file.name)),
  );
}

/**
 * Reads one made-up file again and again, and cancels it at another moment each time, evenly from its
 * beginning to the end of what follows: how long each takes to stop, in milliseconds.
 */
export async function cancelling({ rows, rounds }: { rows: number; rounds: number }, say: (line: string) => void): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'reader-'));
  try {
    const path = join(folder, 'table.csv');
    await writeTable(path, rows);
    const file = Object.assign(await openAsBlob(path), { name: basename(path), lastModified: 0, webkitRelativePath: '' }) as File;
    const began = performance.now();
    await opened(file, new AbortController().signal);
    const whole = performance.now() - began;
    say(`${rows.toLocaleString('en')} rows, ${(whole / 1000).toFixed(2)} s without a cancel`);
    const stops: { at: number; ms: number | null }[] = [];
    for (let round = 0; round < rounds; round++) {
      const at = ((round + 0.5) / rounds) * whole;
      const controller = new AbortController();
      let cancelled = 0;
      const timer = setTimeout(() => {
        cancelled = performance.now();
        controller.abort();
      }, at);
      // A timer that is late counts: a message of the page would be as late.
      const due = performance.now() + at;
      const ended = await opened(file, controller.signal).then(
        () => false,
        (failure) => failure instanceof LabFailure && failure.code === 'cancelled',
      );
      clearTimeout(timer);
      stops.push({ at, ms: ended ? performance.now() - Math.min(due, cancelled) : null });
      say(`cancelled after ${(at / 1000).toFixed(2)} s: ${ended ? `${stops[round].ms?.toFixed(0)} ms` : 'it had ended'}`);
    }
    const times = stops.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((a, b) => a - b);
    say(`${times.length} of ${rounds} cancelled, ${times[times.length >> 1]?.toFixed(0)} ms in the middle, ${times.at(-1)?.toFixed(0)} ms at most`);
    return { rows, whole, stops };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

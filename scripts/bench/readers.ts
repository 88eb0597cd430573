import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeTable } from './reader-file';

const READERS = ['lab', 'former lab', 'PapaParse', 'uDSV'];

interface Turn {
  rows: number;
  sum: number;
  levels: number;
  wall: number;
  cpu: number;
  peak: number;
  idle: number;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Reads one made-up file with each reader in turn, round after round, each time in a new process: seconds of
 * processor and of the clock, and the most memory. They must agree on what is in it.
 */
export async function readers(
  { rows, rounds, readers: asked }: { rows: number; rounds: number; readers: string[] },
  say: (line: string) => void,
): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'reader-'));
  const names = asked.length > 0 ? READERS.filter((name) => asked.includes(name)) : READERS;
  const turns = new Map<string, Turn[]>(names.map((name) => [name, []]));
  try {
    const path = join(folder, 'table.csv');
    const bytes = await writeTable(path, rows);
    say(`${rows.toLocaleString('en')} rows × 6 columns, ${(bytes / 1e6).toFixed(0)} MB; medians of ${rounds}`);
    const one = fileURLToPath(new URL('./reader-one.ts', import.meta.url));
    for (let round = 0; round < rounds; round++)
      for (const name of names) {
        const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--max-old-space-size=8000', one, name, path]);
        const turn: Turn = JSON.parse(stdout);
        const first = turns.get(names[0])?.[0];
        if (first && (turn.rows !== first.rows || turn.levels !== first.levels || Math.abs(turn.sum - first.sum) > 1e-6 * rows))
          throw new Error(`${name} has read ${stdout} in place of ${JSON.stringify(first)}`);
        turns.get(name)?.push(turn);
      }
    for (const [name, its] of turns) {
      const of = (field: keyof Turn, digits: number) => median(its.map((turn) => turn[field])).toFixed(digits);
      say(
        `${name.padEnd(12)} ${of('cpu', 2).padStart(7)} CPU s ${of('wall', 2).padStart(7)} s ${of('peak', 0).padStart(6)} MB at most (${of('idle', 0)} before)`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { rows, rounds, turns: Object.fromEntries(turns) };
}

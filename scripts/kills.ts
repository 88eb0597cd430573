import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { UnitRecord } from '../workers/papers/types';
import { fail, whole } from './cli';
import { unitsIn } from './experiment-folder';

/**
 * `npm run kills -- [--times 20] [--jobs 2]`: an experiment that is killed (SIGKILL, with all its processes)
 * at random moments and started again each time, next to one that nobody disturbs. After each kill: what was
 * finished is there to the byte, and nothing is half. At the end: both folders hold the same numbers.
 */
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Units that a process would finish until it is killed, at most: it is met while it computes or writes, and
 * not while it starts.
 */
const MOST_UNITS = 2;

function start(folder: string, repetitions: number, jobs: number) {
  const args = [
    'table1-regression',
    '--q',
    '100',
    '--reps',
    String(repetitions),
    '--methods',
    'ignore,embeddings',
    '--threads',
    '1',
    '--jobs',
    String(jobs),
  ];
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/experiment.ts', ...args, '--out', folder], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const begun = new Promise<void>((heard) => child.stderr.on('data', (text) => /units/.test(`${text}`) && heard()));
  const ended = new Promise<number | null>((over) => child.on('exit', over));
  const kill = (): void => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // It has come to its end.
    }
  };
  return { begun, ended, kill };
}

const filesIn = async (folder: string): Promise<Map<string, string>> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)));
};

/** Numbers of a record, without the times that it took. */
const numbersOf = ({ cell, repetition, outcomes }: UnitRecord): string =>
  JSON.stringify([cell, repetition, outcomes], (key, value) => (key === 'seconds' ? undefined : value));

try {
  const { values } = parseArgs({ options: { times: { type: 'string' }, jobs: { type: 'string' } } });
  const [times, jobs] = [whole('times', values.times, 20, 1), whole('jobs', values.jobs, 1, 1)];
  const repetitions = 3 * times;
  const folder = await mkdtemp(join(tmpdir(), 'kills-'));
  const undisturbed = await mkdtemp(join(tmpdir(), 'kills-'));
  const quiet = start(undisturbed, repetitions, jobs);
  await quiet.begun;
  const began = performance.now();
  const alone = await quiet.ended;
  const unitMs = (performance.now() - began) / repetitions;
  let lost = 0;
  let killed = 0;
  while (killed < times) {
    const before = await filesIn(folder);
    const { begun, ended, kill } = start(folder, repetitions, jobs);
    await Promise.race([begun, ended]);
    const wait = MOST_UNITS * unitMs * Math.random();
    const code = await Promise.race([ended, new Promise<'running'>((go) => setTimeout(() => go('running'), wait))]);
    kill();
    await ended;
    if (code !== 'running') break;
    killed++;
    const after = await filesIn(folder);
    const { bad } = await unitsIn(folder);
    const changed = [...before].filter(([name, text]) => after.get(name) !== text).length;
    lost += changed + bad.length;
    const left = (await readdir(folder)).filter((name) => !name.endsWith('.json')).length;
    console.log(
      `kill ${killed}: after ${wait.toFixed(0)} ms; ${before.size} finished before, ${after.size} now, ${changed} changed, ${bad.length} half, ${left} other files left`,
    );
  }
  const again = await start(folder, repetitions, jobs).ended;
  const [ours, theirs] = await Promise.all([folder, undisturbed].map(async (path) => (await unitsIn(path)).records.map(numbersOf).sort()));
  const same = ours.length === repetitions && ours.join() === theirs.join();
  console.log(
    `${killed} kills; ${lost} finished units lost or half; the last run ended with ${again}, the undisturbed one with ${alone}; ${ours.length} of ${repetitions} units, ${same ? 'the same numbers as undisturbed' : 'OTHER numbers than undisturbed'}`,
  );
  await Promise.all([folder, undisturbed].map((path) => rm(path, { recursive: true })));
  process.exit(lost === 0 && same && again === 0 ? 0 : 1);
} catch (thrown) {
  fail(thrown);
}

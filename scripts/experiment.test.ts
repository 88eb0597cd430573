/**
 * The command line of the experiments as a person or a scheduler uses it: killed in the middle and started
 * again, merged, refused.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCode, experimentsOf, unitsOf } from './experiment-units';

const ROOT = resolve(import.meta.dirname, '..');

interface Ended {
  code: number | null;
  out: string;
  error: string;
}

/** `to`: a file to which standard output goes. */
function start(args: string[], environment: Record<string, string> = {}, to?: number) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/experiment.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', to ?? 'pipe', 'pipe'],
  });
  let out = '';
  let error = '';
  child.stdout?.on('data', (data) => {
    out += data;
  });
  child.stderr?.on('data', (data) => {
    error += data;
  });
  return { child, ended: new Promise<Ended>((done) => child.on('exit', (code) => done({ code, out, error }))) };
}

const cli = (args: string[], environment?: Record<string, string>): Promise<Ended> => start(args, environment).ended;

describe('npm run experiment', () => {
  let folder = '';
  const args = (): string[] => ['table1-regression', '--q', '100', '--reps', '3', '--methods', 'ignore', '--threads', '1', '--out', folder];
  const records = async (): Promise<string[]> => (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'experiment-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('killed in the middle and started again by an index of a Slurm array, it fits its share and loses at most the unit in progress', {
    timeout: 120_000,
  }, async () => {
    const { child, ended } = start(args());
    while ((await records()).length === 0 && child.exitCode === null) await new Promise((wait) => setTimeout(wait, 20));
    child.kill('SIGKILL');
    await ended;
    const before = await records();
    expect(before.length).toBeGreaterThan(0);
    const first = join(folder, before[0]);
    const { mtimeMs } = await stat(first);
    // Started again as one of two of a Slurm array that begins at 4: units 1 and 3 are its share.
    const again = await cli(args(), { SLURM_ARRAY_TASK_ID: '4', SLURM_ARRAY_TASK_COUNT: '2', SLURM_ARRAY_TASK_MIN: '4' });
    expect(again.code).toBe(0);
    expect(again.error).toContain('2 of 3 units (shard 1 of 2)');
    const all = [1, 3].map((repetition) => `table1-regression.q=100.rep=${repetition}.json`);
    expect(await records()).toEqual([...new Set([...before, ...all])].sort());
    expect((await stat(first)).mtimeMs).toBe(mtimeMs);

    // Half a unit is named, left out, and not all is well.
    const half = join(folder, 'table1-regression.q=100.rep=9.json');
    await writeFile(half, '{"version":1,"exp');
    const merged = await cli(['merge', folder]);
    await rm(half);
    expect(merged.code).toBe(1);
    expect(merged.error).toContain('rep=9.json is not JSON');
    expect(merged.out).toContain('| q = 100 | MSE_Y | lab |');
    const table = JSON.parse(await readFile(join(folder, 'table1-regression.json'), 'utf8')) as { records: unknown[] };
    expect(table.records).toHaveLength((await records()).filter((file) => file.includes('.rep=')).length);
  });

  it.skipIf(!existsSync('/dev/full'))('fails where its output cannot be written (/dev/full, on Linux)', { timeout: 60_000 }, async () => {
    const full = openSync('/dev/full', 'w');
    const { code, error } = await start(['list'], {}, full).ended;
    closeSync(full);
    expect(code).toBe(2);
    expect(error).toContain('The results could not be written');
  });

  it('stopped by Ctrl-C, it takes its processes with it', { timeout: 60_000 }, async () => {
    const { child, ended } = start([...args().map((word) => (word === '3' ? '8' : word === folder ? join(folder, 'jobs') : word)), '--jobs', '2']);
    const parent = child.pid as number;
    const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
    // Its own processes, and not those of the compiler.
    const children = async (): Promise<number[]> => {
      const all = (await read(`/proc/${parent}/task/${parent}/children`)).split(' ').filter(Boolean).map(Number);
      const commands = await Promise.all(all.map((pid) => read(`/proc/${pid}/cmdline`)));
      return all.filter((_, i) => commands[i].includes('--shard'));
    };
    while ((await children()).length < 2 && child.exitCode === null) await new Promise((wait) => setTimeout(wait, 50));
    const started = await children();
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    for (const pid of started) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    // They were stopped, and have not come to their end.
    const written = await readdir(join(folder, 'jobs')).catch(() => []);
    expect(written.filter((file) => file.includes('.rep=')).length).toBeLessThan(8);
  });

  it('refuses what it cannot run by name', { timeout: 60_000 }, async () => {
    const { code, error } = await cli(['table3-insteval', '--out', 'x']);
    expect(code).toBe(2);
    expect(error).toContain('needs InstEval, which is not shipped');
  });

  it('ends with 1 where no method gave results or a file was not read, else with 0', () => {
    expect(exitCode({ fitted: 0, failures: 0, unread: 0 })).toBe(0);
    expect(exitCode({ fitted: 3, failures: 2, unread: 0 })).toBe(0);
    expect(exitCode({ fitted: 3, failures: 3, unread: 0 })).toBe(1);
    expect(exitCode({ fitted: 3, failures: 0, unread: 1 })).toBe(1);
  });

  it('refuses an experiment, a cell and a method that there is none of', () => {
    expect(() => experimentsOf('table9')).toThrow('There is no experiment "table9".');
    const [experiment] = experimentsOf('table1-regression');
    expect(() => unitsOf(experiment, { q: '7' })).toThrow('has no cell "q=7"');
    expect(() => unitsOf(experiment, { methods: 'forest' })).toThrow('has no method "forest"');
  });
});

/**
 * The command line of the experiments as a person or a scheduler uses it: killed in the middle and started
 * again, merged, refused.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LabFailure } from '../workers/data/failure';
import { UnitRun } from '../workers/experiments/unit';
import { recordKey } from '../workers/papers/record';
import { recordWith, resultWith } from '../workers/papers/testing';
import type { UnitRecord } from '../workers/papers/types';
import { merge, runAll } from './experiment-run';
import { exitCode, experimentsOf, refuseIgnored, unitsOf } from './experiment-units';

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

  it('ends with 1 where no method gave results or a unit was not fitted, else with 0', () => {
    expect(exitCode({ finished: 0, failures: 0, lost: 0 })).toBe(0);
    expect(exitCode({ finished: 3, failures: 2, lost: 0 })).toBe(0);
    expect(exitCode({ finished: 3, failures: 3, lost: 0 })).toBe(1);
    expect(exitCode({ finished: 3, failures: 0, lost: 1 })).toBe(1);
  });

  it('judges what is asked for by all of it, whichever process and whichever time fitted it', { timeout: 120_000 }, async () => {
    const own = join(folder, 'failed');
    await mkdir(own);
    const failed = (id: string): UnitRecord => recordWith('table1-regression', 'q=100', 1, { [id]: 'no memory' });
    await writeFile(join(own, 'table1-regression.q=100.rep=1.json'), JSON.stringify(failed('ignore')));
    const ask = ['table1-regression', '--q', '100', '--methods', 'ignore', '--backend', 'cpu', '--out', own];
    const again = await cli([...ask, '--reps', '1']);
    expect([again.code, again.error]).toEqual([1, expect.stringContaining('No method gave results; their reasons are in the files.')]);
    // One share is that failure alone, the other one has results.
    const jobs = await cli([...ask, '--reps', '2', '--jobs', '2']);
    expect([jobs.code, jobs.error]).toEqual([0, expect.not.stringContaining('No method gave results')]);
  });

  it('fits of one table alone, and tells each unit that cannot be prepared', { timeout: 120_000 }, async () => {
    const own = join(folder, 'tables');
    await mkdir(own);
    const path = join(own, 'a.csv');
    const row = (i: number) => [i % 5, `s${i % 7}`, `d${i % 5}`, `p${i % 2}`, i % 4, i % 3, i % 2].join(',');
    await writeFile(path, ['y,s,d,dept,studage,lectage,service', ...Array.from({ length: 200 }, (_, i) => row(i))].join('\n'));
    const ask = { methods: 'ignore', file: path, backend: 'cpu', out: own, help: false };
    const run = (values: object) => runAll('table3-insteval', { ...ask, ...values }, '');
    await writeFile(join(own, 'table3-insteval.all.rep=2.json'), JSON.stringify(recordWith('table3-insteval', 'all', 2, { ignore: 'x' })));
    await expect(run({ reps: '2' })).rejects.toThrow('rep=2.json was fitted on another table than a.csv.');
    await expect(run({ reps: '11' })).rejects.toThrow('--reps is 11, and Table 3, InstEval has 10 folds.');
    expect(await readdir(own)).toHaveLength(2);
    await rm(join(own, 'table3-insteval.all.rep=2.json'));
    await writeFile(join(own, 'table3-insteval.all.rep=1.json'), '{"version":1');
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    // Of the third the data cannot be prepared.
    const { train } = UnitRun.prototype;
    const fitting = vi.spyOn(UnitRun.prototype, 'train').mockImplementation(function (this: UnitRun) {
      return this.unit.repetition === 3 ? Promise.reject(new LabFailure('split-value', 'No row tests.', 'Choose.')) : train.call(this);
    });
    expect(await run({ reps: '4' })).toEqual({ finished: 2, failures: 0, lost: 2 });
    const lines = told.mock.calls.flat();
    expect(lines).toContainEqual(expect.stringMatching(/^1\/4 table3-insteval.*rep=1\.json is not JSON/));
    expect(lines).toContainEqual(expect.stringMatching(/^3\/4 table3-insteval.*: No row tests\. Choose\.$/));
    told.mockRestore();
    fitting.mockRestore();
    expect((await readdir(own)).filter((file) => file.includes('.rep='))).toHaveLength(3);
  });

  it('merge names what no table has a place for', { timeout: 60_000 }, async () => {
    const own = join(folder, 'strange');
    await mkdir(own);
    const result = resultWith('ignore', { mse: 5 });
    const records = [
      recordWith('table1-regression', 'q=100', 1, { ignore: result, forest: result }),
      recordWith('table1-regression', 'q=7', 1, { ignore: result }),
      recordWith('grid-mine', 'spec', 1, { ignore: result }),
      recordWith('table9', 'q=100', 1, { ignore: result }),
      ...[1, 2, 3].map((i) => ({ ...recordWith('table3-insteval', 'all', i, { ignore: result }), fingerprint: i === 2 ? 'b' : 'a' })),
    ];
    for (const record of records) await writeFile(join(own, `${recordKey(record)}.json`), JSON.stringify(record));
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const wrote = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const code = await merge(own);
    const error = told.mock.calls.flat();
    told.mockRestore();
    wrote.mockRestore();
    expect([code, error]).toEqual([
      1,
      [
        'Left out: grid-mine.spec.rep=1, as mine.grid.json is not in the folder.',
        'Left out: of table1-regression.q=100.rep=1 forest, which table1-regression has no column for.',
        'Left out: table1-regression.q=7.rep=1, as table1-regression has no cell "q=7".',
        'Left out: table9.q=100.rep=1, as the lab has no experiment "table9".',
        'Left out: table3-insteval.all.rep=2 was fitted on another table than most of Table 3, InstEval.',
      ],
    ]);
    const table = JSON.parse(await readFile(join(own, 'table3-insteval.json'), 'utf8')) as { records: unknown[] };
    expect(table.records).toHaveLength(2);
  });

  it.each([
    [['merge', 'one', 'two'], {}, '"two" is one word too many'],
    [['merge', 'one'], { help: false, out: 'two' }, '--out does nothing with merge'],
    [['list', 'table1'], {}, '"table1" is one word too many'],
    [['table1', 'table2'], { out: 'x' }, '"table2" is one word too many'],
    [['table1'], { grid: 'g.json', out: 'x' }, '"table1" is one word too many'],
  ])('refuses what it would pass over: %j %j', (words, values, message) => {
    expect(() => refuseIgnored(words, values)).toThrow(message);
  });

  it('refuses a word too many before it does anything', { timeout: 60_000 }, async () => {
    const { code, error } = await cli(['merge', folder, 'two']);
    expect([code, error]).toEqual([2, expect.stringContaining('"two" is one word too many')]);
    for (const [words, values] of [
      [['merge', 'one'], { help: false }],
      [['list'], {}],
      [['table1'], { out: 'x' }],
      [[], { grid: 'g.json', out: 'x' }],
    ] as const)
      expect(() => refuseIgnored(words, values)).not.toThrow();
  });

  it('refuses an experiment, a cell and a method that there is none of', () => {
    expect(() => experimentsOf('table9')).toThrow('There is no experiment "table9".');
    const [experiment] = experimentsOf('table1-regression');
    expect(() => unitsOf(experiment, { q: '7' })).toThrow('has no cell "q=7"');
    expect(() => unitsOf(experiment, { methods: 'forest' })).toThrow('has no method "forest"');
    for (const [option, value] of [
      ['methods', ','],
      ['q', ' '],
      ['cells', ''],
    ])
      expect(() => unitsOf(experiment, { [option]: value })).toThrow(`--${option} is "${value}", which names nothing.`);
  });
});

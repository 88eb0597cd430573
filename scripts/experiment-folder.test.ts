/** Files of an experiment on disks that are full, broken, or written by several processes at once. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome, UnitRecord } from '../workers/papers/types';
import { storedUnit, storeUnit, unitsIn } from './experiment-folder';
import { alone, folderAt, storeFile, textAt } from './files';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A failure is the smallest outcome. */
const recordOf = (outcomes: Record<string, string>, fingerprint = 'f'): UnitRecord => ({
  version: 1,
  experiment: 'e',
  cell: 'c',
  repetition: 1,
  lab: '0',
  backend: 'wasm',
  threads: 1,
  finished: '',
  fingerprint,
  difference: null,
  outcomes: Object.fromEntries(Object.entries(outcomes).map(([id, failure]): [string, Outcome] => [id, { failure }])),
});

describe('a file', () => {
  it('is replaced whole, and nothing is left beside it', async () => {
    const path = join(folder, 'a.md');
    await storeFile(path, 'old');
    await storeFile(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    const pieces = ['in ', 'pieces'].map((text) => new TextEncoder().encode(text));
    await storeFile(path, pieces.values());
    expect(await readFile(path, 'utf8')).toBe('in pieces');
    expect(await readdir(folder)).toEqual(['a.md']);
  });

  it.skipIf(!existsSync('/dev/full'))('stays as it was when the disk is full (/dev/full is a full disk, on Linux)', async () => {
    const path = join(folder, 'a.md');
    await storeFile(path, 'old');
    // The name under which it is written leads to a disk without room.
    await symlink('/dev/full', `${path}.${process.pid}.part`);
    await expect(storeFile(path, 'new')).rejects.toMatchObject({
      code: 'not-written',
      message: expect.stringContaining('a.md could not be written: the disk is full.'),
    });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a.md']);
  });

  it('that cannot be read is named, and one that is not there is none', async () => {
    expect(await textAt(join(folder, 'none.json'))).toBeNull();
    await expect(textAt(folder)).rejects.toMatchObject({ code: 'not-read', message: expect.stringContaining('it is a folder') });
  });

  it('in the place of a folder is said', async () => {
    await writeFile(join(folder, 'out'), '');
    await expect(folderAt(join(folder, 'out'))).rejects.toMatchObject({ code: 'no-folder' });
    await expect(folderAt(join(folder, 'out/runs'))).rejects.toMatchObject({ code: 'no-folder' });
  });
});

it('a folder is made with those above it, and refused where there can be none', async () => {
  await folderAt(join(folder, 'a/b/c'));
  await folderAt(join(folder, 'a/b/c'));
  expect(await readdir(join(folder, 'a/b'))).toEqual(['c']);
  // Node's own way to make several never comes back from there.
  if (existsSync('/proc/self')) await expect(folderAt('/proc/none/runs')).rejects.toMatchObject({ code: 'no-folder' });
});

describe('a unit', () => {
  const path = () => join(folder, 'e.c.rep=1.json');

  it('keeps the methods that others have put there, and the first number of each', async () => {
    await storeUnit(path(), recordOf({ a: 'first', b: 'first' }));
    await storeUnit(path(), recordOf({ b: 'second', c: 'second' }));
    expect((await storedUnit(path()))?.outcomes).toEqual(recordOf({ b: 'first', c: 'second', a: 'first' }).outcomes);
  });

  it('written by twenty at once loses none', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => storeUnit(path(), recordOf({ [`m${i}`]: 'x' }))));
    expect(Object.keys((await storedUnit(path()))?.outcomes ?? {})).toHaveLength(20);
    expect(await readdir(folder)).toEqual(['e.c.rep=1.json']);
  });

  it('of other data is not mixed in', async () => {
    await storeUnit(path(), recordOf({ a: 'x' }));
    await expect(storeUnit(path(), recordOf({ b: 'x' }, 'other'))).rejects.toMatchObject({ code: 'record-of-other-data' });
    expect((await storedUnit(path()))?.outcomes).toEqual(recordOf({ a: 'x' }).outcomes);
  });

  it('whose lock was left by a process that died is written all the same', async () => {
    await writeFile(`${path()}.lock`, '1\n');
    const long = new Date(Date.now() - 60_000);
    await utimes(`${path()}.lock`, long, long);
    await storeUnit(path(), recordOf({ a: 'x' }));
    expect(await readdir(folder)).toEqual(['e.c.rep=1.json']);
  });

  it('is refused where a lock that was left cannot be removed, in place of waiting for ever', async () => {
    await mkdir(`${path()}.lock`);
    await utimes(`${path()}.lock`, new Date(0), new Date(0));
    await expect(storeUnit(path(), recordOf({ a: 'x' }))).rejects.toMatchObject({
      code: 'not-written',
      message: expect.stringContaining('rep=1.json.lock could not be written'),
    });
  });

  it('is waited for while another holds it', async () => {
    const order: string[] = [];
    let first: Promise<void> | null = null;
    // Only when the first holds it does the second ask.
    await new Promise<void>((holds) => {
      first = alone(path(), async () => {
        holds();
        await new Promise((wait) => setTimeout(wait, 60));
        order.push('first');
      });
    });
    await alone(path(), async () => void order.push('second'));
    await first;
    expect(order).toEqual(['first', 'second']);
  });
});

it('a folder gives what is whole and names what is not; half a file is never counted', async () => {
  await storeUnit(join(folder, 'e.c.rep=1.json'), recordOf({ a: 'x' }));
  await writeFile(join(folder, 'e.c.rep=2.json'), '{"version":1,"expe');
  await writeFile(join(folder, 'e.c.rep=3.json'), '{}');
  await writeFile(join(folder, 'e.c.rep=4.json.77.part'), '{}');
  const { records, bad } = await unitsIn(folder);
  expect(records).toHaveLength(1);
  expect(bad.map(({ message }) => message)).toEqual([
    expect.stringMatching(/e\.c\.rep=2\.json is not JSON/),
    expect.stringMatching(/e\.c\.rep=3\.json is not a record of the lab/),
  ]);
  await expect(unitsIn(join(folder, 'none'))).rejects.toMatchObject({ code: 'no-folder' });
});

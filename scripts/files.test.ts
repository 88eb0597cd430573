import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkWritable, storeFile } from './files';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('a file is written into a folder that is not there yet', async () => {
  await storeFile(join(folder, 'a/b/x.csv'), '1');
  expect(await readFile(join(folder, 'a/b/x.csv'), 'utf8')).toBe('1');
});

it('whether a file can be written is found out before, and nothing is left of it', async () => {
  await writeFile(join(folder, 'there.csv'), 'as it was');
  await checkWritable(join(folder, 'there.csv'));
  await checkWritable(join(folder, 'c/new.csv'));
  expect(await readFile(join(folder, 'there.csv'), 'utf8')).toBe('as it was');
  expect(await readdir(join(folder, 'c'))).toEqual([]);
  await expect(checkWritable(join(folder, 'there.csv/x.csv'))).rejects.toMatchObject({
    code: 'not-written',
    message: /a part of its path is a file\.$/,
  });
  await mkdir(join(folder, 'taken.csv'));
  await expect(checkWritable(join(folder, 'taken.csv'))).rejects.toMatchObject({ message: /cannot be written: it is a folder\.$/ });
});

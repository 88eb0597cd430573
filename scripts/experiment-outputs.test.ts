import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Output, refuseInputs, storeOutputs } from './experiment-outputs';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outputs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const table = (n: number): Output[] => [
  { ending: 'md', text: `## churn\n\n| method | n |\n| a | ${n} |`, opening: '## churn\n\n| method | n |' },
  { ending: 'csv', text: `method,metric,n\na,mse,${n}\n`, opening: 'method,metric,n' },
];

it('a table takes the place of an earlier one of its own', async () => {
  await storeOutputs(folder, 'churn', table(1));
  await storeOutputs(folder, 'churn', table(2));
  expect(await readFile(join(folder, 'churn.csv'), 'utf8')).toBe('method,metric,n\na,mse,2\n');
  expect((await readdir(folder)).sort()).toEqual(['churn.csv', 'churn.md']);
});

it.each(['customer,churned\n1,yes\n', '', 'method\n'])(
  'a person’s own file of that name stays as it is, and none of the others is written: %j',
  async (own) => {
    await writeFile(join(folder, 'churn.csv'), own);
    await expect(storeOutputs(folder, 'churn', table(1))).rejects.toMatchObject({ code: 'not-own', message: expect.stringContaining('churn.csv') });
    expect(await readFile(join(folder, 'churn.csv'), 'utf8')).toBe(own);
    expect(await readdir(folder)).toEqual(['churn.csv']);
  },
);

it('nothing is fitted from a file in whose place its results would be written, however it is named', () => {
  for (const name of ['churn.csv', 'churn.json', 'churn.grid.json'])
    expect(() => refuseInputs(folder, ['table4', 'churn'], ['/elsewhere/churn.csv', relative('.', join(folder, name))])).toThrow(
      'merge would write a table of results in the place of',
    );
  expect(() => refuseInputs(folder, ['churn'], [join(folder, 'grid.json'), '/elsewhere/churn.csv'])).not.toThrow();
});

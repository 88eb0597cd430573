/**
 * The runs that a browser keeps: found after a reload, named, compared, saved, deleted, and opened elsewhere
 * from a file.
 */
import { readFileSync } from 'node:fs';
import { expect, findingsOnPhone, TINY, test } from '../lab';

const TABLE = ['clinic,dose,score', ...Array.from({ length: 400 }, (_, i) => `c${i % 12},${(i * 37) % 101},${(i % 12) + ((i * 71) % 17) / 20}`)].join(
  '\n',
);

test('a run on an own table is kept with it, named, compared, deleted and brought back; from a file it opens where nothing is kept', async ({
  lab,
  page,
}) => {
  test.setTimeout(240_000);
  await lab.open({ backend: 'wasm', spec: TINY });
  await lab.ready();
  await lab.choose('visits.csv', TABLE);
  await lab.useTable.click();
  await lab.setup.getByText(/^Keep it in this browser/).click();
  await lab.train();
  await lab.finished();
  const mse = await lab.metric('MMbeddings', 'MSE');

  // Kept itself, the table is found without a word.
  await page.reload();
  await page.getByRole('region', { name: 'Run of an earlier visit' }).getByRole('button', { name: 'Show it' }).click();
  await lab.finished();
  expect(await lab.metric('MMbeddings', 'MSE')).toBe(mse);
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  const runs = page.getByRole('dialog', { name: 'Runs' });
  await expect(runs).toContainText(/Kept in this browser: [\d.]+ [kM]B/);
  await runs.getByRole('button', { name: /^Rename / }).click();
  await runs.getByRole('textbox').fill('first fit');
  await runs.getByRole('textbox').press('Enter');
  await expect(runs.getByRole('button', { name: 'Rename first fit' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(runs).toBeHidden();
  await lab.setup.getByLabel('Epochs', { exact: true }).fill('2');
  await lab.setup.getByLabel('Epochs', { exact: true }).blur();
  await lab.train();
  await lab.finished();
  expect(await lab.metric('MMbeddings', 'MSE')).not.toBe(mse);
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await expect(runs.getByRole('checkbox')).toHaveCount(2);
  for (const box of await runs.getByRole('checkbox').all()) await box.check();
  await expect(runs.getByRole('region', { name: 'Runs compared' }).locator('.runs-key > span')).toHaveCount(2);
  await expect(runs.getByRole('region', { name: 'Runs compared' }).getByRole('img', { name: /^Validation loss/ })).toBeVisible();
  expect(await findingsOnPhone(page, '[role=dialog]')).toEqual([]);
  const saving = page.waitForEvent('download');
  await runs.getByRole('button', { name: 'Save as file: first fit' }).click();
  await runs.getByRole('button', { name: 'With the table' }).click();
  const file = await (await saving).path();
  await runs.getByRole('button', { name: 'Delete first fit' }).click();
  await expect(runs).toContainText('first fit was deleted.');
  await expect(runs.getByRole('button', { name: 'Undo' })).toBeFocused();
  await page.keyboard.press('Enter');
  await runs.getByRole('button', { name: 'Open first fit' }).click();
  await expect(runs).toBeHidden();
  await expect.poll(() => lab.metric('MMbeddings', 'MSE')).toBe(mse);

  // In a visit that keeps nothing, by the place where tables open.
  await page.goto('/?volatile&backend=wasm');
  await lab.ready();
  await lab.fileInput.setInputFiles(file);
  await lab.finished();
  expect(await lab.metric('MMbeddings', 'MSE')).toBe(mse);
  await lab.fileInput.setInputFiles({ name: 'broken.mmlab', mimeType: 'application/octet-stream', buffer: readFileSync(file).subarray(0, -100) });
  await expect(page.getByRole('alert')).toContainText('broken.mmlab cannot be read');
  expect(await lab.metric('MMbeddings', 'MSE')).toBe(mse);
});

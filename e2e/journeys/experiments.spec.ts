/** The papers' experiments in the page: run, reload in the middle, resume, verdicts, export. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '../lab';

/** Two quick methods at q = 100. */
const ADDRESS = '/?experiment=table1-regression&methods=ignore;embeddings&reps=3&source=live&backend=wasm';

test('a small grid runs, survives a reload in the middle, resumes, and gives verdicts and exports', async ({ page }) => {
  await page.goto(ADDRESS);
  await expect(page.getByRole('heading', { name: 'Table 1, regression' })).toBeVisible();
  // The published numbers are there before anything has run.
  const table = page.getByRole('region', { name: 'Table of the experiment' });
  await expect(table.getByText('3.36 (0.21)')).toBeVisible();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText(/^[2-5] of 6 fits finished/)).toBeVisible({ timeout: 60_000 });
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await expect(page.getByText(/^[2-5] of 6 fits finished/)).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText('6 of 6 fits finished')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('Everything asked for is finished and kept in this browser.')).toBeVisible();
  await expect(table.getByText(/^(reproduced|differs)$/).first()).toBeVisible();

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV', exact: true }).click();
  const csv = await readFile(await (await download).path(), 'utf8');
  expect(csv.split('\n').find((line) => line.startsWith('q=100,embeddings,mse,3,'))).toMatch(/,(reproduced|differs),/);

  // The address holds the view.
  await page.getByRole('radiogroup', { name: 'Numbers shown' }).getByText('Lab', { exact: true }).click();
  await expect(page).toHaveURL(/show=ours/);
  await page.reload();
  await expect(table.getByText('3.36 (0.21)')).toBeHidden();
});

test('data that is not shipped: the page says where it is and refuses a file without its columns', async ({ page }) => {
  await page.goto('/?experiment=table3-insteval');
  await expect(page.getByText('InstEval is not shipped with the lab.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeDisabled();
  await page
    .getByLabel('Open a CSV file')
    .setInputFiles({ name: 'other.csv', mimeType: 'text/csv', buffer: Buffer.from(`a,b\n${'1,2\n3,4\n'.repeat(20)}`) });
  await expect(page.getByRole('alert')).toContainText('other.csv has no column "y"');
});

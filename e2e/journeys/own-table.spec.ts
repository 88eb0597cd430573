/**
 * One's own table, from the file to the files that are kept: what a person does who wants to know which
 * method to take.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from '../lab';

/**
 * 360 visits to 24 clinics: two spellings of one clinic, a dash for what was not measured, and effects of
 * clinics that matter.
 */
function visits(): string {
  const rows = Array.from({ length: 360 }, (_, i) => {
    const clinic = (i * 7) % 24;
    const effect = 3 * Math.sin(clinic * 2.3);
    const dose = ((i * 37) % 101) / 20;
    const name = clinic === 5 && i % 48 === 11 ? 'CLINIC 5' : `Clinic ${clinic}`;
    return [name, i % 30 === 11 ? '-' : dose.toFixed(2), (10 + effect + dose + ((i * 71) % 17) / 20).toFixed(3)].join(',');
  });
  return ['clinic,dose,score', ...rows].join('\n');
}

test('a table of one’s own: roles, five folds, the verdict, the Check room, errors by rows of the level, files to keep', async ({ lab, page }) => {
  test.setTimeout(180_000);
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await lab.choose('visits.csv', visits());
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible({ timeout: 30_000 });

  // Spellings are merged and the dash is missing, both with a word in the list of what was done.
  await page.getByRole('button', { name: 'Merge spellings of clinic' }).click();
  await expect(page.getByRole('button', { name: 'How clinic is read: merged' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'How dose is read: - missing' })).toBeVisible();
  await lab.useTable.click();
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeHidden();
  await expect(lab.setup.getByRole('radio', { name: 'Recommended' })).toBeChecked();
  await lab.setup.getByLabel('Epochs', { exact: true }).fill('6');
  await lab.setup.getByLabel('Epochs', { exact: true }).blur();

  await page.getByRole('button', { name: 'Repeat', exact: true }).click();
  await page.getByRole('menuitem', { name: '5-fold by row', exact: true }).click();
  // Where they do not come to their end, the failure says how far they are, or what went wrong.
  const study = page.getByRole('region', { name: 'What is repeated' });
  const folds = async (): Promise<string> => [await lab.run.innerText(), ...(await study.allInnerTexts())].join('\n');
  await expect.poll(folds, { timeout: 120_000, intervals: [250] }).toContain('5 of 5 folds finished');
  const differences = page.getByRole('region', { name: 'Differences' });
  const mixed = differences.getByRole('row').filter({ has: page.getByText('Linear mixed model', { exact: true }) });
  await expect(mixed).toContainText('better');
  await expect(mixed).toContainText('5 of 5');

  // A browser without room keeps nothing of the run, which is told; its results and files are there all the
  // same.
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('No room is left.', 'QuotaExceededError');
    };
  });
  await lab.train();
  await lab.finished(60_000);
  await expect(page.getByText('This browser does not keep the run: No room is left.')).toBeVisible();
  // The level says most of the score: without it the error is many times as large.
  expect(await lab.metric('Linear mixed model', 'MSE')).toBeLessThan(0.3 * (await lab.metric('Ignore', 'MSE')));
  await expect(lab.results).toContainText(/ahead/);

  const byCount = page.getByRole('region', { name: 'Error by rows of the level' });
  await expect(byCount).toContainText('training rows', { timeout: 10_000 });
  await page.getByRole('group', { name: 'Methods to check' }).getByRole('checkbox', { name: 'Linear mixed model' }).check();
  const check = page.getByRole('region', { name: 'Check of Linear mixed model' });
  await expect(check.getByRole('region', { name: 'Predictive intervals' }).locator('.cap')).toHaveText(/intervals contain/, { timeout: 10_000 });

  const predictions = await lab.download('Download predictions');
  const [header, ...lines] = readFileSync(await predictions.path(), 'utf8')
    .trimEnd()
    .split(/\r?\n/);
  const at = header.split(',').indexOf('Linear mixed model');
  const cells = lines.map((line) => line.split(',').map(Number));
  const mse = cells.reduce((sum, row) => sum + (row[1] - row[at]) ** 2, 0) / cells.length;
  expect(cells).toHaveLength(72);
  expect(mse).toBeCloseTo(await lab.metric('Linear mixed model', 'MSE'), 2);
});

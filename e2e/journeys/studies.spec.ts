/** Studies: the comparison repeated with other seeds, and fold by fold. */
import type { Locator, Page } from '@playwright/test';
import { ENDLESS, expect, findings, TINY, test } from '../lab';

const choose = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('button', { name: 'Repeat', exact: true }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
};

const differences = (page: Page): Locator => page.getByRole('region', { name: 'Differences' });
const row = (page: Page, method: string): Locator =>
  differences(page)
    .getByRole('row')
    .filter({ has: page.getByText(method, { exact: true }) });

test('five repetitions: scores with their spread, differences with their interval, kept over a run, other data and a reload', async ({
  lab,
  page,
}) => {
  test.setTimeout(120_000);
  await lab.open({ backend: 'wasm', spec: TINY });
  await lab.ready();
  await choose(page, 'Repeat 5×');
  await expect(page.getByRole('heading', { name: 'Five repetitions' })).toBeVisible();
  await expect(page.getByText('5 of 5 repetitions finished')).toBeVisible({ timeout: 60_000 });
  // The reference is the first method where Ignore is not among them.
  await expect(row(page, 'Embeddings')).toContainText('reference');
  await expect(row(page, 'MMbeddings')).toContainText(/better|worse|no clear winner/);
  await expect(row(page, 'MMbeddings')).toContainText('5 of 5');
  await differences(page).getByRole('combobox', { name: 'Reference' }).selectOption('MMbeddings');
  await expect(row(page, 'MMbeddings')).toContainText('reference');
  expect(await findings(page)).toEqual([]);

  // The first repetition is the run of these seeds.
  await lab.train();
  await lab.finished();
  await page.getByRole('button', { name: 'Scores by repetition: table and downloads' }).click();
  await page.getByRole('menuitem', { name: 'Show as table' }).click();
  const twin = page.getByRole('table', { name: /Mean test MSE by method/ });
  const headings = await twin.getByRole('columnheader').allInnerTexts();
  const cells = await twin
    .getByRole('row')
    .filter({ has: page.getByText('MMbeddings', { exact: true }) })
    .locator('th, td')
    .allInnerTexts();
  expect(Number(cells[headings.indexOf('repetition 1')])).toBeCloseTo(await lab.metric('MMbeddings', 'MSE'), 2);
  await expect(page.getByText('5 of 5 repetitions finished')).toBeVisible();

  await page.getByRole('radio', { name: 'Orange trees' }).check({ force: true });
  await expect(page.getByText('Of other data: the experiment is now on Orange trees.')).toBeVisible();

  await page.reload();
  await expect(page.getByText('5 of 5 repetitions finished')).toBeVisible({ timeout: 30_000 });
});

test('a study can be paused, stopped and continued; what is finished is kept', async ({ lab, page }) => {
  test.setTimeout(120_000);
  await lab.open({ backend: 'wasm', spec: { ...ENDLESS, methods: [{ id: 'mmbeddings' }] } });
  await lab.ready();
  await choose(page, 'Repeat 10×');
  await expect(lab.run).toContainText(/Repetition 1 of 10/);
  await page.keyboard.press('t');
  await expect(lab.run).toContainText('Paused, repetition 1');
  await lab.button('Resume').click();
  await lab.button('Stop').click();
  await expect(page.getByText('0 of 10 repetitions finished')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Continue' })).toBeEnabled();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Really remove it' }).click();
  await expect(page.getByRole('heading', { name: 'Ten repetitions' })).toBeHidden();
});

test('a table is cross-validated by row and by the folds that it names', async ({ lab, page }) => {
  test.setTimeout(120_000);
  const rows = Array.from({ length: 120 }, (_, i) => `${1 + (i % 4)},s${i % 9},${((i * 7) % 11) / 5},${(i % 9) / 2 + ((i * 13) % 7) / 9}`);
  await lab.open({ backend: 'wasm', spec: TINY });
  await lab.ready();
  await lab.choose('schools.csv', `fold,school,x,y\n${rows.join('\n')}\n`);
  const roles = { fold: 'Ignore', school: 'Categorical', x: 'Numeric', y: 'Target' };
  for (const [column, role] of Object.entries(roles)) await lab.role(column).selectOption(role);
  await lab.useTable.click();
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeHidden();
  await choose(page, '5-fold by row');
  await expect(page.getByText('5 of 5 folds finished')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/Nadeau and Bengio/)).toBeVisible();
  await lab.setup.getByRole('button', { name: /Test and validation/ }).click();
  await lab.setup.getByRole('combobox', { name: 'Test rows are' }).selectOption('By column');
  await lab.setup.getByRole('combobox', { name: 'Column', exact: true }).selectOption('fold');
  await expect(lab.setup.getByText('Test rows are those that fold marks for the test')).toBeVisible();
  await choose(page, 'The 4 folds of fold');
  await expect(page.getByText('4 of 4 folds finished')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('schools.csv: each of 1, 2, 3 and 4 in fold tests once.')).toBeVisible();
});

test('repetitions that an earlier version of the lab stored are still there', async ({ page }) => {
  // A page that does not open the database, as the lab does.
  await page.goto('/?collect');
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('mmbeddings-lab', 1);
        request.onupgradeneeded = () => request.result.createObjectStore('units').createIndex('experiment', 'experiment');
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const result = { method: 'ignore', parameters: 231, metrics: { mse: 5.5 }, epochs: 9, estimates: [], seconds: { epochs: 1, finishing: 0 } };
          const about = { version: 1, experiment: 'table1-regression', cell: 'q=100', repetition: 1, lab: '0.1.0', backend: 'wasm', threads: 2 };
          const record = { ...about, finished: '2026-11-21T00:00:00Z', fingerprint: '', difference: null, outcomes: { ignore: { result } } };
          const writing = request.result.transaction('units', 'readwrite');
          writing.objectStore('units').put(record, 'table1-regression.q=100.rep=1');
          writing.oncomplete = () => {
            request.result.close();
            resolve();
          };
        };
      }),
  );
  await page.goto('/?experiment=table1-regression&source=live');
  await expect(page.getByText(/^1 of \d+ fits finished/)).toBeVisible();
});

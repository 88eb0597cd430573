/**
 * A table of one's own after a reload: kept, asked for again, checked; and a run that goes through a file.
 */
import { expect, test } from '../lab';

const csv = (extra = 0): string =>
  ['clinic,dose,score', ...Array.from({ length: 400 }, (_, i) => `c${i % 12},${(i * 37) % 101},${(i % 12) + ((i * 71) % 17) / 20 + extra}`)].join(
    '\n',
  );

test('own table, train, reload, continue: with the file asked for and checked, and kept; the run in a file opens elsewhere', async ({
  lab,
  page,
}) => {
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await lab.choose('visits.csv', csv());
  await lab.useTable.click();
  await lab.setup.getByLabel('Epochs', { exact: true }).fill('10000');
  await lab.setup.getByLabel('Epochs', { exact: true }).blur();
  await lab.train();
  await expect.poll(() => bodies(page), { timeout: 30_000 }).toBeGreaterThan(0);

  await page.reload();
  const line = page.getByRole('region', { name: 'Run of an earlier visit' });
  await line.getByRole('button', { name: 'Continue' }).click();
  await expect(line).toContainText('visits.csv is needed to go on.');
  const again = line.getByLabel('File of visits.csv');
  await again.setInputFiles({ name: 'other.csv', mimeType: 'text/csv', buffer: Buffer.from(csv(1)) });
  await expect(line).toContainText('other.csv is another table than visits.csv was');
  await again.setInputFiles({ name: 'visits.csv', mimeType: 'text/csv', buffer: Buffer.from(csv()) });
  await expect(line).toHaveCount(0);
  await expect.poll(() => lab.epoch(), { timeout: 30_000 }).toBeGreaterThan(0);
  await lab.setup.getByText(/^Keep it in this browser/).click();
  await lab.button('Stop').click();
  await lab.finished();

  // Kept itself, it is found without a word, and its run is in the list.
  await page.reload();
  await line.getByRole('button', { name: 'Show it' }).click();
  await lab.finished();
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  const runs = page.getByRole('dialog', { name: 'Runs' });
  await expect(runs).toContainText('Kept in this browser');
  await runs.getByRole('button', { name: /^Rename / }).click();
  await runs.getByRole('textbox').fill('first fit');
  await runs.getByRole('textbox').press('Enter');
  await runs.getByRole('checkbox', { name: 'Compare first fit' }).check();
  await expect(runs.getByRole('region', { name: 'Runs compared' }).getByRole('img')).toBeVisible();
  const saving = page.waitForEvent('download');
  await runs.getByRole('button', { name: 'Save as file: first fit' }).click();
  await runs.getByRole('button', { name: 'With the table' }).click();
  const file = await (await saving).path();
  await runs.getByRole('button', { name: 'Delete first fit' }).click();
  await expect(runs).toContainText('first fit was deleted.');
  await runs.getByRole('button', { name: 'Close' }).click();

  // In a visit that keeps nothing, by the place where tables open.
  await page.goto('/?volatile&backend=wasm');
  await lab.ready();
  await lab.fileInput.setInputFiles(file);
  await lab.finished();
  await expect(lab.resultRow('MMbeddings').first()).toBeVisible();
  await lab.fileInput.setInputFiles({ name: 'broken.mmlab', mimeType: 'application/octet-stream', buffer: Buffer.from('LMMB and no more') });
  await expect(page.getByRole('alert')).toContainText('broken.mmlab cannot be read');
  await expect(lab.resultRow('MMbeddings').first()).toBeVisible();
});

function bodies(page: import('@playwright/test').Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const request = indexedDB.open('mmbeddings-lab');
        request.onsuccess = () => {
          const count = request.result.transaction('run-bodies').objectStore('run-bodies').count();
          count.onsuccess = () => {
            request.result.close();
            resolve(count.result);
          };
        };
      }),
  );
}

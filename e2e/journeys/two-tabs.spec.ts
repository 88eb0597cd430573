/** Two pages of one browser: a run belongs to one of them, and nothing is fitted twice. */
import { ENDLESS, expect, Lab, test } from '../lab';

test('a run in another tab can be read, and is offered when that tab closes; a study is fitted once', async ({ lab, page, context }) => {
  test.setTimeout(90_000);
  page.on('dialog', (dialog) => void dialog.accept());
  await lab.open({ backend: 'wasm', spec: ENDLESS });
  await lab.ready();
  await lab.train();
  const kept = () =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const request = indexedDB.open('mmbeddings-lab');
          request.onsuccess = () => {
            const count = request.result.transaction('runs').objectStore('runs').count();
            count.onsuccess = () => resolve(count.result);
          };
        }),
    );
  await expect.poll(kept, { timeout: 30_000 }).toBe(1);

  const other = new Lab(await context.newPage());
  other.page.on('dialog', (dialog) => void dialog.accept());
  await other.open({ backend: 'wasm', spec: ENDLESS });
  const line = other.page.getByRole('region', { name: 'Run of an earlier visit' });
  await expect(line).toContainText(/is open in another page, at epoch \d+\. .*Here it can only be read/, { timeout: 30_000 });
  await expect(line.getByRole('button', { name: /Continue|Discard|Results/ })).toHaveCount(0);
  await line.getByRole('button', { name: 'Look at it' }).click();
  await expect.poll(() => other.epoch(), { timeout: 30_000 }).toBeGreaterThan(0);
  const seen = await other.epoch();
  // It reads on, and the page that has the run is not disturbed.
  await expect.poll(() => other.epoch(), { timeout: 30_000 }).toBeGreaterThan(seen);
  const before = await lab.epoch();
  await expect.poll(() => lab.epoch()).toBeGreaterThan(before);

  await page.close();
  await expect(line).toContainText(/stopped at epoch \d+/);
  const stopped = Number(/epoch ([\d,]+)/.exec(await line.innerText())?.[1].replace(/,/g, ''));
  await line.getByRole('button', { name: 'Continue' }).click();
  await expect.poll(() => other.epoch(), { timeout: 30_000 }).toBeGreaterThan(stopped);

  // Both are asked for the same study: one fits it, both have it.
  const spec = { ...ENDLESS, training: { ...ENDLESS.training, epochs: 120 } };
  const second = new Lab(await context.newPage());
  for (const one of [other, second]) {
    await one.open({ backend: 'wasm', spec });
    await one.page.reload();
    await one.ready();
  }
  for (const one of [other, second]) {
    await one.page.getByRole('button', { name: 'Repeat', exact: true }).click();
    await one.page.getByRole('menuitem').first().click();
  }
  await expect(second.page.getByRole('region', { name: 'Status' })).toContainText('Another page of the lab fits this already.');
  for (const one of [other, second]) await expect(one.page.getByText('5 of 5 repetitions finished')).toBeVisible({ timeout: 30_000 });
  await expect(second.page.getByText('Another page of the lab fits this already.')).toHaveCount(0);
});

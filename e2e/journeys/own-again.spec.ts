/** A table of one's own after a reload: found by its handle, or asked for again and checked. */
import type { Page } from '@playwright/test';
import { ENDLESS, expect, test } from '../lab';

const csv = (extra = 0): string =>
  ['clinic,dose,score', ...Array.from({ length: 4000 }, (_, i) => `c${i % 12},${(i * 37) % 101},${(i % 12) + ((i * 71) % 17) / 20 + extra}`)].join(
    '\n',
  );

/**
 * The file as a person has it on disk; '' deletes it. The origin's own folder gives handles without asking.
 */
const onDisk = (page: Page, text: string): Promise<void> =>
  page.evaluate(async (text) => {
    const folder = await navigator.storage.getDirectory();
    if (text === '') return folder.removeEntry('visits.csv');
    const file = await (await folder.getFileHandle('visits.csv', { create: true })).createWritable();
    await file.write(text);
    await file.close();
  }, text);

test('own table, train, reload, continue: its file is found, or asked for and checked', async ({ lab, page }) => {
  test.setTimeout(180_000);
  await page.addInitScript(() => {
    const showOpenFilePicker = async () => [await (await navigator.storage.getDirectory()).getFileHandle('visits.csv')];
    Object.assign(window, { showOpenFilePicker });
  });
  // Two methods, and no end.
  await lab.open({ backend: 'wasm', spec: ENDLESS });
  await lab.ready();
  await onDisk(page, csv());
  // The mouse: what it presses is the zone around the button.
  await page.getByText('choose a file', { exact: true }).click({ force: true });
  await lab.useTable.click();
  await lab.train();
  // The second is written once the first has its record.
  await expect.poll(() => lab.keptBodies(), { timeout: 60_000 }).toBeGreaterThan(1);

  const line = lab.earlierRun;
  const goOn = async (): Promise<number> => {
    await page.reload();
    await expect(line).toContainText(/stopped at epoch [\d,]+\./);
    const epoch = await lab.earlierEpoch();
    await line.getByRole('button', { name: 'Continue' }).click();
    return epoch;
  };
  const before = await goOn();
  await expect(line).toHaveCount(0);
  await expect.poll(() => lab.epoch(), { timeout: 30_000 }).toBeGreaterThan(before);

  await onDisk(page, '');
  const epoch = await goOn();
  await expect(line).toContainText('visits.csv is needed to go on.');
  const again = line.getByLabel('File of visits.csv');
  await again.setInputFiles({ name: 'other.csv', mimeType: 'text/csv', buffer: Buffer.from(csv(1)) });
  await expect(line).toContainText('other.csv is another table than visits.csv was');
  await again.setInputFiles({ name: 'visits.csv', mimeType: 'text/csv', buffer: Buffer.from(csv()) });
  await expect(line).toHaveCount(0);
  await expect.poll(() => lab.epoch(), { timeout: 30_000 }).toBeGreaterThan(epoch);
});

/** A table of one's own after a reload: asked for again, and checked. */
import { ENDLESS, expect, test } from '../lab';

const csv = (extra = 0): string =>
  ['clinic,dose,score', ...Array.from({ length: 4000 }, (_, i) => `c${i % 12},${(i * 37) % 101},${(i % 12) + ((i * 71) % 17) / 20 + extra}`)].join(
    '\n',
  );

test('own table, train, reload, continue: its file is asked for, and checked', async ({ lab, page }) => {
  test.setTimeout(180_000);
  // Two methods, and no end.
  await lab.open({ backend: 'wasm', spec: ENDLESS });
  await lab.ready();
  await lab.choose('visits.csv', csv());
  await lab.useTable.click();
  await lab.train();
  // The second is written once the first has its record.
  await expect.poll(() => lab.keptBodies(), { timeout: 60_000 }).toBeGreaterThan(1);

  await page.reload();
  const line = lab.earlierRun;
  await expect(line).toContainText(/stopped at epoch [\d,]+\./);
  const epoch = await lab.earlierEpoch();
  await line.getByRole('button', { name: 'Continue' }).click();
  await expect(line).toContainText('visits.csv is needed to go on.');
  const again = line.getByLabel('File of visits.csv');
  await again.setInputFiles({ name: 'other.csv', mimeType: 'text/csv', buffer: Buffer.from(csv(1)) });
  await expect(line).toContainText('other.csv is another table than visits.csv was');
  await again.setInputFiles({ name: 'visits.csv', mimeType: 'text/csv', buffer: Buffer.from(csv()) });
  await expect(line).toHaveCount(0);
  await expect.poll(() => lab.epoch(), { timeout: 30_000 }).toBeGreaterThan(epoch);
});

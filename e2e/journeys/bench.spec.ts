import { readFile } from 'node:fs/promises';
import { expect, findings, measured, test } from '../lab';

const TINY_BENCH = '/?bench&q=20,60&rounds=2&turn=2&methods=mmbeddings';

test('the bench measures the engines of this browser, and gives its numbers as JSON', { tag: '@alone' }, async ({ page }, info) => {
  test.setTimeout(150_000);
  await page.goto(TINY_BENCH);
  await expect(page.getByRole('heading', { name: 'How fast is this machine?' })).toBeVisible();
  await expect(page.getByRole('checkbox', { name: '20', exact: true })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: '10,000' })).not.toBeChecked();
  await page.getByRole('button', { name: 'Measure', exact: true }).click();
  await expect(page.getByRole('progressbar', { name: 'Progress of the bench' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Measure again' })).toBeVisible({ timeout: 120_000 });

  const table = page.getByRole('region', { name: 'MMbeddings, q = 60' });
  for (const engine of ['our plan, WASM, 1 thread', 'plain tfjs, WASM', 'our plan, WebGPU', 'plain tfjs, WebGPU']) {
    await expect(
      table
        .getByRole('row')
        .filter({ has: page.getByText(engine, { exact: true }) })
        .getByRole('cell')
        .first(),
    ).not.toHaveText(/left out/);
  }
  await expect(page.getByRole('img', { name: /Milliseconds per step of each engine, MMbeddings/ })).toBeVisible();
  await expect(page.getByText(/computed in software/)).toBeVisible();

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download JSON' }).click()]);
  const report = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(report.version).toBe(1);
  const plan = report.rows.find((row: { engine: string; q: number }) => row.engine === 'plan-webgpu' && row.q === 60);
  expect(plan.dispatches).toBeLessThanOrEqual(8);
  expect(plan.timing.rounds).toHaveLength(2);
  const shown = report.rows.map((row: { label: string; q: number; timing: { median: number } | null; skipped: string | null }) =>
    row.timing ? `${row.label} ${row.timing.median.toFixed(2)} ms` : `${row.label} ${row.skipped}`,
  );
  measured(info, shown.slice(-8).join('; '));

  expect(await findings(page)).toEqual([]);
});

test('a cancelled bench ends and keeps what it has', async ({ page }) => {
  test.setTimeout(90_000);
  await page.goto('/?bench&q=20,60,200&rounds=50&turn=100&methods=mmbeddings&backends=wasm');
  await page.getByRole('button', { name: 'Measure', exact: true }).click();
  await expect(page.getByText(/q = 20, round/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Measure again' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('region', { name: 'MMbeddings, q = 20' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'MMbeddings, q = 200' })).toHaveCount(0);
});

test('the bench fits a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(TINY_BENCH);
  await expect(page.getByRole('button', { name: 'Measure', exact: true })).toBeVisible();
  // What was recorded stands below, apart from what is measured here.
  await expect(page.getByRole('heading', { name: 'Every method next to PyTorch' })).toBeVisible();
  await page.getByText('Milliseconds a step by engine and threads, q = 1,000').first().click();
  await expect(page.getByRole('region', { name: 'Milliseconds a step by engine and threads, q = 1,000' })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

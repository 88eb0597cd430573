/** Series of one's own from two files: what is predicted, tags by name, errors by step, forecasts to keep. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { expect, findings, type Lab, test } from '../lab';

const KINDS = ['slow; north', 'slow; south', 'fast; north', 'fast; south', 'slow; north', 'fast'];
const STEPS = 80;

/**
 * Six series: slow ones remember most of their last value, fast ones little of it, all with a daily season.
 */
function long(): string {
  const values = KINDS.map(() => 0);
  const rows = Array.from({ length: STEPS }, (_, t) => {
    KINDS.forEach((kind, f) => {
      const noise = (((t * 37 + f * 53) * 7919) % 101) / 101 - 0.5;
      values[f] = (kind.startsWith('slow') ? 0.9 : 0.2) * values[f] + Math.sin((2 * Math.PI * t) / 24 + f) + noise;
    });
    const day = new Date(Date.UTC(2026, 0, 1, t)).toISOString().slice(0, 16).replace('T', ' ');
    return [day, ...values.map((value) => value.toFixed(3))].join(',');
  });
  return [['time', ...KINDS.map((_, f) => `s${f + 1}`)].join(','), ...rows].join('\n');
}

const tags = (names: readonly string[]): string => ['sensor,kinds', ...names.map((name, f) => `${name},${KINDS[f]}`)].join('\n');
const NAMES = KINDS.map((_, f) => `s${f + 1}`);

async function chooseTags(page: Page, content: string): Promise<void> {
  await page.getByLabel('Choose the file of tags').setInputFiles({ name: 'sensors.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
}

const isSeries = (page: Page): Locator => page.getByRole('checkbox', { name: 'These are series: one row a step of time' });
const useSeries = (page: Page): Locator => page.getByRole('button', { name: 'Use these series' });

async function openLong(lab: Lab, page: Page): Promise<void> {
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await lab.choose('steps.csv', long());
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible({ timeout: 30_000 });
  await isSeries(page).check();
  await expect(page.getByRole('heading', { name: 'What is predicted from these series?' })).toBeFocused();
}

async function setWindow(page: Page, steps: number): Promise<void> {
  const field = page.getByRole('region', { name: 'Windows' }).getByLabel('Window L');
  await field.fill(String(steps));
  await field.press('Enter');
}

test('series from two files: windows, tags by name, errors by step, forecasts to keep', async ({ lab, page }) => {
  test.setTimeout(150_000);
  await openLong(lab, page);
  // The times are found, and are no series.
  await expect(page.getByLabel('Time', { exact: true })).toHaveValue('time');
  await setWindow(page, 8);
  await chooseTags(page, tags(NAMES));
  await expect(page.getByLabel('Column of names')).toHaveValue('sensor');
  await expect(page.getByRole('list', { name: 'First series with their tags' })).toContainText('north');
  await expect(page.getByText(/80 steps of 6 series: \d+ windows an epoch, \d+ test windows/)).toBeVisible({ timeout: 20_000 });
  expect(await findings(page)).toEqual([]);
  await useSeries(page).click();
  await expect(page.getByRole('heading', { name: 'What is predicted from these series?' })).toBeHidden();

  await expect(lab.setup.getByText('tags of sensors.csv')).toBeVisible();
  for (const method of ['Last value', 'Linear autoregression', 'Sequence transformer'])
    await expect(lab.setup.getByText(method, { exact: true })).toBeVisible();
  await lab.setup.getByLabel('Epochs', { exact: true }).fill('3');
  await lab.setup.getByLabel('Epochs', { exact: true }).blur();
  await lab.train();
  await lab.finished(90_000);
  await expect(page.getByRole('region', { name: 'Error by step of the window' })).toContainText('test windows of 6 series', { timeout: 20_000 });
  await expect(page.getByRole('region', { name: 'Forecast against what came' })).toBeVisible();
  expect(await findings(page)).toEqual([]);

  const file = await lab.download('Download predictions');
  const [header, ...lines] = readFileSync(await file.path(), 'utf8')
    .trimEnd()
    .split(/\r?\n/);
  expect(header).toMatch(/^window,series,trained,step,time,actual,Last value,/);
  // A line for each of the 8 steps of every test window.
  const windows = new Set(lines.map((line) => line.split(',')[0]));
  expect(lines).toHaveLength(8 * windows.size);
  expect(new Set(lines.map((line) => line.split(',')[1]))).toEqual(new Set(NAMES));
  // Window, series, trained, step, time and what came; then the five methods of the preset.
  const cells = lines.map((line) => line.split(','));
  expect(cells.every((row) => row.length === 11 && row.slice(5).every((cell) => Number.isFinite(Number(cell))))).toBe(true);
});

test('series that do not fit: a name that matches nothing, a window that is too long, times that go back; nothing is lost', async ({ lab, page }) => {
  test.setTimeout(120_000);
  await openLong(lab, page);
  await setWindow(page, 8);
  await chooseTags(page, tags(NAMES.map((name) => `other-${name}`)));
  const problem = page.locator('#csv-problem');
  await expect(problem).toContainText('No series is named in sensors.csv: the series are "s1"', { timeout: 20_000 });
  await expect(useSeries(page)).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('button', { name: 'Without tags' }).click();
  await setWindow(page, 70);
  await expect(problem).toContainText('of the 80 steps, and a window takes 71', { timeout: 20_000 });
  // A row of the file of tags without a series is told, and keeps nobody from training.
  await setWindow(page, 8);
  await chooseTags(page, tags([...NAMES.slice(0, 5), 'nobody']));
  const told = page.getByRole('list', { name: 'What to know of these series' });
  await expect(told).toContainText('A row of sensors.csv names no series: "nobody"', { timeout: 20_000 });
  await expect(told).toContainText('A series has no row in sensors.csv, and so no tags: "s6"');
  // Rows that do not rise in time are refused, and what was chosen stays.
  await page.getByLabel('Time', { exact: true }).selectOption('s1');
  await expect(problem).toContainText('which does not come after', { timeout: 20_000 });
  await expect(page.getByRole('region', { name: 'Windows' }).getByLabel('Window L')).toHaveValue('8');
  await expect(page.getByText('sensors.csv', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  // The experiment is what it was.
  await expect(page.getByRole('heading', { name: 'What is predicted from these series?' })).toBeHidden();
  await expect(lab.button('Train')).toBeEnabled();
});

test('simulated series on a phone: the panels of series fit, and axe finds nothing', async ({ lab, page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 390, height: 844 });
  await lab.open({
    backend: 'wasm',
    spec: {
      dataset: { kind: 'tag-series', predicts: 'forecast', length: 8, horizon: 2, steps: 200, series: 5, groups: [2, 2] },
      methods: [{ id: 'last-value' }, { id: 'timexer', settings: { patch: 4, width: 8, heads: 2, feedForward: 8 } }],
      training: { epochs: 2, patience: null, batchSize: 32 },
    },
  });
  await lab.ready();
  await lab.train();
  await lab.finished(90_000);
  for (const name of ['Error by step of the window', 'Forecast against what came'])
    await expect(page.getByRole('region', { name })).toBeVisible({ timeout: 20_000 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(await findings(page)).toEqual([]);
});

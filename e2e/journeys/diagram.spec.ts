/** The live diagram: one row followed through a method, held against what other panels say of the run. */
import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import { expect, findings, findingsOnPhone, TINY, test } from '../lab';

const SPEC = { ...TINY, methods: [{ id: 'mmbeddings', settings: { d: 4 } }, { id: 'linear-mixed-model' }] };

/** The numbers of a panel as its CSV file has them. */
async function csvOf(panel: Locator, title: string): Promise<string[][]> {
  const page = panel.page();
  await panel.scrollIntoViewIfNeeded();
  await panel.getByRole('button', { name: `${title}: table and downloads` }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Download CSV' }).click()]);
  const text = await readFile(await download.path(), 'utf8');
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
}

test('a row goes through MMbeddings step by step, with the numbers of the run', async ({ lab, page }) => {
  await lab.open({ backend: 'wasm', spec: SPEC });
  await lab.ready();
  await lab.train();
  await lab.finished();
  const predictions = page.getByRole('region', { name: 'Predicted against actual' });
  await predictions.getByRole('combobox', { name: 'Method' }).selectOption('mmbeddings');
  const tested = (await csvOf(predictions, 'Predicted against actual')).map((line) => line.map(Number));
  const error = ([actual, predicted]: number[]): number => Math.abs(actual - predicted);
  const worst = tested.reduce((most, line) => (error(line) > error(most) ? line : most));

  const diagram = page.locator('[data-panel="diagram"]');
  await diagram.getByRole('button', { name: 'Follow a row' }).click();
  await diagram.getByRole('combobox', { name: 'Method of the diagram' }).selectOption('mmbeddings');
  await diagram.getByRole('button', { name: 'The worst test row' }).click();
  await expect(diagram).toContainText(/Row [\d,]+ is a test row/);
  const numbers = async (): Promise<Map<string, number>> =>
    new Map((await csvOf(diagram, 'How it works')).map(([part, of, value]) => [`${part}: ${of}`, Number(value)]));
  const shown = await numbers();
  expect(shown.get('Row: response in its own unit')).toBeCloseTo(worst[0], 4);
  expect(shown.get('Prediction: in the response’s own unit')).toBeCloseTo(worst[1], 4);

  // A training row goes on: through the encoder, to the average of its batch, and back.
  await diagram.getByRole('button', { name: 'A rare level' }).click();
  await expect(diagram).toContainText(/Row [\d,]+ is a training row/);
  const slider = diagram.getByRole('slider', { name: 'Sub-step' });
  await slider.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', '4 of 9: The average');
  const trained = [...(await numbers())];
  const first = (name: string): number => trained.find(([key]) => key.endsWith(name))?.[1] ?? Number.NaN;
  expect(first(': rows averaged')).toBeGreaterThanOrEqual(1);
  await diagram.getByText('Formula', { exact: true }).click();
  await expect(diagram.locator('.katex').first()).toBeVisible();
  await diagram.getByText('Code', { exact: true }).click();
  await expect(diagram.locator('.listing')).toContainText('export function segmentMean');
  expect(await findings(page)).toEqual([]);

  // Another method has a diagram of its own.
  await diagram.getByRole('combobox', { name: 'Method of the diagram' }).selectOption('linear-mixed-model');
  await diagram.getByText('Words', { exact: true }).click();
  await expect(diagram.getByRole('listitem').filter({ hasText: 'The weight' })).toContainText(/keeps [\d.]+ % of its mean/);
  expect(await findingsOnPhone(page)).toEqual([]);
});

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Download } from '@playwright/test';
import { expect, findings, measured, TINY, test } from '../lab';

const INSTEVAL = resolve(import.meta.dirname, '../../../shared/data/InstEval.csv.gz');

async function csvOf(download: Download): Promise<string[][]> {
  const text = readFileSync(await download.path(), 'utf8');
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(','));
}

test('InstEval: upload, roles, a short training, predictions and level embeddings to keep', async ({ lab, page }, info) => {
  test.skip(!existsSync(INSTEVAL), 'InstEval.csv.gz is not next to the repository');
  test.setTimeout(240_000);
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await lab.fileInput.setInputFiles(INSTEVAL);
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible({ timeout: 60_000 });
  const roles = { s: 'Categorical', d: 'Categorical', dept: 'Categorical', studage: 'Numeric', lectage: 'Numeric', service: 'Numeric', y: 'Target' };
  for (const [column, role] of Object.entries(roles)) await lab.role(column).selectOption(role);
  await expect(
    page.getByText(
      /73,421 rows: 52,863 to train, 5,873 to validate, 14,685 to test|73,421 rows: [\d,]+ to train, [\d,]+ to validate, [\d,]+ to test/,
    ),
  ).toBeVisible();
  await lab.useTable.click();
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeHidden();
  // Table 3's sizes: 2,972 + 1,128 + 14 levels, 10 dimensions, 3 numeric columns.
  await expect(lab.setup.getByRole('listitem').filter({ has: page.getByText('Embeddings', { exact: true }) })).toContainText(/4\d,\d{3}/);

  await lab.setup.getByLabel('Epochs', { exact: true }).fill('3');
  await lab.setup.getByLabel('Epochs', { exact: true }).blur();
  await lab.train();
  await lab.finished(200_000);
  const mse: Record<string, number> = {};
  const methods = ['Mean of the target', 'Ignore', 'Target encoding', 'Embeddings', 'MMbeddings', 'Linear mixed model'];
  for (const method of methods) mse[method] = await lab.metric(method, 'MSE');
  measured(info, `test MSE after 3 epochs: ${JSON.stringify(mse)}`);
  // The target's variance is 1.79: errors are on its own scale, and levels tell something.
  expect(mse.Ignore).toBeGreaterThan(1.3);
  expect(mse.Ignore).toBeLessThan(2.2);

  const predictions = await lab.download('Download predictions');
  const [header, ...rows] = await csvOf(predictions);
  expect(rows).toHaveLength(14_685);
  expect(header.length).toBe(2 + methods.length);
  expect(rows.every((row) => row.length === header.length && row.every((cell) => Number.isFinite(Number(cell))))).toBe(true);
  // The file holds what the table shows.
  const column = header.findIndex((name) => /^mmbeddings$/i.test(name));
  const recomputed = rows.reduce((sum, row) => sum + (Number(row[1]) - Number(row[column])) ** 2, 0) / rows.length;
  expect(recomputed).toBeCloseTo(mse.MMbeddings, 1);

  await page.getByLabel('Method of the level embeddings').selectOption({ label: 'MMbeddings' });
  const levels = await csvOf(await lab.download('Download level embeddings'));
  expect(levels[0].slice(0, 3).map((name) => name.toLowerCase())).toEqual(['feature', 'level', expect.stringMatching(/rows/)]);
  expect(levels[0]).toHaveLength(3 + 10);
  const features = new Set(levels.slice(1).map((row) => row[0]));
  expect([...features].sort()).toEqual(['d', 'dept', 's']);
  expect(levels.length - 1).toBeGreaterThan(4_000);
});

test('a small table of two values trains as binary, with its own levels', async ({ lab, page }) => {
  const rows = Array.from(
    { length: 300 },
    (_, i) => `${['red', 'green', 'blue', 'grey'][i % 4]},${(i * 37) % 101},${(i % 4) + ((i * 7) % 3) > 2 ? 'yes' : 'no'}`,
  );
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  await lab.choose('paint.csv', ['colour,size,bought', ...rows].join('\n'));
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible({ timeout: 30_000 });
  await lab.role('bought').selectOption('Target');
  await lab.role('colour').selectOption('Categorical');
  await lab.role('size').selectOption('Numeric');
  await expect(page.getByRole('radio', { name: 'Binary' })).toBeChecked();
  await lab.useTable.click();
  await lab.train();
  await lab.finished();
  const auc = await lab.metric('Embeddings', 'AUC');
  expect(auc).toBeGreaterThan(0);
  expect(auc).toBeLessThanOrEqual(1);
});

test('reading can be cancelled, and the data of before stays', async ({ lab, page }) => {
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  // About 60 MB: long enough to be cancelled.
  const line = `${'abcdefgh,12345.678,'.repeat(5)}1\n`;
  const header = `${Array.from({ length: 11 }, (_, i) => `c${i}`).join(',')}\n`;
  await page.evaluate(
    ({ header, line }) => {
      const block = new Blob([line.repeat(10_000)]);
      const file = new File([header, ...Array.from({ length: 60 }, () => block)], 'long.csv');
      const input = document.querySelector<HTMLInputElement>('input[type="file"]');
      const transfer = new DataTransfer();
      transfer.items.add(file);
      if (!input) throw new Error('no file input');
      input.files = transfer.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    { header, line },
  );
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { name: /Reading/ })).toBeHidden();
  await expect(lab.button('Train')).toBeEnabled();
  await lab.train();
  await lab.finished();
});

test('a file can be opened where the network has gone', async ({ lab, page, context }) => {
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  await context.setOffline(true);
  await lab.choose('pairs.csv', ['g,y', ...Array.from({ length: 40 }, (_, i) => `${i % 4},${i % 7}.5`)].join('\n'));
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible();
});

test('a table as people have it: a bad cell, two spellings, a word for missing, nested labels and a leak, each mended with a click and undone', async ({
  lab,
  page,
}) => {
  const shops = ['Alpha', 'Beta', 'alpha ', 'Gamma'];
  const rows = Array.from({ length: 400 }, (_, i) => {
    const [batch, cask] = [i % 10, Math.floor(i / 10) % 4];
    const size = ((i * 37) % 101) / 10;
    const y = 20 + size + 4 * Math.sin(batch * 13 + cask * 7) + ((i * 71) % 13) / 50;
    const text = i === 150 ? 'about 3' : i % 40 === 7 ? '-' : size.toFixed(1);
    return [shops[(i * 7) % 4], `B${batch + 1}`, `cask${cask + 1}`, text, i % 9 === 4 ? 999 : i % 8, y.toFixed(3), (y * 1.19).toFixed(3)].join(';');
  });
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  await lab.choose('casks.csv', ['shop;batch;cask;size;visits;y;y_gross', ...rows].join('\n').replaceAll('.', ','));
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible({ timeout: 30_000 });

  // What the reader found stands there in words; what it cannot decide is asked, and holds the table back.
  const asks = page.getByText('389 of 390 cells of "size" are numbers; line 152 has "about 3".');
  await expect(asks).toBeVisible();
  await expect(lab.useTable).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('button', { name: 'It is missing' }).click();
  await expect(asks).toBeHidden();
  await expect(lab.useTable).toHaveAttribute('aria-disabled', 'false');

  await page.getByRole('button', { name: 'Merge spellings of shop' }).click();
  await expect(page.getByRole('button', { name: 'How shop is read: merged' })).toBeVisible();
  await page.getByRole('button', { name: 'Nest cask in batch' }).click();
  await expect(page.getByRole('button', { name: 'How cask is read: in batch' })).toBeVisible();
  await page.getByRole('button', { name: 'Ignore y_gross' }).click();
  await expect(lab.role('y_gross')).toHaveValue('ignore');

  // 999 is a word for missing in one column only.
  await page.getByRole('button', { name: /How visits is read/ }).click();
  await page.getByRole('textbox', { name: 'Another word for missing in visits' }).fill('999');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('checkbox', { name: /999 45 cells|999 44 cells/ })).toBeChecked();
  expect(await findings(page), 'with the choices of a column open').toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'How visits is read: 999 missing' })).toBeFocused();

  // Undone and done again.
  const how = page.getByRole('list', { name: 'How the file was read' });
  if (!(await how.isVisible())) await page.getByText('How the file was read').click();
  await how.getByRole('button', { name: /Undo: In shop/ }).click();
  await expect(page.getByRole('button', { name: 'How shop is read: as written' })).toBeVisible();
  await page.getByRole('button', { name: 'Merge spellings of shop' }).click();
  await expect(page.getByRole('button', { name: 'How shop is read: merged' })).toBeVisible();

  await lab.useTable.click();
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeHidden();
  await lab.train();
  await lab.finished();
  expect(await lab.metric('Embeddings', 'MSE')).toBeGreaterThan(0);
  // The link holds the roles, the nesting and the steps; the page of the columns opens as it was left.
  await page.getByRole('button', { name: 'Change the column roles' }).click();
  await expect(page.getByRole('button', { name: 'How cask is read: in batch' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'How shop is read: merged' })).toBeVisible();
});

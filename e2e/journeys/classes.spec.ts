import { readFileSync } from 'node:fs';
import { expect, findings, findingsOnPhone, TINY, test } from '../lab';

/** Three classes that follow from shop and size, given in an order of the alphabet that is not theirs. */
const ROWS = Array.from({ length: 400 }, (_, i) => {
  const [shop, size] = [(i * 7) % 8, ((i * 37) % 101) / 100];
  const score = (shop % 4) / 2 + size + ((i * 13) % 10) / 20;
  return `s${shop},${size},${score < 0.9 ? 'low' : score < 1.6 ? 'middle' : 'high'}`;
});

test('a target of three classes, from upload over the order of the classes to the confusion matrix', async ({ lab, page }) => {
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  await lab.choose('sales.csv', ['shop,size,demand', ...ROWS].join('\n'));
  await lab.role('demand').selectOption('Target');
  await expect(page.getByRole('radio', { name: 'Classes' })).toBeChecked();
  // Two values would be binary: it says why it is not offered.
  await expect(page.getByRole('radio', { name: 'Binary' })).toBeDisabled();
  await page.getByText('Ordinal', { exact: true }).click();
  const order = page.getByRole('list', { name: 'Classes of demand, the lowest first' });
  await expect(order.getByRole('listitem')).toHaveText([/high/, /low/, /middle/]);
  await page.getByRole('button', { name: 'high higher' }).click();
  await page.getByRole('button', { name: 'high higher' }).press('Enter');
  await expect(order.getByRole('listitem')).toHaveText([/low/, /middle/, /high/]);
  expect(await findings(page, [], '.csv')).toEqual([]);
  await lab.useTable.click();
  await lab.train();
  await lab.finished();

  const panel = page.locator('[data-panel="predictions"]');
  await expect(panel.getByRole('heading', { name: 'Confusion matrix' })).toBeVisible();
  await panel.getByLabel('Method').selectOption({ label: 'Embeddings' });
  await expect(panel.getByRole('columnheader')).toHaveText(['Class', 'low', 'middle', 'high', 'AUC']);
  const cells = await panel.locator('td.cell').allTextContents();
  expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(80);
  const right = [0, 4, 8].reduce((sum, place) => sum + Number(cells[place]), 0);
  expect(await lab.metric('Embeddings', 'Accuracy')).toBeCloseTo(right / 80, 2);
  await panel.getByLabel('Cells show').selectOption('Shares');
  const shares = (await panel.locator('td.cell').allTextContents()).map(Number);
  expect(shares[0] + shares[1] + shares[2]).toBeCloseTo(100, 0);
  await expect(panel).toContainText(/Embeddings name the right class of .*%/);

  const text = readFileSync(await (await lab.download('Download predictions')).path(), 'utf8');
  const [header, ...lines] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const at = header.indexOf('Embeddings: low');
  expect(header.slice(at - 1, at + 3)).toEqual(['Embeddings', 'Embeddings: low', 'Embeddings: middle', 'Embeddings: high']);
  expect(lines.filter((line) => line[1] === 'low' && line[at - 1] === 'low')).toHaveLength(Number(cells[0]));

  await expect(page.getByText('Where there are several classes, the confusion matrix shows')).toBeVisible();
  expect(await findingsOnPhone(page, '[data-panel="predictions"]')).toEqual([]);
});

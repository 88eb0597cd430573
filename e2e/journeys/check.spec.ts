/**
 * Where a method errs, and whether its residuals, intervals and probabilities can be believed: the room under
 * the results.
 */
import { expect, findings, findingsOnPhone, type SpecInput, test } from '../lab';

const SPEC: SpecInput = {
  dataset: { kind: 'lmmnn', task: 'regression', levels: [60, 12], interceptVariances: [1, 0.5], trainRows: 600, testRows: 400, p: 2 },
  methods: [{ id: 'ignore' }, { id: 'linear-mixed-model' }],
  training: { epochs: 8, patience: 5, batchSize: 50 },
};

const SMALL = ['Residuals against fitted', 'Normal quantiles', 'Spread by rows of the level', 'Predictive intervals', 'Where responses fall'];

test('a mixed model and a model without levels are checked, each in a sentence and a table', async ({ lab, page }) => {
  test.setTimeout(240_000);
  await lab.open({ backend: 'wasm', spec: SPEC });
  await lab.ready();
  await lab.train();
  await lab.finished();

  const byCount = page.getByRole('region', { name: 'Error by rows of the level' });
  await expect(byCount).toContainText('Against levels with more than 20 training rows, the error at levels with', { timeout: 10_000 });
  await byCount.getByLabel('Categorical column').selectOption({ index: 1 });
  await expect(byCount.getByRole('table')).toContainText('> 20');

  // Nothing is computed before a method is chosen; the keyboard chooses as well as the pointer.
  await expect(page.getByRole('region', { name: /^Check of/ })).toHaveCount(0);
  const choice = page.getByRole('group', { name: 'Methods to check' });
  await choice.getByRole('checkbox', { name: 'Linear mixed model' }).focus();
  await page.keyboard.press('Space');
  const mixed = page.getByRole('region', { name: 'Check of Linear mixed model' });
  for (const title of SMALL) await expect(mixed.getByRole('region', { name: title }).locator('.cap')).toHaveText(/\S.*\.$/, { timeout: 10_000 });
  await expect(mixed.getByRole('region', { name: 'Predictive intervals' })).toContainText('by its own variances');
  await choice.getByRole('checkbox', { name: 'Ignore' }).check();
  const plain = page.getByRole('region', { name: 'Check of Ignore' });
  await expect(plain.getByRole('region', { name: 'Predictive intervals' })).toContainText('the error of validation rows');

  const intervals = mixed.getByRole('region', { name: 'Predictive intervals' });
  await intervals.getByRole('button', { name: 'Predictive intervals: table and downloads' }).click();
  await page.getByRole('menuitem', { name: 'Show as table' }).click();
  await expect(intervals.getByRole('row')).toHaveCount(4);
  await expect(intervals.getByRole('row').nth(2)).toContainText('0.8000');
  expect(await findings(page)).toEqual([]);

  const learning = page.getByRole('region', { name: 'Learning curve over rows' });
  await learning.getByRole('button', { name: 'Fit on 10, 25 and 50 %' }).click();
  await expect(learning).toContainText('From 50 % of the rows to all of them', { timeout: 60_000 });
  await expect(learning.getByRole('row')).toHaveCount(5);
  expect(await findingsOnPhone(page)).toEqual([]);

  // A new run takes all of it away.
  await lab.train();
  await lab.finished();
  await expect(learning).toContainText('Trains every method again');
});

import { expect, findings, type SpecInput, TINY, test } from '../lab';

/** Random intercepts on a few rows: a method whose estimates have a truth next to one that has none. */
const INTERCEPTS: SpecInput = {
  dataset: { kind: 'lmmnn', task: 'regression', levels: [20], trainRows: 300, testRows: 60 },
  methods: [{ id: 'embeddings' }, { id: 'lmmnn' }],
  training: { epochs: 3, patience: null, batchSize: 60 },
};

test('methods are searched, read about and chosen by keyboard', async ({ lab, page }) => {
  test.setTimeout(120_000);
  await lab.open({ backend: 'cpu' });
  await page.getByRole('button', { name: /Add a method/ }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Methods' });
  const search = dialog.getByRole('textbox', { name: 'Search methods' });
  await expect(search).toBeFocused();
  for (const group of ['Encodings', 'Tables', 'Random effects', 'Architectures'])
    await expect(dialog.getByRole('region', { name: group })).toBeVisible();

  await page.keyboard.type('one-hot');
  const card = dialog.getByRole('article');
  await expect(card.getByRole('heading', { name: 'One-hot' })).toBeVisible();
  // The formula has come as MathML next to what the eye sees.
  await expect(card.locator('math').first()).toBeAttached();
  await expect(card).toContainText(/trainable numbers/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+Tab');
  await expect(dialog.getByRole('checkbox', { name: 'Use One-hot' })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(card.getByRole('button', { name: 'Leave out' })).toBeVisible();

  await search.fill('no such method anywhere');
  await expect(dialog.getByText('No method has “no such method anywhere”')).toBeVisible();
  await dialog.getByRole('button', { name: 'Show all methods' }).click();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(lab.setup.getByRole('checkbox', { name: 'Use One-hot' })).toBeChecked();
});

test('a method that cannot use the data says why, and Train waits until it is left out', async ({ lab, page }) => {
  await lab.open({ backend: 'cpu', spec: { ...INTERCEPTS, methods: [{ id: 'embeddings' }, { id: 'ncf-embeddings' }] } });
  const why = lab.setup.getByText(/two categorical/);
  await expect(why).toBeVisible();
  await expect(lab.button('Train')).toBeDisabled();
  await lab.setup
    .getByRole('checkbox', { name: /^Use NCF/ })
    .first()
    .uncheck();
  await expect(lab.button('Train')).toBeEnabled();
  // Left out it stays in sight, with its reason, and cannot be taken back on this data.
  await expect(why).toBeVisible();
  await expect(lab.setup.getByRole('checkbox', { name: /^Use NCF/ }).first()).toBeDisabled();
  await page.getByRole('button', { name: /Add a method/ }).click();
  await expect(
    page
      .getByRole('dialog')
      .getByText(/two categorical/)
      .first(),
  ).toBeVisible();
});

test('estimates stand next to the truth, and single levels next to their rows', async ({ lab, page }) => {
  await lab.open({ backend: 'cpu', spec: INTERCEPTS });
  await lab.ready();
  await expect(page.getByRole('region', { name: /^Estimates/ })).toHaveCount(0);
  await lab.train();
  await lab.finished();
  const estimates = page.getByRole('region', { name: 'Estimates against truth' });
  await expect(estimates.getByRole('row').filter({ hasText: 'LMMNN' })).toHaveCount(2);
  await expect(estimates.getByRole('img', { name: /LMMNN, Residual variance/ })).toBeVisible();
  // Charts are drawn where they can be seen.
  const shrinkage = page.getByRole('region', { name: 'Shrinkage by level count' });
  await shrinkage.scrollIntoViewIfNeeded();
  await expect(shrinkage.getByRole('img', { name: /LMMNN/ })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Level posteriors' }).getByRole('img', { name: /95 % intervals, LMMNN/ })).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});

test('on a phone the card of a method takes the place of the list', async ({ lab, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await lab.open({ backend: 'cpu' });
  await lab.setup.getByRole('button', { name: /^2 Methods/ }).click();
  await page.getByRole('button', { name: /Add a method/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Methods' });
  await dialog
    .getByRole('button', { name: /^LMMNN/ })
    .first()
    .click();
  await expect(dialog.getByRole('article')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await dialog.getByRole('button', { name: 'All methods' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Search methods' })).toBeVisible();
});

test('a grid search is chosen in the form, tells what it tries, and says what it took', async ({ lab, page }) => {
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  await page.getByRole('button', { name: 'Settings of MMbeddings' }).click();
  await lab.setup.getByRole('combobox', { name: 'Prior of level vectors' }).selectOption('grid-searched');
  // A word that was the value already takes what was refused away.
  await lab.setup.getByRole('button', { name: /^Advanced/ }).click();
  const rate = lab.setup.getByLabel('Learning rate', { exact: true });
  const auto = lab.setup.locator('.field', { has: page.getByLabel('Learning rate', { exact: true }) }).getByRole('button', { name: 'Auto' });
  await auto.click();
  await rate.fill('fast');
  await rate.press('Enter');
  await expect(lab.setup.getByText('"fast" is not a number.')).toBeVisible();
  await auto.click();
  await expect(rate).toHaveValue('auto');
  await expect(lab.setup.getByText('"fast" is not a number.')).toHaveCount(0);
  await rate.fill('0.005');
  await rate.press('Enter');
  await lab.train();
  await lab.finished();
  await expect(lab.results).toContainText(/MMbeddings took σ²b = (0\.1|0\.3|1|3) by predictive validation loss/);
});

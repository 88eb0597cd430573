import { ENDLESS, expect, findings, findingsInBothThemes, TINY, test } from '../lab';

const TABLE = ['group,size,y', ...Array.from({ length: 60 }, (_, i) => `g${i % 6},${i % 11 === 3 ? '' : (i * 7) % 13},${(i * 13) % 29}`)].join('\n');

test('axe finds nothing serious, light and dark: idle, running, done', async ({ lab, page }) => {
  test.setTimeout(120_000);
  await page.emulateMedia({ colorScheme: 'light' });
  await lab.open({ backend: 'cpu' });
  await expect(lab.status('A recorded run, not computed on this device.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'What this is' })).toBeVisible();
  await page.locator('.term').first().hover();
  await expect(page.getByRole('tooltip')).toBeVisible();
  expect(await findingsInBothThemes(page), 'idle').toEqual([]);

  await lab.open({ backend: 'cpu', spec: ENDLESS });
  await page.reload();
  await lab.ready();
  await lab.train();
  expect(await findings(page), 'running').toEqual([]);
  await lab.button('Stop').click();
  await lab.finished();
  expect(await findingsInBothThemes(page), 'done').toEqual([]);
});

test('axe finds nothing serious, light and dark: column roles, a refusal, method settings', async ({ lab, page }) => {
  test.setTimeout(120_000);
  await page.emulateMedia({ colorScheme: 'light' });
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  await page.getByRole('button', { name: 'Settings of MMbeddings' }).click();
  expect(await findings(page), 'settings').toEqual([]);
  await lab.choose('sizes.csv', TABLE);
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible({ timeout: 30_000 });
  expect(await findingsInBothThemes(page), 'roles').toEqual([]);
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await lab.choose('nothing.csv', '');
  await expect(page.getByRole('alert')).toBeVisible();
  expect(await findingsInBothThemes(page), 'refusal').toEqual([]);
});

test('axe finds nothing serious in the experiments, light and dark: published numbers, a file that is missing, a refusal', async ({ page }) => {
  test.setTimeout(120_000);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/?experiment&source=live&backend=cpu');
  await expect(page.getByText('3.36 (0.21)')).toBeVisible();
  expect(await findingsInBothThemes(page), 'published').toEqual([]);
  await page.getByRole('link', { name: /^Table 3, InstEval/ }).click();
  await expect(page.getByText('InstEval is not shipped with the lab.')).toBeVisible();
  await page.getByLabel('Open a CSV file').setInputFiles({ name: 'other.csv', mimeType: 'text/csv', buffer: Buffer.from(TABLE) });
  await expect(page.getByRole('alert')).toContainText('other.csv has no column "s"', { timeout: 30_000 });
  expect(await findingsInBothThemes(page), 'refusal').toEqual([]);
});

test('the theme button changes the theme and the page remembers it', async ({ lab, page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await lab.open({ backend: 'cpu' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Light theme' })).toBeVisible();
  expect(await ground()).toBe(dark);
});

test('a run by keyboard alone', async ({ lab, page }) => {
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
  // The first stop leads past the settings; the address keeps the experiment.
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Skip to the results');
  const there = page.url();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('.sheet') !== null)).toBe(true);
  expect(page.url()).toBe(there);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  let steps = 0;
  for (; steps < 60 && !/^Train/.test(await focused()); steps++) await page.keyboard.press('Tab');
  expect(await focused()).toMatch(/^Train/);
  // The focus is to be seen.
  const outline = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement as Element);
    return style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
  });
  expect(outline).toBe(true);
  await page.keyboard.press('Enter');
  await lab.finished();
  // Preparing, pausing and the end have left the focus where it was.
  expect(await focused()).toBe('Train again');
  // A method's name says what it is, and Escape puts that away.
  const name = lab.results.getByRole('button', { name: 'MMbeddings', exact: true });
  await page.keyboard.press('Shift+Tab');
  await name.focus();
  await expect(page.getByRole('tooltip')).toHaveText(/^An encoder reads each row with its response/);
  expect(await name.getAttribute('aria-describedby')).toBe(await page.getByRole('tooltip').getAttribute('id'));
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tooltip')).toHaveCount(0);
});

test('a phone of 390 × 844: nothing overflows, Train is in reach, a run finishes', async ({ lab, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  expect(await overflow()).toBe(0);
  const box = await lab.button('Train').boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(40);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(844);
  await lab.train();
  await expect(lab.status('Done.')).toBeVisible({ timeout: 60_000 });
  expect(await overflow()).toBe(0);
  expect((await findings(page)).filter((finding) => !finding.startsWith('color-contrast'))).toEqual([]);
});

test('a phone of 390 × 844: the experiments do not overflow, a select takes the place of the list', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/?experiment=table6-regression&backend=cpu');
  await expect(page.getByRole('heading', { name: 'Table 6, regression' })).toBeVisible();
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await overflow()).toBe(0);
  await page.getByLabel('Table or figure').selectOption('lmmnn-three');
  await expect(page.getByRole('heading', { name: 'LMMNN simulation, three features' })).toBeVisible();
  await expect(page).toHaveURL(/experiment=lmmnn-three/);
  expect(await overflow()).toBe(0);
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Table 6, regression' })).toBeVisible();
});

test('at 1280 × 800 the loss and the parameters are whole on the first screen, with the opening up to their sentences', async ({ lab, page }) => {
  await lab.open({ backend: 'cpu' });
  await expect(page.getByRole('region', { name: 'What this is' })).toBeVisible();
  for (const name of ['Validation loss', 'Parameters']) {
    const box = await page.getByRole('region', { name, exact: true }).locator('.cap').boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0), name).toBeLessThanOrEqual(800);
  }
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  for (const name of ['Validation loss', 'Parameters']) {
    const box = await page.getByRole('region', { name, exact: true }).boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0), name).toBeLessThanOrEqual(810);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
});

test('a menu goes by keyboard, gives the focus back, and closes when the focus leaves it', async ({ lab, page }) => {
  await lab.open();
  const button = page.getByRole('button', { name: 'Validation loss: table and downloads' });
  const items = page.getByRole('menuitem');
  await button.press('Enter');
  await expect(page.getByRole('menu', { name: 'Validation loss: table and downloads' })).toBeVisible();
  await expect(items.first()).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(items.last()).toBeFocused();
  await page.keyboard.press('s');
  await expect(items.filter({ hasText: 'Show as table' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();
  await button.press('Enter');
  await expect(items.first()).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('menu')).toHaveCount(0);
  // Choices side by side are radios, and a check box is one.
  await page.getByRole('radio', { name: 'Linear' }).press('ArrowRight');
  await expect(page.getByRole('radio', { name: 'Log', exact: true })).toBeChecked();
  const training = page.getByRole('checkbox', { name: 'Training curve' });
  await training.press('Space');
  await expect(training).toBeChecked();
});

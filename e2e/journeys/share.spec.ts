import { address, expect, TINY, test } from '../lab';

test.use({ permissions: ['clipboard-write'] });

test('a shared address reopens the same experiment', async ({ lab, page, context }) => {
  await lab.open({ backend: 'cpu', spec: { ...TINY, seeds: { data: 7, split: 8, weights: 9 } } });
  await lab.setup.getByLabel('Epochs', { exact: true }).fill('17');
  await lab.setup.getByLabel('Epochs', { exact: true }).blur();
  await page.getByRole('button', { name: 'Share' }).click();
  // The dialog begins with the one thing that most come for, and gives the focus back.
  const copy = page.getByRole('dialog', { name: 'Share' }).getByRole('button', { name: 'Copy link' });
  await expect(copy).toBeFocused();
  await expect(page.getByRole('img', { name: 'QR code: Link' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
  // Escape goes back one step at a time: the large code, what was typed, the dialog.
  const code = page.getByRole('button', { name: 'QR code: Link' });
  await code.click();
  await page.keyboard.press('Escape');
  await expect(code).toHaveAttribute('aria-pressed', 'false');
  const epoch = page.getByLabel('Epoch after a run');
  await epoch.fill('2e4');
  await page.keyboard.press('Enter');
  await expect(page.getByText('At most 10,000.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(epoch).toHaveValue('');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Share' })).toBeFocused();
  // The lab may not read the clipboard (its Permissions-Policy): the link is pasted elsewhere, as a person
  // would.
  const other = await context.newPage();
  await other.setContent('<textarea></textarea>');
  await other.locator('textarea').focus();
  await other.keyboard.press('ControlOrMeta+V');
  const shared = await other.locator('textarea').inputValue();
  await other.goto(shared);
  const setup = other.getByRole('complementary', { name: 'Setup' });
  await expect(setup.getByLabel('Epochs', { exact: true })).toHaveValue('17');
  await expect(setup.getByLabel('Data seed')).toHaveValue('7');
  await expect(setup.getByLabel('Split seed')).toHaveValue('8');
  await expect(setup.getByLabel('Weight seed')).toHaveValue('9');
  await expect(setup.getByLabel('Batch', { exact: true })).toHaveValue('50');
});

for (const [what, text] of [
  ['cut off', 'q1ZKLEpVslJKSi0uUdJRKs'],
  ['mistyped', '***'],
  ['of a method nobody has', Buffer.from(JSON.stringify({ ...TINY, methods: [{ id: 'nonesuch' }] })).toString('base64url')],
]) {
  test(`an address whose experiment is ${what} is told, and the default comparison is there`, async ({ lab, page }) => {
    await page.goto(`${address({ backend: 'cpu' })}#s=${text}`);
    await expect(page.getByText(/The settings in this link/)).toBeVisible();
    await expect(lab.button('Train')).toBeEnabled();
    await expect(lab.setup.getByLabel('Epochs', { exact: true })).toHaveValue('300');
  });
}

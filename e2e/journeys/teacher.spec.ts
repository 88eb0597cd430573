import { readFile } from 'node:fs/promises';
import { expect, findings, findingsOnPhone, TINY, test } from '../lab';

const base64Url = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url');

test.describe('a teacher’s link', () => {
  test('locks what it says, and no edit of the address that the lab refuses unlocks it', async ({ lab, page, context }) => {
    test.setTimeout(90_000);
    await lab.open({ backend: 'cpu', spec: TINY });
    await page.getByRole('button', { name: 'Share' }).click();
    const dialog = page.getByRole('dialog', { name: 'Share' });
    await dialog.getByRole('button', { name: 'Lock the settings' }).click();
    await dialog.getByRole('button', { name: 'Loss and results only' }).click();
    await dialog.getByText('14 of 26 are locked or hidden').click();
    await dialog.getByRole('combobox', { name: 'Seeds', exact: true }).selectOption('hidden');
    await dialog.getByRole('combobox', { name: 'Start speed' }).selectOption('10');
    expect(await findings(page)).toEqual([]);
    expect(await findingsOnPhone(page)).toEqual([]);
    const link = dialog.getByRole('textbox', { name: 'Link', exact: true });
    await expect(link).toHaveValue(/&v=/);
    const address = (await link.inputValue()).replace('/#', '/?backend=cpu#');

    const pupil = await context.newPage();
    await pupil.goto(address);
    const setup = pupil.getByRole('complementary', { name: 'Setup' });
    const epochs = setup.getByLabel('Epochs', { exact: true });
    await expect(epochs).toBeDisabled();
    await expect(epochs).toHaveValue('4');
    await expect(setup.getByRole('radio', { name: 'Growth curves' })).toBeDisabled();
    await expect(setup.getByLabel('Data seed')).toHaveCount(0);
    await expect(pupil.getByRole('heading', { name: 'Validation loss' })).toBeVisible();
    await expect(pupil.getByRole('heading', { name: 'Parameters', exact: true })).toHaveCount(0);
    const training = pupil.locator('[data-control="training"]');
    await training.focus();
    await expect(training).toHaveAccessibleName('Set by the teacher’s link');
    // Neither keys go around it.
    await pupil.keyboard.press('Control+z');
    await expect(epochs).toHaveValue('4');

    // Edited while it is open: what cannot be read changes nothing, what is out of range is put in it.
    const spec = new URL(address).hash.split('&')[0];
    const edit = (view: string) => pupil.evaluate((hash) => location.assign(hash), `${spec}&v=${view}`);
    await edit('***');
    await expect(pupil.getByRole('alert')).toContainText('stays as it was');
    await expect(epochs).toBeDisabled();
    expect(pupil.url()).toBe(address);
    await edit(base64Url({ controls: { training: 'unlocked', seeds: 'hidden' }, pace: 1000, lasers: true }));
    await expect(pupil.getByRole('alert')).toContainText('so it is locked');
    await expect(pupil.getByRole('alert')).toContainText('1000 was changed to 10');
    await expect(epochs).toBeDisabled();
    await expect(setup.getByLabel('Data seed')).toHaveCount(0);

    // Opened anew: nothing is known of what was locked, so all is.
    await pupil.goto('about:blank');
    await pupil.goto(address.replace(/&v=.*/, '&v=eyJ'));
    await expect(pupil.getByRole('alert')).toContainText('all controls are locked');
    await expect(epochs).toBeDisabled();
    await expect(pupil.getByRole('button', { name: 'Train', exact: true })).toBeDisabled();
  });
});

test.describe('a course page of another site', () => {
  // Both under names of their own: a browser lets no page of the network frame one of this machine.
  const COURSE = 'https://course.example/';
  const LAB = 'https://lab.example/';
  // The lab itself refuses to be framed, which Chromium says aloud.
  test.use({ expected: [/https:\/\/(course|lab)\.example\/|frame-ancestors/] });

  test('frames the embed view, where a run trains, and not the lab', async ({ page, baseURL }) => {
    const view = base64Url({ panels: ['validation-loss'], controls: { reset: 'hidden' }, epoch: 2 });
    const spec = base64Url({ version: 1, seeds: { data: 1, split: 1, weights: 1 }, ...TINY });
    const frames = [`${LAB}embed.html?backend=wasm#s=${spec}&v=${view}`, LAB];
    await page.route(`${LAB}**`, async (route) => {
      const { pathname, search } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: `${baseURL}${pathname}${search}` }) });
    });
    await page.route(`${COURSE}**`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><title>Course</title>${frames.map((src) => `<iframe src="${src}" width="1000" height="700"></iframe>`).join('')}`,
      }),
    );
    await page.goto(COURSE);
    const embed = page.frameLocator('iframe >> nth=0');
    await expect(embed.getByRole('heading', { name: 'Validation loss' })).toBeVisible();
    await expect(embed.getByRole('heading', { name: 'Results on test rows' })).toHaveCount(0);
    await expect(embed.getByRole('banner')).toHaveCount(0);
    await expect(embed.getByRole('complementary', { name: 'Setup' })).toHaveCount(0);
    for (const name of ['Repeat', 'Reset', 'Share']) await expect(embed.getByRole('button', { name })).toHaveCount(0);
    await embed.getByRole('button', { name: 'Train', exact: true }).click();
    await expect(embed.getByRole('region', { name: 'Run', exact: true })).toContainText(/Finished|Stopped/, { timeout: 60_000 });
    // At the epoch of the link, without the slider.
    await expect(embed.locator('.at-epoch')).toHaveText('epoch 2');
    await expect(embed.getByText('one thread: the page around this frame gives it no more')).toBeVisible();
    const whole = embed.getByRole('link', { name: 'Open in the lab' });
    await expect(whole).toHaveAttribute('target', '_blank');
    expect(await whole.evaluate((link: HTMLAnchorElement) => link.href)).toBe(`${LAB}#s=${spec}&v=${view}`);
    await expect(page.frameLocator('iframe >> nth=1').getByRole('button', { name: 'Train' })).toHaveCount(0);
    await expect(page.frameLocator('iframe >> nth=1').locator('#root')).toHaveCount(0);
  });
});

test('paper and projector: results and a worksheet in print, a panel that fills the screen, a picture with its key', async ({ lab, page }) => {
  /** Pages of a printed document: a PDF names each. */
  const pages = async () => ((await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
  await lab.open({ backend: 'cpu' });
  await expect(lab.status('A recorded run, not computed on this device.')).toBeVisible();
  const losses = page.getByRole('region', { name: 'Validation loss' });
  await losses.getByRole('button', { name: /table and downloads/ }).click();
  const [svg] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Download SVG' }).click()]);
  const picture = await readFile(await svg.path(), 'utf8');
  for (const part of ['Regression, q = 1,000', 'seeds 1, 1, 1', 'MMbeddings', 'Embeddings-L2', 'best epoch']) expect(picture).toContain(part);

  // On a projector text and key are larger, and Escape leads back.
  const height = async (part: string) => (await losses.locator(part).first().boundingBox())?.height ?? 0;
  const [caption, key] = [await height('h2'), await height('.key')];
  await losses.getByRole('button', { name: /table and downloads/ }).click();
  await page.getByRole('menuitem', { name: 'Full screen' }).click();
  await expect(losses).toHaveClass(/is-full/);
  await expect.poll(() => height('h2')).toBeGreaterThan(1.2 * caption);
  expect(await height('.key')).toBeGreaterThan(key);
  await expect(losses.locator('.key')).toContainText('past the stop');
  await page.keyboard.press('Escape');
  await expect(losses).not.toHaveClass(/is-full/);

  // The results: every panel, no settings, of what they are.
  expect(await pages()).toBeGreaterThanOrEqual(2);
  await page.emulateMedia({ media: 'print' });
  for (const name of ['Validation loss', 'Results on test rows']) await expect(page.getByRole('heading', { name })).toBeVisible();
  await expect(lab.setup).toBeHidden();
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeHidden();
  await expect(page.getByText('Regression, q = 1,000; seeds 1, 1, 1').first()).toBeVisible();

  // A worksheet: questions and axes, and the key on a page of its own.
  await page.goto('/?worksheet=memorise');
  await expect(page.getByRole('heading', { name: 'Tables memorise', exact: true })).toBeVisible();
  const answers = page.getByRole('article').last();
  await expect(answers).toContainText('That is memorising');
  await expect(page.getByRole('article').first()).not.toContainText('That is memorising');
  expect(await answers.evaluate((article) => getComputedStyle(article).breakBefore)).toBe('page');
  const all = await pages();
  await answers.evaluate((article) => article.remove());
  expect(await pages()).toBe(all - 1);
});

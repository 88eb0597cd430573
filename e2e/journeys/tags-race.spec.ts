/** A table of one's own with genres in one column: five ways to represent them, and what each genre does. */
import { readFileSync } from 'node:fs';
import { expect, findings, findingsOnPhone, test } from '../lab';

const GENRES = ['drama', 'comedy', 'crime', 'music', 'war', 'family'];
/** What a genre adds to a film's rating. */
const EFFECTS = [2, -1.5, 1, 0.5, -0.5, -2];

/** 500 films with one to three genres, which add up. */
function films(): string {
  const rows = Array.from({ length: 500 }, (_, i) => {
    const genres = [...new Set([i % 6, (i * 5 + 1) % 6, (i * 7) % 4].slice(0, 1 + (i % 3)))];
    const length = ((i * 37) % 101) / 50 - 1;
    const rating = 5 + length + genres.reduce((sum, genre) => sum + EFFECTS[genre], 0) + ((i * 71) % 17) / 20;
    return [genres.map((genre) => GENRES[genre]).join('; '), length.toFixed(2), rating.toFixed(3)].join(',');
  });
  return ['genres,length,rating', ...rows].join('\n');
}

const METHODS = ['Sum of tags', 'Tags that interact', 'Attention to tags', 'Sum and attention', 'MMbeddings of tags'];

test('a table with genres: the role, five tag methods in a race, what a genre does, files to keep', async ({ lab, page }) => {
  test.setTimeout(150_000);
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await lab.choose('films.csv', films());
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible({ timeout: 30_000 });
  await expect(lab.role('genres')).toHaveValue('tags');
  await lab.role('rating').selectOption('Target');
  await lab.useTable.click();
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeHidden();
  await lab.setup.getByRole('button', { name: /Add a method/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Methods' });
  for (const label of METHODS) {
    await dialog.getByRole('textbox', { name: 'Search methods' }).fill(label);
    await dialog.getByRole('checkbox', { name: `Use ${label}`, exact: true }).check();
  }
  await page.keyboard.press('Escape');
  await lab.setup.getByLabel('Epochs', { exact: true }).fill('40');
  await lab.setup.getByLabel('Epochs', { exact: true }).blur();
  await lab.train();
  await lab.finished(120_000);

  // The genres say most of the rating, and a method that does not see them knows nothing of it.
  for (const label of METHODS.filter((method) => !method.startsWith('MM')))
    expect([label, (await lab.metric(label, 'MSE')) < 0.6 * (await lab.metric('Ignore', 'MSE'))]).toEqual([label, true]);

  const effects = page.getByRole('region', { name: 'Effect of each tag' });
  await expect(effects).toContainText(/drama/, { timeout: 20_000 });
  expect(await findings(page)).toEqual([]);
  await effects.getByRole('button', { name: /table and downloads/ }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /CSV/ }).click()]);
  const [header, ...lines] = readFileSync(await file.path(), 'utf8')
    .trimEnd()
    .split(/\r?\n/);
  expect(header.toLowerCase()).toContain('tag');
  expect(lines).toHaveLength(GENRES.length);
  expect(await findingsOnPhone(page)).toEqual([]);
});

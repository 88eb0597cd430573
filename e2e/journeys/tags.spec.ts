/** Tables with several labels in a cell, from the file to a trained method. */
import { readFileSync } from 'node:fs';
import { expect, test } from '../lab';

const ofCase = (name: string): string => readFileSync(new URL(`../../cases/${name}`, import.meta.url), 'utf8');

test('a column of tags: guessed, its separator with a preview, hierarchy, a division by tag', async ({ lab, page }) => {
  test.setTimeout(120_000);
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await lab.choose('t04-hierarchy.csv', ofCase('t04-hierarchy.csv'));
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible({ timeout: 30_000 });
  await expect(lab.role('tags')).toHaveValue('tags');
  await expect(page.getByText('holds 7 tags, separated by commas')).toContainText('Their hierarchy has 3 more tags that no cell has.');
  await expect(page.getByText('has no tag in 28 rows.')).toBeVisible();

  // Another separator is tried: the cells show at once what it does.
  await page.getByRole('button', { name: 'How tags is read: split by commas' }).click();
  const cells = page.getByRole('list', { name: 'First cells of tags as labels' });
  await expect(cells.locator('li').first().locator('code')).toHaveText(['Sensor/Pressure/Absolute', 'Place/Indoor', 'Sensor/Pressure/Relative']);
  await page.getByRole('combobox', { name: 'Labels of a cell are separated by' }).selectOption('semicolons');
  await expect(cells.locator('li').first().locator('code')).toHaveCount(1);
  await page.getByRole('combobox', { name: 'Labels of a cell are separated by' }).selectOption('commas');
  await page.getByRole('combobox', { name: 'Hierarchy' }).selectOption('From pairs: child, parent');
  const pairs = page.getByRole('textbox', { name: 'Child and parent on each line, for tags' });
  await pairs.fill('Place, Top\nTop, Place');
  await pairs.blur();
  await expect(page.locator('#csv-problem')).toContainText('The hierarchy of tags of the column "tags" goes in a circle: "Place" → "Top" → "Place".');
  await pairs.fill('Place, Top');
  await pairs.blur();
  await expect(page.locator('#csv-problem')).toBeEmpty();
  await page.keyboard.press('Escape');
  await expect(page.getByText('holds 7 tags, separated by commas')).toContainText('1 more tag that no cell has');
  await lab.useTable.click();
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeHidden();

  await lab.setup.getByRole('button', { name: /Test and validation/ }).click();
  await lab.setup.getByRole('combobox', { name: 'Test rows are' }).selectOption('by-tag');
  await expect(lab.setup.getByText('no training row has these tags')).toBeVisible();
  await lab.setup.getByLabel('Epochs', { exact: true }).fill('6');
  await lab.setup.getByLabel('Epochs', { exact: true }).blur();
  await lab.train();
  await lab.finished(60_000);
});

test('blocks of 0/1 columns are recognised, joined with a button, and taken apart', async ({ lab, page }) => {
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await lab.choose('t02-blocks.csv', ofCase('t02-blocks.csv'));
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Make skill a column of tags' }).click();
  await expect(lab.role('skill_r')).toHaveValue('tags');
  await expect(page.getByText('holds 5 tags, from columns of 0 and 1')).toContainText('26 missing cells count as 0.');
  await expect(page.getByRole('button', { name: 'How skill_r is read: r of skill' })).toBeVisible();
  await page.getByRole('button', { name: 'Make shift categorical' }).click();
  await expect(lab.role('shift.day')).toHaveValue('categorical');
  await page.getByRole('button', { name: 'Take skill apart' }).click();
  await expect(lab.role('skill_r')).toHaveValue('numeric');
  await page.getByRole('button', { name: 'Make skill a column of tags' }).click();
  await lab.useTable.click();
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeHidden();
});

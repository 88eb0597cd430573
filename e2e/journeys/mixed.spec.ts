/**
 * A mixed model by its formula, as a person who knows lme4 meets it: typed and by boxes, fitted, its slopes,
 * its intervals, its report; and a response of counts.
 */
import { readFileSync } from 'node:fs';
import { expect, findings, test } from '../lab';

/** 120 rows of 12 pupils whose lines differ in height and slope. */
function lessons(): string {
  const rows = Array.from({ length: 120 }, (_, i) => {
    const pupil = i % 12;
    const week = Math.floor(i / 12);
    const score = 50 + 9 * Math.sin(pupil * 2.3) + (2 + 1.5 * Math.cos(pupil * 1.7)) * week + (((i * 71) % 23) - 11) / 3;
    return `Pupil ${pupil},${week},${score.toFixed(2)}`;
  });
  return ['pupil,week,score', ...rows].join('\n');
}

/** 150 counts of 10 clinics. */
function visits(): string {
  const rows = Array.from({ length: 150 }, (_, i) => {
    const clinic = i % 10;
    const age = 20 + ((i * 37) % 60);
    return `Clinic ${clinic},${age},${Math.round(Math.exp(0.3 + 0.02 * age + 0.5 * Math.sin(clinic * 2.1)) + ((i * 71) % 3) - 1 + 0.6)}`;
  });
  return ['clinic,age,visits', ...rows].join('\n');
}

/** Milliseconds that frames come late. */
const LATE = 400;

test('a formula, typed and by boxes, is fitted: tests of variances, slopes, a bootstrap, the report', async ({ lab, page }) => {
  test.setTimeout(180_000);
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await lab.choose('lessons.csv', lessons());
  await lab.useTable.click();
  for (const method of ['Mean of the target', 'Target encoding', 'Embeddings', 'MMbeddings'])
    await lab.setup.getByRole('checkbox', { name: `Use ${method}`, exact: true }).uncheck();
  await lab.setup.getByRole('button', { name: 'Settings of Linear mixed model' }).click();
  const formula = lab.setup.getByRole('combobox', { name: 'Formula' });
  await expect(formula).toHaveValue('score ~ week + (1 | pupil)');

  // What cannot be read is said with its place, and nothing is lost; columns are suggested.
  await formula.fill('score ~ week + (1 + height | pupil)');
  await formula.press('Enter');
  await expect(lab.setup.getByRole('alert')).toContainText('The formula names height, which is no numeric or categorical column');
  await formula.fill('score ~ week + (1 + we');
  // Keys come before the next frame, as on a slow machine.
  await page.evaluate((milliseconds) => {
    const frame = window.requestAnimationFrame;
    window.requestAnimationFrame = (then) => Number(setTimeout(() => frame(then), milliseconds));
  }, LATE);
  await formula.press('ArrowDown');
  await formula.press('Enter');
  await formula.pressSequentially(' | pu');
  await page.waitForTimeout(2 * LATE);
  await formula.pressSequentially('pil)');
  await formula.press('Enter');
  await expect(lab.setup.getByRole('alert')).toHaveCount(0);
  await expect(formula).toHaveValue('score ~ week + (1 + week | pupil)');
  await lab.setup.getByRole('button', { name: 'Boxes', exact: true }).click();
  const levels = lab.setup.getByRole('group', { name: 'Levels of pupil' });
  await expect(levels.getByRole('checkbox', { name: 'slope of week' })).toBeChecked();
  await levels.getByRole('checkbox', { name: 'correlated with each other' }).uncheck();
  await expect(formula).toHaveValue('score ~ week + (1 + week || pupil)');
  await levels.getByRole('checkbox', { name: 'correlated with each other' }).check();

  const epochs = lab.setup.getByLabel('Epochs', { exact: true });
  await epochs.focus();
  await epochs.press('ControlOrMeta+a');
  await epochs.press('3');
  // What was written is not selected by a frame that comes later, so that the next key would take its place.
  await page.waitForTimeout(2 * LATE);
  expect(await epochs.evaluate((input: HTMLInputElement) => [input.selectionStart, input.selectionEnd])).toEqual([1, 1]);
  await lab.train();
  await lab.finished();
  const room = page.getByRole('region', { name: 'Mixed model', exact: true });
  await expect(room).toContainText('score ~ week + (1 + week | pupil)');
  await expect(room).toContainText('half χ² with 1, half with 2 degrees of freedom', { timeout: 15_000 });
  await expect(page.getByRole('region', { name: 'Slopes of the levels' })).toContainText('The slope of week varies between the levels of pupil');
  const ranks = page.getByRole('region', { name: 'Levels by rank' });
  await ranks.getByRole('textbox', { name: 'Search levels of pupil' }).fill('pupil 11');
  await expect(ranks.getByRole('table').getByRole('row')).toHaveCount(2);
  const intervals = page.getByRole('region', { name: 'Intervals', exact: true });
  const refits = intervals.getByRole('textbox', { name: 'Refits of the bootstrap' });
  // What is typed is read whole: a sign or a letter is not dropped.
  await refits.fill('-40');
  await refits.press('Enter');
  await expect(intervals).toContainText('At least 20.');
  await refits.fill('40');
  await intervals.getByRole('button', { name: 'Bootstrap' }).click();
  await expect(intervals).toContainText('95 % intervals from 40 refits', { timeout: 15_000 });
  expect([...(await findings(page, [], '.fform')), ...(await findings(page, [], '[data-panel="mixed-model"]'))]).toEqual([]);

  await page.getByRole('button', { name: 'Export and predict' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  const [report] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save report', exact: true }).click()]);
  expect(readFileSync(await report.path(), 'utf8')).toContain('score ~ week + (1 + week | pupil), Gaussian, by maximum likelihood (ML)');
});

test('counts are fitted with a Poisson distribution and judged by its deviance', async ({ lab, page }) => {
  test.setTimeout(180_000);
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await lab.choose('visits.csv', visits());
  await lab.role('visits').selectOption('target');
  await lab.useTable.click();
  for (const method of ['Mean of the target', 'Target encoding', 'Embeddings', 'MMbeddings'])
    await lab.setup.getByRole('checkbox', { name: `Use ${method}`, exact: true }).uncheck();
  await lab.setup.getByRole('button', { name: 'Settings of Linear mixed model' }).click();
  await lab.setup.getByRole('combobox', { name: 'Family' }).selectOption('poisson');
  await lab.setup.getByLabel('Epochs', { exact: true }).fill('3');
  await lab.train();
  await lab.finished();
  expect(await lab.metric('Linear mixed model', 'Poissondeviance')).toBeLessThan(0.9 * (await lab.metric('Ignore', 'Poissondeviance')));
  const room = page.getByRole('region', { name: 'Mixed model', exact: true });
  await expect(room).toContainText('Poisson, maximum likelihood by Laplace’s approximation');
  await expect(room).toContainText('Shares are on the latent scale of log means');
  const intervals = page.getByRole('region', { name: 'Intervals', exact: true });
  await intervals.getByRole('textbox', { name: 'Refits of the bootstrap' }).fill('20');
  await intervals.getByRole('button', { name: 'Bootstrap' }).click();
  await expect(intervals).toContainText('95 % intervals from 20 refits', { timeout: 15_000 });
});

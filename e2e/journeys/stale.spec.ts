import type { Page } from '@playwright/test';
import { expect, findings, type Lab, type SpecInput, TINY, test } from '../lab';

/** Methods whose fit fills every panel. */
const SPEC: SpecInput = {
  ...TINY,
  methods: [{ id: 'ignore' }, { id: 'embeddings' }, { id: 'mmbeddings' }, { id: 'linear-mixed-model' }],
  training: { epochs: 3, patience: null, batchSize: 50 },
};

const PANELS = [
  'Validation loss',
  'Parameters',
  'Level embeddings by level count',
  'Predicted against actual',
  'Shrinkage by level count',
  'Level posteriors',
  'Results on test rows',
  'Estimates',
  'Error by rows of the level',
  'Check',
  'Learning curve over rows',
  'Error by rows of the level',
  'Check',
  'Learning curve over rows',
];

/** Sales of so many shops. */
const table = (levels: number): string =>
  [
    'shop,size,sale',
    ...Array.from({ length: 240 }, (_, i) => `s${(i * 7) % levels},${(i * 37) % 101},${((i * 13) % 29) + ((i * 7) % levels)}.5`),
  ].join('\n');

/** The text of every panel of numbers by its heading, whichever there are. */
async function panels(page: Page): Promise<Map<string, string>> {
  const found = await page
    .locator('.figures .panel')
    .filter({ has: page.getByRole('heading') })
    .all();
  const texts = await Promise.all(
    found.map(async (panel) => [await panel.getByRole('heading').first().innerText(), await panel.innerText()] as const),
  );
  // What shows no number has nothing to label: the diagram before a row is followed.
  return new Map(texts.filter(([, text]) => /\d/.test(text)));
}

/** The counts of the parameters panel, as its chart is named. */
const countsOf = (page: Page): Promise<string | null> => page.getByRole('img', { name: /^Trainable parameters/ }).getAttribute('aria-label');

async function use(lab: Lab, page: Page, name: string, content: string) {
  await lab.choose(name, content);
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible({ timeout: 30_000 });
  await lab.role('shop').selectOption('Categorical');
  await lab.role('size').selectOption('Numeric');
  await lab.role('sale').selectOption('Target');
  await lab.useTable.click();
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeHidden();
}

test('a second table after the first leaves no number unlabelled, on any panel', async ({ lab, page }) => {
  test.setTimeout(180_000);
  await lab.open({ backend: 'cpu', spec: SPEC });
  await lab.ready();
  await use(lab, page, 'first.csv', table(12));
  await lab.train();
  await lab.finished();
  await expect.poll(async () => [...(await panels(page)).keys()]).toEqual(expect.arrayContaining(PANELS));
  for (const [heading, text] of await panels(page)) {
    expect(text, heading).toMatch(/first\.csv; seeds 1, 1; run 1/);
    expect(text, heading).not.toContain('Not of');
  }
  // A panel that is filled on request.
  const choice = page.getByRole('group', { name: 'Methods to check' });
  await choice.scrollIntoViewIfNeeded();
  await lab.settled();
  await choice.getByRole('checkbox', { name: 'MMbeddings' }).check();
  await expect(page.getByRole('region', { name: 'Residuals against fitted' })).toBeVisible();
  const counts = await countsOf(page);

  await use(lab, page, 'second.csv', table(30));
  const notice = page.getByRole('region', { name: 'Results of other settings' });
  await expect(notice).toContainText('These are results of first.csv. Chosen now: second.csv.');
  await expect(page.locator('[aria-live="polite"]').filter({ hasText: 'Chosen now: second.csv.' })).toHaveCount(1);
  for (const [heading, text] of await panels(page)) expect(text, heading).toMatch(/first\.csv; seeds 1, 1; run 1\. Not of the data chosen now\./);
  // Charts, lanes and parameters change together: still those of the first table.
  expect(await countsOf(page)).toBe(counts);
  await expect(lab.run).toContainText('Finished');
  await expect(lab.run.locator('.is-stale')).toHaveCount(1);
  expect(await findings(page)).toEqual([]);
  const [download] = await Promise.all([page.waitForEvent('download'), lab.results.getByRole('button', { name: 'CSV' }).click()]);
  expect(download.suggestedFilename()).toBe('results-first-csv-run-1.csv');

  await notice.getByRole('button', { name: 'Train on second.csv' }).click();
  await expect(notice).toBeHidden();
  await lab.finished();
  await expect.poll(async () => [...(await panels(page)).keys()]).toEqual(expect.arrayContaining(PANELS));
  for (const [heading, text] of await panels(page)) {
    expect(text, heading).toMatch(/second\.csv; seeds 1, 1; run 2/);
    expect(text, heading).not.toMatch(/first\.csv|Not of/);
  }
  expect(await countsOf(page)).not.toBe(counts);
});

test('settings that change mark all results, or those of one method', async ({ lab, page }) => {
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  await lab.train();
  await lab.finished();
  const epochs = lab.setup.getByLabel('Epochs', { exact: true });
  await epochs.fill('5');
  await epochs.blur();
  const notice = page.getByRole('region', { name: 'Results of other settings' });
  await expect(notice).toContainText('trained with other settings');
  for (const [heading, text] of await panels(page)) expect(text, heading).toContain('Not of the settings chosen now.');
  await epochs.fill('4');
  await epochs.blur();
  await expect(notice).toBeHidden();
  for (const [heading, text] of await panels(page)) expect(text, heading).not.toContain('Not of');

  await page.goto('/?backend=cpu');
  await expect(lab.status('A recorded run, not computed on this device.')).toBeVisible();
  for (const [heading, text] of await panels(page)) expect(text, heading).toMatch(/Regression, q = 1,000; seeds 1, 1, 1; recorded/);
});

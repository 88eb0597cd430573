/** Level vectors from elsewhere: of a file, frozen, and of a finished run for the next one. */
import { expect, findings, type SpecInput, test } from '../lab';

const SPEC: SpecInput = {
  dataset: { kind: 'simulated', task: 'regression', levels: [20], trainRows: 400, testRows: 200 },
  methods: [{ id: 'embeddings' }],
  training: { epochs: 4, patience: null, batchSize: 50 },
};

/** Vectors of 18 of the 20 levels, and of one that the data do not have. */
const VECTORS = `level,v1,v2,v3\n${[...Array(18).keys(), 99].map((level) => `${level},${level / 10},${Math.sin(level)},1`).join('\n')}\n`;

test('vectors of a file are frozen under a network, and those of a run begin the next one', async ({ lab, page }) => {
  await lab.open({ backend: 'wasm', spec: SPEC });
  await lab.ready();
  await lab.setup.getByRole('button', { name: 'Settings of Embeddings' }).click();
  await lab.setup.getByRole('combobox', { name: 'Vectors begin as' }).selectOption('given');
  await lab.setup.getByLabel('File of vectors for z1').setInputFiles({ name: 'v.csv', mimeType: 'text/csv', buffer: Buffer.from(VECTORS) });
  await expect(lab.setup.getByText(/^v.csv has vectors of 3 numbers for 18 of the 20 levels of "z1"/)).toBeVisible();
  await expect(lab.setup.getByRole('textbox', { name: 'Width d' })).toHaveValue('3');
  const counted = lab.setup.getByRole('listitem').filter({ hasText: 'Embeddings' }).locator('.ct');
  const free = await counted.innerText();
  await lab.setup.getByRole('textbox', { name: 'Rate of the vectors' }).fill('0');
  await page.keyboard.press('Tab');
  await expect(counted).not.toHaveText(free);
  expect(await findings(page)).toEqual([]);
  await lab.train();
  await lab.finished();

  await page.getByRole('heading', { name: 'Levels', exact: true }).scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: 'Levels', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Use these vectors in the next run' }).click();
  await expect(
    page.getByText(
      /^Embeddings begins from these vectors when you train next\. Embeddings of z1, run 1 has vectors of 3 numbers for all 20 levels of "z1"/,
    ),
  ).toBeVisible();
  await expect(lab.setup.getByRole('combobox', { name: 'Open vectors for z1' })).toContainText('v.csv');
  await lab.train();
  await lab.finished();
});

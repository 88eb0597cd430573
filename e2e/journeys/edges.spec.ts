/** Edges between the levels of a column: a bad file is told, a good one joins them, and the method trains. */
import { expect, findings, TINY, test } from '../lab';

/** Ten states in a ring; of one no row trains where the states divide the rows. */
const STATES = [...'abcdefghij'];
const TABLE = ['x,state,y', ...Array.from({ length: 200 }, (_, i) => `${(i % 13) / 13},${STATES[i % 10]},${Math.sin(i % 10)}`)].join('\n');
const RING = STATES.map((state, i) => `${state},${STATES[(i + 1) % 10]}`).join('\n');
const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

test('edges of a column, from a file with a mistake to results of MMbeddings of a graph', async ({ lab, page }) => {
  await lab.open({
    backend: 'wasm',
    spec: { ...TINY, methods: [{ id: 'mmbeddings-graph' }], training: { epochs: 4, patience: null, batchSize: 20 } },
  });
  await lab.ready();
  await lab.choose('states.csv', TABLE);
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible({ timeout: 30_000 });
  const reading = page.getByRole('button', { name: /^How state is read/ });
  await reading.click();
  const edges = page.getByLabel('File of edges for state');
  await edges.setInputFiles(file('borders.csv', 'a,b\nb,b\n'));
  await expect(page.getByRole('alert').filter({ hasText: 'Line 2 of borders.csv joins "b" with itself.' })).toBeVisible();
  await edges.setInputFiles(file('borders.csv', RING));
  await expect(page.getByText('borders.csv: 10 edges between 10 names')).toBeVisible();
  expect(await findings(page), 'with the edges of a column open').toEqual([]);
  await page.keyboard.press('Escape');
  await expect(reading).toHaveAccessibleName('How state is read: with edges');
  await reading.click();
  await expect(page.getByText('borders.csv: 10 edges between 10 names')).toBeVisible();
  await page.keyboard.press('Escape');
  await lab.useTable.click();
  await lab.train();
  await lab.finished();
  await expect(lab.resultRow('MMbeddings of a graph').first()).toBeVisible();
});

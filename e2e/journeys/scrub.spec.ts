/** After a run one slider moves curves, level vectors, predictions and shrinkage together. */
import { address, expect, type SpecInput, test } from '../lab';

const SPEC: SpecInput = {
  dataset: { kind: 'simulated', task: 'regression', levels: [20], trainRows: 200, testRows: 200 },
  methods: [{ id: 'embeddings' }, { id: 'linear-mixed-model' }, { id: 'mmbeddings' }],
  training: { epochs: 16, patience: null, batchSize: 100 },
};

test('the slider goes to epoch 12 by keyboard and every panel shows that epoch', async ({ lab, page }) => {
  // A link that names an epoch: the run stands there once it has ended.
  const view = Buffer.from(JSON.stringify({ epoch: 12 })).toString('base64url');
  await page.goto(`${address({ backend: 'wasm', spec: SPEC })}&v=${view}`);
  await lab.ready();
  const bar = page.getByRole('region', { name: 'Epochs of this run' });
  const slider = bar.getByRole('slider', { name: 'Epoch' });
  const height = async () => (await bar.boundingBox())?.height;
  await lab.button('One epoch').click();
  await expect(lab.button('Resume')).toBeVisible();
  // It has its place while the run goes on: the end moves no panel.
  await expect(slider).toBeDisabled();
  const before = await height();
  await lab.button('Resume').click();
  await lab.finished();
  await expect(slider).toBeEnabled();
  expect(await height()).toBe(before);
  // A slow machine keeps fewer epochs: the last of them up to 12. The slider goes there through others.
  await expect(slider).toHaveAttribute('aria-valuetext', /^epoch ([1-9]|1[0-2]) of 16/);
  const losses = page.getByRole('region', { name: 'Validation loss' });
  let linked = '';
  await expect(async () => {
    linked = (await slider.getAttribute('aria-valuetext')) ?? '';
    expect(await losses.locator('.at-epoch').innerText()).toBe(linked.split(' of ')[0]);
  }).toPass();
  await slider.press('End');
  await expect(slider).toHaveAttribute('aria-valuetext', 'final model, 16 epochs');
  await expect(bar).toContainText('Linear mixed model has no epochs and stands still.');
  await slider.press('Home');
  await expect(slider).toHaveAttribute('aria-valuetext', 'epoch 1 of 16, drag to the end for the final model');
  const epoch = async () => Number(/^epoch (\d+)/.exec((await slider.getAttribute('aria-valuetext')) ?? '')?.[1] ?? 16);
  while ((await epoch()) < 12) await slider.press('ArrowRight');
  if ((await epoch()) > 12) await slider.press('ArrowLeft');
  const at = await epoch();
  expect(await slider.getAttribute('aria-valuetext')).toBe(linked);
  await expect(losses.locator('svg.over')).toContainText(`at epoch ${at}`);
  // The number at the end of a line is that of its row in the table.
  const label = losses.locator('svg.over text').filter({ hasText: ` at epoch ${at}` });
  const number = Number.parseFloat((await label.last().textContent()) ?? '');
  const cells = await losses
    .getByRole('row', { name: new RegExp(`^${at} `) })
    .locator('td')
    .allTextContents();
  expect(Math.min(...cells.map((cell) => Math.abs(Number(cell) - number)))).toBeLessThan(0.006);
  await page.getByRole('combobox', { name: 'Method', exact: true }).last().selectOption('mmbeddings');
  for (const name of ['Validation loss', 'Embedding against truth', 'Predicted against actual', 'Shrinkage by level count', 'Level posteriors']) {
    await expect(page.getByRole('region', { name, exact: true }).locator('.at-epoch')).toHaveText(`epoch ${at}`);
    await expect(page.getByRole('region', { name, exact: true }).locator('.origin')).toContainText(`epoch ${at} of 16`);
  }
  await expect(page.getByRole('table', { name: new RegExp(`^Estimated against true level effects of MMbeddings, epoch ${at}\\.`) })).toBeAttached();
  await expect(page.getByRole('region', { name: 'Parameters', exact: true }).locator('.origin')).toContainText('final model');
  await page.getByRole('combobox', { name: 'Method', exact: true }).last().selectOption('linear-mixed-model');
  await expect(page.getByRole('region', { name: 'Predicted against actual' }).locator('.at-epoch')).toHaveText('no epochs');
  await slider.press('End');
  await expect(page.locator('.at-epoch')).toHaveCount(0);
  // Played from the start.
  await slider.press(' ');
  await expect(slider).toHaveAttribute('aria-valuetext', /^epoch 1 of 16/);
  await slider.press(' ');
  await expect(bar.getByRole('button', { name: 'Play the epochs' })).toBeVisible();
});

import { ENDLESS, expect, measured, TINY, test } from '../lab';

const METHODS = ['Ignore', 'Embeddings', 'Embeddings-L2', 'REmbeddings', 'MMbeddings'];

test('the default comparison runs to its end on WASM', { tag: '@alone' }, async ({ lab }, info) => {
  test.setTimeout(300_000);
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await expect(lab.badge).toHaveAccessibleName(/WASM/);
  await lab.train();
  await lab.finished(280_000);
  await expect(lab.status('Done.')).toBeVisible();
  const errors: string[] = [];
  for (const method of METHODS) errors.push(`${method} ${await lab.metric(method, 'MSE')}`);
  measured(info, `${(await lab.run.innerText()).split('\n').slice(0, 6).join(' ')}; test MSE ${errors.join(', ')}`);
  // One set of seeds: the order of Table 1 that no seed turns round.
  expect(await lab.metric('MMbeddings', 'MSE')).toBeLessThan(await lab.metric('Embeddings', 'MSE'));
  expect(await lab.metric('Embeddings', 'MSE')).toBeLessThan(await lab.metric('Ignore', 'MSE'));
  expect(await lab.metric('MMbeddings', 'RMSE')).toBeLessThan(await lab.metric('Embeddings', 'RMSE'));
  await expect(lab.status('A recorded run, not computed on this device.')).toHaveCount(0);
});

test('a tiny run on WebGPU, and the badge says that its adapter is software', async ({ lab, page }, info) => {
  test.setTimeout(180_000);
  await lab.open({ backend: 'webgpu', spec: TINY });
  await expect(lab.badge).toHaveAccessibleName(/WebGPU.*software/, { timeout: 60_000 });
  await lab.badge.click();
  await expect(page.getByRole('dialog', { name: 'Backend' })).toContainText(/WebGPU/);
  await page.keyboard.press('Escape');
  await lab.train();
  await lab.finished(120_000);
  const mse = await lab.metric('MMbeddings', 'MSE');
  measured(info, `test MSE of MMbeddings after 4 epochs ${mse}`);
  expect(Number.isFinite(mse)).toBe(true);
});

test('without being asked, a software adapter is not used: the badge says WASM and why', async ({ lab, page }) => {
  await lab.open({ spec: TINY });
  await lab.ready();
  await expect(lab.badge).toHaveAccessibleName(/WASM(, \d+ threads)?: no hardware GPU/);
  await lab.badge.click();
  await expect(page.getByRole('dialog', { name: 'Backend' })).toContainText(/software/i);
});

test('pause, one epoch, resume, stop, reset', async ({ lab, page }) => {
  await lab.open({ backend: 'wasm', spec: ENDLESS });
  await lab.ready();
  await lab.train();
  await lab.button('Pause').click();
  await expect(lab.button('Resume')).toBeVisible();
  await expect(lab.run).toContainText('Paused at epoch');
  const paused = await lab.epoch();
  await page.waitForTimeout(700);
  expect(await lab.epoch()).toBe(paused);

  // A pause may come between two methods of a round: the first step then only brings the others level.
  await lab.button('One epoch').click();
  await expect.poll(async () => new Set(await lab.lanes()).size).toBe(1);
  await expect(lab.button('Resume')).toBeVisible();
  const [level] = await lab.lanes();
  expect(level - paused).toBeLessThanOrEqual(1);
  await lab.button('One epoch').click();
  await expect.poll(() => lab.lanes()).toEqual([level + 1, level + 1]);
  await expect(lab.run).toContainText(`Paused at epoch ${(level + 1).toLocaleString('en-US')}`);

  await lab.button('Resume').click();
  await expect.poll(() => lab.epoch()).toBeGreaterThan(level + 3);

  await lab.button('Stop').click();
  await expect(lab.run).toContainText('Stopped at epoch', { timeout: 30_000 });
  expect(Number.isFinite(await lab.metric('MMbeddings', 'MSE'))).toBe(true);
  await expect(lab.status('Stopped by hand.')).toBeVisible();

  await lab.button('Reset').click();
  await expect(lab.button('Train')).toBeEnabled();
  await expect(lab.run).toContainText('Ready');
});

test('one epoch from the start trains one epoch of every method, then pauses', async ({ lab }) => {
  await lab.open({ backend: 'wasm', spec: ENDLESS });
  await lab.ready();
  await lab.button('One epoch').click();
  await expect(lab.run).toContainText('Paused at epoch 1', { timeout: 30_000 });
});

test('the same link gives the same numbers twice', async ({ lab }) => {
  const numbers: number[][] = [];
  for (let visit = 0; visit < 2; visit++) {
    await lab.open({ backend: 'cpu', spec: TINY });
    await lab.page.reload();
    await lab.ready();
    await lab.train();
    await lab.finished();
    numbers.push([await lab.metric('Embeddings', 'MSE'), await lab.metric('MMbeddings', 'MSE')]);
  }
  expect(numbers[0].every(Number.isFinite)).toBe(true);
  expect(numbers[1]).toEqual(numbers[0]);
});

test('a run that diverges says so at its epoch, keeps its curve and offers a slower one', async ({ lab, page }) => {
  // Adam moves every weight by about the learning rate: six layers of 200 units overflow within an epoch.
  const embeddings = { id: 'embeddings', settings: { decoder: [200, 200, 200, 200, 200, 200] } };
  await lab.open({
    backend: 'wasm',
    spec: { ...TINY, methods: [embeddings], training: { epochs: 60, patience: null, batchSize: 50, learningRate: 10 } },
  });
  await lab.ready();
  await lab.button('Train').click();
  await expect(page.getByText(/diverged at epoch \d+/).first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Retry with a third of the learning rate' })).toBeVisible();
});

test('the parameters of every method stand there before training', async ({ lab }) => {
  await lab.open({ backend: 'cpu' });
  for (const [method, count] of [
    ['Ignore', '231'],
    ['Embeddings', '10,331'],
    ['Embeddings-L2', '10,331'],
    ['REmbeddings', '20,331'],
    ['MMbeddings', '13,651'],
  ]) {
    await expect(lab.setup.getByRole('listitem').filter({ has: lab.page.getByText(method, { exact: true }) })).toContainText(count);
  }
});

import { ENDLESS, expect, measured, test } from '../lab';

test('a reload loses nothing: the run is offered, goes on, or gives its results; older databases stay readable', async ({ lab, page }, info) => {
  test.setTimeout(90_000);
  page.on('dialog', (dialog) => void dialog.accept());
  // The database of an earlier version of the lab, with a record that this test knows again.
  await page.goto('/?collect');
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('mmbeddings-lab', 2);
        request.onupgradeneeded = () => {
          request.result.createObjectStore('units').createIndex('experiment', 'experiment');
          request.result.createObjectStore('studies');
        };
        request.onsuccess = () => {
          const write = request.result.transaction('studies', 'readwrite');
          write.objectStore('studies').put({ version: 1, begun: '2026-01-01' }, 'of version 2');
          write.oncomplete = () => {
            request.result.close();
            resolve();
          };
        };
        request.onerror = () => reject(request.error);
      }),
  );

  await lab.open({ backend: 'wasm', spec: ENDLESS });
  await lab.ready();
  await lab.train();
  await expect.poll(() => lab.keptBodies(), { timeout: 30_000 }).toBeGreaterThan(1);
  await page.reload();
  const line = lab.earlierRun;
  await expect(line).toContainText(/Your run of \d\d:\d\d stopped at epoch \d+\./);
  const epoch = await lab.earlierEpoch();
  await line.getByRole('button', { name: 'Continue' }).click();
  await expect(line).toHaveCount(0);
  await expect.poll(() => lab.epoch(), { timeout: 30_000 }).toBeGreaterThan(epoch);
  measured(info, `stopped at epoch ${epoch}, went on to ${await lab.epoch()}`);

  await page.reload();
  await line.getByRole('button', { name: 'Results only' }).click();
  await lab.finished();
  expect(await lab.metric('MMbeddings', 'MSE')).toBeGreaterThan(0);
  await page.reload();
  await line.getByRole('button', { name: 'Discard' }).click();
  await expect.poll(() => lab.keptBodies()).toBe(0);
  await page.reload();
  await lab.ready();
  await expect(line).toHaveCount(0);

  const studies = await page.evaluate(
    () =>
      new Promise<[number, unknown]>((resolve) => {
        const request = indexedDB.open('mmbeddings-lab');
        request.onsuccess = () => {
          const keys = request.result.transaction('studies').objectStore('studies').getAllKeys();
          keys.onsuccess = () => resolve([request.result.version, keys.result]);
        };
      }),
  );
  expect(studies).toEqual([5, ['of version 2']]);
});

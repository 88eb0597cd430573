import { expect, measured, test } from '../lab';

declare global {
  interface Window {
    /** Milliseconds from the navigation's start until the words of the recorded run stood on the page; for this journey only. */
    recordedAt?: number;
  }
}

test('a first visit shows the recorded run at once, long before the engine', { tag: '@alone' }, async ({ lab, page }, info) => {
  await page.addInitScript(() => {
    const look = new MutationObserver(() => {
      if (window.recordedAt === undefined && document.body?.textContent?.includes('A recorded run, not computed on this device')) {
        window.recordedAt = performance.now();
        look.disconnect();
      }
    });
    look.observe(document, { childList: true, subtree: true, characterData: true });
  });
  await lab.open();
  await expect(lab.status('A recorded run, not computed on this device.')).toBeVisible();
  const shown = await page.evaluate(() => window.recordedAt ?? Number.NaN);
  await lab.ready();
  const engine = await page.evaluate(() => performance.now());
  measured(info, `recorded run after ${Math.round(shown)} ms, engine ready before ${Math.round(engine)} ms`);
  // Under one second on this machine when it has nothing else to do.
  expect(shown).toBeLessThan(2000);
  expect(shown).toBeLessThan(engine);
});

test('the recorded run has its numbers: five methods, metrics, charts', async ({ lab, page }) => {
  await lab.open();
  for (const method of ['Ignore', 'Embeddings', 'Embeddings-L2', 'REmbeddings', 'MMbeddings'])
    await expect(lab.resultRow(method).first()).toBeVisible();
  expect(await lab.metric('MMbeddings', 'MSE')).toBeLessThan(await lab.metric('Ignore', 'MSE'));
  await expect(page.getByRole('region', { name: 'Validation loss' }).locator('svg').first()).toBeVisible();
  for (const heading of ['Parameters', 'Embedding against truth', 'Predicted against actual', 'Results on test rows']) {
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
  }
});

test('the page is isolated and its policy is strict', async ({ page, baseURL }) => {
  const response = await page.goto('/');
  const policy = response?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
  expect(policy).toContain("connect-src 'self'");
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const wasm = await page.request.get(`${baseURL}/wasm/tfjs-backend-wasm-simd.wasm`);
  expect(wasm.headers()['content-type']).toBe('application/wasm');
  expect((await page.request.get(`${baseURL}/no-such-file`)).status()).toBe(404);
});

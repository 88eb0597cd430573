/**
 * Every method of the registry in a worker of a real Chromium: two epochs through the plan that the lab
 * chooses (workers/training/testing/every-method.ts).
 */
import { expect, type Page, test } from '@playwright/test';
import type { BackendId } from '../workers/protocol';
import type { MethodOutcome } from '../workers/training/testing/every-method';

async function tryMethods(page: Page, backend: BackendId, only: string[] | null): Promise<MethodOutcome[]> {
  await page.goto('/every-method.html');
  const outcomes = await page.evaluate(([backend, only]) => window.tryMethods(backend, only), [backend, only] as const);
  const seconds = outcomes.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
  test.info().annotations.push({ type: 'measured', description: `${outcomes.length} trainings in ${seconds.toFixed(1)} s` });
  return outcomes;
}

const problemsOf = (outcomes: MethodOutcome[]): string[] =>
  outcomes.flatMap(({ title, problems }) => problems.map((problem) => `${title}: ${problem}`));

test('every method trains on WASM, predicts unseen levels and leaves nothing', async ({ page }) => {
  test.setTimeout(180_000);
  const outcomes = await tryMethods(page, 'wasm', null);
  expect(problemsOf(outcomes)).toEqual([]);
  expect(new Set(outcomes.map(({ engine }) => engine))).toEqual(new Set(['fused WASM', 'recorded WASM', 'own algorithm']));
  expect(outcomes.length).toBeGreaterThan(50);
});

// A software adapter compiles kernels for seconds: one method of either plan. Unit tests compare the plans of
// all methods with eager steps.
test('a fused and a captured method train on WebGPU, predict unseen levels and leave nothing', async ({ page }) => {
  test.setTimeout(180_000);
  const outcomes = await tryMethods(page, 'webgpu', ['mmbeddings', 'hash-embeddings']);
  expect(problemsOf(outcomes)).toEqual([]);
  expect(outcomes.map(({ engine }) => engine)).toEqual(['fused WebGPU', 'captured WebGPU']);
});

import { readFile } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { fetchRecorded, offerRecorded } from './recorded';
import { useRun } from './run';

it('shows a run that was recorded before a setting existed, on a first visit', async () => {
  const text = await readFile('public/recorded/default.json', 'utf8');
  const recorded = JSON.parse(text) as { run: { spec: { training: Record<string, unknown> } } };
  delete recorded.run.spec.training.protocol;
  vi.stubGlobal('document', { baseURI: 'http://lab.test/' });
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(recorded)));
  await fetchRecorded();
  offerRecorded();
  expect(useRun.getState().source.kind).toBe('recorded');
});

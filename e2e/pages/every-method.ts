/**
 * A page for tests: trains methods of the registry in a real browser's worker and tells the test how that
 * went. Not part of the site.
 */
import * as Comlink from 'comlink';
import type { BackendId } from '../../workers/protocol';
import type { MethodOutcome } from '../../workers/training/testing/every-method';
import type { EveryMethodWorker } from './every-method.worker';

/**
 * Tries a case of every method on a backend, the last one, with most features, or the first one of some
 * methods. All cases are tried in Node, on the same code.
 */
async function tryMethods(backend: BackendId, only: string[] | null): Promise<MethodOutcome[]> {
  const worker = new Worker(new URL('./every-method.worker.ts', import.meta.url), { type: 'module', name: 'every method' });
  try {
    const lab = Comlink.wrap<EveryMethodWorker>(worker);
    const cases = await lab.start(backend, new URL('wasm/', document.baseURI).href);
    const chosen = only
      ? only.flatMap((id) => cases.filter((tried) => tried.id === id).slice(0, 1))
      : [...new Map(cases.map((tried) => [tried.id, tried])).values()];
    const outcomes: MethodOutcome[] = [];
    for (const tried of chosen) outcomes.push(await lab.try(tried));
    return outcomes;
  } finally {
    worker.terminate();
  }
}

declare global {
  interface Window {
    tryMethods: typeof tryMethods;
  }
}

window.tryMethods = tryMethods;

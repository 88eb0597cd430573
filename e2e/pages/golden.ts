/**
 * A page for tests: runs the golden check in a real browser's worker and hands the results to the test. Not
 * part of the site.
 */
import * as Comlink from 'comlink';
import type { BackendId } from '../../workers/protocol';
import type { GoldenFile, GoldenWorker } from './golden.worker';

/**
 * Starts a worker; the check on it runs once. Apart, so that a test can reach the worker before its engine
 * starts.
 */
function open(): (backend: BackendId, files: GoldenFile[]) => ReturnType<GoldenWorker['check']> {
  const worker = new Worker(new URL('./golden.worker.ts', import.meta.url), { type: 'module', name: 'golden' });
  return async (backend, files) => {
    try {
      return await Comlink.wrap<GoldenWorker>(worker).check(backend, new URL('wasm/', document.baseURI).href, files);
    } finally {
      worker.terminate();
    }
  };
}

declare global {
  interface Window {
    checkGolden: ReturnType<typeof open>;
  }
}

window.checkGolden = open();

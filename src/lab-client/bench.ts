import * as Comlink from 'comlink';
import type { BenchApi, BenchOptions, BenchProgress, BenchReport } from '../../workers/bench/schema';
import { openBenchWorker } from './link';

export interface BenchRun {
  /** What was measured, also after a cancellation. Rejects with an Error when the worker fails. */
  report: Promise<BenchReport>;
  /** Ends the bench after the turn under way. */
  cancel(): void;
  /** Ends it at once, without a report. */
  close(): void;
}

/** Runs the bench in a worker of its own. */
export function startBench(options: BenchOptions, onProgress: (progress: BenchProgress) => void): BenchRun {
  const worker = openBenchWorker();
  const api = Comlink.wrap<BenchApi>(worker);
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      reject(new Error(event.message?.replace(/^Uncaught /, '') || 'its program could not be loaded'));
    });
  });
  const wasmPath = new URL('wasm/', document.baseURI).href;
  const report = Promise.race([api.run(options, wasmPath, Comlink.proxy(onProgress)), failed]).finally(() => worker.terminate());
  return { report, cancel: () => void api.cancel().catch(() => undefined), close: () => worker.terminate() };
}

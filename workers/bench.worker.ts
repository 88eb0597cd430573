import * as Comlink from 'comlink';
import { runBench } from './bench/bench';
import type { BenchApi } from './bench/schema';

let cancelled = false;

/** The bench in a browser's worker. A worker runs it once: its engines keep what they were given. */
const api: BenchApi = {
  run(options, wasmPath, onProgress) {
    const { userAgent, hardwareConcurrency } = navigator;
    return runBench(options, {
      runtime: userAgent,
      cores: hardwareConcurrency,
      wasmPath,
      absent: ['NumPy and PyTorch: not in a browser; npm run bench measures them'],
      onProgress: (progress) => void onProgress(progress),
      cancelled: () => cancelled,
    });
  },
  cancel() {
    cancelled = true;
  },
};

Comlink.expose(api);

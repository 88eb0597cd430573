import type { SecondReader, Share, ShareRequest } from '../data/sources/second';
import { onWorkerFailure } from '../data/worker-failure';

/** Smaller files are read before another worker has begun. */
const FEWEST_BYTES = 32 * 2 ** 20;

/**
 * Starts another worker on every second column of a file; undefined where it would have no core of its own.
 */
export const secondReader =
  typeof Worker === 'undefined' || (globalThis.navigator?.hardwareConcurrency ?? 1) < 2
    ? undefined
    : (request: ShareRequest): SecondReader | null => {
        if (request.file.size < FEWEST_BYTES) return null;
        const worker = new Worker(new URL('../columns.worker.ts', import.meta.url), { type: 'module', name: 'columns' });
        const share = new Promise<Share | null>((resolve) => {
          worker.onmessage = ({ data }: MessageEvent<Share | null>) => resolve(data);
          onWorkerFailure(worker, () => resolve(null));
          worker.onmessageerror = () => resolve(null);
        });
        worker.postMessage(request);
        return { share, stop: () => worker.terminate() };
      };

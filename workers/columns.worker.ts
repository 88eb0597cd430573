import type { ShareRequest } from './data/sources/second';
import { readShare } from './data/sources/text';

/** Reads every second column of one file, and ends: the worker of a session reads the others meanwhile. */
addEventListener('message', ({ data }: MessageEvent<ShareRequest>) => {
  readShare(data).then(
    ({ share, buffers }) => postMessage(share, { transfer: buffers }),
    // The other reader meets the same, and says it.
    () => postMessage(null),
  );
});

import * as tf from '@tensorflow/tfjs';
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { registerKerasAdam } from '../kernels/keras-adam';
import { registerUnsortedSegmentSum } from '../kernels/unsorted-segment-sum';

/** More threads than this do not help at the sizes of the lab; one core stays with the page. */
const MOST_THREADS = 4;

export interface WasmBuild {
  simd: boolean;
  threads: number;
}

/** Cores for threads: all but the one that draws the page, when the page is cross-origin isolated. 1 means the build without threads. */
function wantedThreads(): number {
  const scope = globalThis as { crossOriginIsolated?: boolean; navigator?: { hardwareConcurrency?: number } };
  if (!scope.crossOriginIsolated) return 1;
  return Math.max(1, Math.min(MOST_THREADS, (scope.navigator?.hardwareConcurrency ?? 1) - 1));
}

/** Makes 'wasm' the backend of tfjs, with the kernels it lacks. `path` is the folder of the .wasm files with a final slash: a URL, or a path in Node. */
export async function startWasm(path: string, threads = wantedThreads()): Promise<WasmBuild> {
  setWasmPaths(path);
  if (threads === 1) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  else setThreadsCount(threads);
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs could not initialise its WASM backend');
  registerUnsortedSegmentSum('wasm');
  registerKerasAdam('wasm');
  const simd = Boolean(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'));
  return { simd, threads: threads === 1 ? 1 : getThreadsCount() };
}

import * as tf from '@tensorflow/tfjs';
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { registerKerasAdam } from '../kernels/keras-adam';
import { registerUnsortedSegmentSum } from '../kernels/unsorted-segment-sum';

/** More threads than this do not help at the sizes of the lab. */
const MOST_THREADS = 4;

export interface WasmBuild {
  simd: boolean;
  threads: number;
}

/**
 * Threads to ask for. They need shared memory, hence a cross-origin isolated page; tfjs uses half of the cores at most, so that two cores mean one
 * thread, and one thread is the build without them.
 */
function wantedThreads(): number {
  const scope = globalThis as { crossOriginIsolated?: boolean; navigator?: { hardwareConcurrency?: number } };
  if (!scope.crossOriginIsolated) return 1;
  return Math.max(1, Math.min(MOST_THREADS, Math.floor((scope.navigator?.hardwareConcurrency ?? 1) / 2)));
}

/**
 * tfjs starts a thread from the source text of its own factory function. A bundler renames variables in it and drops a check of one that only exists
 * outside it, and the thread dies of a ReferenceError. So the function is made to answer with the text as published.
 */
async function keepThreadSource(): Promise<void> {
  const [factory, source] = await Promise.all([
    import('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js'),
    import('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js?raw'),
  ]);
  // tfjs writes `var WasmBackendModuleThreadedSimd = ` before it; the text then declares that variable itself.
  factory.default.toString = () => `undefined;\n${source.default}`;
}

/** Makes 'wasm' the backend of tfjs, with the kernels it lacks. `path` is the folder of the .wasm files with a final slash: a URL, or a path in Node. */
export async function startWasm(path: string, threads = wantedThreads()): Promise<WasmBuild> {
  setWasmPaths(path);
  if (threads === 1) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  else {
    await keepThreadSource();
    setThreadsCount(threads);
  }
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs could not initialise its WASM backend');
  registerUnsortedSegmentSum('wasm');
  registerKerasAdam('wasm');
  const simd = Boolean(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'));
  return { simd, threads: threads === 1 ? 1 : getThreadsCount() };
}

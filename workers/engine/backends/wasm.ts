import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadProducts } from '../../mixed/wasm/kernel';
import { answerEmptyDimensions } from '../kernels/empty-dimensions';
import { registerEntmax } from '../kernels/entmax';
import { registerInverseLogDeterminant } from '../kernels/inverse-log-determinant';
import { registerKerasAdam } from '../kernels/keras-adam';
import { registerLevelLikelihoods } from '../kernels/level-likelihoods';
import { registerTokenAttention } from '../kernels/token-attention';
import { registerUnsortedSegmentSum } from '../kernels/unsorted-segment-sum';
import { startThreads } from '../wasm/threads';
import { forgetBackend } from './forget';
import { within } from './within';

/** More threads than this do not help at the sizes of the lab. */
const MOST_THREADS = 4;
/** A thread whose script fails to load leaves tfjs waiting for ever. */
const THREADS_MILLISECONDS = 5_000;

export interface WasmBuild {
  simd: boolean;
  /** Threads of fused plans, which do nearly all of the work. */
  threads: number;
}

/**
 * Threads of tfjs to try. They need shared memory, hence a cross-origin isolated page; tfjs uses half of the
 * cores at most, so that two cores mean one thread, and one thread is the build without them.
 */
function wantedThreads(): number {
  const scope = globalThis as { crossOriginIsolated?: boolean; navigator?: { hardwareConcurrency?: number } };
  if (!scope.crossOriginIsolated) return 1;
  return Math.max(1, Math.min(MOST_THREADS, Math.floor((scope.navigator?.hardwareConcurrency ?? 1) / 2)));
}

/**
 * tfjs starts a thread from the source text of its own factory function. A bundler renames variables in it
 * and drops a check of one that only exists outside it, and the thread dies of a ReferenceError. So the
 * function is made to answer with the text as published.
 */
async function keepThreadSource(): Promise<void> {
  const [factory, source] = await Promise.all([
    import('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js'),
    import('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js?raw'),
  ]);
  // tfjs writes `var WasmBackendModuleThreadedSimd = ` before it; the text then declares that variable
  // itself.
  factory.default.toString = () => `undefined;\n${source.default}`;
}

/** Makes a fresh WASM module the backend 'wasm' of tfjs; one made before is dropped with its tensors. */
async function initialise(threads: number): Promise<void> {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', threads > 1);
  if (threads > 1) {
    await keepThreadSource();
    setThreadsCount(threads);
  }
  if (tf.getBackend() === 'wasm') forgetBackend('wasm');
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs could not initialise its WASM backend');
}

/**
 * Median milliseconds of a wide and a narrow layer's products at 1,000 rows, forward and back: the shapes of
 * a step.
 */
async function timeLayers(): Promise<number> {
  const x = tf.ones([1000, 100]);
  const wide = tf.ones([100, 100]);
  const narrow = tf.ones([100, 10]);
  const times: number[] = [];
  for (let i = 0; i < 15; i++) {
    const start = performance.now();
    const result = tf.tidy(() => {
      const hidden = tf.relu(tf.matMul(x, wide));
      const output = tf.relu(tf.matMul(hidden, narrow));
      return tf.add(tf.sum(tf.matMul(tf.transpose(x), hidden)), tf.sum(tf.matMul(tf.transpose(hidden), output)));
    });
    await result.data();
    result.dispose();
    times.push(performance.now() - start);
  }
  tf.dispose([x, wide, narrow]);
  return times.sort((a, b) => a - b)[7];
}

/**
 * Starts tfjs's build with threads where that is faster on this machine: small layers lose more by waiting
 * for each other than they gain.
 */
async function startFaster(threads: number): Promise<void> {
  await initialise(1);
  if (threads === 1) return;
  const alone = await timeLayers();
  try {
    await within(THREADS_MILLISECONDS, initialise(threads));
    if ((await timeLayers()) < 0.8 * alone) return;
  } catch {
    // No threads here: the build without them, which has just worked, does.
  }
  await initialise(1);
}

/**
 * Makes 'wasm' the backend of tfjs, with the kernels it lacks. `path` is the folder of the .wasm files with a
 * final slash: a URL, or a path in Node.
 */
export async function startWasm(path: string): Promise<WasmBuild> {
  setWasmPaths(path);
  const products = loadProducts();
  await startFaster(wantedThreads());
  registerUnsortedSegmentSum('wasm');
  registerKerasAdam('wasm');
  registerTokenAttention('wasm');
  registerInverseLogDeterminant('wasm');
  registerLevelLikelihoods('wasm');
  // Before the first step: sums in another order would be other digits.
  await products;
  registerEntmax('wasm');
  answerEmptyDimensions('wasm');
  const simd = Boolean(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'));
  return { simd, threads: simd ? await startThreads() : 1 };
}

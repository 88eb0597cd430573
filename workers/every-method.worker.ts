import * as tf from '@tensorflow/tfjs';
import * as Comlink from 'comlink';
import { startEngine } from './engine/backends';
import { selfTest } from './methods/self-test';
import type { BackendId } from './protocol';
import { type MethodCase, type MethodOutcome, methodCases, tryMethod } from './training/every-method';

/** Every method in two epochs inside a browser's worker, for the tests only. */
const api = {
  /** Starts the engine on this backend, once, and says what can be tried. */
  async start(backend: BackendId, wasmPath: string): Promise<MethodCase[]> {
    const { hardware } = await startEngine({ backend, wasmPath, selfTest });
    // Quicker on a software adapter, see golden.worker.ts.
    if (backend === 'webgpu' && !hardware) tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', 3);
    return methodCases();
  },

  try: (tried: MethodCase): Promise<MethodOutcome> => tryMethod(tried),
};
export type EveryMethodWorker = typeof api;

Comlink.expose(api);

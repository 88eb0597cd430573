import * as Comlink from 'comlink';
import { startEngine } from '../../workers/engine/backends';
import { takePlainProducts } from '../../workers/engine/backends/software-products';
import { selfTest } from '../../workers/methods/golden/self-test';
import type { BackendId } from '../../workers/protocol';
import { type MethodCase, type MethodOutcome, methodCases, tryMethod } from '../../workers/training/testing/every-method';

/** Every method in two epochs inside a browser's worker, for the tests only. */
const api = {
  /** Starts the engine on this backend, once, and says what can be tried. */
  async start(backend: BackendId, wasmPath: string): Promise<MethodCase[]> {
    const { hardware } = await startEngine({ backend, wasmPath, selfTest });
    if (backend === 'webgpu' && !hardware) takePlainProducts();
    return methodCases();
  },

  try: (tried: MethodCase): Promise<MethodOutcome> => tryMethod(tried),
};
export type EveryMethodWorker = typeof api;

Comlink.expose(api);

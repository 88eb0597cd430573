import { startCpu } from './backends/cpu';
import { startWasm } from './backends/wasm';
import { installNodeEngine, nodeWasmPath } from './node';

/** Backends that unit tests run on in Node. */
export const NODE_BACKENDS = ['cpu', 'wasm'] as const;

/** Starts a backend for a test, without a self-test. */
export async function useBackend(backend: (typeof NODE_BACKENDS)[number]): Promise<void> {
  await installNodeEngine(backend);
  if (backend === 'cpu') await startCpu();
  else await startWasm(nodeWasmPath());
}

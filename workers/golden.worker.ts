import * as Comlink from 'comlink';
import { startEngine } from './engine/backends';
import { takePlainProducts } from './engine/backends/software-products';
import type { GoldenResult } from './methods/golden';
import { checkGolden } from './methods/golden-report';
import { selfTest } from './methods/self-test';
import { checkMetrics } from './metrics/golden-metrics';
import type { BackendId, EngineInfo } from './protocol';

/** A golden file: its name without `.json` and its content. */
export interface GoldenFile {
  name: string;
  json: unknown;
}

/** The golden check inside a browser's worker, for the tests of the built site only. */
const api = {
  /** Starts the engine on this backend and checks the files in order. A worker serves one backend. */
  async check(backend: BackendId, wasmPath: string, files: GoldenFile[]): Promise<{ engine: EngineInfo; results: GoldenResult[] }> {
    const engine = await startEngine({ backend, wasmPath, selfTest });
    // The self-test has seen tfjs's own choice of products.
    if (backend === 'webgpu' && !engine.hardware) takePlainProducts();
    const results: GoldenResult[] = [];
    for (const { name, json } of files) results.push(await checkGolden(name, json, checkMetrics));
    return { engine, results };
  },
};
export type GoldenWorker = typeof api;

Comlink.expose(api);

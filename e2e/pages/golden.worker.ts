import * as Comlink from 'comlink';
import { startEngine } from '../../workers/engine/backends';
import { takePlainProducts } from '../../workers/engine/backends/software-products';
import type { GoldenResult } from '../../workers/methods/golden/golden';
import { checkGolden } from '../../workers/methods/golden/golden-report';
import { selfTest } from '../../workers/methods/golden/self-test';
import { checkMetrics } from '../../workers/metrics/golden-metrics';
import type { BackendId, EngineInfo } from '../../workers/protocol';

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
    // That a captured step is the one op by op, captured-every-method.test.ts holds for every method, in
    // Node.
    for (const { name, json } of files) results.push(await checkGolden(name, json, checkMetrics, false));
    return { engine, results };
  },
};
export type GoldenWorker = typeof api;

Comlink.expose(api);

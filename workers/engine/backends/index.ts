import { LabFailure } from '../../data/failure';
import type { BackendId, EngineInfo } from '../info';
import { type AdapterProbe, probeAdapter } from './adapter';
import { startCpu } from './cpu';
import { forgetBackend } from './forget';
import { startWasm } from './wasm';
import { startWebGpu } from './webgpu';
import { within } from './within';

export interface StartOptions {
  /** Forces a backend; null climbs down the ladder. */
  backend: BackendId | null;
  /** Folder of the .wasm files with a final slash. */
  wasmPath: string;
  /**
   * Compares one small step on the active backend with reference numbers: the largest relative error
   * (`selfTest` of workers/methods).
   */
  selfTest(): Promise<number>;
  /**
   * Told once when the GPU is lost after the start (driver reset, sleep); the engine must then be restarted.
   */
  onDeviceLost?(reason: string): void;
}

/** Largest relative error of the self-test that passes. */
const TOLERANCE = 1e-4;
/**
 * A rung that has not answered by then is given up: a thread that fails to load leaves tfjs-wasm waiting for
 * ever.
 */
const RUNG_MILLISECONDS = 30_000;
/**
 * Below the last rung there is nothing to go on with: on a machine that other programs keep busy it may take
 * long.
 */
const LAST_RUNG_MILLISECONDS = 120_000;

let forcedByName = false;

interface Rung {
  backend: BackendId;
  detail: string;
  hardware: boolean;
  threads: number;
}

async function startRung(backend: BackendId, probe: AdapterProbe, options: StartOptions): Promise<Rung> {
  if (backend === 'webgpu') {
    if (!probe.adapter) throw new Error(probe.lack);
    await startWebGpu(probe.adapter, (reason) => options.onDeviceLost?.(reason));
    return { backend, detail: probe.name, hardware: probe.hardware, threads: 1 };
  }
  if (backend === 'wasm') {
    const { simd, threads } = await startWasm(options.wasmPath);
    return { backend, detail: `${simd ? 'SIMD' : 'no SIMD'}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`, hardware: false, threads };
  }
  await startCpu();
  return { backend, detail: 'plain JavaScript', hardware: false, threads: 1 };
}

/** Why this rung, for people: in a sentence and in a few words. */
function reason(rung: Rung, forced: boolean, probe: AdapterProbe, tried: EngineInfo['selfTest']['tried']): Pick<EngineInfo, 'why' | 'brief'> {
  if (forced) {
    const software = rung.backend === 'webgpu' && !rung.hardware;
    return { why: software ? `Asked for by name; ${probe.lack}.` : 'Asked for by name.', brief: 'asked for by the address' };
  }
  if (rung.backend === 'webgpu') return { why: 'A hardware GPU is available and passed the self-test.', brief: 'it passed the self-test' };
  const note = tried.find((attempt) => !attempt.ok)?.note ?? 'it did not start';
  if (rung.backend === 'cpu') return { why: `WebAssembly cannot be used: ${note}.`, brief: 'WebAssembly cannot be used' };
  if (probe.hardware) return { why: `The GPU cannot be used: ${note}.`, brief: 'the GPU cannot be used' };
  if (!probe.offered) return { why: 'This browser has no WebGPU, so a GPU cannot be used.', brief: 'no WebGPU in this browser' };
  return { why: `No hardware GPU: ${probe.lack}.`, brief: 'no hardware GPU' };
}

/**
 * Starts the engine on the first rung of the ladder that works and computes correctly: hardware WebGPU, else
 * WASM, else plain JavaScript. A forced backend is the only rung. Throws LabFailure when no rung works.
 */
export async function startEngine(options: StartOptions): Promise<EngineInfo> {
  const started = performance.now();
  const probe: AdapterProbe =
    options.backend === null || options.backend === 'webgpu'
      ? await probeAdapter()
      : { adapter: null, name: '', hardware: false, offered: false, lack: 'not looked for' };
  const ladder: BackendId[] = options.backend ? [options.backend] : [...(probe.hardware ? (['webgpu'] as const) : []), 'wasm', 'cpu'];
  const tried: EngineInfo['selfTest']['tried'] = [];
  for (const backend of ladder) {
    const bound = backend === ladder[ladder.length - 1] ? LAST_RUNG_MILLISECONDS : RUNG_MILLISECONDS;
    try {
      const rung = await within(bound, startRung(backend, probe, options));
      const error = await within(bound, options.selfTest());
      const ok = error <= TOLERANCE;
      tried.push({
        backend,
        ok,
        error: Number.isFinite(error) ? error : null,
        note: ok ? 'passed' : `the self-test differs by ${error.toExponential(1)}`,
      });
      if (!ok) continue;
      const forced = options.backend !== null;
      forcedByName = forced;
      const selfTest = { tried, milliseconds: performance.now() - started };
      return { ...rung, ...reason(rung, forced, probe, tried), forced, selfTest };
    } catch (failure) {
      tried.push({ backend, ok: false, error: null, note: failure instanceof Error ? failure.message : String(failure) });
      // A device of WebGPU is registered by the start that has it.
      if (backend !== 'webgpu') forgetBackend(backend);
    }
  }
  const last = tried[tried.length - 1];
  throw new LabFailure(
    'engine-no-backend',
    `The engine cannot start on ${options.backend ? last.backend : 'any backend'}: ${last.note}.`,
    options.backend ? 'Open the page without ?backend= to let it choose.' : 'Use a current browser with WebAssembly.',
  );
}

/** True when the backend in use was asked for by name. */
export function backendForced(): boolean {
  return forcedByName;
}

/** The compiled step's exports (assembly/index.ts): each instance is one thread of it. */
export interface StepExports {
  /** Takes the problem at this address of the memory. */
  init(problem: number): void;
  /** This thread's share of the call written in memory. */
  work(): void;
  fillNormals(into: number, rows: number, columns: number, step: number, seed: number): void;
}

/** `plain`: one thread, memory of its own. `threads`: shared memory. */
export type StepBuild = 'plain' | 'threads';

const PAGE = 65_536;

/** A function that only holds f32x4.relaxed_madd: valid where WebAssembly has relaxed SIMD. */
const RELAXED = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x09, 0x01, 0x07, 0x00, 0x00, 0xfd, 0x85, 0x02, 0x1a, 0x0b],
);

/**
 * True where the step can multiply and add in one instruction: a fifth to a third faster, and other last
 * digits than without, on one machine always the same. Browsers have it since 2023 (Chromium 114); Node 20
 * behind a flag of V8, which is set here.
 */
function hasRelaxedSimd(): boolean {
  if (WebAssembly.validate(RELAXED)) return true;
  if (!globalThis.process?.versions?.node) return false;
  process.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(RELAXED);
}

let relaxed: boolean | null = null;

/** Whether the builds with fused multiply-adds are taken on this machine. */
export function usesRelaxedSimd(): boolean {
  relaxed ??= hasRelaxedSimd();
  return relaxed;
}

/**
 * From now on takes the builds without: for a machine on which the others compute wrongly. What is in use
 * goes on with its own.
 */
export function forgoRelaxedSimd(): void {
  relaxed = false;
  compiled.clear();
}

/** Which file a build is in on this machine. */
function fileOf(build: StepBuild): URL {
  const relaxed = usesRelaxedSimd();
  // Each URL in full: Vite finds the files by them.
  if (build === 'plain') return relaxed ? new URL('./build/plain-fma.wasm', import.meta.url) : new URL('./build/plain.wasm', import.meta.url);
  return relaxed ? new URL('./build/threads-fma.wasm', import.meta.url) : new URL('./build/threads.wasm', import.meta.url);
}

const compiled = new Map<StepBuild, Promise<WebAssembly.Module>>();

/**
 * Compiles a module: in a browser from the page's origin, in Node from the build folder (`npm run
 * build:wasm`). Rejects with an Error where it is not there or broken.
 */
export async function compileModule(url: URL): Promise<WebAssembly.Module> {
  if (url.protocol === 'file:') {
    // Node's fetch does not read files. No import of node:fs: this module is in the browser's bundle.
    const { readFileSync } = process.getBuiltinModule('node:fs');
    try {
      return await WebAssembly.compile(readFileSync(url));
    } catch (failure) {
      const why = failure instanceof Error ? failure.message : String(failure);
      throw new Error(`${url.pathname} is missing or broken (npm run build:wasm): ${why}`);
    }
  }
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url.pathname} answers ${answer.status}`);
  return WebAssembly.compile(await answer.arrayBuffer());
}

/** The compiled step, read once. */
export function stepModule(build: StepBuild = 'plain'): Promise<WebAssembly.Module> {
  let module = compiled.get(build);
  if (!module) {
    module = compileModule(fileOf(build)).catch((failure: unknown) => {
      compiled.delete(build);
      throw failure;
    });
    compiled.set(build, module);
  }
  return module;
}

/** A memory of so many bytes. Throws a RangeError when the machine does not give them (4 GiB at most). */
export function stepMemory(bytes: number, shared: boolean): WebAssembly.Memory {
  const initial = Math.ceil(bytes / PAGE) + 1;
  return new WebAssembly.Memory(shared ? { initial, maximum: initial, shared } : { initial });
}

/** An instance on a memory, as the thread whose problem is at this address. */
export function instantiateStep(module: WebAssembly.Module, memory: WebAssembly.Memory, problem: number): StepExports {
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as StepExports;
  exports.init(problem);
  return exports;
}

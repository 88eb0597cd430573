import { compileModule, type StepBuild, usesRelaxedSimd } from '../wasm/module';

/** The exports of the compiled interpreter (assembly/index.ts): each instance is one thread of it. */
export interface RecordedExports {
  /** Takes the number of this thread. */
  init(thread: number): void;
  /** This thread's share of the call written in memory. */
  work(): void;
}

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** Which file a build is in on this machine. */
function fileOf(build: StepBuild): URL {
  const relaxed = usesRelaxedSimd();
  // Each URL in full: Vite finds the files by them.
  if (build === 'plain') return relaxed ? new URL('./build/recorded-fma.wasm', import.meta.url) : new URL('./build/recorded.wasm', import.meta.url);
  return relaxed ? new URL('./build/recorded-threads-fma.wasm', import.meta.url) : new URL('./build/recorded-threads.wasm', import.meta.url);
}

/** The compiled interpreter of recorded steps, read once (`npm run build:wasm`). */
export function recordedModule(build: StepBuild = 'plain'): Promise<WebAssembly.Module> {
  const url = fileOf(build);
  let module = compiled.get(url.href);
  if (!module) {
    module = compileModule(url);
    module.catch(() => compiled.delete(url.href));
    compiled.set(url.href, module);
  }
  return module;
}

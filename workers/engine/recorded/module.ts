import { compileModule, usesRelaxedSimd } from '../wasm/module';

/** The exports of the compiled interpreter (assembly/index.ts). */
export interface RecordedExports {
  /** Runs the instructions at the bytes from … to. */
  run(from: number, to: number): void;
}

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** The compiled interpreter of recorded steps, read once (`npm run build:wasm`). */
export function recordedModule(): Promise<WebAssembly.Module> {
  // Each URL in full: Vite finds the files by them.
  const url = usesRelaxedSimd() ? new URL('./build/recorded-fma.wasm', import.meta.url) : new URL('./build/recorded.wasm', import.meta.url);
  let module = compiled.get(url.href);
  if (!module) {
    module = compileModule(url);
    module.catch(() => compiled.delete(url.href));
    compiled.set(url.href, module);
  }
  return module;
}

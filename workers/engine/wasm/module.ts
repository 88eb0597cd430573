/** The calls of the compiled step (assembly/index.ts). Addresses are bytes in the imported memory. */
export interface StepExports {
  init(problem: number): void;
  step(rows: number, count: number, noise: number, noiseStep: number, seed: number, adamStep: number): void;
  addVectors(rows: number, count: number, noiseStep: number, seed: number, sampled: number): void;
  meanVectors(): void;
  predict(rows: number, count: number, noiseStep: number, seed: number, sampled: number, to: number): void;
  secondStage(rows: number, count: number, adamStep: number): void;
  fillNormals(into: number, rows: number, columns: number, step: number, seed: number): void;
}

const PAGE = 65_536;

let compiled: Promise<WebAssembly.Module> | null = null;

async function compile(): Promise<WebAssembly.Module> {
  const url = new URL('./build/plain.wasm', import.meta.url);
  if (url.protocol === 'file:') {
    // Node's fetch does not read files. No import of node:fs: this module is in the browser's bundle.
    const { readFileSync } = process.getBuiltinModule('node:fs');
    try {
      return await WebAssembly.compile(readFileSync(url));
    } catch (failure) {
      throw new Error(`the compiled step is missing or broken (npm run build:wasm): ${failure instanceof Error ? failure.message : String(failure)}`);
    }
  }
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url.pathname} answers ${answer.status}`);
  return WebAssembly.compile(await answer.arrayBuffer());
}

/** The compiled module, read once: in a browser from the page's origin, in Node from the build folder (`npm run build:wasm`). */
export function stepModule(): Promise<WebAssembly.Module> {
  compiled ??= compile().catch((failure: unknown) => {
    compiled = null;
    throw failure;
  });
  return compiled;
}

/** An instance with a memory of this many bytes of its own. Throws a RangeError when the machine does not give them (4 GiB at most). */
export function instantiateStep(module: WebAssembly.Module, bytes: number): { memory: ArrayBuffer; exports: StepExports } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) + 1 });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { memory: memory.buffer as ArrayBuffer, exports: exports as unknown as StepExports };
}

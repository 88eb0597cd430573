/** The compiled exports (assembly/index.ts): addresses in bytes, strides in numbers. */
export interface ProductKernel {
  subtractProducts(
    target: number,
    stride: number,
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    rows: number,
    columns: number,
    depth: number,
  ): void;
  subtractTimes(target: number, x: number, stride: number, a: number, aStride: number, rows: number, width: number, depth: number): void;
  factorisePanel(block: number, rows: number, columns: number, start: number, end: number): number;
  invertSymmetric(a: number, w: number, inverse: number, n: number): number;
  placeProducts(sparse: number, starts: number, rows: number, targets: number): void;
  factorisePairs(size: number, sparse: number, starts: number, rows: number, targets: number, diagonal: number, entries: number): number;
  solvePairs(size: number, starts: number, rows: number, diagonal: number, entries: number, x: number): void;
  invertPairs(
    size: number,
    sparse: number,
    starts: number,
    rows: number,
    targets: number,
    products: number,
    diagonal: number,
    entries: number,
    g: number,
    z: number,
    own: number,
  ): void;
}

const PAGE = 65_536;
/** Where the numbers begin: the module has no data of its own, and no address is 0. */
const BASE = 1024;
/** Most pages of a memory of 32-bit addresses. */
const MOST_PAGES = 65_536;

/** Six kilobytes that have not come by then are done without: the engine does not start before. */
const FETCH_MILLISECONDS = 5_000;

let compiled: WebAssembly.Module | null = null;
let asked: Promise<void> | null = null;

async function compile(): Promise<void> {
  const url = new URL('./build/products.wasm', import.meta.url);
  try {
    // Node's fetch does not read files. No import of node:fs: this module is in the browser's bundle.
    if (url.protocol === 'file:') compiled = await WebAssembly.compile(process.getBuiltinModule('node:fs').readFileSync(url));
    else {
      const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_MILLISECONDS) });
      if (answer.ok) compiled = await WebAssembly.compile(await answer.arrayBuffer());
    }
  } catch {
    // Without it, or without SIMD, factors take longer, and come to the same.
    asked = null;
  }
}

/** Fetches the products in WebAssembly, once; factors that are made afterwards use them. */
export function loadProducts(): Promise<void> {
  asked ??= compile();
  return asked;
}

/** Memories that are used again and again, by what for. */
const kept = new Map<'factor' | 'dense', ProductMemory>();

/** Numbers in a memory of their own, and the products on them. */
export class ProductMemory {
  readonly kernel: ProductKernel;
  readonly #memory: WebAssembly.Memory;
  #numbers: Float64Array;
  readonly #length: number;

  private constructor(module: WebAssembly.Module, length: number) {
    this.#memory = new WebAssembly.Memory({ initial: pagesOf(length) });
    this.kernel = new WebAssembly.Instance(module, { env: { memory: this.#memory } }).exports as unknown as ProductKernel;
    this.#length = length;
    this.#numbers = new Float64Array(this.#memory.buffer, BASE, length);
  }

  /** Null where the products are not loaded (`loadProducts`), or so many numbers do not fit. */
  static of(length: number): ProductMemory | null {
    if (!compiled || pagesOf(length) > MOST_PAGES / 2) return null;
    try {
      return new ProductMemory(compiled, length);
    } catch {
      return null;
    }
  }

  /**
   * One memory for factors of a batch, and one for dense matrices, that follow each other by the thousand:
   * who had it before has lost its numbers. It may be longer than asked.
   */
  static again(length: number, what: 'factor' | 'dense'): ProductMemory | null {
    const old = kept.get(what);
    if (old && old.#length >= length) return old;
    const memory = ProductMemory.of(Math.ceil(1.5 * length));
    if (memory) kept.set(what, memory);
    return memory;
  }

  /** The numbers; another array after `room`. */
  get numbers(): Float64Array {
    if (this.#numbers.buffer !== this.#memory.buffer) this.#numbers = new Float64Array(this.#memory.buffer, BASE, this.#length);
    return this.#numbers;
  }

  /** Address of a number. */
  address(at: number): number {
    return BASE + 8 * at;
  }

  /** Room for further numbers after them, until the next call; null where the machine has no more. */
  room(length: number): { values: Float64Array; address: number } | null {
    const pages = pagesOf(this.#length + length);
    const more = pages - this.#memory.buffer.byteLength / PAGE;
    try {
      if (pages > MOST_PAGES / 2) return null;
      if (more > 0) this.#memory.grow(more);
    } catch {
      return null;
    }
    const address = this.address(this.#length);
    return { values: new Float64Array(this.#memory.buffer, address, length), address };
  }
}

const pagesOf = (length: number): number => Math.ceil((BASE + 8 * length) / PAGE);

/** The compiled reader's exports (assembly/index.ts); addresses are those of its memory. */
interface KernelExports {
  take(bytes: number): number;
  give(at: number, bytes: number): void;
  newDictionary(): number;
  dropDictionary(dictionary: number): void;
  codeOf(dictionary: number, text: number, length: number): number;
  divide(from: number, to: number, separator: number, width: number, quotes: boolean, empty: number, cells: number, most: number): number;
  nextLine(): number;
  codes(cells: number, stride: number, rows: number, dictionary: number, limit: number, into: number): number;
  numbers(cells: number, stride: number, rows: number, into: number): number;
  missingCells(): number;
  sawPoint(): number;
  mix(at: number, words: number): void;
  setLanes(a: number, b: number): void;
  laneA(): number;
  laneB(): number;
}

/** Bytes after a text that may be read with it. */
const BEYOND = 64;

/** Cells that are divided before they are read: they stay in the processor's cache. */
const MOST_CELLS = 1 << 15;
const FEWEST_ROWS = 32;

/** Words of a fingerprint that are added at once. */
const MOST_HASHED = 1 << 14;

let compiled: Promise<WebAssembly.Module | null> | null = null;

async function compile(): Promise<WebAssembly.Module | null> {
  const url = new URL('./build/reader.wasm', import.meta.url);
  try {
    // Node's fetch does not read files. No import of node:fs: this module is in the browser's bundle.
    if (url.protocol === 'file:') return await WebAssembly.compile(process.getBuiltinModule('node:fs').readFileSync(url));
    const answer = await fetch(url);
    return answer.ok ? await WebAssembly.compile(await answer.arrayBuffer()) : null;
  } catch {
    // Without it, or without SIMD, tables are read more slowly, and to the same end.
    compiled = null;
    return null;
  }
}

/**
 * The loops over bytes, in WebAssembly: an instance and a memory for each file that is read. It finds the
 * cells of lines that are as most lines are, and makes codes or numbers of a column of them.
 */
export class ByteKernel {
  readonly #exports: KernelExports;
  readonly #memory: WebAssembly.Memory;
  #bytes: Uint8Array;
  /** Where a piece of text lies, and how much fits. */
  #input = 0;
  #room = 0;
  /** Of the cells that were divided last: where they are noted, and where their codes or numbers go. */
  #cells = 0;
  #into = 0;
  #width = 0;
  #rows = 0;
  #empty = 0;
  /** Where words of a fingerprint lie. */
  #hashed = 0;

  private constructor(module: WebAssembly.Module) {
    this.#memory = new WebAssembly.Memory({ initial: 4 });
    const full = () => {
      throw new RangeError('the memory of the reader is full');
    };
    this.#exports = new WebAssembly.Instance(module, { env: { memory: this.#memory, full } }).exports as unknown as KernelExports;
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }

  /** Null where this machine cannot run it. */
  static async load(): Promise<ByteKernel | null> {
    compiled ??= compile();
    const module = await compiled;
    return module && new ByteKernel(module);
  }

  /** The memory as it is now: it moves when it grows. */
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }

  /**
   * Says what lines are like. `empty`: of each column whether its cells must be.
   *
   * @throws RangeError where there is no more memory, as all that follow
   */
  begin(empty: readonly boolean[]): void {
    this.#width = empty.length;
    this.#rows = Math.max(FEWEST_ROWS, Math.floor(MOST_CELLS / this.#width));
    this.#cells = this.#take(8 * this.#rows * this.#width);
    this.#into = this.#take(8 * this.#rows);
    if (!empty.includes(true)) return;
    this.#empty = this.#take(this.#width);
    this.bytes.set(empty.map(Number), this.#empty);
  }

  /** Addresses are unsigned. */
  #take(bytes: number): number {
    return this.#exports.take(bytes) >>> 0;
  }

  /** Takes a copy of bytes `from` … `to` − 1; the address of the first. */
  put(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    if (length + BEYOND > this.#room) {
      if (this.#room > 0) this.#exports.give(this.#input, this.#room);
      this.#room = 2 ** Math.ceil(Math.log2(Math.max(1 << 10, length + BEYOND)));
      this.#input = this.#take(this.#room);
    }
    this.bytes.set(bytes.subarray(from, to), this.#input);
    return this.#input;
  }

  /**
   * Divides lines from address `at` on: how many rows, and where the line begins with which it has ended.
   * Ends before a line that has more or fewer cells than most, or quotes that are not simply around a cell.
   */
  divide(at: number, to: number, separator: number, quotes: boolean): { rows: number; next: number } {
    const rows = this.#exports.divide(at, to, separator, this.#width, quotes, this.#empty, this.#cells, this.#rows);
    return { rows, next: this.#exports.nextLine() >>> 0 };
  }

  #cell(row: number, column: number): number {
    return this.#cells + 8 * (row * this.#width + column);
  }

  /** Addresses of a cell: its first byte, and the one after its last. */
  cell(row: number, column: number): [start: number, end: number] {
    const place = this.#cell(row, column) / 4;
    const words = new Uint32Array(this.#memory.buffer, 0, place + 2);
    return [words[place], words[place + 1]];
  }

  /**
   * Codes of cells `from` … `to` − 1 of a column, in `limit` texts at most: it ends with the row that brings
   * the last of them. They lie in memory until the next call.
   */
  codes(column: number, from: number, to: number, dictionary: number, limit: number): { codes: Int32Array; missing: number } {
    const most = Math.min(limit, 0xffffffff);
    const rows = this.#exports.codes(this.#cell(from, column), 8 * this.#width, to - from, dictionary, most, this.#into);
    return { codes: new Int32Array(this.#memory.buffer, this.#into, rows), missing: this.#exports.missingCells() };
  }

  /**
   * As `codes`, numbers: it ends before a cell that takes a closer look. `points`: some is written with one.
   */
  numbers(column: number, from: number, to: number): { numbers: Float64Array; missing: number; points: boolean } {
    const rows = this.#exports.numbers(this.#cell(from, column), 8 * this.#width, to - from, this.#into);
    const numbers = new Float64Array(this.#memory.buffer, this.#into, rows);
    return { numbers, missing: this.#exports.missingCells(), points: this.#exports.sawPoint() !== 0 };
  }

  /** The lanes of a fingerprint after so many words more. */
  mix(words: Int32Array | Uint32Array, a: number, b: number): [a: number, b: number] {
    this.#exports.setLanes(a, b);
    if (this.#hashed === 0) this.#hashed = this.#take(4 * MOST_HASHED);
    const room = new Uint32Array(this.#memory.buffer, this.#hashed, MOST_HASHED);
    for (let from = 0; from < words.length; from += MOST_HASHED) {
      const piece = words.subarray(from, from + MOST_HASHED);
      room.set(piece);
      this.#exports.mix(this.#hashed, piece.length);
    }
    return [this.#exports.laneA(), this.#exports.laneB()];
  }

  newDictionary(): number {
    return this.#exports.newDictionary() >>> 0;
  }

  dropDictionary(dictionary: number): void {
    this.#exports.dropDictionary(dictionary);
  }

  /** The code of a text in a dictionary. */
  codeOf(dictionary: number, bytes: Uint8Array, start: number, end: number): number {
    const room = end - start + BEYOND;
    const text = this.#take(room);
    this.bytes.set(bytes.subarray(start, end), text);
    const code = this.#exports.codeOf(dictionary, text, end - start);
    this.#exports.give(text, room);
    return code;
  }

  /** Eight words that describe a dictionary (assembly/dictionary.ts). */
  facts(dictionary: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, dictionary, 8);
  }

  /** So many words from an address on. */
  words(at: number, count: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, at, count);
  }
}

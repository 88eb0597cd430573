import { Regions } from '../wasm/memory';
import { PHASES, wordsOf } from '../wasm/structures';
import { ALONE, type Crew, joinThreads } from '../wasm/threads';
import { take } from './arena';
import type { Buffer } from './arrays';
import { PART } from './cost';
import { recordFailure } from './failure';
import { RECORDED, STATE_WORDS } from './instructions';
import { type RecordedExports, recordedModule } from './module';

const PAGE = 65_536;
const MOST_PAGES = 65_536;
const PATIENCE = 10_000;
const STATE = RECORDED.STATE / 4;
const OFFERED = RECORDED.OFFER / 4 + wordsOf('Offer').phase;

export interface MachineOptions {
  /** Threads of large calls; 1, the default, takes the build without threads. */
  threads?: number;
  /** Operations below which a call stays on one thread. */
  alone?: number;
  /** Operations of a part of an instruction. */
  part?: number;
  /** Milliseconds after which threads that do not come back are given up. */
  patience?: number;
}

/** Two threads share all that can be cut, however small: for tests. */
export const IN_PARTS: MachineOptions = { threads: 2, alone: 0, part: 1 };

/** Threads were lost in the middle of a call, at the instruction `at`. */
export class CutOff extends Error {
  constructor(readonly at: number) {
    super('the threads did not come back');
  }
}

/** Where a machine of so many threads keeps what; it has no memory. */
export class Layout {
  readonly regions = new Regions(RECORDED.BASE);

  constructor(
    /** Threads that there is room for. */
    readonly threads: number,
    /** Operations of a part of an instruction. */
    readonly part: number = PART,
  ) {}

  /** Bytes of a memory that reaches beyond all regions. */
  get wanted(): number {
    return Math.ceil((this.regions.bytes + PAGE) / PAGE) * PAGE;
  }

  /** Gives a buffer a place that it keeps. */
  keep(buffer: Buffer): Buffer {
    if (buffer.address < 0) take(this.regions, buffer);
    return buffer;
  }
}

/** An interpreter and the memory that it works in, which grows as regions are taken. */
export class Machine extends Layout {
  readonly #plain: WebAssembly.Module;
  readonly #alone: number;
  readonly #patience: number;
  #memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES });
  #exports: RecordedExports;
  #crew: Crew | null = null;
  floats!: Float32Array;
  words!: Int32Array;

  constructor(plain: WebAssembly.Module, { threads = 1, alone = ALONE, part = PART, patience = PATIENCE }: MachineOptions = {}) {
    super(threads, part);
    this.#plain = plain;
    this.#alone = alone;
    this.#patience = patience;
    this.#exports = this.#instance(plain);
    this.reserve();
  }

  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Threads of a large call now. */
  get team(): number {
    return this.#crew && !this.#crew.lost ? this.#crew.threads : 1;
  }

  #instance(module: WebAssembly.Module): RecordedExports {
    const exports = new WebAssembly.Instance(module, { env: { memory: this.#memory } }).exports as unknown as RecordedExports;
    exports.init(0);
    return exports;
  }

  /** Goes on in this memory with what is in the one before. */
  #move(memory: WebAssembly.Memory, module: WebAssembly.Module): void {
    new Uint8Array(memory.buffer).set(new Uint8Array(this.#memory.buffer));
    this.#memory = memory;
    this.#exports = this.#instance(module);
    this.reserve();
  }

  /**
   * Puts calls of so many operations on threads, where they are worth it and can be had: the memory is then
   * one that they share.
   */
  async share(operations: number): Promise<void> {
    if (this.threads < 2 || operations < this.#alone) return;
    try {
      const module = await recordedModule('threads');
      const memory = new WebAssembly.Memory({ initial: this.bytes / PAGE, maximum: MOST_PAGES, shared: true });
      const crew = await joinThreads(
        module,
        memory,
        Array.from({ length: this.threads }, (_, thread) => thread),
      );
      this.#move(memory, module);
      this.#crew = crew;
    } catch (failure) {
      console.warn(`A plan takes one thread: ${failure instanceof Error ? failure.message : String(failure)}.`);
    }
  }

  /** Makes the memory reach beyond all regions. Throws LabFailure where there is no more. */
  reserve(): void {
    const { wanted } = this;
    try {
      if (wanted > this.bytes) this.#memory.grow((wanted - this.bytes) / PAGE);
    } catch {
      throw recordFailure('record-memory', `its ${Math.ceil(wanted / 2 ** 20)} MiB cannot be had`);
    }
    this.floats = new Float32Array(this.#memory.buffer);
    this.words = new Int32Array(this.#memory.buffer);
  }

  /** The numbers of a buffer. */
  of({ address, size }: Buffer): Float32Array {
    return this.floats.subarray(address / 4, address / 4 + size);
  }

  setStep(step: number, seed: number, rate: number): void {
    this.words[STATE + STATE_WORDS.step] = step;
    this.words[STATE + STATE_WORDS.seed] = seed;
    this.floats[STATE + STATE_WORDS.rate] = rate;
  }

  /**
   * Runs the instructions at the bytes from … to, so many operations, by as many threads as they are worth.
   * Throws CutOff when threads are lost; what comes after goes on one.
   */
  run(from: number, to: number, operations: number): void {
    if (this.#crew?.lost) this.#goOnAlone();
    const crew = operations < this.#alone ? null : this.#crew;
    this.words[STATE + STATE_WORDS.from] = from;
    this.words[STATE + STATE_WORDS.to] = to;
    this.words[STATE + STATE_WORDS.threads] = crew?.threads ?? 1;
    if (!crew) {
      this.#exports.work();
      return;
    }
    this.floats[STATE + STATE_WORDS.patience] = this.#patience;
    // Threads that come before the first instruction in parts wait for it.
    Atomics.store(this.words, OFFERED, PHASES.none << 24);
    try {
      crew.wake();
      this.#exports.work();
    } catch (failure) {
      crew.giveUp(`the threads did not come back (${failure instanceof Error ? failure.message : String(failure)})`);
      const at = this.words[STATE + STATE_WORDS.now];
      this.#goOnAlone();
      throw new CutOff(at);
    }
  }

  /** Leaves threads that are lost: a memory of its own with the same content, which they cannot reach. */
  #goOnAlone(): void {
    this.#crew = null;
    this.#move(new WebAssembly.Memory({ initial: this.bytes / PAGE, maximum: MOST_PAGES }), this.#plain);
  }

  /** Frees the memory that other threads hold; calls after it run on one thread. */
  dispose(): void {
    this.#crew?.leave();
  }
}

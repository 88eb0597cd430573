import { Regions } from '../wasm/memory';
import { take } from './arena';
import type { Buffer } from './arrays';
import { recordFailure } from './failure';
import { RECORDED, STATE_WORDS } from './instructions';
import type { RecordedExports } from './module';

const PAGE = 65_536;
const MOST_PAGES = 65_536;

/** An interpreter and the memory that it works in, which grows as regions are taken. */
export class Machine {
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES });
  readonly #exports: RecordedExports;
  readonly regions = new Regions(RECORDED.BASE);
  floats!: Float32Array;
  words!: Int32Array;

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module, { env: { memory: this.#memory } }).exports as unknown as RecordedExports;
    this.reserve();
  }

  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Makes the memory reach beyond all regions. Throws LabFailure where there is no more. */
  reserve(): void {
    const wanted = Math.ceil((this.regions.bytes + PAGE) / PAGE);
    const now = this.bytes / PAGE;
    try {
      if (wanted > now) this.#memory.grow(wanted - now);
    } catch {
      throw recordFailure('record-memory', `its ${Math.ceil((wanted * PAGE) / 2 ** 20)} MiB cannot be had`);
    }
    this.floats = new Float32Array(this.#memory.buffer);
    this.words = new Int32Array(this.#memory.buffer);
  }

  /** Gives a buffer a place that it keeps. */
  keep(buffer: Buffer): Buffer {
    if (buffer.address < 0) take(this.regions, buffer);
    return buffer;
  }

  /** The numbers of a buffer. */
  of({ address, size }: Buffer): Float32Array {
    return this.floats.subarray(address / 4, address / 4 + size);
  }

  setStep(step: number, seed: number, rate: number): void {
    const at = RECORDED.STATE / 4;
    this.words[at + STATE_WORDS.step] = step;
    this.words[at + STATE_WORDS.seed] = seed;
    this.floats[at + STATE_WORDS.rate] = rate;
  }

  run(from: number, to: number): void {
    this.#exports.run(from, to);
  }
}

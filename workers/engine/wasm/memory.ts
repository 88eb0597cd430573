/** Lays out regions of a memory one after the other. Addresses are bytes, aligned to cache lines. */
export class Regions {
  /** `base`: where the first region may begin; the module keeps the bytes before it. */
  constructor(private top: number) {}

  get bytes(): number {
    return this.top;
  }

  /** Room for this many 4-byte numbers; 0 numbers get an address too. */
  take(numbers: number): number {
    const address = align(this.top, 64);
    this.top = address + numbers * 4;
    return address;
  }
}

export function align(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

/** Writes a structure of the module: its f64 fields, then its 32-bit fields, in the order given. */
export function writeStructure(memory: ArrayBufferLike, address: number, doubles: readonly number[], words: readonly number[]): void {
  if (doubles.length > 0) new Float64Array(memory, address, doubles.length).set(doubles);
  new Int32Array(memory, address + doubles.length * 8, words.length).set(words);
}

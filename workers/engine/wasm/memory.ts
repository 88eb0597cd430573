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

/**
 * Lines on which rows begin. Kept only where their distance changes: at blank lines and after cells of
 * several lines.
 */
export class RowLines {
  /** Pairs of row and line. */
  readonly #jumps: number[] = [];
  #next = 0;

  add(row: number, line: number): void {
    if (line !== this.#next) this.#jumps.push(row, line);
    this.#next = line + 1;
  }

  /** `count` rows, each on the line after that of the one before. */
  addRun(row: number, line: number, count: number): void {
    if (count === 0) return;
    this.add(row, line);
    this.#next = line + count;
  }

  /** The line of a row (0-based). */
  reader(): (row: number) => number {
    const jumps = this.#jumps;
    return (row) => {
      let at = 0;
      for (let step = 1 << 29; step > 0; step >>= 1) if ((at + step) * 2 < jumps.length && jumps[(at + step) * 2] <= row) at += step;
      return jumps[at * 2 + 1] + row - jumps[at * 2];
    };
  }
}

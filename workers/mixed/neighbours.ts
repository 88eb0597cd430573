/** Points of a plane in square cells, for the nearest of them. */
export class Grid {
  readonly #points: Float64Array;
  readonly #size: number;
  readonly #least: [number, number];
  readonly #width: number;
  readonly #starts: Int32Array;
  readonly #order: Int32Array;

  /** @param points x and y of each point, one after the other */
  constructor(points: Float64Array) {
    this.#points = points;
    const count = points.length / 2;
    const [least, most] = [
      [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
      [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ];
    for (let i = 0; i < points.length; i++) {
      least[i % 2] = Math.min(least[i % 2], points[i]);
      most[i % 2] = Math.max(most[i % 2], points[i]);
    }
    // Some eight points a cell, were they spread evenly.
    this.#size = Math.max(1, Math.floor(Math.sqrt(count / 8)));
    this.#least = [least[0], least[1]];
    this.#width = Math.max(most[0] - least[0], most[1] - least[1]) / this.#size || 1;
    this.#starts = new Int32Array(this.#size ** 2 + 1);
    const cells = Int32Array.from({ length: count }, (_, i) => this.#cell(points[2 * i], 0) + this.#size * this.#cell(points[2 * i + 1], 1));
    for (const cell of cells) this.#starts[cell + 1]++;
    for (let cell = 0; cell < this.#size ** 2; cell++) this.#starts[cell + 1] += this.#starts[cell];
    const next = this.#starts.slice();
    this.#order = new Int32Array(count);
    cells.forEach((cell, i) => {
      this.#order[next[cell]++] = i;
    });
  }

  #cell(value: number, axis: 0 | 1): number {
    return Math.max(0, Math.min(this.#size - 1, Math.floor((value - this.#least[axis]) / this.#width)));
  }

  /** The `most` points nearest to (x, y), or all where there are fewer; in no order. */
  nearest(x: number, y: number, most: number): Int32Array {
    const size = this.#size;
    const [column, row] = [this.#cell(x, 0), this.#cell(y, 1)];
    const found: number[] = [];
    const squared: number[] = [];
    const add = (c: number, r: number): void => {
      if (c < 0 || r < 0 || c >= size || r >= size) return;
      for (let at = this.#starts[c + size * r]; at < this.#starts[c + size * r + 1]; at++) {
        const point = this.#order[at];
        found.push(point);
        squared.push((this.#points[2 * point] - x) ** 2 + (this.#points[2 * point + 1] - y) ** 2);
      }
    };
    let kept: number[] = [];
    for (let ring = 0; ring <= size; ring++) {
      for (let offset = -ring; offset <= ring; offset++) {
        add(column + offset, row - ring);
        if (ring > 0) add(column + offset, row + ring);
        if (Math.abs(offset) === ring) continue;
        add(column - ring, row + offset);
        add(column + ring, row + offset);
      }
      if (found.length < most) continue;
      kept = found.map((_, i) => i).sort((a, b) => squared[a] - squared[b] || found[a] - found[b]);
      // What lies beyond the rings is at least as far as their edge, from a point within its cell.
      const left = Math.min(x - (this.#least[0] + column * this.#width), y - (this.#least[1] + row * this.#width));
      const right = Math.min(this.#least[0] + (column + 1) * this.#width - x, this.#least[1] + (row + 1) * this.#width - y);
      const edge = ring * this.#width + Math.min(left, right);
      if (edge > 0 && squared[kept[most - 1]] <= edge * edge) break;
    }
    if (kept.length < found.length) kept = found.map((_, i) => i).sort((a, b) => squared[a] - squared[b] || found[a] - found[b]);
    return Int32Array.from(kept.slice(0, most), (i) => found[i]);
  }
}

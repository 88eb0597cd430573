/** Places that are looked through one by one. */
const LEAF = 16;

/** The nearest places found so far, the nearest first; of equal distances the one with the lesser number. */
class Nearest {
  readonly places: number[] = [];
  readonly #squared: number[] = [];

  constructor(readonly most: number) {}

  /** Beyond this squared distance nothing is taken any more. */
  get reach(): number {
    return this.places.length < this.most ? Number.POSITIVE_INFINITY : this.#squared[this.most - 1];
  }

  add(place: number, squared: number): void {
    const { places } = this;
    const before = (at: number): boolean => this.#squared[at] < squared || (this.#squared[at] === squared && places[at] < place);
    if (places.length === this.most) {
      if (before(this.most - 1)) return;
      places.pop();
      this.#squared.pop();
    }
    let at = places.length;
    while (at > 0 && !before(at - 1)) at--;
    places.splice(at, 0, place);
    this.#squared.splice(at, 0, squared);
  }
}

/**
 * Points of a plane for the nearest of them: halved again and again at the median of the wider side, so that
 * a far outlier leaves the others as finely divided as without it.
 */
export class PlaceTree {
  readonly #points: Float64Array;
  readonly #order: Int32Array;
  /** Of each median, the side that it halves. */
  readonly #axes: Uint8Array;

  /** @param points x and y of each point, one after the other */
  constructor(points: Float64Array) {
    this.#points = points;
    this.#order = Int32Array.from({ length: points.length / 2 }, (_, i) => i);
    this.#axes = new Uint8Array(this.#order.length);
    this.#halve(0, this.#order.length);
  }

  #at(place: number, axis: number): number {
    return this.#points[2 * this.#order[place] + axis];
  }

  /** Puts the places from … end − 1 in order: those before the median, the median, those after it. */
  #halve(from: number, end: number): void {
    if (end - from <= LEAF) return;
    const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    const most = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let place = from; place < end; place++) {
      for (const axis of [0, 1]) {
        const value = this.#at(place, axis);
        if (value < least[axis]) least[axis] = value;
        if (value > most[axis]) most[axis] = value;
      }
    }
    const axis = most[1] - least[1] > most[0] - least[0] ? 1 : 0;
    const middle = (from + end) >> 1;
    this.#select(from, end - 1, middle, axis);
    this.#axes[middle] = axis;
    this.#halve(from, middle);
    this.#halve(middle + 1, end);
  }

  /** Hoare's selection: the `middle`th of these places is where it would be, were they sorted by one side. */
  #select(low: number, high: number, middle: number, axis: number): void {
    const order = this.#order;
    let [from, to] = [low, high];
    while (from < to) {
      const pivot = this.#at((from + to) >> 1, axis);
      let [left, right] = [from, to];
      while (left <= right) {
        while (this.#at(left, axis) < pivot) left++;
        while (this.#at(right, axis) > pivot) right--;
        if (left > right) break;
        const swapped = order[left];
        order[left++] = order[right];
        order[right--] = swapped;
      }
      if (middle <= right) to = right;
      else if (middle >= left) from = left;
      else return;
    }
  }

  /** The `most` points nearest to (x, y), the nearest first, or all where there are fewer. */
  nearest(x: number, y: number, most: number): Int32Array {
    const found = new Nearest(most);
    this.#search(found, [x, y], 0, this.#order.length);
    return Int32Array.from(found.places);
  }

  #search(found: Nearest, to: readonly [number, number], from: number, end: number): void {
    const add = (place: number): void => found.add(this.#order[place], (this.#at(place, 0) - to[0]) ** 2 + (this.#at(place, 1) - to[1]) ** 2);
    if (end - from <= LEAF) {
      for (let place = from; place < end; place++) add(place);
      return;
    }
    const middle = (from + end) >> 1;
    const axis = this.#axes[middle];
    const beyond = to[axis] - this.#at(middle, axis);
    add(middle);
    if (beyond < 0) this.#search(found, to, from, middle);
    else this.#search(found, to, middle + 1, end);
    if (beyond * beyond > found.reach) return;
    if (beyond < 0) this.#search(found, to, middle + 1, end);
    else this.#search(found, to, from, middle);
  }
}

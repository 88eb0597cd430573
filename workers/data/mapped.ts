/**
 * `Float64Array.from(values, of)` in a seventh of its time: V8 asks an iterator for every number of that, two
 * tenths of a microsecond each, and a run has some hundred thousand rows in each of a dozen places.
 */
export function mapped(values: ArrayLike<number>, of: (value: number, i: number) => number): Float64Array {
  const all = new Float64Array(values.length);
  for (let i = 0; i < all.length; i++) all[i] = of(values[i], i);
  return all;
}

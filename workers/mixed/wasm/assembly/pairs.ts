// A sparse Cholesky factor column by column (batch/pair-factor.ts, which says what the arrays hold). From
// column `sparse` on each column has every row below it, so that its entries follow one another.

function entry(array: usize, at: i32): f64 {
  return load<f64>(array + ((<usize>at) << 3));
}

function put(array: usize, at: i32, value: f64): void {
  store<f64>(array + ((<usize>at) << 3), value);
}

function index(array: usize, at: i32): i32 {
  return load<i32>(array + ((<usize>at) << 2));
}

export function placeProducts(sparse: i32, starts: usize, rows: usize, targets: usize): void {
  for (let p = 0; p < sparse; p++) {
    const end = index(starts, p + 1);
    for (let t = index(starts, p); t < end; t++) {
      let at = index(starts, index(rows, t));
      for (let s = t + 1; s < end; s++) {
        const row = index(rows, s);
        while (index(rows, at) !== row) at++;
        store<i32>(targets, at);
        targets += 4;
      }
    }
  }
}

/** False where the matrix is not positive definite. */
export function factorisePairs(size: i32, sparse: i32, starts: usize, rows: usize, targets: usize, diagonal: usize, entries: usize): bool {
  for (let p = 0; p < size; p++) {
    const pivot = entry(diagonal, p);
    if (!(pivot > 0)) return false;
    const root = sqrt<f64>(pivot);
    put(diagonal, p, root);
    const end = index(starts, p + 1);
    const first = index(starts, p);
    for (let t = first; t < end; t++) put(entries, t, entry(entries, t) / root);
    for (let t = first; t < end; t++) {
      const value = entry(entries, t);
      const row = index(rows, t);
      put(diagonal, row, entry(diagonal, row) - value * value);
      if (p < sparse) {
        for (let s = t + 1; s < end; s++) {
          const at = index(targets, 0);
          targets += 4;
          put(entries, at, entry(entries, at) - value * entry(entries, s));
        }
      } else {
        const both = f64x2.splat(value);
        let at = entries + ((<usize>index(starts, row)) << 3);
        let from = entries + ((<usize>(t + 1)) << 3);
        const last = entries + ((<usize>end) << 3);
        for (; from + 16 <= last; from += 16, at += 16) v128.store(at, f64x2.sub(v128.load(at), f64x2.mul(both, v128.load(from))));
        if (from < last) store<f64>(at, load<f64>(at) - value * load<f64>(from));
      }
    }
  }
  return true;
}

/** `x` by place. */
export function solvePairs(size: i32, starts: usize, rows: usize, diagonal: usize, entries: usize, x: usize): void {
  for (let p = 0; p < size; p++) {
    const value = entry(x, p) / entry(diagonal, p);
    put(x, p, value);
    const end = index(starts, p + 1);
    for (let t = index(starts, p); t < end; t++) {
      const row = index(rows, t);
      put(x, row, entry(x, row) - entry(entries, t) * value);
    }
  }
  for (let p = size - 1; p >= 0; p--) {
    let sum = entry(x, p);
    const end = index(starts, p + 1);
    for (let t = index(starts, p); t < end; t++) sum -= entry(entries, t) * entry(x, index(rows, t));
    put(x, p, sum / entry(diagonal, p));
  }
}

/** `z` and `own` take the inverse's entries and its diagonal; `g` has room for as many numbers as `z`. */
export function invertPairs(
  size: i32,
  sparse: i32,
  starts: usize,
  rows: usize,
  targets: usize,
  products: i32,
  diagonal: usize,
  entries: usize,
  g: usize,
  z: usize,
  own: usize,
): void {
  targets += (<usize>products) << 2;
  for (let p = size - 1; p >= 0; p--) {
    const first = index(starts, p);
    const end = index(starts, p + 1);
    const l = entry(diagonal, p);
    for (let t = first; t < end; t++) {
      put(g, t, entry(entries, t) / l);
      put(z, t, 0);
    }
    const count = end - first;
    if (p < sparse) targets -= (<usize>((count * (count - 1)) >> 1)) << 2;
    let target = targets;
    for (let t = first; t < end; t++) {
      const row = index(rows, t);
      const value = entry(g, t);
      let sum = entry(own, row) * value;
      if (p < sparse) {
        for (let s = t + 1; s < end; s++) {
          const other = entry(z, index(target, 0));
          target += 4;
          sum += other * entry(g, s);
          put(z, s, entry(z, s) - other * value);
        }
      } else {
        const both = f64x2.splat(value);
        let sums = f64x2.splat(0);
        let from = z + ((<usize>index(starts, row)) << 3);
        let s = t + 1;
        for (; s + 2 <= end; s += 2, from += 16) {
          const others = v128.load(from);
          const at = z + ((<usize>s) << 3);
          sums = f64x2.add(sums, f64x2.mul(others, v128.load(g + ((<usize>s) << 3))));
          v128.store(at, f64x2.sub(v128.load(at), f64x2.mul(others, both)));
        }
        sum += f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
        if (s < end) {
          const other = load<f64>(from);
          sum += other * entry(g, s);
          put(z, s, entry(z, s) - other * value);
        }
      }
      put(z, t, entry(z, t) - sum);
    }
    let total = 1 / (l * l);
    for (let t = first; t < end; t++) total -= entry(g, t) * entry(z, t);
    put(own, p, total);
  }
}

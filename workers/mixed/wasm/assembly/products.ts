// Products of dense blocks in double precision, two numbers at a time. Matrices are row-major; addresses are
// in bytes, strides in numbers. Eight sums at a time: with more, V8 spills registers on x86.

function madd(a: v128, b: v128, sum: v128): v128 {
  return f64x2.add(sum, f64x2.mul(a, b));
}

function across(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

function take(at: usize, sum: v128): void {
  store<f64>(at, load<f64>(at) - across(sum));
}

export function dot(a: usize, b: usize, depth: i32): f64 {
  let sum = f64x2.splat(0);
  const pairs = a + (((<usize>depth) & ~1) << 3);
  while (a < pairs) {
    sum = madd(v128.load(a), v128.load(b), sum);
    a += 16;
    b += 16;
  }
  let result = across(sum);
  if (depth & 1) result += load<f64>(a) * load<f64>(b);
  return result;
}

/** target[i][j] −= Σ_k a[i][k] b[j][k] for i < rows, j < columns, k < depth. */
export function subtractProducts(
  target: usize,
  stride: usize,
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  stride <<= 3;
  aStride <<= 3;
  bStride <<= 3;
  const bytes = ((<usize>depth) & ~1) << 3;
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    const a0 = a + <usize>i * aStride,
      a1 = a0 + aStride,
      a2 = a1 + aStride,
      a3 = a2 + aStride;
    const t0 = target + <usize>i * stride,
      t1 = t0 + stride,
      t2 = t1 + stride,
      t3 = t2 + stride;
    let j = 0;
    for (; j + 2 <= columns; j += 2) {
      const b0 = b + <usize>j * bStride,
        b1 = b0 + bStride;
      let s00 = f64x2.splat(0),
        s01 = s00,
        s10 = s00,
        s11 = s00,
        s20 = s00,
        s21 = s00,
        s30 = s00,
        s31 = s00;
      let k: usize = 0;
      for (; k < bytes; k += 16) {
        const x = v128.load(b0 + k),
          y = v128.load(b1 + k);
        let r = v128.load(a0 + k);
        s00 = madd(r, x, s00);
        s01 = madd(r, y, s01);
        r = v128.load(a1 + k);
        s10 = madd(r, x, s10);
        s11 = madd(r, y, s11);
        r = v128.load(a2 + k);
        s20 = madd(r, x, s20);
        s21 = madd(r, y, s21);
        r = v128.load(a3 + k);
        s30 = madd(r, x, s30);
        s31 = madd(r, y, s31);
      }
      if (depth & 1) {
        const x = v128.load64_zero(b0 + k),
          y = v128.load64_zero(b1 + k);
        let r = v128.load64_zero(a0 + k);
        s00 = madd(r, x, s00);
        s01 = madd(r, y, s01);
        r = v128.load64_zero(a1 + k);
        s10 = madd(r, x, s10);
        s11 = madd(r, y, s11);
        r = v128.load64_zero(a2 + k);
        s20 = madd(r, x, s20);
        s21 = madd(r, y, s21);
        r = v128.load64_zero(a3 + k);
        s30 = madd(r, x, s30);
        s31 = madd(r, y, s31);
      }
      const c = (<usize>j) << 3;
      take(t0 + c, s00);
      take(t0 + c + 8, s01);
      take(t1 + c, s10);
      take(t1 + c + 8, s11);
      take(t2 + c, s20);
      take(t2 + c + 8, s21);
      take(t3 + c, s30);
      take(t3 + c + 8, s31);
    }
    if (j < columns) {
      const own = b + <usize>j * bStride;
      const c = (<usize>j) << 3;
      store<f64>(t0 + c, load<f64>(t0 + c) - dot(a0, own, depth));
      store<f64>(t1 + c, load<f64>(t1 + c) - dot(a1, own, depth));
      store<f64>(t2 + c, load<f64>(t2 + c) - dot(a2, own, depth));
      store<f64>(t3 + c, load<f64>(t3 + c) - dot(a3, own, depth));
    }
  }
  for (; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = target + <usize>i * stride + ((<usize>j) << 3);
      store<f64>(at, load<f64>(at) - dot(a + <usize>i * aStride, b + <usize>j * bStride, depth));
    }
  }
}

function lower(at: usize, sum: v128): void {
  v128.store(at, f64x2.sub(v128.load(at), sum));
}

/**
 * target[i][c] −= Σ_k a[i][k] x[k][c] for i < rows, c < width, k < depth; x and target have the same stride.
 */
export function subtractTimes(target: usize, x: usize, stride: usize, a: usize, aStride: usize, rows: i32, width: i32, depth: i32): void {
  stride <<= 3;
  aStride <<= 3;
  const bytes = (<usize>depth) << 3;
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    const a0 = a + <usize>i * aStride,
      a1 = a0 + aStride,
      a2 = a1 + aStride,
      a3 = a2 + aStride;
    const t0 = target + <usize>i * stride,
      t1 = t0 + stride,
      t2 = t1 + stride,
      t3 = t2 + stride;
    let c = 0;
    for (; c + 4 <= width; c += 4) {
      let s00 = f64x2.splat(0),
        s01 = s00,
        s10 = s00,
        s11 = s00,
        s20 = s00,
        s21 = s00,
        s30 = s00,
        s31 = s00;
      const first = (<usize>c) << 3;
      let own = x + first;
      for (let k: usize = 0; k < bytes; k += 8) {
        const p = v128.load(own),
          q = v128.load(own, 16);
        own += stride;
        let r = v128.load64_splat(a0 + k);
        s00 = madd(r, p, s00);
        s01 = madd(r, q, s01);
        r = v128.load64_splat(a1 + k);
        s10 = madd(r, p, s10);
        s11 = madd(r, q, s11);
        r = v128.load64_splat(a2 + k);
        s20 = madd(r, p, s20);
        s21 = madd(r, q, s21);
        r = v128.load64_splat(a3 + k);
        s30 = madd(r, p, s30);
        s31 = madd(r, q, s31);
      }
      lower(t0 + first, s00);
      lower(t0 + first + 16, s01);
      lower(t1 + first, s10);
      lower(t1 + first + 16, s11);
      lower(t2 + first, s20);
      lower(t2 + first + 16, s21);
      lower(t3 + first, s30);
      lower(t3 + first + 16, s31);
    }
    for (; c < width; c++) {
      for (let e = 0; e < 4; e++) column(t0 + <usize>e * stride, x, stride, a0 + <usize>e * aStride, c, bytes);
    }
  }
  for (; i < rows; i++) {
    const own = a + <usize>i * aStride;
    const t = target + <usize>i * stride;
    let c = 0;
    for (; c + 4 <= width; c += 4) {
      let s0 = f64x2.splat(0),
        s1 = s0;
      const first = (<usize>c) << 3;
      let from = x + first;
      for (let k: usize = 0; k < bytes; k += 8) {
        const r = v128.load64_splat(own + k);
        s0 = madd(r, v128.load(from), s0);
        s1 = madd(r, v128.load(from, 16), s1);
        from += stride;
      }
      lower(t + first, s0);
      lower(t + first + 16, s1);
    }
    for (; c < width; c++) column(t, x, stride, own, c, bytes);
  }
}

/** One number of `subtractTimes`; strides in bytes. */
function column(target: usize, x: usize, stride: usize, a: usize, c: i32, bytes: usize): void {
  let sum: f64 = 0;
  const first = (<usize>c) << 3;
  let from = x + first;
  for (let k: usize = 0; k < bytes; k += 8) {
    sum += load<f64>(a + k) * load<f64>(from);
    from += stride;
  }
  store<f64>(target + first, load<f64>(target + first) - sum);
}

/**
 * Columns `start` … `end − 1` of the Cholesky factor of a block (rows × columns) from which the products of
 * the columns before are taken off. False where it is not positive definite.
 */
export function factorisePanel(block: usize, rows: i32, columns: i32, start: i32, end: i32): bool {
  const stride = (<usize>columns) << 3;
  const from = (<usize>start) << 3;
  for (let j = start; j < end; j++) {
    const own = block + <usize>j * stride;
    const at = (<usize>j) << 3;
    const depth = j - start;
    const pivot = load<f64>(own + at) - dot(own + from, own + from, depth);
    if (!(pivot > 0)) return false;
    const root = sqrt<f64>(pivot);
    store<f64>(own + at, root);
    for (let i = j + 1; i < rows; i++) {
      const row = block + <usize>i * stride;
      store<f64>(row + at, (load<f64>(row + at) - dot(row + from, own + from, depth)) / root);
    }
  }
  return true;
}

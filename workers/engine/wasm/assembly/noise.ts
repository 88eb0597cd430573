// Counter-based standard normals: the same integers as workers/random/random.ts, so that a fused step draws
// what an eager one draws.
import { log4, madd, splat } from './math';

// @ts-ignore: decorator
@inline
function seeded(counter: i32): v128 {
  return i32x4.splat(counter * 1664525 + 1013904223);
}

let firstWord: v128 = i32x4.splat(0);
let secondWord: v128 = i32x4.splat(0);

// @ts-ignore: decorator
@inline
function seeded4(counters: v128): v128 {
  return i32x4.add(i32x4.mul(counters, i32x4.splat(1664525)), i32x4.splat(1013904223));
}

/** The first two words of pcg4d(column, row, step, seed) for four cells, of columns and rows as seeded. */
// @ts-ignore: decorator
@inline
function hash4(columns: v128, rows: v128, step: i32, seed: i32): void {
  let x = columns;
  let y = rows;
  let z = seeded(step);
  let w = seeded(seed);
  x = i32x4.add(x, i32x4.mul(y, w));
  y = i32x4.add(y, i32x4.mul(z, x));
  z = i32x4.add(z, i32x4.mul(x, y));
  w = i32x4.add(w, i32x4.mul(y, z));
  x = v128.xor(x, i32x4.shr_u(x, 16));
  y = v128.xor(y, i32x4.shr_u(y, 16));
  z = v128.xor(z, i32x4.shr_u(z, 16));
  w = v128.xor(w, i32x4.shr_u(w, 16));
  x = i32x4.add(x, i32x4.mul(y, w));
  firstWord = x;
  secondWord = i32x4.add(y, i32x4.mul(z, x));
}

/**
 * Four standard normals, of cells (row, column) of step `step` for four rows: Box–Muller on the upper 24 bits
 * of the first two words.
 */
export function normal4(rows: v128, column: i32, step: i32, seed: i32): v128 {
  hash4(seeded(column), seeded4(rows), step, seed);
  return boxMuller(firstWord, secondWord);
}

/** The same of four columns of one row. */
export function normals4(row: i32, columns: v128, step: i32, seed: i32): v128 {
  hash4(seeded4(columns), seeded(row), step, seed);
  return boxMuller(firstWord, secondWord);
}

/** Four uniforms on (0, 1), of four columns of one row: 23 bits and a half of the first word. */
export function uniforms4(row: i32, columns: v128, step: i32, seed: i32): v128 {
  hash4(seeded4(columns), seeded(row), step, seed);
  return f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(firstWord, 9)), splat(0.5)), splat(1.0 / 8388608.0));
}

/**
 * Which of four cells dropout keeps: all ones where the upper 23 bits of the first word are at least
 * `keepFrom`.
 */
export function keep4(rows: v128, column: i32, step: i32, seed: i32, keepFrom: i32): v128 {
  hash4(seeded(column), seeded4(rows), step, seed);
  return i32x4.ge_s(i32x4.shr_u(firstWord, 9), i32x4.splat(keepFrom));
}

/**
 * √(−2 log u) cos(2π v − π), u = (first ≫ 8 + 1) / 2²⁴ and v = (second ≫ 8) / 2²⁴; the angle is reduced to a
 * quadrant in integers.
 */
// @ts-ignore: decorator
@inline
function boxMuller(first: v128, second: v128): v128 {
  const u = f32x4.mul(f32x4.convert_i32x4_s(i32x4.add(i32x4.shr_u(first, 8), i32x4.splat(1))), splat(1.0 / 16777216.0));
  // log 1 = 0 may come out as −0 below, whose root is fine; the maximum keeps a rounding error from a
  // negative radicand.
  const radius = f32x4.sqrt(f32x4.pmax(f32x4.mul(splat(-2), log4(u)), splat(0)));
  const angle = i32x4.shr_u(second, 8);
  const quadrant = i32x4.shr_u(i32x4.add(angle, i32x4.splat(0x200000)), 22);
  const t = f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(angle, i32x4.shl(quadrant, 22))), splat(3.7450702829239286e-7));
  const z = f32x4.mul(t, t);
  let s = madd(splat(-1.9515295891e-4), z, splat(8.3321608736e-3));
  s = madd(s, z, splat(-1.6666654611e-1));
  s = madd(f32x4.mul(s, z), t, t);
  let c = madd(splat(2.443315711809948e-5), z, splat(-1.388731625493765e-3));
  c = madd(c, z, splat(4.166664568298827e-2));
  c = madd(f32x4.mul(c, z), z, madd(z, splat(-0.5), splat(1)));
  const odd = i32x4.ne(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(0));
  // cos in quadrant 0, 1, 2, 3 is c, −s, −c, s; with the half turn every sign flips.
  const value = v128.bitselect(s, c, odd);
  const negative = i32x4.shl(v128.and(i32x4.add(quadrant, i32x4.splat(3)), i32x4.splat(2)), 30);
  return f32x4.mul(radius, v128.xor(value, negative));
}

/** For tests: normals of `rows` rows (a multiple of four) and `columns` columns, row-major. */
export function fillNormals(into: usize, rows: i32, columns: i32, step: i32, seed: i32): void {
  for (let row = 0; row < rows; row += 4) {
    for (let column = 0; column < columns; column++) {
      const n = normal4(i32x4.add(i32x4.splat(row), i32x4(0, 1, 2, 3)), column, step, seed);
      const to = into + ((<usize>(row * columns + column)) << 2);
      const next = (<usize>columns) << 2;
      store<f32>(to, f32x4.extract_lane(n, 0));
      store<f32>(to + next, f32x4.extract_lane(n, 1));
      store<f32>(to + 2 * next, f32x4.extract_lane(n, 2));
      store<f32>(to + 3 * next, f32x4.extract_lane(n, 3));
    }
  }
}

// Whole tables: their penalty, and lazy Adam.
import { adamWhere, beginAdam } from './adam';
import { firstSlot, recordMask } from './batch';
import { laneSum, splat } from './math';
import { feature, problem, record, table } from './problem';
import { Kind } from './structures';
import { part } from './threads';

/**
 * True when a lazy step can read the gradients of the batch's levels alone, so that older ones need not be
 * cleared.
 */
export function keepsGradients(adamStep: i32): bool {
  return adamStep > 0 && problem.lazy != 0 && !problem.slotted && problem.l2 == 0;
}

/**
 * The penalty on the bytes from … to of the tables, l2 times their sum of squares (biases are not in it);
 * with `gradient`, 2 l2 w is added to their gradients.
 */
export function penalty(from: usize, to: usize, gradient: bool): f64 {
  const slope = splat(<f32>(2 * problem.l2)),
    biases = problem.biases != 0;
  let total: f64 = 0,
    sum = splat(0);
  // Place within the record, where some of its numbers are not penalised; feature by feature, because tables
  // begin at cache lines.
  let begin = problem.denseBytes,
    next = begin,
    k = 0;
  for (let o = from; o < to; o += 16) {
    const w = v128.load(problem.parameters + o),
      g = problem.gradients + o;
    let penalised = w;
    if (biases) {
      while (o >= next) {
        begin = feature(k).table;
        next = k + 1 < problem.features ? feature(k + 1).table : problem.parameterBytes;
        k++;
      }
      penalised = v128.and(w, recordMask((o - begin) % record));
    }
    sum = f32x4.add(sum, f32x4.mul(penalised, penalised));
    if (gradient) v128.store(g, f32x4.add(v128.load(g), f32x4.mul(slope, penalised)));
    if ((o & 1023) == 0) {
      total += laneSum(sum);
      sum = splat(0);
    }
  }
  return problem.l2 * (total + laneSum(sum));
}

/** Lazy Adam on the rows of the tables of part `i` of `parts`. */
export function updateTables(i: i32, parts: i32, adamStep: i32): void {
  beginAdam(adamStep);
  if (!keepsGradients(adamStep)) {
    for (let t = 0; t < problem.tableCount; t++) {
      const from = table(t),
        last = part(from.rows, i + 1, parts);
      for (let row = part(from.rows, i, parts); row < last; row++) updateRow(from.offset + <usize>row * from.stride, from.stride);
    }
    return;
  }
  for (let k = 0; k < problem.features; k++) {
    const f = feature(k);
    for (let s = firstSlot(f, i, parts), last = firstSlot(f, i + 1, parts); s < last; s++) {
      const row = <usize>load<i32>(f.present + ((<usize>s) << 2)) * record;
      updateRow(f.table + row, record);
      if (problem.kind == Kind.SAMPLED_TABLES) updateRow(f.logVarTable + row, record);
    }
  }
}

/**
 * An Adam step on the record at byte `at` of the parameters, unless its gradient is zero; a bias in it is a
 * row of a table of its own.
 */
function updateRow(at: usize, stride: usize): void {
  const g = problem.gradients + at,
    zero = splat(0),
    biases = problem.biases != 0;
  let any = zero,
    bias = zero;
  for (let o: usize = 0; o < stride; o += 16) {
    const differs = f32x4.ne(v128.load(g + o), zero),
      inVector = biases ? recordMask(o) : i32x4.splat(-1);
    any = v128.or(any, v128.and(differs, inVector));
    bias = v128.or(bias, v128.andnot(differs, inVector));
  }
  const vectorMoves = i32x4.splat(v128.any_true(any) ? -1 : 0),
    biasMoves = i32x4.splat(v128.any_true(bias) ? -1 : 0);
  if (!v128.any_true(v128.or(vectorMoves, biasMoves))) return;
  for (let o: usize = 0; o < stride; o += 16) adamWhere(at + o, biases ? v128.bitselect(vectorMoves, biasMoves, recordMask(o)) : vectorMoves);
}

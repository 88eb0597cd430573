// What belongs to levels: averages of an encoder's rows, divergences from the prior, and gradients of level
// vectors.
import { firstSlot, orders, recordMask, rows } from './batch';
import { expm1MinusX4, laneSum, log4, madd, splat } from './math';
import { feature, problem, record } from './problem';
import { Feature, Kind } from './structures';
import { addToTags } from './tags';
import { part } from './threads';

// @ts-ignore: decorator
@inline
function placeAt(f: Feature, first: bool, place: i32, shift: i32): usize {
  return <usize>(first ? place + shift : load<i32>(f.places + ((<usize>place) << 2)));
}

/**
 * Averages the draws, means and log-variances of each level's rows of feature k into its slot, and leaves
 * there what each row adds to the gradients of its mean and log-variance through the KL term, for the present
 * levels `slot` … end. Rows of the first feature lie `shift` positions behind their place in its order.
 * Returns the KL divergence summed over these levels (docs/methods.md A10).
 */
export function averageLevels(k: i32, slot: i32, end: i32, shift: i32): f64 {
  const f = feature(k),
    first = orders(k),
    stride = 3 * record,
    paper = problem.paperLogVar != 0;
  const precision = splat(<f32>(1 / problem.priorVariance)),
    logPrior = splat(<f32>problem.logPriorVariance);
  const weight = <f32>(problem.beta / problem.nominalRows);
  let total: f64 = 0,
    kl = splat(0);
  for (let s = slot; s < end; s++) {
    const from = load<i32>(f.starts + ((<usize>s) << 2)),
      behind = load<i32>(f.starts + 4 + ((<usize>s) << 2));
    const inverse: f32 = 1 / f32(behind - from),
      share = splat(inverse),
      to = f.slots + <usize>(s + 1) * stride;
    const perRow = splat(weight * inverse),
      half = splat(<f32>0.5 * weight);
    for (let o: usize = 0; o < record; o += 16) {
      let draw = splat(0),
        mean = draw,
        logVar = draw;
      for (let t = from; t < behind; t++) {
        const r = f.draws + placeAt(f, first, t, shift) * stride + o;
        draw = f32x4.add(draw, v128.load(r));
        mean = f32x4.add(mean, v128.load(r + record));
        logVar = f32x4.add(logVar, v128.load(r + 2 * record));
      }
      const mask = recordMask(o),
        variances = logVar;
      mean = f32x4.mul(mean, share);
      logVar = f32x4.mul(logVar, share);
      if (paper) logVar = log4(f32x4.mul(logVar, share));
      const u = f32x4.sub(logVar, logPrior),
        excess = expm1MinusX4(u),
        scaled = f32x4.mul(mean, precision);
      kl = f32x4.add(kl, v128.and(f32x4.add(excess, f32x4.mul(mean, scaled)), mask));
      v128.store(to + o, f32x4.mul(draw, share));
      v128.store(to + record + o, f32x4.mul(perRow, scaled));
      const byLogVar = f32x4.mul(half, f32x4.add(excess, u));
      const each = paper ? f32x4.div(byLogVar, variances) : f32x4.mul(byLogVar, share);
      v128.store(to + 2 * record + o, v128.and(each, mask));
    }
    if ((s & 63) == 63) {
      total += laneSum(kl);
      kl = splat(0);
    }
  }
  return 0.5 * (total + laneSum(kl));
}

/**
 * The KL divergence of the levels of feature k that the batch does not have, whose mean and log-variance are
 * 0.
 */
export function absentDivergence(k: i32): f64 {
  const f = feature(k);
  return 0.5 * (1 / problem.priorVariance - 1 + problem.logPriorVariance) * <f64>problem.d * <f64>(f.levels - f.presentCount);
}

/**
 * Gradient of the vectors of the present levels `slot` … end: the sum over its rows, in place of the vector;
 * shared among the rows for an encoder.
 */
export function slotGradients(k: i32, slot: i32, end: i32, shift: i32): void {
  const f = feature(k),
    first = orders(k),
    encoder = problem.kind == Kind.ENCODER,
    stride = encoder ? 3 * record : record;
  for (let s = slot; s < end; s++) {
    const from = load<i32>(f.starts + ((<usize>s) << 2)),
      behind = load<i32>(f.starts + 4 + ((<usize>s) << 2)),
      share = splat(encoder ? <f32>1 / f32(behind - from) : 1);
    const to = f.slots + <usize>(s + 1) * stride;
    for (let o: usize = 0; o < record; o += 16) {
      let sum = splat(0);
      for (let t = from; t < behind; t++) sum = f32x4.add(sum, v128.load(f.rowGradients + placeAt(f, first, t, shift) * record + o));
      v128.store(to + o, f32x4.mul(sum, share));
    }
  }
}

/** Gradients of the tables of feature k, sums over the rows of each present level. They were zero. */
export function tableGradients(k: i32, i: i32, parts: i32): void {
  const f = feature(k),
    first = orders(k),
    sampled = problem.kind == Kind.SAMPLED_TABLES,
    stride = sampled ? 2 * record : record;
  for (let s = firstSlot(f, i, parts), last = firstSlot(f, i + 1, parts); s < last; s++) {
    const from = load<i32>(f.starts + ((<usize>s) << 2)),
      end = load<i32>(f.starts + 4 + ((<usize>s) << 2));
    const row = <usize>load<i32>(f.present + ((<usize>s) << 2)) * record;
    for (let o: usize = 0; o < record; o += 16) {
      let sum = splat(0),
        byLogVar = sum;
      for (let t = from; t < end; t++) {
        const r = f.rowGradients + placeAt(f, first, t, 0) * stride + o;
        sum = f32x4.add(sum, v128.load(r));
        if (sampled) byLogVar = f32x4.add(byLogVar, v128.load(r + record));
      }
      v128.store(problem.gradients + f.table + row + o, sum);
      if (sampled) v128.store(problem.gradients + f.logVarTable + row + o, byLogVar);
    }
  }
}

/**
 * Sampled tables: the KL divergence of feature k summed over the rows of the batch (docs/methods.md A9), each
 * level counted as often as it occurs; with `gradient`, its gradient is added to that of the tables.
 */
export function tableDivergence(k: i32, i: i32, parts: i32, gradient: bool): f64 {
  const f = feature(k),
    precision = splat(<f32>(1 / problem.priorVariance)),
    logPrior = splat(<f32>problem.logPriorVariance);
  const weight = <f32>(problem.beta / <f64>rows);
  let total: f64 = 0;
  for (let s = firstSlot(f, i, parts), last = firstSlot(f, i + 1, parts); s < last; s++) {
    const n = load<i32>(f.starts + 4 + ((<usize>s) << 2)) - load<i32>(f.starts + ((<usize>s) << 2));
    const row = <usize>load<i32>(f.present + ((<usize>s) << 2)) * record,
      g = splat(weight * f32(n));
    let kl = splat(0);
    for (let o: usize = 0; o < record; o += 16) {
      const mean = v128.load(problem.parameters + f.table + row + o),
        u = f32x4.sub(v128.load(problem.parameters + f.logVarTable + row + o), logPrior);
      const excess = expm1MinusX4(u),
        scaled = f32x4.mul(mean, precision),
        mask = recordMask(o);
      kl = f32x4.add(kl, v128.and(f32x4.add(excess, f32x4.mul(mean, scaled)), mask));
      if (!gradient) continue;
      const byMean = problem.gradients + f.table + row + o,
        byLogVar = problem.gradients + f.logVarTable + row + o;
      v128.store(byMean, madd(g, scaled, v128.load(byMean)));
      const slope = f32x4.mul(splat(0.5), f32x4.add(excess, u));
      v128.store(byLogVar, v128.and(madd(g, slope, v128.load(byLogVar)), mask));
    }
    total += laneSum(kl) * <f64>n;
  }
  return 0.5 * total;
}

/**
 * Adds the draws (or means, `which` 1) of rows at positions 0 … to the sums of their levels, which are the
 * keys. A part adds to its own levels, so that each sum goes in the order of the rows.
 */
export function addToVectors(count: i32, which: usize, i: i32, parts: i32): void {
  for (let k = 0; k < problem.features; k++) {
    const f = feature(k),
      first = part(f.levels, i, parts),
      last = part(f.levels, i + 1, parts);
    if (f.setStarts) {
      // Tags that draw do so at the end, from averages of means and variances.
      addToTags(f, count, f.drawn || which ? record : 0, f.vectors, first, last, true);
      if (f.drawn) addToTags(f, count, 0, f.variances, first, last, false);
      continue;
    }
    for (let t = 0; t < count; t++) {
      const level = load<i32>(f.keys + ((<usize>t) << 2));
      if (level < first || level >= last) continue;
      const from = f.draws + <usize>t * 3 * record + which * record,
        to = f.vectors + <usize>level * record;
      for (let o: usize = 0; o < record; o += 16) v128.store(to + o, f32x4.add(v128.load(to + o), v128.load(from + o)));
      const n = f.counts + ((<usize>level) << 2);
      store<i32>(n, load<i32>(n) + 1);
    }
  }
}

/** Turns the sums of `addToVectors` into means (zero without rows) and clears the counts. */
export function finishVectors(i: i32, parts: i32): void {
  for (let k = 0; k < problem.features; k++) {
    const f = feature(k);
    for (let level = part(f.levels, i, parts), last = part(f.levels, i + 1, parts); level < last; level++) {
      const n = load<i32>(f.counts + ((<usize>level) << 2));
      store<i32>(f.counts + ((<usize>level) << 2), 0);
      const share = splat(n > 0 ? <f32>1 / f32(n) : 0),
        row = f.vectors + <usize>level * record;
      for (let o: usize = 0; o < record; o += 16) v128.store(row + o, f32x4.mul(v128.load(row + o), share));
      if (!f.drawn) continue;
      const variance = f.variances + <usize>level * record;
      for (let o: usize = 0; o < record; o += 16) v128.store(variance + o, f32x4.mul(v128.load(variance + o), f32x4.mul(share, share)));
    }
  }
}

// Columns of tags: rows with a set of levels (docs/methods.md F1). T v and T' v, the sum over a row's tags
// and the sum over a tag's rows, go over the pairs of a batch in one order, so that their bits do not depend
// on who does which part. An encoder's tags may draw once each (F3).
import { injected, noiseSeed, noiseStep, recordMask, rowAt, rows } from './batch';
import { expm1MinusX4, laneSum, log4, madd, splat, storeColumns } from './math';
import { normals4 } from './noise';
import { feature, problem, record } from './problem';
import { Feature } from './structures';

/** The tags of a position, or their slots: addresses of the first and behind the last. */
let firstTag: usize = 0;
let behindTags: usize = 0;

// @ts-ignore: decorator
@inline
function tagsOfRow(f: Feature, position: i32): void {
  const starts = f.setStarts + (rowAt(position) << 2);
  firstTag = f.tags + ((<usize>load<i32>(starts)) << 2);
  behindTags = f.tags + ((<usize>load<i32>(starts, 4)) << 2);
}

// @ts-ignore: decorator
@inline
function slotsOfRow(f: Feature, position: i32): void {
  const starts = f.pairStarts + ((<usize>position) << 2);
  firstTag = f.keys + ((<usize>load<i32>(starts)) << 2);
  behindTags = f.keys + ((<usize>load<i32>(starts, 4)) << 2);
}

/** Factor of the row at a position: one over its tags for a mean, else 1. */
// @ts-ignore: decorator
@inline
function shareOf(f: Feature): f32 {
  const count = <i32>((behindTags - firstTag) >> 2);
  return f.mean && count > 1 ? <f32>1 / f32(count) : <f32>1;
}

/**
 * Counting sort of the batch's pairs by tag, touching only tags that are present. For an encoder it numbers
 * the pairs of each position too, and leaves the slot of each.
 */
export function sortByTag(f: Feature): void {
  const counts = f.counts,
    present = f.present,
    numbered = f.pairStarts != 0;
  let found = 0,
    pairs = 0;
  for (let t = 0; t < rows; t++) {
    tagsOfRow(f, t);
    if (numbered) store<i32>(f.pairStarts + ((<usize>t) << 2), pairs);
    pairs += <i32>((behindTags - firstTag) >> 2);
    for (let a = firstTag; a < behindTags; a += 4) {
      const tag = load<i32>(a),
        at = counts + ((<usize>tag) << 2),
        n = load<i32>(at);
      if (n == 0) {
        store<i32>(present + ((<usize>found) << 2), tag);
        found++;
      }
      store<i32>(at, n + 1);
    }
  }
  if (numbered) store<i32>(f.pairStarts + ((<usize>rows) << 2), pairs);
  let place = 0;
  for (let s = 0; s < found; s++) {
    const at = counts + ((<usize>load<i32>(present + ((<usize>s) << 2))) << 2),
      n = load<i32>(at);
    store<i32>(f.starts + ((<usize>s) << 2), place);
    store<i32>(at, place);
    place += n;
  }
  store<i32>(f.starts + ((<usize>found) << 2), place);
  f.presentCount = found;
  for (let t = 0; t < rows; t++) {
    tagsOfRow(f, t);
    for (let a = firstTag; a < behindTags; a += 4) {
      const at = counts + ((<usize>load<i32>(a)) << 2),
        to = load<i32>(at);
      store<i32>(at, to + 1);
      store<i32>(f.places + ((<usize>to) << 2), t);
    }
  }
  if (numbered) writeSlots(f);
  for (let s = 0; s < found; s++) store<i32>(counts + ((<usize>load<i32>(present + ((<usize>s) << 2))) << 2), 0);
}

/** The slot of each pair, by way of the counts. */
function writeSlots(f: Feature): void {
  for (let s = 0; s < f.presentCount; s++) store<i32>(f.counts + ((<usize>load<i32>(f.present + ((<usize>s) << 2))) << 2), s + 1);
  let to = f.keys;
  for (let t = 0; t < rows; t++) {
    tagsOfRow(f, t);
    for (let a = firstTag; a < behindTags; a += 4) {
      store<i32>(to, load<i32>(f.counts + ((<usize>load<i32>(a)) << 2)));
      to += 4;
    }
  }
}

/**
 * T v for the `count` rows of the panel at a position: sums (or means, with `pooled`) of the records of each
 * row's tags, or of their slots with `slots`, into d features of a panel. Rows without tags, and those behind
 * the batch's last, get zeros.
 */
export function sumOfTags(f: Feature, position: i32, count: i32, records: usize, stride: usize, slots: bool, pooled: bool, to: usize, d: i32): void {
  const sums = problem.chunk,
    z = splat(0);
  for (let r = 0; r < 8; r++) {
    const sum = sums + <usize>r * record;
    if (r >= count) {
      memory.fill(sum, 0, record);
      continue;
    }
    if (slots) slotsOfRow(f, position + r);
    else tagsOfRow(f, position + r);
    const share = splat(pooled ? shareOf(f) : 1),
      behind = behindTags;
    let o: usize = 0;
    // Two vectors at a time, so that a tag is looked up once for eight numbers.
    for (; o + 32 <= record; o += 32) {
      let a = z,
        b = z;
      for (let at = firstTag; at < behind; at += 4) {
        const from = records + <usize>load<i32>(at) * stride + o;
        a = f32x4.add(a, v128.load(from));
        b = f32x4.add(b, v128.load(from, 16));
      }
      v128.store(sum + o, f32x4.mul(a, share));
      v128.store(sum + o, f32x4.mul(b, share), 16);
    }
    if (o < record) {
      let a = z;
      for (let at = firstTag; at < behind; at += 4) a = f32x4.add(a, v128.load(records + <usize>load<i32>(at) * stride + o));
      v128.store(sum + o, f32x4.mul(a, share));
    }
  }
  for (let half: usize = 0; half < 2; half++) {
    for (let c = 0; c < d; c += 4) {
      const from = sums + half * 4 * record + ((<usize>c) << 2);
      const r0 = v128.load(from),
        r1 = v128.load(from + record),
        r2 = v128.load(from + 2 * record),
        r3 = v128.load(from + 3 * record);
      storeColumns(r0, r1, r2, r3, to + ((<usize>c) << 5) + (half << 4), 32, d - c);
    }
  }
}

/** Gradients by the means of the rows of a panel become those by the sums. */
export function shareGradients(f: Feature, position: i32, panel: usize, d: i32): void {
  for (let r = 0; r < 8 && position + r < rows; r++) {
    tagsOfRow(f, position + r);
    const share = shareOf(f);
    for (let at = panel + ((<usize>r) << 2), end = at + ((<usize>d) << 5); at < end; at += 32) store<f32>(at, load<f32>(at) * share);
  }
}

/**
 * Adds the records of rows at positions 0 … to the sums of their tags; a part to its own tags `first` … last.
 * `from` and `to`: bytes of a record in `draws`, and where the sums are.
 */
export function addToTags(f: Feature, count: i32, from: usize, to: usize, first: i32, last: i32, counted: bool): void {
  for (let t = 0; t < count; t++) {
    tagsOfRow(f, t);
    for (let a = firstTag; a < behindTags; a += 4) {
      const tag = load<i32>(a);
      if (tag < first || tag >= last) continue;
      const sum = to + <usize>tag * record,
        row = f.draws + <usize>t * 3 * record + from;
      for (let o: usize = 0; o < record; o += 16) v128.store(sum + o, f32x4.add(v128.load(sum + o), v128.load(row + o)));
      const n = f.counts + ((<usize>tag) << 2);
      if (counted) store<i32>(n, load<i32>(n) + 1);
    }
  }
}

/** Where the injected noise of feature k begins: rows × d of a feature that draws by row, else K × d. */
function injectedAt(k: i32): usize {
  let before = 0;
  for (let j = 0; j < k; j++) before += feature(j).drawn ? feature(j).levels : rows;
  return injected + ((<usize>(before * problem.d)) << 2);
}

/** Noise of a tag, for the four dimensions from `m` on; beyond the last there is none. */
function noiseOfTag(k: i32, tag: i32, m: i32): v128 {
  const d = problem.d,
    columns = i32x4.add(i32x4.splat(m), i32x4(0, 1, 2, 3));
  if (!injected) return normals4(tag, i32x4.add(i32x4.splat(k * d), columns), noiseStep, noiseSeed);
  const at = injectedAt(k) + ((<usize>(tag * d + m)) << 2);
  let e = splat(0);
  for (let c = 0; c < 4 && m + c < d; c++)
    e = v128.bitselect(v128.load_splat<f32>(at + ((<usize>c) << 2)), e, i32x4.eq(i32x4.splat(c), i32x4(0, 1, 2, 3)));
  return e;
}

/**
 * Vectors of the present tags `slot` … end of feature k: averages of what their rows propose, and one draw
 * each (docs/methods.md F3.3). A slot gets the vector, what each row adds to the gradients of its mean and
 * log-variance through the KL term (the latter per unit of variance with the paper's averaging), and the
 * factor that takes the gradient of the vector to that of a row's variance. Returns the KL divergence summed
 * over these tags.
 */
export function drawTags(k: i32, slot: i32, end: i32): f64 {
  const f = feature(k),
    paper = problem.paperLogVar != 0,
    precision = splat(<f32>(1 / problem.priorVariance)),
    logPrior = splat(<f32>problem.logPriorVariance);
  const weight = <f32>(problem.beta / problem.nominalRows),
    zero = splat(0);
  let total: f64 = 0;
  for (let s = slot; s < end; s++) {
    const from = load<i32>(f.starts + ((<usize>s) << 2)),
      behind = load<i32>(f.starts + 4 + ((<usize>s) << 2)),
      tag = load<i32>(f.present + ((<usize>s) << 2));
    const inverse: f32 = 1 / f32(behind - from),
      share = splat(inverse),
      to = f.slots + <usize>(s + 1) * 4 * record;
    let kl = zero;
    for (let o: usize = 0; o < record; o += 16) {
      let variance = zero,
        mean = zero,
        logVar = zero;
      for (let t = from; t < behind; t++) {
        const r = f.draws + <usize>load<i32>(f.places + ((<usize>t) << 2)) * 3 * record + o;
        variance = f32x4.add(variance, v128.load(r));
        mean = f32x4.add(mean, v128.load(r + record));
        logVar = f32x4.add(logVar, v128.load(r + 2 * record));
      }
      const mask = recordMask(o),
        deviation = f32x4.sqrt(variance),
        noise = noiseOfTag(k, tag, <i32>(o >> 2));
      mean = f32x4.mul(mean, share);
      logVar = paper ? log4(f32x4.mul(variance, f32x4.mul(share, share))) : f32x4.mul(logVar, share);
      const u = f32x4.sub(logVar, logPrior),
        excess = expm1MinusX4(u),
        scaled = f32x4.mul(mean, precision);
      kl = f32x4.add(kl, v128.and(f32x4.add(excess, f32x4.mul(mean, scaled)), mask));
      v128.store(to + o, madd(f32x4.mul(deviation, share), noise, mean));
      v128.store(to + record + o, f32x4.mul(splat(weight * inverse), scaled));
      const byLogVar = f32x4.mul(splat(<f32>0.5 * weight), f32x4.add(excess, u));
      const each = paper ? f32x4.div(byLogVar, variance) : f32x4.mul(byLogVar, share);
      v128.store(to + 2 * record + o, v128.and(each, mask));
      // A variance that is 0 in float32 has no derivative; there are none in the padding.
      const factor = f32x4.div(f32x4.mul(noise, splat(<f32>0.5 * inverse)), deviation);
      v128.store(to + 3 * record + o, v128.and(factor, f32x4.gt(variance, zero)));
    }
    total += laneSum(kl);
  }
  return 0.5 * total;
}

/**
 * Gradients of the vectors of the present tags `slot` … end, shared out: what each row's mean gets, what its
 * variance gets, and what its log-variance gets besides.
 */
export function tagGradients(f: Feature, slot: i32, end: i32): void {
  const paper = problem.paperLogVar != 0;
  for (let s = slot; s < end; s++) {
    const from = load<i32>(f.starts + ((<usize>s) << 2)),
      behind = load<i32>(f.starts + 4 + ((<usize>s) << 2)),
      share = splat(<f32>1 / f32(behind - from));
    const to = f.slots + <usize>(s + 1) * 4 * record;
    for (let o: usize = 0; o < record; o += 16) {
      let sum = splat(0);
      for (let t = from; t < behind; t++)
        sum = f32x4.add(sum, v128.load(f.rowGradients + <usize>load<i32>(f.places + ((<usize>t) << 2)) * record + o));
      const at = to + o,
        byDraw = f32x4.mul(sum, v128.load(at + 3 * record)),
        byLogVar = v128.load(at + 2 * record);
      v128.store(at, madd(sum, share, v128.load(at + record)));
      v128.store(at + record, paper ? f32x4.add(byDraw, byLogVar) : byDraw);
      if (paper) v128.store(at + 2 * record, splat(0));
    }
  }
}

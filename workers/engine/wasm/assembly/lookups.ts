// Level vectors that are made of rows of tables by index maps (docs/methods.md A8, A16). They are made for
// the levels of the batch, in their slots.
import { firstSlot } from './batch';
import { feature, lookup, problem, record, table } from './problem';
import { Lookup } from './structures';
import { part } from './threads';

/** Row of a lookup's table that a level takes. */
// @ts-ignore: decorator
@inline
function rowOf(l: Lookup, level: i32): i32 {
  return load<i32>(l.index + ((<usize>level) << 2));
}

/** The vectors of the levels of feature k of part `i` of `parts`. */
export function lookUpLevels(k: i32, i: i32, parts: i32): void {
  const f = feature(k);
  for (let s = firstSlot(f, i, parts), last = firstSlot(f, i + 1, parts); s < last; s++) {
    const level = load<i32>(f.present + ((<usize>s) << 2)),
      slot = f.slots + <usize>(s + 1) * record;
    for (let j = 0; j < f.lookupCount; j++) {
      const l = lookup(f, j),
        from = table(l.table);
      memory.copy(slot + ((<usize>l.column) << 2), problem.parameters + from.offset + <usize>rowOf(l, level) * from.stride, (<usize>from.width) << 2);
    }
  }
}

/**
 * Adds the gradients of the levels' vectors, which lie in the slots, to the rows of the tables. A part adds
 * to its own rows of each table, so that every sum goes in the order of features, levels and lookups.
 */
export function tableSums(i: i32, parts: i32): void {
  for (let k = 0; k < problem.features; k++) {
    const f = feature(k);
    for (let j = 0; j < f.lookupCount; j++) {
      const l = lookup(f, j),
        from = table(l.table),
        first = part(from.rows, i, parts),
        last = part(from.rows, i + 1, parts);
      for (let s = 0; s < f.presentCount; s++) {
        const row = rowOf(l, load<i32>(f.present + ((<usize>s) << 2)));
        if (row < first || row >= last) continue;
        const to = problem.gradients + from.offset + <usize>row * from.stride,
          gradient = f.slots + <usize>(s + 1) * record + ((<usize>l.column) << 2);
        for (let c: usize = 0; c < (<usize>from.width) << 2; c += 4) store<f32>(to + c, load<f32>(to + c) + load<f32>(gradient + c));
      }
    }
  }
}

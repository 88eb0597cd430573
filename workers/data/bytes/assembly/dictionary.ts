// Different texts, numbered in order of first appearance. A place of the table holds a text of up to eight
// bytes itself, so that most are found with one look at the memory; of longer ones it holds a hash of 64
// bits.

import { give, larger, take } from './memory';

/** Fields of a dictionary, four bytes each. */
const SLOTS: usize = 0;
/** Places less one, a power of two less one. */
const MASK: usize = 4;
const OFFSETS: usize = 8;
const OFFSETS_ROOM: usize = 12;
const BYTES: usize = 16;
const BYTES_ROOM: usize = 20;
const SIZE: usize = 24;
/** All bytes, one or the other: 0x80 in it where some text is not ASCII. */
const ALL: usize = 28;

/** A place: the text or its hash (8), its length (4), its code + 1 (4; 0 where the place is free). */
const SLOT: usize = 16;
const FIRST_SLOTS: usize = 512;
const FEW_SLOTS: usize = 1 << 20;
const FACTOR: u64 = 0x9e3779b97f4a7c15;

export function newDictionary(): usize {
  const at = take(32);
  const slots = take(FIRST_SLOTS * SLOT);
  memory.fill(slots, 0, FIRST_SLOTS * SLOT);
  store<u32>(at, <u32>slots, SLOTS);
  store<u32>(at, <u32>(FIRST_SLOTS - 1), MASK);
  store<u32>(at, <u32>take(1024), OFFSETS);
  store<u32>(at, 1024, OFFSETS_ROOM);
  store<u32>(at, <u32>take(2048), BYTES);
  store<u32>(at, 2048, BYTES_ROOM);
  store<u32>(at, 0, SIZE);
  store<u32>(at, 0, ALL);
  store<u32>(load<u32>(at, OFFSETS), 0);
  return at;
}

/** Gives back what a dictionary holds. */
export function dropDictionary(at: usize): void {
  give(load<u32>(at, SLOTS), (<usize>load<u32>(at, MASK) + 1) * SLOT);
  give(load<u32>(at, OFFSETS), load<u32>(at, OFFSETS_ROOM));
  give(load<u32>(at, BYTES), load<u32>(at, BYTES_ROOM));
  give(at, 32);
}

// @ts-ignore: decorator
@inline
function placeOf(key: u64): usize {
  const mixed = key * FACTOR;
  return <usize>(mixed ^ (mixed >> 32));
}

/** The bytes of a text of up to eight of them, the others 0; of a longer one its hash. */
// @ts-ignore: decorator
@inline
export function keyOf(text: usize, length: usize): u64 {
  return length <= 8 ? load<u64>(text) & ((<u64>-1) >> (64 - 8 * <u64>length)) : hashOf(text, length);
}

function hashOf(text: usize, length: usize): u64 {
  let hash = <u64>length * FACTOR;
  const last = text + length - 8;
  for (let at = text; at < last; at += 8) {
    hash = (hash ^ load<u64>(at)) * FACTOR;
    hash ^= hash >> 29;
  }
  hash = (hash ^ load<u64>(last)) * 0xc2b2ae3d27d4eb4f;
  return hash ^ (hash >> 32);
}

/** The code of a text of 1 byte or more; a new one where it is new. Eight bytes after it may be read. */
export function codeOf(dictionary: usize, text: usize, length: usize): u32 {
  return codeOfKey(dictionary, keyOf(text, length), text, length);
}

/**
 * What lies in a place where the search for a key begins: many looks at once wait for the memory together.
 */
// @ts-ignore: decorator
@inline
export function look(dictionary: usize, key: u64): u32 {
  return load<u32>(<usize>load<u32>(dictionary, SLOTS) + (placeOf(key) & (<usize>load<u32>(dictionary, MASK))) * SLOT, 12);
}

/** Whether a dictionary is larger than the nearest memory of a processor. */
export function isLarge(dictionary: usize): bool {
  return load<u32>(dictionary, MASK) >= 1 << 12;
}

/** As `codeOf`, of a text whose key is known. */
export function codeOfKey(dictionary: usize, key: u64, text: usize, length: usize): u32 {
  const slots = <usize>load<u32>(dictionary, SLOTS);
  const mask = <usize>load<u32>(dictionary, MASK);
  let place = placeOf(key) & mask;
  for (;;) {
    const slot = slots + place * SLOT;
    const code = load<u32>(slot, 12);
    if (code == 0) break;
    if (load<u64>(slot) == key && load<u32>(slot, 8) == <u32>length && (length <= 8 || holds(dictionary, code - 1, text, length))) return code - 1;
    place = (place + 1) & mask;
  }
  return add(dictionary, slots + place * SLOT, key, text, length);
}

/** Whether the text of a code, as long as this one, is the same. */
function holds(dictionary: usize, code: u32, text: usize, length: usize): bool {
  const own = <usize>load<u32>(dictionary, BYTES) + load<u32>(<usize>load<u32>(dictionary, OFFSETS) + 4 * <usize>code);
  const last = length - 8;
  for (let i: usize = 0; i < last; i += 8) if (load<u64>(own + i) != load<u64>(text + i)) return false;
  return load<u64>(own + last) == load<u64>(text + last);
}

function add(dictionary: usize, slot: usize, key: u64, text: usize, length: usize): u32 {
  const code = load<u32>(dictionary, SIZE);
  store<u64>(slot, key);
  store<u32>(slot, <u32>length, 8);
  store<u32>(slot, code + 1, 12);
  store<u32>(dictionary, code + 1, SIZE);
  let offsets = <usize>load<u32>(dictionary, OFFSETS);
  const used: usize = (<usize>code + 1) << 2;
  if (used == <usize>load<u32>(dictionary, OFFSETS_ROOM)) {
    offsets = larger(offsets, used, used, used << 1);
    store<u32>(dictionary, <u32>offsets, OFFSETS);
    store<u32>(dictionary, <u32>(used << 1), OFFSETS_ROOM);
  }
  const from = <usize>load<u32>(offsets + 4 * <usize>code);
  const to = from + length;
  store<u32>(offsets + used, <u32>to);
  let bytes = <usize>load<u32>(dictionary, BYTES);
  const room = <usize>load<u32>(dictionary, BYTES_ROOM);
  if (to > room) {
    const wanted = max<usize>(room << 1, to);
    bytes = larger(bytes, room, from, wanted);
    store<u32>(dictionary, <u32>bytes, BYTES);
    store<u32>(dictionary, <u32>wanted, BYTES_ROOM);
  }
  memory.copy(bytes + from, text, length);
  let all = load<u32>(dictionary, ALL);
  for (let i: usize = 0; i < length; i++) all |= load<u8>(text + i);
  store<u32>(dictionary, all, ALL);
  if ((code + 1) << 1 > load<u32>(dictionary, MASK)) widen(dictionary);
  return code;
}

function widen(dictionary: usize): void {
  const old = <usize>load<u32>(dictionary, SLOTS);
  const count = <usize>load<u32>(dictionary, MASK) + 1;
  // Four times as many while they are few: each time all are placed anew.
  const mask: usize = (count < FEW_SLOTS ? count << 2 : count << 1) - 1;
  const slots = take((mask + 1) * SLOT);
  memory.fill(slots, 0, (mask + 1) * SLOT);
  for (let from = old; from < old + count * SLOT; from += SLOT) {
    if (load<u32>(from, 12) == 0) continue;
    let place = placeOf(load<u64>(from)) & mask;
    while (load<u32>(slots + place * SLOT, 12) != 0) place = (place + 1) & mask;
    v128.store(slots + place * SLOT, v128.load(from));
  }
  give(old, count * SLOT);
  store<u32>(dictionary, <u32>slots, SLOTS);
  store<u32>(dictionary, <u32>mask, MASK);
}

export function sizeOf(dictionary: usize): u32 {
  return load<u32>(dictionary, SIZE);
}

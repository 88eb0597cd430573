// Several threads on one call: each has an instance of a module on the same memory. The first, which the host
// waits for, leads. It offers one phase of the call after the other, cut into parts, and takes parts itself;
// the others take parts while there are any. It waits for parts that were taken and for nobody else: a thread
// that sleeps, or whose core another program has, takes none and keeps no one waiting. What a part leaves
// must not depend on who does it. Threads of even numbers take the first part that is left, those of odd
// numbers the last: so the same rows are mostly with the same core from phase to phase, in its own cache.
import { Offer, Phase } from './structures';

/** Looks before sleeping, some 150 µs: to be woken takes a thread longer than others are mostly behind. */
const POLLS: i32 = 1000;
/**
 * Square roots between two looks, each of which waits for the one before: they leave the core to a thread
 * that shares it, where looking alone would take half of it.
 */
const ROOTS: i32 = 24;

/** Kept, so that the roots are not left out. */
let root: f64 = 2;

// @ts-ignore: decorator
@inline
function pause(): void {
  let r = root;
  for (let j = 0; j < ROOTS; j++) r = Math.sqrt(r + 1);
  root = r;
}

/** Words of an offer behind the first two, which hold what was taken of which phase. */
const OFFERED: usize = offsetof<Offer>('offered'),
  SLEEPERS: usize = offsetof<Offer>('sleepers'),
  DONE: usize = offsetof<Offer>('done'),
  LEADER_SLEEPS: usize = offsetof<Offer>('leaderSleeps');
/** Most parts of a phase: what was taken goes beyond it by a look of each thread. */
export const MOST_PARTS: i32 = 4000;

/** One more is taken from the first on, and one more from the last back. */
const FROM_FIRST: i64 = 1,
  FROM_LAST: i64 = 0x10000;

/** Does part i of so many of a phase. */
export type DoPart = (phase: i32, i: i32, parts: i32) => void;

function offer(at: usize, phase: i32, parts: i32, threads: i32): void {
  atomic.store<i64>(at, (<i64>((phase << 24) | parts)) << 32);
  atomic.add<i32>(at, 1, OFFERED);
  if (atomic.load<i32>(at, SLEEPERS) > 0) atomic.notify(at + OFFERED, threads);
}

// @ts-ignore: decorator
@inline
function phaseOf(taken: i64): i32 {
  return <i32>(taken >> 56);
}

// @ts-ignore: decorator
@inline
function partsOf(taken: i64): i32 {
  return (<i32>(taken >> 32)) & 0xffffff;
}

/** The part to do, at one end of those that are left when so many were taken; −1: none is left. */
// @ts-ignore: decorator
@inline
function next(taken: i64, fromLast: bool): i32 {
  const first = (<i32>taken) & 0xffff,
    last = partsOf(taken) - 1 - (((<i32>taken) >>> 16) & 0xffff);
  return first > last ? -1 : fromLast ? last : first;
}

/**
 * Has all parts of a phase done, by whoever comes: the leader's part. It traps when a part that was taken is
 * not done within `patience` milliseconds.
 */
export function lead(at: usize, phase: i32, parts: i32, threads: i32, patience: f64, doPart: DoPart): void {
  atomic.store<i32>(at, 0, DONE);
  offer(at, phase, parts, threads);
  for (;;) {
    const taken = atomic.add<i64>(at, FROM_FIRST),
      i = next(taken, false);
    if (i < 0) break;
    doPart(phase, i, parts);
    atomic.add<i32>(at, 1, DONE);
  }
  for (let i = 0; i < POLLS; i++) {
    if (atomic.load<i32>(at, DONE) == parts) return;
    pause();
  }
  atomic.store<i32>(at, 1, LEADER_SLEEPS);
  for (;;) {
    const done = atomic.load<i32>(at, DONE);
    if (done == parts) break;
    if (atomic.wait<i32>(at + DONE, done, <i64>(patience * 1e6)) == AtomicWaitResult.TIMED_OUT) unreachable();
  }
  atomic.store<i32>(at, 0, LEADER_SLEEPS);
}

/** Lets the other threads go back to the host. */
export function endOffers(at: usize, threads: i32): void {
  offer(at, Phase.END, 0, threads);
}

/** Takes parts until the call ends: what the other threads do. They may come late, or after its end. */
export function takeParts(at: usize, thread: i32, doPart: DoPart): void {
  const last = (thread & 1) != 0;
  for (;;) {
    const offered = atomic.load<i32>(at, OFFERED),
      // A constant each: V8's first compiler (Node 20) overwrites a variable that is added.
      taken = last ? atomic.add<i64>(at, FROM_LAST) : atomic.add<i64>(at, FROM_FIRST),
      i = next(taken, last);
    if (i >= 0) {
      const parts = partsOf(taken);
      doPart(phaseOf(taken), i, parts);
      if (atomic.add<i32>(at, 1, DONE) == parts - 1 && atomic.load<i32>(at, LEADER_SLEEPS) != 0) atomic.notify(at + DONE, 1);
      continue;
    }
    if (phaseOf(taken) == Phase.END) return;
    awaitOffer(at, offered);
  }
}

function awaitOffer(at: usize, offered: i32): void {
  for (let i = 0; i < POLLS; i++) {
    if (atomic.load<i32>(at, OFFERED) != offered) return;
    pause();
  }
  atomic.add<i32>(at, 1, SLEEPERS);
  while (atomic.load<i32>(at, OFFERED) == offered) atomic.wait<i32>(at + OFFERED, offered, -1);
  atomic.sub<i32>(at, 1, SLEEPERS);
}

/** Where part `i` of `parts` begins in 0 … total. */
// @ts-ignore: decorator
@inline
export function part(total: i32, i: i32, parts: i32): i32 {
  return <i32>((<i64>total * i) / parts);
}

/** The same for bytes, in units of `unit`. */
// @ts-ignore: decorator
@inline
export function partOfBytes(bytes: usize, unit: usize, i: i32, parts: i32): usize {
  return <usize>((<u64>(bytes / unit) * <u64>i) / <u64>parts) * unit;
}

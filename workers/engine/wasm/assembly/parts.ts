// Several threads on one call: each has an instance of a module on the same memory. The first, which the host
// waits for, leads. It offers one phase of the call after the other, cut into parts, and takes parts itself;
// the others take parts while there are any. It waits for parts that were taken and for nobody else: a thread
// that sleeps, or whose core another program has, takes none and keeps no one waiting. What a part leaves
// must not depend on who does it.
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

/** Words of an offer behind the first, which holds the phase. */
const OFFERED: usize = offsetof<Offer>('offered'),
  SLEEPERS: usize = offsetof<Offer>('sleepers'),
  DONE: usize = offsetof<Offer>('done'),
  LEADER_SLEEPS: usize = offsetof<Offer>('leaderSleeps');
/** Most parts of a phase; the number of the next goes beyond it by a look of each thread. */
export const MOST_PARTS: i32 = 4000;

/** Does part i of so many of a phase. */
export type DoPart = (phase: i32, i: i32, parts: i32) => void;

function offer(at: usize, phase: i32, parts: i32, threads: i32): void {
  atomic.store<i32>(at, (phase << 24) | (parts << 12));
  atomic.add<i32>(at, 1, OFFERED);
  if (atomic.load<i32>(at, SLEEPERS) > 0) atomic.notify(at + OFFERED, threads);
}

/**
 * Has all parts of a phase done, by whoever comes: the leader's part. It traps when a part that was taken is
 * not done within `patience` milliseconds.
 */
export function lead(at: usize, phase: i32, parts: i32, threads: i32, patience: f64, doPart: DoPart): void {
  atomic.store<i32>(at, 0, DONE);
  offer(at, phase, parts, threads);
  for (;;) {
    const i = atomic.add<i32>(at, 1) & 4095;
    if (i >= parts) break;
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
export function takeParts(at: usize, doPart: DoPart): void {
  for (;;) {
    const offered = atomic.load<i32>(at, OFFERED),
      taken = atomic.add<i32>(at, 1),
      phase = taken >> 24,
      parts = (taken >> 12) & 4095,
      i = taken & 4095;
    if (i < parts) {
      doPart(phase, i, parts);
      if (atomic.add<i32>(at, 1, DONE) == parts - 1 && atomic.load<i32>(at, LEADER_SLEEPS) != 0) atomic.notify(at + DONE, 1);
      continue;
    }
    if (phase == Phase.END) return;
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

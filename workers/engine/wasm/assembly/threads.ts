// Several threads on one call: each has an instance of this module on the same memory, and they meet at barriers. The build without threads is the same
// code with one of them.
import { problem } from './problem';

/** Threads that take part in this call. */
export let threads: i32 = 1;

export function setThreads(count: i32): void {
  threads = count;
}

/** Looks at the counter before sleeping, some 150 µs: to be woken takes a thread longer than others are mostly behind. */
const POLLS: i32 = 1000;
/** Square roots between two looks, each of which waits for the one before: they leave the core to a thread that shares it, where looking alone would take half of it. */
const ROOTS: i32 = 24;

/** Kept, so that the roots are not left out. */
let root: f64 = 2;

/**
 * Returns when all threads of the call are here. The first thread, which the host waits for, traps when the others are not here within the problem's
 * patience.
 */
export function barrier(): void {
  if (ASC_FEATURE_THREADS) {
    if (threads < 2) {
      taken = 0;
      return;
    }
    // Words: how many are here, the number of this meeting, how many sleep, parts taken since the last meeting.
    const at = problem.barrier, meeting = atomic.load<i32>(at, 4);
    if (atomic.add<i32>(at, 1) == threads - 1) {
      atomic.store<i32>(at, 0);
      atomic.store<i32>(at, 0, 12);
      atomic.add<i32>(at, 1, 4);
      if (atomic.load<i32>(at, 8) > 0) atomic.notify(at + 4, threads);
      return;
    }
    for (let i = 0; i < POLLS; i++) {
      if (atomic.load<i32>(at, 4) != meeting) return;
      let r = root;
      for (let j = 0; j < ROOTS; j++) r = Math.sqrt(r + 1);
      root = r;
    }
    atomic.add<i32>(at, 1, 8);
    const wait: i64 = problem.thread == 0 ? <i64>(problem.patience * 1e6) : -1;
    while (atomic.load<i32>(at, 4) == meeting) if (atomic.wait<i32>(at + 4, meeting, wait) == AtomicWaitResult.TIMED_OUT) unreachable();
    atomic.sub<i32>(at, 1, 8);
  } else taken = 0;
}

/** Parts taken since the last meeting, on one thread. */
let taken: i32 = 0;

/**
 * Number of the next part of the work between two meetings, from 0. Whichever thread comes first takes it, because cores are not equally fast (another
 * program, a page that draws). What a part leaves must not depend on who does it.
 */
export function nextPart(): i32 {
  if (ASC_FEATURE_THREADS) {
    if (threads > 1) return atomic.add<i32>(problem.barrier, 1, 12);
  }
  return taken++;
}

/** Where part `t` of `parts` begins in 0 … total; without `parts`, that of thread `t`. */
// @ts-ignore: decorator
@inline
export function part(total: i32, t: i32, parts: i32 = threads): i32 {
  return <i32>((<i64>total * t) / parts);
}

/** The same for bytes, in units of `unit`. */
// @ts-ignore: decorator
@inline
export function partOfBytes(bytes: usize, unit: usize, t: i32): usize {
  return <usize>((<u64>(bytes / unit) * <u64>t) / <u64>threads) * unit;
}

// The threads of a call of the fused step (parts.ts). The build without threads is the same code with one of
// them.
import { endOffers, lead, takeParts } from './parts';
import { doPart } from './phases';
import { problem } from './problem';
import { setBatch } from './batch';
import { Call } from './structures';

export { MOST_PARTS, part, partOfBytes } from './parts';

/** Threads that take part in this call. */
export let threads: i32 = 1;

/** Takes the numbers of the call that the host has written. */
export function takeCall(): void {
  const c = changetype<Call>(problem.call);
  threads = c.threads;
  setBatch(c.numbers, c.count, c.noise, c.noiseStep, c.seed);
}

/** Has all parts of a phase done, by whoever comes: the leader's part. */
export function together(phase: i32, parts: i32): void {
  if (ASC_FEATURE_THREADS) {
    if (threads > 1 && parts > 1) {
      lead(problem.offer, phase, parts, threads, problem.patience, doPart);
      return;
    }
  }
  for (let i = 0; i < parts; i++) doPart(phase, i, parts);
}

/** Lets the other threads go back to the host. */
export function endCall(): void {
  if (ASC_FEATURE_THREADS) if (threads > 1) endOffers(problem.offer, threads);
}

/** What the other threads do. */
export function help(): void {
  // Only with a part are the numbers this call's for sure: it does not end before the part is done.
  if (ASC_FEATURE_THREADS)
    takeParts(problem.offer, problem.thread, (phase, i, parts) => {
      takeCall();
      doPart(phase, i, parts);
    });
}

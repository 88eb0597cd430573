/**
 * The guard against silent slowdowns: GFLOP/s of the fused WASM steps as ratios to a plain loop of JavaScript
 * that runs next to them in this process. Prints a line each and ends `N passed, N failed`.
 *
 * A ratio, because machines differ by more than any slowdown worth catching; a wide floor, because shared
 * machines are noisy within a minute and other processors have other vector units. The floors are about a
 * third of what was measured when they were set (Node 20, AMD EPYC, two shared cores): a lost SIMD path or an
 * accidental copy of all rows falls below them, a busy neighbour does not.
 */
import { planContestants } from '../workers/bench/plan-contestants';
import { referenceRate } from '../workers/bench/reference';
import type { BenchMethod } from '../workers/bench/schema';
import { median } from '../workers/bench/statistics';
import { workOf } from '../workers/bench/work';
import { makeWorkload } from '../workers/bench/workload';
import { digits } from './bench/show';
import { fail, nodeEngine } from './cli';

const Q = 1_000;
const ROUNDS = 9;
const TURN_MILLISECONDS = 40;

/** Least ratio to the reference loop. When they were set the ratios were 33 and 13, at a load of 5. */
const FLOORS: Record<BenchMethod, number> = { mmbeddings: 11, embeddings: 4.3 };

try {
  await nodeEngine('wasm');
  // The first is the one on one thread.
  const [contestant] = planContestants('wasm');
  let failed = 0;
  for (const [method, floor] of Object.entries(FLOORS) as [BenchMethod, number][]) {
    const prepared = await contestant.prepare(makeWorkload(method, Q));
    const { milliseconds } = await prepared.turn(20);
    const steps = Math.max(1, Math.round((TURN_MILLISECONDS * 20) / milliseconds));
    const rates: number[] = [];
    const references: number[] = [];
    // The loop and the step take turns, so that what slows one slows the other.
    for (let round = 0; round < ROUNDS; round++) {
      references.push(referenceRate(TURN_MILLISECONDS));
      const turn = await prepared.turn(steps);
      rates.push((workOf(method, Q).flops * steps) / turn.milliseconds / 1e6);
    }
    prepared.dispose();
    // The best turns: a neighbour only ever takes away.
    const [best, reference] = [Math.max(...rates), Math.max(...references)];
    const ratio = best / reference;
    if (!(ratio >= floor)) failed += 1;
    console.log(
      `${method}, q = ${Q.toLocaleString('en-US')}, fused WASM step: ${digits(best)} GFLOP/s (median ${digits(median(rates))}), ${digits(ratio)} times a plain loop's ${digits(reference)}; ${ratio >= floor ? 'at least' : 'BELOW the floor of'} ${digits(floor)}`,
    );
  }
  console.log(`${Object.keys(FLOORS).length - failed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
} catch (thrown) {
  fail(thrown);
}

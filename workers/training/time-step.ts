import type { StepPlan } from '../engine/step-plan';

/**
 * A clock in milliseconds, and how many of them one plan may take after its first step. Tests bring their
 * own.
 */
export interface Stopwatch {
  now(): number;
  budget: number;
}

/**
 * Milliseconds of a training step of this plan on these rows, at the pace and with the readbacks of training.
 * The first step, which compiles and fills caches, does not count; then ever more steps in a row are timed
 * while the budget lasts, at least one, and the quickest row counts. Trains the plan.
 */
export async function timeStep(
  plan: Pick<StepPlan, 'setOrder' | 'remaining' | 'stepsAtOnce' | 'run' | 'losses'>,
  order: Uint32Array,
  { now, budget }: Stopwatch,
): Promise<number> {
  const advance = async (steps: number): Promise<number> => {
    const from = now();
    for (let left = steps; left > 0; ) {
      if (plan.remaining === 0) plan.setOrder(order);
      const before = plan.remaining;
      await plan.run(Math.min(left, plan.stepsAtOnce ?? 1));
      left -= before - plan.remaining;
    }
    await plan.losses();
    return now() - from;
  };
  await advance(1);
  const began = now();
  let best = Number.POSITIVE_INFINITY;
  for (let steps = 1, next = 0; next === 0 || now() - began + next <= budget; steps *= 2) {
    const spent = await advance(steps);
    best = Math.min(best, spent / steps);
    next = Math.max(2 * spent, Number.MIN_VALUE);
  }
  return best;
}

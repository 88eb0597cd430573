import { expect, it } from 'vitest';
import { timeStep } from './time-step';

/**
 * A plan of four batches an epoch whose steps take these milliseconds, and a readback 2 ms, on a clock of its
 * own.
 */
function fakePlan(stepMilliseconds: (step: number) => number, stepsAtOnce = 1) {
  let clock = 0;
  let steps = 0;
  let left = 0;
  const plan = {
    stepsAtOnce,
    get remaining() {
      return left;
    },
    setOrder() {
      left = 4;
    },
    run(count: number) {
      for (let i = 0; i < count && left > 0; i++, left--) clock += stepMilliseconds(steps++);
    },
    async losses() {
      clock += 2;
      return { loss: new Float32Array(0), rows: [] };
    },
  };
  return { plan, now: () => clock, steps: () => steps };
}

it('leaves the first step out and spreads the readback over ever more steps', async () => {
  const { plan, now, steps } = fakePlan((step) => (step === 0 ? 500 : 1));
  const time = await timeStep(plan, new Uint32Array(4), { now, budget: 150 });
  expect(time).toBeGreaterThan(1);
  expect(time).toBeLessThan(1.1);
  expect(now()).toBeLessThan(502 + 150);
  expect(steps()).toBe(1 + 1 + 2 + 4 + 8 + 16 + 32 + 64);
});

it('times one step even when it is longer than the budget', async () => {
  const { plan, now, steps } = fakePlan(() => 4000);
  expect(await timeStep(plan, new Uint32Array(4), { now, budget: 150 })).toBe(4002);
  expect(steps()).toBe(2);
});

it('keeps to whole epochs where the plan takes several steps at once', async () => {
  const { plan, now } = fakePlan(() => 3, 3);
  expect(await timeStep(plan, new Uint32Array(4), { now, budget: 60 })).toBeCloseTo(3.25, 1);
});

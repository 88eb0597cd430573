import * as tf from '@tensorflow/tfjs';
import type { StepPlan } from '../engine/step-plan';
import { planThreads, setPlanThreads } from '../engine/wasm/threads';
import { aboutMethod, buildModel } from '../methods/registry';
import { RandomStream } from '../random/random';
import { makeFusedPlan } from '../training/make-plan';
import type { Contestant, Prepared } from './contestant';
import type { BenchBackend } from './schema';
import { P } from './work';
import { benchDataset } from './workload';

/** A plan that counts the milliseconds of JavaScript it spends on queuing steps. */
type Counted = StepPlan & { readonly statistics?: { readonly javascript: number } };

/** Drives a plan as the training loop does: a new order each epoch, as many steps at once as it asks for. */
export function drive(plan: StepPlan, rows: Uint32Array, dispose: () => void): Prepared {
  const random = new RandomStream(1, 'bench order');
  const shuffled = rows.slice();
  return {
    async turn(steps) {
      const counted = (plan as Counted).statistics;
      let javascript = 0;
      let order = 0;
      const queuing = counted?.javascript ?? 0;
      const began = performance.now();
      for (let left = steps; left > 0; ) {
        if (plan.remaining === 0) {
          const at = performance.now();
          random.shuffle(shuffled);
          plan.setOrder(shuffled);
          order += performance.now() - at;
        }
        const some = Math.min(left, plan.remaining, Math.max(1, plan.stepsAtOnce ?? 1));
        const at = performance.now();
        const queued = plan.run(some);
        // Up to here without waiting for the device; a plan that counts its own queuing knows better.
        if (!counted) javascript += performance.now() - at;
        await queued;
        left -= some;
      }
      const { loss } = await plan.losses();
      if (counted) javascript = ((plan as Counted).statistics?.javascript ?? 0) - queuing;
      return { milliseconds: performance.now() - began, javascript, order, loss: loss[loss.length - 1] };
    },
    dispose,
  };
}

const threadWords = (threads: number): string => (threads === 1 ? '1 thread' : `${threads} threads`);

function contestant(id: string, label: string, backend: BenchBackend, threads: number): Contestant {
  return {
    id,
    label,
    role: 'plan',
    backend,
    async prepare(workload) {
      await tf.setBackend(backend);
      const dataset = benchDataset(workload);
      const shape = { task: 'regression', p: P, batchSize: workload.batch } as const;
      const settings = aboutMethod(workload.method).settings.parse({});
      const model = buildModel(workload.method, { ...shape, levels: [workload.q] }, settings, new RandomStream(1, 'weights'));
      setPlanThreads(threads);
      try {
        const plan = await makeFusedPlan({ model, dataset, batchSize: workload.batch, learningRate: 0.001, noiseSeed: 1 });
        return drive(plan, dataset.split.train, () => plan.dispose());
      } finally {
        setPlanThreads(null);
        model.dispose();
      }
    },
  };
}

/**
 * The lab's own fused plans next to a backend of tfjs: in WASM on one thread and, where there are more, on
 * all that plans use.
 */
export function planContestants(backend: BenchBackend): Contestant[] {
  if (backend === 'webgpu') return [contestant('plan-webgpu', 'our plan, WebGPU', backend, 1)];
  const threads = planThreads();
  const counts = threads > 1 ? [1, threads] : [1];
  return counts.map((count) => contestant(count === 1 ? 'plan-wasm' : 'plan-wasm-threads', `our plan, WASM, ${threadWords(count)}`, backend, count));
}

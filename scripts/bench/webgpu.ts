import { median } from '../../workers/bench/statistics';
import { LabFailure } from '../../workers/data/failure';
import { takePlainProducts } from '../../workers/engine/backends/software-products';
import { startWebGpu } from '../../workers/engine/backends/webgpu';
import type { CapturedPlan } from '../../workers/engine/captured';
import { installNodeWebGpu } from '../../workers/engine/node';
import { unsupported } from '../../workers/engine/webgpu/support';
import { aboutMethod, buildModel } from '../../workers/methods/registry';
import { acceptedProblem, OF_TABLES } from '../../workers/methods/testing/every-method';
import { testDataset, testSettings } from '../../workers/methods/testing/test-model';
import { RandomStream } from '../../workers/random/random';
import { makeCapturedPlan } from '../../workers/training/make-plan';
import type { PlanOptions } from '../../workers/training/plan-options';
import { digits, table } from './show';

/** A captured method's step, kernel by kernel as tfjs has it and with kernels put together. */
export interface CapturedTimes {
  method: string;
  /** Dispatches of a step of a full batch. */
  dispatches: { single: number; fused: number };
  /** Those of the fused step by name. */
  kernels: string[];
  /** Milliseconds of a step, each round. */
  single: number[];
  fused: number[];
  /** Median of the rounds' ratios. */
  ratio: number;
  /** Largest difference of the losses of an epoch, over the largest. */
  difference: number;
}

const BATCH = 10;

/** The method on a small problem that it accepts, two full batches and a short one an epoch. */
function optionsFor(id: string): PlanOptions {
  const about = aboutMethod(id);
  const { task, levels, tags, p, ...kind } = acceptedProblem(about, 2);
  const data = testDataset(task, p, levels, 36, 4, tags, kind);
  const problem = { task, p, levels, ...(tags && { tags }), batchSize: BATCH };
  const model = buildModel(id, problem, testSettings(id), new RandomStream(5, 'weights'), data);
  const dataset = model.inputs ? { ...data, ...model.inputs } : data;
  return { model, dataset, batchSize: model.batchSize ?? BATCH, learningRate: 0.001, noiseSeed: 7 };
}

async function epochs(plan: CapturedPlan, rows: Uint32Array, count: number): Promise<{ milliseconds: number; losses: Float32Array }> {
  const began = performance.now();
  let steps = 0;
  for (let epoch = 0; epoch < count; epoch++) {
    plan.setOrder(rows);
    steps += plan.remaining;
    while (plan.remaining > 0) await plan.run(plan.remaining);
  }
  const { loss } = await plan.losses();
  return { milliseconds: (performance.now() - began) / steps, losses: loss };
}

const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

async function timesOf(id: string, rounds: number): Promise<CapturedTimes | null> {
  const [mine, theirs] = [optionsFor(id), optionsFor(id)];
  try {
    if (mine.model.ownFit || (mine.model.fused && unsupported(mine.model.fused) === null)) return null;
    const [fused, single] = [await makeCapturedPlan(mine), await makeCapturedPlan(theirs, false)];
    const rows = mine.dataset.split.train;
    const [first, other] = [await epochs(fused, rows, 1), await epochs(single, rows, 1)];
    const times: CapturedTimes = {
      method: id,
      dispatches: { single: single.dispatches, fused: fused.dispatches },
      kernels: fused.kernels,
      single: [],
      fused: [],
      ratio: 0,
      difference: largest(first.losses.map((value, i) => value - other.losses[i])) / largest(other.losses),
    };
    for (let round = 0; round < rounds; round++) {
      times.single.push((await epochs(single, rows, 3)).milliseconds);
      times.fused.push((await epochs(fused, rows, 3)).milliseconds);
    }
    times.ratio = median(times.single.map((value, i) => value / times.fused[i]));
    single.dispose();
    fused.dispose();
    return times;
  } finally {
    mine.model.dispose();
    theirs.model.dispose();
  }
}

/**
 * Every method of tables that WebGPU trains captured: dispatches and time of a step, without and with fusion.
 */
export async function capturedSteps(rounds: number, only: readonly string[], say: (line: string) => void): Promise<CapturedTimes[]> {
  const lack = await installNodeWebGpu();
  if (lack) throw new LabFailure('no-webgpu', `WebGPU does not run in Node on this machine: ${lack}.`, 'Install Chromium for its software adapter.');
  await startWebGpu((await navigator.gpu.requestAdapter()) as GPUAdapter, say);
  takePlainProducts();
  const all: CapturedTimes[] = [];
  for (const { id } of OF_TABLES) {
    if (only.length > 0 && !only.includes(id)) continue;
    const times = await timesOf(id, rounds);
    if (!times) continue;
    all.push(times);
    const { dispatches, difference, ratio } = times;
    if (only.length > 0) say(times.kernels.join(', '));
    say(`${id}: ${dispatches.single} → ${dispatches.fused} dispatches, ${digits(ratio)} times; losses differ by ${difference.toExponential(1)}`);
  }
  const mean = (values: readonly number[]): number => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  say(`\nA step of ${BATCH} rows, small settings; milliseconds, median of ${rounds} rounds in turns`);
  say(
    table(
      ['method', 'dispatches', 'fused', 'ratio', 'ms', 'fused ms', 'ratio'],
      all.map(({ method, dispatches: { single, fused }, single: slow, fused: fast, ratio }) => [
        method,
        String(single),
        String(fused),
        digits(single / fused),
        digits(median(slow)),
        digits(median(fast)),
        digits(ratio),
      ]),
    ),
  );
  const least = Math.min(...all.map(({ dispatches }) => dispatches.single / dispatches.fused));
  say(
    `geometric means: dispatches ${digits(mean(all.map(({ dispatches }) => dispatches.single / dispatches.fused)))} (least ${digits(least)}), time ${digits(mean(all.map(({ ratio }) => ratio)))}`,
  );
  return all;
}

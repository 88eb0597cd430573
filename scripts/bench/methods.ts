import * as tf from '@tensorflow/tfjs';
import { median } from '../../workers/bench/statistics';
import type { Dataset } from '../../workers/data/dataset';
import { startWasm } from '../../workers/engine/backends/wasm';
import { nodeWasmPath } from '../../workers/engine/node';
import type { ResumablePlan } from '../../workers/engine/step-plan';
import { aboutMethod, buildModel } from '../../workers/methods/registry';
import { acceptedProblem, OF_TABLES } from '../../workers/methods/testing/every-method';
import { testDataset } from '../../workers/methods/testing/test-model';
import { RandomStream } from '../../workers/random/random';
import { makeEagerPlan, makeRecordedPlan } from '../../workers/training/make-plan';
import type { PlanOptions } from '../../workers/training/plan-options';
import { digits, table } from './show';
import { processorSeconds } from './turns';

/** A method's epoch on WASM, op by op and recorded: processor milliseconds, each round. */
export interface MethodTimes {
  method: string;
  features: number;
  eager: number[];
  recorded: number[];
  /** Processor milliseconds until a recorded plan is there. */
  preparation: number | null;
  /** Bytes of its memory. */
  bytes: number | null;
  /** Largest difference of the losses of an epoch from those op by op, over the largest. */
  difference: number | null;
  /** Why it is not recorded; null where it is. */
  lack: string | null;
}

const P = 10;

/** The method with its published settings on 9 batches of q rows. */
export function optionsFor(id: string, q: number): PlanOptions & { features: number } {
  const about = aboutMethod(id);
  const sets = [{ tags: q, places: 4, parents: Int32Array.from({ length: q }, (_, tag) => (tag < 10 ? -1 : tag % 10)) }];
  const { task, p, levels, tags, ...kind } = acceptedProblem(about, P, [q, q, q], sets);
  const data: Dataset = testDataset(task, p, levels, 13.5 * q, 4, tags, kind);
  const problem = { task, p, levels, ...(tags && { tags }), batchSize: q };
  const model = buildModel(id, problem, about.settings.parse({}), new RandomStream(5, 'weights'), data);
  const dataset = model.inputs ? { ...data, ...model.inputs } : data;
  return { model, dataset, batchSize: model.batchSize ?? q, learningRate: 0.001, noiseSeed: 7, features: levels.length };
}

async function epoch(plan: ResumablePlan, rows: Uint32Array): Promise<{ milliseconds: number; losses: Float32Array }> {
  plan.setOrder(rows);
  const began = processorSeconds();
  while (plan.remaining > 0) await plan.run(plan.stepsAtOnce ?? 1);
  const { loss } = await plan.losses();
  return { milliseconds: 1000 * (processorSeconds() - began), losses: loss };
}

const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Times one method; the plans take turns. Null for an algorithm of its own, which has no steps. */
async function timesOf(id: string, q: number, rounds: number): Promise<MethodTimes | null> {
  const [options, theirs] = [optionsFor(id, q), optionsFor(id, q)];
  if (options.model.ownFit) {
    for (const { model } of [options, theirs]) model.dispose();
    return null;
  }
  const { model, features } = options;
  const times: MethodTimes = { method: id, features, eager: [], recorded: [], preparation: null, bytes: null, difference: null, lack: null };
  const rows = options.dataset.split.train;
  const eager = makeEagerPlan(theirs);
  const began = processorSeconds();
  const recorded = await makeRecordedPlan(options, { threads: 1 }).catch((failure: unknown) => {
    times.lack = failure instanceof Error ? failure.message : String(failure);
    return null;
  });
  times.preparation = 1000 * (processorSeconds() - began);
  const first = await epoch(eager, rows);
  if (recorded) {
    const mine = await epoch(recorded, rows);
    times.difference = largest(mine.losses.map((value, i) => value - first.losses[i])) / largest(first.losses);
    times.bytes = recorded.bytes;
  }
  for (let round = 0; round < rounds; round++) {
    times.eager.push((await epoch(eager, rows)).milliseconds);
    if (recorded) times.recorded.push((await epoch(recorded, rows)).milliseconds);
  }
  eager.dispose();
  recorded?.dispose();
  theirs.model.dispose();
  model.dispose();
  return times;
}

/** Every method of tables with gradient steps, op by op and recorded, on one thread. */
export async function everyMethod(q: number, rounds: number, only: readonly string[], say: (line: string) => void): Promise<MethodTimes[]> {
  await startWasm(nodeWasmPath());
  if (tf.getBackend() !== 'wasm') throw new Error(`tfjs runs on ${tf.getBackend()}`);
  const all: MethodTimes[] = [];
  for (const { id } of OF_TABLES) {
    if (only.length > 0 && !only.includes(id)) continue;
    const times = await timesOf(id, q, rounds);
    if (!times) continue;
    all.push(times);
    const [eager, recorded] = [times.eager, times.recorded].map((runs) => (runs.length > 0 ? median(runs) : null));
    const words =
      recorded === null
        ? times.lack
        : `${digits(recorded)} ms recorded, ${digits((eager as number) / recorded)} times; losses differ by ${times.difference?.toExponential(1)}`;
    say(`${id}: ${digits(eager as number)} ms op by op, ${words}`);
  }
  say(`\nProcessor milliseconds an epoch, q = ${q}, 9 batches of ${q} rows, one thread, median of ${rounds}`);
  say(
    table(
      ['method', 'features', 'op by op', 'recorded', 'ratio', 'preparation', 'MB'],
      all.map(({ method, features, eager, recorded, preparation, bytes }) => {
        const [slow, fast] = [median(eager), recorded.length > 0 ? median(recorded) : null];
        return [
          method,
          String(features),
          digits(slow),
          fast === null ? '' : digits(fast),
          fast === null ? '' : digits(slow / fast),
          digits(preparation as number),
          bytes === null ? '' : digits(bytes / 1e6),
        ];
      }),
    ),
  );
  return all;
}

import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Dataset, TagColumn } from '../data/dataset';
import type { FusedPlan } from '../engine/step-plan';
import { useBackend } from '../engine/testing';
import { type TrialTools, tryEngines } from './choose-engine';
import type { FusedKind } from './fused-plans';
import { RunCancelled } from './pacer';
import type { PlanOptions } from './plan-options';
import { BATCH, dataset, model, options, withTags } from './testing/fused-cases';

beforeAll(() => useBackend('cpu'));

const BOTH: FusedKind[] = ['fused WebGPU', 'fused WASM'];

let seed = 0;
/** A problem of its own, so that no test is answered from the trials before. */
function problem(): PlanOptions {
  const data = dataset('regression', 1);
  return options(model('embeddings', data, { d: 2, decoder: [3 + seed++] }), data);
}

/** Plans whose steps take so long on a clock of their own; what was made and disposed of is written down. */
function tools(milliseconds: Record<FusedKind, number | Error>): TrialTools & { log: string[]; rows: number[] } {
  let clock = 0;
  const log: string[] = [];
  const rows: number[] = [];
  return {
    log,
    rows,
    watch: { now: () => clock, budget: 100 },
    async make(kind, { dataset }) {
      const cost = milliseconds[kind];
      if (cost instanceof Error) throw cost;
      log.push(`make ${kind}`);
      rows.push(dataset.rows);
      let left = 0;
      return {
        get remaining() {
          return left;
        },
        setOrder(order: Uint32Array) {
          left = Math.ceil(order.length / BATCH);
        },
        run(count: number) {
          const done = Math.min(count, left);
          clock += cost * done;
          left -= done;
        },
        losses: async () => ({ loss: new Float32Array(0), rows: [] }),
        dispose: () => log.push(`dispose ${kind}`),
      } as unknown as FusedPlan;
    },
  };
}

beforeEach(() => {
  vi.restoreAllMocks();
});

it('takes the engine on which this problem is quicker, on plans that it gives back', async () => {
  const mine = problem();
  const quickGpu = tools({ 'fused WebGPU': 1, 'fused WASM': 3 });
  expect(await tryEngines(BOTH, mine, undefined, quickGpu)).toEqual([
    { kind: 'fused WebGPU', millisecondsPerStep: 1 },
    { kind: 'fused WASM', millisecondsPerStep: 3 },
  ]);
  expect(quickGpu.log).toEqual(['make fused WebGPU', 'dispose fused WebGPU', 'make fused WASM', 'dispose fused WASM']);
  const quickWasm = tools({ 'fused WebGPU': 2, 'fused WASM': 0.5 });
  const other = problem();
  expect((await tryEngines(BOTH, other, undefined, quickWasm))[0].kind).toBe('fused WASM');
  mine.model.dispose();
  other.model.dispose();
});

it('tries on the sets of tags of the rows it takes', async () => {
  const data = withTags(dataset('regression', 0), 1);
  const built = model('tag-sum', data, { d: 2, decoder: [3] });
  const clock = tools({ 'fused WebGPU': 1, 'fused WASM': 3 });
  const seen: Dataset[] = [];
  await tryEngines(BOTH, options(built, data), undefined, {
    ...clock,
    make: (kind, given) => {
      seen.push(given.dataset);
      return clock.make(kind, given);
    },
  });
  built.dispose();
  const [column] = data.tags as TagColumn[];
  const [sample] = seen[0].tags as TagColumn[];
  const setOf = ({ offsets, ids }: TagColumn, row: number) => [...ids.subarray(offsets[row], offsets[row + 1])];
  expect(sample.offsets).toHaveLength(seen[0].rows + 1);
  for (let row = 0; row < seen[0].rows; row++) expect(setOf(sample, row)).toEqual(setOf(column, data.split.train[row]));
});

it('answers the same problem again without a trial, and another batch with one', async () => {
  const mine = problem();
  const first = tools({ 'fused WebGPU': 1, 'fused WASM': 3 });
  await tryEngines(BOTH, mine, undefined, first);
  const second = tools({ 'fused WebGPU': 3, 'fused WASM': 1 });
  expect((await tryEngines(BOTH, mine, undefined, second))[0].kind).toBe('fused WebGPU');
  expect(second.log).toEqual([]);
  expect((await tryEngines(BOTH, { ...mine, batchSize: 11 }, undefined, second))[0].kind).toBe('fused WASM');
  mine.model.dispose();
});

it('tries on the first training rows alone, and leaves weights and the data as they are', async () => {
  const mine = problem();
  const before = await Promise.all([...mine.model.parameters.values()].map(async (variable) => [...(await variable.data())]));
  const recorded = tools({ 'fused WebGPU': 1, 'fused WASM': 3 });
  await tryEngines(BOTH, mine, undefined, recorded);
  expect(recorded.rows).toEqual([101, 101]);
  expect(mine.dataset.rows).toBe(180);
  const after = await Promise.all([...mine.model.parameters.values()].map(async (variable) => [...(await variable.data())]));
  expect(after).toEqual(before);
  mine.model.dispose();
});

it('leaves out an engine that fails, says so, and is cancelled between plans', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const mine = problem();
  const broken = tools({ 'fused WebGPU': new Error('no memory'), 'fused WASM': 3 });
  expect((await tryEngines(BOTH, mine, undefined, broken)).map(({ kind }) => kind)).toEqual(['fused WASM']);
  expect(warn).toHaveBeenCalledWith('The fused WebGPU step is not tried: no memory');
  const other = problem();
  let breaths = 0;
  const cancelled = tools({ 'fused WebGPU': 1, 'fused WASM': 3 });
  const breathe = async (): Promise<void> => {
    if (++breaths === 2) throw new RunCancelled();
  };
  await expect(tryEngines(BOTH, other, breathe, cancelled)).rejects.toBeInstanceOf(RunCancelled);
  expect(cancelled.log).toEqual(['make fused WebGPU', 'dispose fused WebGPU']);
  mine.model.dispose();
  other.model.dispose();
});

import { median } from '../../workers/bench/statistics';
import type { Dataset } from '../../workers/data/dataset';
import { drawing } from '../../workers/data/prepare';
import { type DrawnDataset, datasetSchema } from '../../workers/data/schema';
import { runToEnd } from '../../workers/data/simulation-parts';
import { shapeOf } from '../../workers/data/tag-rows';
import { startWasm } from '../../workers/engine/backends/wasm';
import { nodeWasmPath } from '../../workers/engine/node';
import type { StepPlan } from '../../workers/engine/step-plan';
import { planThreads } from '../../workers/engine/wasm/threads';
import { aboutMethod, buildModel } from '../../workers/methods/registry';
import { RandomStream } from '../../workers/random/random';
import { epochOrder } from '../../workers/training/batches';
import { makePlan } from '../../workers/training/make-plan';
import { digits, table } from './show';
import { processorSeconds } from './turns';

/**
 * Simulations of several features: those of Table 7, and of the LMMNN authors with two and with three. One
 * feature has a closed form.
 */
const DESIGNS: { label: string; dataset: unknown; batch: number; settings: Record<string, unknown> }[] = [
  {
    label: '3 × 10,000 levels, 100,000 rows, batch 1,000 (Table 7)',
    dataset: { kind: 'simulated', task: 'regression', levels: [10_000, 10_000, 10_000], trainRows: 100_000, testRows: 1_000 },
    batch: 1_000,
    settings: {},
  },
  {
    label: '3 × 1,000 levels, 10,000 rows, batch 1,000',
    dataset: { kind: 'simulated', task: 'regression', levels: [1_000, 1_000, 1_000], trainRows: 10_000, testRows: 1_000 },
    batch: 1_000,
    settings: {},
  },
  {
    label: '2 × 1,000 levels, 10,000 rows, batch 1,000',
    dataset: { kind: 'simulated', task: 'regression', levels: [1_000, 1_000], trainRows: 10_000, testRows: 1_000 },
    batch: 1_000,
    settings: {},
  },
  {
    label: '1 × 1,000 levels, 10,000 rows, batch 1,000',
    dataset: { kind: 'simulated', task: 'regression', levels: [1_000], trainRows: 10_000, testRows: 1_000 },
    batch: 1_000,
    settings: {},
  },
  {
    label: '3 × 1,000 levels, 10,000 rows, batch 1,000, two classes',
    dataset: { kind: 'simulated', task: 'binary', levels: [1_000, 1_000, 1_000], trainRows: 10_000, testRows: 1_000 },
    batch: 1_000,
    settings: {},
  },
  {
    label: '1,000, 2,000 and 3,000 levels, 30,000 rows, batch 1,000',
    dataset: { kind: 'simulated', task: 'regression', levels: [1_000, 2_000, 3_000], trainRows: 30_000, testRows: 1_000 },
    batch: 1_000,
    settings: {},
  },
  {
    label: '1,000, 2,000 and 3,000 levels, aligned, 80,000 rows, batch 100 (LMMNN)',
    dataset: {
      kind: 'lmmnn',
      task: 'regression',
      levels: [1_000, 2_000, 3_000],
      interceptVariances: [0.3, 3, 3],
      trainRows: 80_000,
      testRows: 1_000,
    },
    batch: 100,
    settings: { network: [100, 50, 25, 12], dropout: 0.25, order: 'by-level', largestBatch: 100 },
  },
  {
    label: '100 and 10,000 levels, shuffled, 80,000 rows, batch 1,000',
    dataset: {
      kind: 'lmmnn',
      task: 'regression',
      levels: [100, 10_000],
      interceptVariances: [0.5, 5],
      levelOrder: 'shuffled',
      trainRows: 80_000,
      testRows: 1_000,
    },
    batch: 1_000,
    settings: {},
  },
];

interface Contestant {
  plan: StepPlan;
  kind: string;
  order(epoch: number): Uint32Array;
}

async function contestant(id: string, dataset: Dataset, batch: number, given: Record<string, unknown>): Promise<Contestant> {
  const settings = aboutMethod(id).settings.parse(given) as Record<string, unknown>;
  const model = buildModel(id, { ...shapeOf(dataset), batchSize: batch }, settings, new RandomStream(5, 'weights'), dataset);
  const options = { model, dataset, batchSize: model.batchSize ?? batch, learningRate: 0.001, noiseSeed: 7 };
  const { plan, engine } = await makePlan(options);
  const { train } = dataset.split;
  return { plan, kind: engine.kind, order: (epoch) => model.epochOrder?.(train, 1, epoch) ?? epochOrder(train, 1, epoch) };
}

/** An epoch of training steps: wall and processor seconds. */
async function epoch({ plan, order }: Contestant, number: number): Promise<{ wall: number; processor: number }> {
  const began = performance.now();
  const used = processorSeconds();
  plan.setOrder(order(number));
  while (plan.remaining > 0) await plan.run(plan.remaining);
  await plan.losses();
  return { wall: (performance.now() - began) / 1000, processor: processorSeconds() - used };
}

/**
 * Epochs of LMMNN with several features and of MMbeddings on the same data and batches, taking turns, each by
 * the plan that a run would choose on WebAssembly.
 */
export async function lmmnnEpochs(rounds: number, print: (line: string) => void): Promise<unknown> {
  await startWasm(nodeWasmPath());
  const report: unknown[] = [];
  for (const { label, dataset: spec, batch, settings } of DESIGNS) {
    const dataset = runToEnd(drawing(datasetSchema.parse(spec) as DrawnDataset, { data: 1, split: 1 }));
    const both = [await contestant('lmmnn', dataset, batch, settings), await contestant('mmbeddings', dataset, batch, {})];
    const runs: { wall: number; processor: number }[][] = [[], []];
    for (let round = 0; round <= rounds; round++) {
      for (const [at, one] of both.entries()) {
        const time = await epoch(one, round + 1);
        // The first is for what is compiled and cached.
        if (round > 0) runs[at].push(time);
      }
    }
    const ratioOf = (key: 'wall' | 'processor'): number => median(runs[0].map((run, i) => run[key] / runs[1][i][key]));
    const [ratio, processorRatio] = [ratioOf('wall'), ratioOf('processor')];
    print(`${label}; ${planThreads()} threads`);
    print(
      table(
        ['method', 'plan', 'median s an epoch', 'all runs', 'processor s'],
        both.map(({ kind }, at) => [
          ['LMMNN', 'MMbeddings'][at],
          kind,
          digits(median(runs[at].map(({ wall }) => wall))),
          runs[at].map(({ wall }) => digits(wall)).join('  '),
          runs[at].map(({ processor }) => digits(processor)).join('  '),
        ]),
      ),
    );
    // Beside other work the wall says how long each waited; LMMNN takes one thread, MMbeddings take all.
    print(`An epoch of LMMNN takes ${digits(ratio)} epochs of MMbeddings, ${digits(processorRatio)} by processor time.\n`);
    report.push({ label, lmmnn: runs[0], mmbeddings: runs[1], ratio, processorRatio });
    for (const { plan } of both) plan.dispose();
  }
  return report;
}

import { median } from '../../workers/bench/statistics';
import type { Dataset, TagColumn } from '../../workers/data/dataset';
import { shapeOf } from '../../workers/data/tag-rows';
import { startWasm } from '../../workers/engine/backends/wasm';
import { nodeWasmPath } from '../../workers/engine/node';
import type { StepPlan } from '../../workers/engine/step-plan';
import { planThreads } from '../../workers/engine/wasm/threads';
import { aboutMethod, buildModel } from '../../workers/methods/registry';
import { RandomStream } from '../../workers/random/random';
import { memoryNeed } from '../../workers/spec/memory-need';
import { epochOrder } from '../../workers/training/batches';
import { makeEagerPlan, makeFusedPlan } from '../../workers/training/make-plan';
import { bytes, digits, table } from './show';

/** Rows with tags, and the same lookups as features with a level a row. */

const P = 10;
const TAGS_A_ROW = 4;

/** Rows with x, y and `TAGS_A_ROW` different tags of K each; `split`: a feature for each of them instead. */
function taggedRows(rows: number, K: number, split: boolean): Dataset {
  const random = new RandomStream(1, 'bench');
  const ids = new Int32Array(rows * TAGS_A_ROW);
  for (let i = 0; i < rows; i++) {
    const set = new Set<number>();
    while (set.size < TAGS_A_ROW) set.add(random.integer(K));
    ids.set(
      [...set].sort((a, b) => a - b),
      i * TAGS_A_ROW,
    );
  }
  const column: TagColumn = {
    name: 'tags',
    offsets: Uint32Array.from({ length: rows + 1 }, (_, row) => row * TAGS_A_ROW),
    ids,
    labels: Array.from({ length: K }, (_, j) => `${j}`),
    parents: new Int32Array(K).fill(-1),
  };
  const features = Array.from({ length: TAGS_A_ROW }, (_, k) => ({
    name: `z${k + 1}`,
    cardinality: K,
    codes: Int32Array.from({ length: rows }, (_, i) => ids[i * TAGS_A_ROW + k]),
    labels: null,
  }));
  const numbers = Uint32Array.from({ length: rows }, (_, i) => i);
  return {
    task: 'regression',
    rows,
    p: P,
    x: Float32Array.from({ length: rows * P }, () => random.normal()),
    y: Float32Array.from({ length: rows }, () => random.normal()),
    categorical: split ? features : [],
    ...(!split && { tags: [column] }),
    ...{ targetScale: 1, xScales: null, targetMean: 0, targetName: 'y', classLabels: null, truth: null, fingerprint: '0000000000000000' },
    split: { train: numbers, validation: new Uint32Array(0), test: new Uint32Array(0) },
  };
}

async function planOf(id: string, dataset: Dataset, batchSize: number, engine: 'fused' | 'tfjs'): Promise<StepPlan> {
  const settings = aboutMethod(id).settings.parse(id.startsWith('tag') ? {} : { d: 8 }) as Record<string, unknown>;
  const model = buildModel(id, { ...shapeOf(dataset), batchSize }, settings, new RandomStream(5, 'weights'), dataset);
  const options = { model, dataset, batchSize, learningRate: 0.001, noiseSeed: 7 };
  return engine === 'fused' ? makeFusedPlan(options) : makeEagerPlan(options);
}

/** Runs so many steps, epochs one after the other; milliseconds a step. */
async function turn(plan: StepPlan, dataset: Dataset, steps: number): Promise<number> {
  const began = performance.now();
  for (let left = steps; left > 0; ) {
    if (plan.remaining === 0) plan.setOrder(epochOrder(dataset.split.train, 1, left));
    const some = Math.min(left, plan.remaining);
    await plan.run(some);
    left -= some;
  }
  await plan.losses();
  return (performance.now() - began) / steps;
}

/**
 * Steps of K = 10,000 tags, batches of 10,000 rows with four tags each, taking turns: fused, op by op, and
 * Embeddings of four features of 10,000 levels, which look up as many vectors.
 */
export async function tagSteps(rounds: number, print: (line: string) => void): Promise<unknown> {
  await startWasm(nodeWasmPath());
  const [K, batchSize] = [10_000, 10_000];
  const [tagged, split] = [false, true].map((features) => taggedRows(5 * batchSize, K, features));
  const contestants = await Promise.all(
    (
      [
        ['tag-sum, fused', 'tag-sum', tagged, 'fused'],
        ['tag-sum, tfjs-wasm', 'tag-sum', tagged, 'tfjs'],
        ['Embeddings of 4 features, fused', 'embeddings', split, 'fused'],
        ['MMbeddings of tags, fused', 'tag-mmbeddings', tagged, 'fused'],
        ['MMbeddings of tags, tfjs-wasm', 'tag-mmbeddings', tagged, 'tfjs'],
      ] as const
    ).map(async ([label, id, data, engine]) => ({ label, data, plan: await planOf(id, data, batchSize, engine), runs: [] as number[], steps: 1 })),
  );
  for (const one of contestants) {
    await turn(one.plan, one.data, 2);
    one.steps = Math.max(1, Math.round(300 / (await turn(one.plan, one.data, 1))));
  }
  for (let round = 0; round < rounds; round++) for (const one of contestants) one.runs.push(await turn(one.plan, one.data, one.steps));
  print(
    `Milliseconds a step, ${planThreads()} threads: K = ${K.toLocaleString('en')} tags, batch ${batchSize.toLocaleString('en')}, ${TAGS_A_ROW} tags a row, p = ${P}, d = 8; ${rounds} rounds, in turns`,
  );
  print(
    table(
      ['engine', 'median', 'all runs'],
      contestants.map(({ label, runs }) => [label, digits(median(runs)), runs.map(digits).join('  ')]),
    ),
  );
  const [sum, eager, embeddings, mm, mmEager] = contestants.map(({ runs }) => runs);
  const times = (a: readonly number[], b: readonly number[]): string => digits(median(a.map((value, i) => value / b[i])));
  print(`\ntfjs-wasm takes ${times(eager, sum)} times the fused step of tag-sum, and ${times(mmEager, mm)} times that of MMbeddings of tags.`);
  print(`The fused step of tag-sum takes ${times(sum, embeddings)} times that of Embeddings with as many lookups.`);
  return contestants.map(({ label, runs }) => ({ label, runs }));
}

/** One epoch of 10⁶ rows with four of 100,000 tags each: seconds and memory, told before and taken. */
export async function tagsAtScale(print: (line: string) => void): Promise<unknown> {
  await startWasm(nodeWasmPath());
  const [rows, K, batchSize] = [1_000_000, 100_000, 10_000];
  const dataset = taggedRows(rows, K, false);
  const before = process.memoryUsage().rss;
  const shapes = (shapeOf(dataset).tags ?? []).map((shape) => ({ ...shape, perRow: TAGS_A_ROW }));
  const facts = { task: 'regression', p: P, levels: [], tags: shapes, trainRows: rows, validationRows: 0, testRows: 0, exact: true } as const;
  const lines: string[][] = [];
  for (const id of ['tag-sum', 'tag-mmbeddings']) {
    const settings = aboutMethod(id).settings.parse({}) as Record<string, unknown>;
    const [{ bytes: told }] = memoryNeed({ ...facts, levels: [] }, [{ id, settings }], {
      batchSize,
      restoreBest: false,
      dimensions: 'as-set',
    }).methods;
    const plan = await planOf(id, dataset, batchSize, 'fused');
    plan.setOrder(dataset.split.train);
    const began = performance.now();
    let peak = process.memoryUsage().rss;
    while (plan.remaining > 0) {
      await plan.run(1);
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    const { loss } = await plan.losses();
    const seconds = (performance.now() - began) / 1000;
    lines.push([id, digits(seconds), digits(loss[0]), digits(loss[loss.length - 1]), bytes(told), bytes(peak - before)]);
    plan.dispose();
  }
  print(
    `One epoch of ${rows.toLocaleString('en')} rows with ${TAGS_A_ROW} of ${K.toLocaleString('en')} tags each, batch ${batchSize.toLocaleString('en')}, ${planThreads()} threads; the process had ${bytes(before)} with the data`,
  );
  print(table(['method', 'seconds', 'first loss', 'last loss', 'memory told before', 'process grew to, beyond the data'], lines));
  return lines;
}

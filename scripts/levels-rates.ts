/**
 * How fast the Levels room answers, on made-up levels: npm run levels-rates. Times are processor times of
 * this process, so that a busy machine says the same; how soon a cancelled map ends is told by the clock, and
 * judged where the machine is idle. Memory is what the room's worker holds of a million levels before it is
 * opened, while it is used, and after it is left. Ends with 1 where a budget is exceeded.
 */
import { loadavg } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Dataset } from '../workers/data/dataset';
import { Job } from '../workers/levels/job';
import { LabelIndex, labelBlob } from '../workers/levels/label-index';
import { layOut, placeRest } from '../workers/levels/layout';
import { nearestLevels } from '../workers/levels/neighbours';
import { componentScores, principalComponents } from '../workers/levels/pca';
import { procrustes } from '../workers/levels/procrustes';
import { orderBy } from '../workers/levels/radix';
import { expectedRanks } from '../workers/levels/rank';
import { LevelsRoom } from '../workers/levels/room';
import type { LevelsRun } from '../workers/levels/table';
import { RandomStream } from '../workers/random/random';
import type { Finished } from '../workers/training/results';

const random = new RandomStream(1, 'levels rates');
const numbers = (count: number): Float32Array =>
  Float32Array.from({ length: count }, () => random.uniform() * 2 - 1 + Math.floor(3 * random.uniform()));
let over = 0;

/** Milliseconds of the processor since a moment. */
function processor(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

/** The middle of five times, in milliseconds. */
function measured(what: string, budget: number | null, work: () => unknown, times = 5): void {
  const taken = Array.from({ length: times }, () => {
    const started = process.cpuUsage();
    work();
    return processor(started);
  }).sort((a, b) => a - b);
  told(what, taken[times >> 1], budget);
}

function told(what: string, milliseconds: number, budget: number | null): void {
  const late = budget !== null && milliseconds > budget;
  if (late) over++;
  console.log(`${what}: ${milliseconds.toFixed(1)} ms${budget === null ? '' : ` (budget ${budget} ms${late ? ', EXCEEDED' : ''})`}`);
}

const MILLION = 1_000_000;
/** The room may leave so much behind: code that was compiled meanwhile. */
const KEPT_MEGABYTES = 5;
const labels = Array.from({ length: MILLION }, (_, i) => `Level ${((i * 7919) % MILLION).toString(36)} of the plant`);
measured('index of 10⁶ labels', null, () => new LabelIndex(labels, MILLION), 1);
const index = new LabelIndex(labels, MILLION);
measured('search of 10⁶ labels, few hits', 100, () => index.found('zz9'));
measured('search of 10⁶ labels, no hit', 100, () => index.found('quite another'));
measured('search of 10⁶ labels, every one a hit', 100, () => index.found('plant'));
measured('10⁶ labels in one piece', null, () => labelBlob(labels), 3);
const keys = Float64Array.from({ length: MILLION }, () => random.normal());
measured('order of 10⁶ numbers', null, () => orderBy(keys));
measured('order of 10⁶ labels', null, () => new LabelIndex(labels, MILLION).order, 1);
const deviations = keys.map((value) => 0.02 + Math.abs(value) / 4);
measured('expected ranks of 10⁶ levels', null, () => expectedRanks(keys, deviations), 1);
measured('expected ranks of 2,000 levels', null, () => expectedRanks(keys.subarray(0, 2000), deviations.subarray(0, 2000)), 3);

const HUNDRED_THOUSAND = 100_000;
const d = 10;
const vectors = { values: numbers(HUNDRED_THOUSAND * d), d };
const variances = vectors.values.map((value) => 0.1 + Math.abs(value));
const all = Uint32Array.from({ length: HUNDRED_THOUSAND }, (_, j) => j);
measured('components of 10⁵ × 10', 100, () => principalComponents(vectors));
measured('components of 10⁵ × 10 and their two scores', 100, () => {
  const components = principalComponents(vectors);
  componentScores(vectors, components, 0, all);
  componentScores(vectors, components, 1, all);
});
measured('components of 10⁵ × 50', null, () => principalComponents({ values: numbers(50 * HUNDRED_THOUSAND), d: 50 }), 1);
for (const distance of ['euclidean', 'cosine', 'mahalanobis'] as const)
  measured(`neighbours of a level among 10⁵ × 10, ${distance}`, 50, () => nearestLevels(vectors, 5, distance, 10, variances));
measured('rotation of 10⁵ × 10', null, () => procrustes(vectors, { values: vectors.values.slice().reverse(), d }, all, all, true), 3);

/** A map and its steps; with `after`, how long a cancellation takes that comes so many milliseconds later. */
async function mapped(what: string, kind: 'tsne' | 'umap', n: number, after: number | null): Promise<void> {
  const some = { values: numbers(n * d), d };
  const own = Uint32Array.from({ length: n }, (_, j) => j);
  const job = new Job(1);
  const started = performance.now();
  if (after !== null) setTimeout(() => job.cancel(), after);
  const before = process.cpuUsage();
  await layOut(some, own, { kind, seed: 1 }, job, () => {}).catch(() => undefined);
  if (after === null) told(what, processor(before), null);
  else told(`${what}: cancelled ${after} ms after its start, in`, performance.now() - started - after, loadavg()[0] < 1.5 ? 100 : null);
}

await mapped('UMAP of 10⁴ × 10', 'umap', 10_000, 200);
await mapped('UMAP of 10⁴ × 10', 'umap', 10_000, 3000);
await mapped('UMAP of 10⁴ × 10', 'umap', 10_000, 8000);
await mapped('t-SNE of 2,000 × 10', 'tsne', 2000, 2000);
await mapped('UMAP of 10⁴ × 10', 'umap', 10_000, null);
await mapped('t-SNE of 2,000 × 10', 'tsne', 2000, null);

/** The rest of 10⁵ levels put into a layout of so many, and what a cancellation there takes. */
async function rested(n: number, after: number | null): Promise<void> {
  const own = Uint32Array.from({ length: n }, (_, j) => j);
  const layout = { distinct: { levels: own, place: own }, y: Float64Array.from({ length: 2 * n }, () => random.normal()) };
  const job = new Job(1);
  const [started, before] = [performance.now(), process.cpuUsage()];
  if (after !== null) setTimeout(() => job.cancel(), after);
  await placeRest(vectors, layout, all.subarray(n), job, () => {}).catch(() => undefined);
  const what = `rest of 10⁵ × 10 into a layout of ${n}`;
  if (after === null) told(what, processor(before), null);
  else told(`${what}: cancelled ${after} ms after its start, in`, performance.now() - started - after, loadavg()[0] < 1.5 ? 100 : null);
}

await rested(5000, 200);
await rested(5000, null);

/** Made-up results of a method of a million levels with ten numbers each, on twice as many rows. */
function millionLevels(): LevelsRun {
  const rows = 2 * MILLION;
  const codes = Int32Array.from({ length: rows }, () => random.integer(MILLION));
  const part = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const dataset: Dataset = {
    ...{ task: 'regression', rows, x: new Float32Array(0), p: 0, xScales: null, y: numbers(rows) },
    categorical: [{ name: 'level', cardinality: MILLION, codes, labels }],
    ...{ targetScale: 1, targetMean: 0, targetName: 'y', classLabels: null, truth: null, fingerprint: '' },
    split: { train: part(0, 1_700_000), validation: part(1_700_000, 1_900_000), test: part(1_900_000, rows) },
  };
  const finished = {
    result: { method: 'mmbeddings' },
    predictions: new Float64Array(100_000),
    vectors: [{ levels: MILLION, d, values: numbers(MILLION * d) }],
    posterior: { variances: [{ d, values: numbers(MILLION * d).map(Math.abs) }] },
    ...{ estimates: [], validationLoss: 1 },
  } as unknown as Finished;
  return {
    dataset,
    plan: { methods: [{ id: 'mmbeddings' }], seeds: { data: 1, split: 1, weights: 1 } } as unknown as LevelsRun['plan'],
    finished: new Map([['mmbeddings', finished]]),
  };
}

/** Megabytes in use once the garbage is gone. */
function megabytes(): number {
  setFlagsFromString('--expose-gc');
  for (let round = 0; round < 3; round++) (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

/** What is left of the room in memory. */
async function memory(): Promise<void> {
  const run = millionLevels();
  const room = new LevelsRoom(
    () => run,
    () => {},
  );
  const of = { method: 'mmbeddings', feature: 0 };
  // Strings take less once they were read: the first visit is none to measure.
  await visited(room, of);
  room.close();
  const before = megabytes();
  await visited(room, of);
  const used = megabytes();
  room.close();
  const after = megabytes();
  const kept = after - before;
  if (kept > KEPT_MEGABYTES) over++;
  console.log(
    `worker's memory with 10⁶ levels: ${before.toFixed(1)} MB before the room, ${used.toFixed(1)} in it, ${after.toFixed(1)} after it (budget ${KEPT_MEGABYTES} MB more${kept > KEPT_MEGABYTES ? ', EXCEEDED' : ''})`,
  );
}

/** Everything the page asks of the room. */
async function visited(room: LevelsRoom, of: { method: string; feature: number }): Promise<void> {
  room.overview();
  room.table(of);
  for (const by of ['label', 'effect'] as const) room.search({ ...of, text: 'zz9', sort: { by, descending: false } });
  await room.map({ ...of, job: 1, rest: true, view: { kind: 'pca', dimensions: [0, 1] } });
  await room.map({ ...of, job: 2, limit: 500, view: { kind: 'umap', seed: 1, steps: 20 } });
  room.neighbours({ ...of, level: 5, distance: 'mahalanobis', count: 10 });
  room.card({ ...of, level: 5 });
  room.colour({ ...of, colour: { by: 'meanResponse' } });
}

await memory();
process.exitCode = over > 0 ? 1 : 0;

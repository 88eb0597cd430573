/**
 * A run that is saved after an epoch, and goes on in another Run, ends with the numbers of one that nobody
 * disturbed: every method of the registry, bit for bit.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { drawing } from '../data/prepare';
import { tagSeriesSchema } from '../data/schema';
import { runToEnd } from '../data/simulation-parts';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { ABOUTS, aboutMethod } from '../methods/registry';
import { testSettings } from '../methods/testing/test-model';
import type { RunCheckpoint } from './checkpoint';
import { Run, type RunEvent } from './run';
import { trainingSchema } from './schema';
import { SnapshotSchedule } from './snapshot-schedule';
import { datasetOf, methodCases } from './testing/every-method';

const EPOCHS = 4;
const SMALL = { d: 2, decoder: [6], encoder: [8], width: 8, heads: 2, feedForward: 8, blocks: 1, patch: 4 };
/** Saved after every epoch. */
const always = { due: () => true, taken: () => undefined };

const series = (changes: object): Dataset =>
  runToEnd(drawing(tagSeriesSchema.parse({ kind: 'tag-series', series: 6, heldOut: 1, steps: 60, length: 8, ...changes }), { data: 1, split: 1 }));
const windowsFor = (id: string) => (): Dataset => series(id.startsWith('timexer') ? { predicts: 'forecast', horizon: 2 } : {});

/** The first problem of each method, smaller for the backend that is slow. */
function cases(): { id: string; data: () => Dataset }[] {
  return ABOUTS.map(({ id }) => {
    const tried = methodCases().find((one) => one.id === id);
    return { id, data: tried ? () => datasetOf(tried) : windowsFor(id) };
  });
}

const planOf = (ids: readonly string[], changes: object = {}) => ({
  methods: ids.map((id) => ({ id, settings: testSettings(id, SMALL) })),
  training: trainingSchema.parse({
    batchSize: 60,
    epochs: EPOCHS,
    patience: 2,
    restoreBest: true,
    learningRate: 0.02,
    drawPastStop: true,
    ...changes,
  }),
  seeds: { data: 1, split: 1, weights: 1 },
});

/**
 * Trains to the end, from a checkpoint if one is given. What it told is kept, as another thread would get it.
 */
async function trained(data: Dataset, plan: ReturnType<typeof planOf>, from: RunCheckpoint | null = null) {
  const saved: RunCheckpoint[] = [];
  const events: RunEvent[] = [];
  const keep = (checkpoint: RunCheckpoint) => void saved.push(structuredClone(checkpoint));
  const run = new Run(data, plan, (event) => void events.push(event), null, new SnapshotSchedule(1e9), { from, keep, pace: always });
  await run.train();
  return { saved, events, run };
}

/** Without what a clock says. */
const timeless = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, inner) => {
      if (key === 'seconds' || key === 'epochSeconds' || key === 'elapsedSeconds' || key === 'millisecondsPerStep' || key === 'schedule') return null;
      if (inner instanceof Map) return [...inner];
      return ArrayBuffer.isView(inner) ? Array.from(inner as Float64Array, (number) => (Number.isFinite(number) ? number : String(number))) : inner;
    }),
  );

const epochsOf = ({ methods }: RunCheckpoint): number => methods[0].trainer?.lane.epoch ?? 0;

describe.each(NODE_BACKENDS)('a run that goes on from a checkpoint on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  // The slow backend computes op by op what the other one does for methods without a fused step.
  const tried = cases().filter(({ id }) => backend === 'wasm' || ['embeddings', 'deepfm', 'lmmnn', 'mean'].includes(id));
  it.each(tried)('$id', async ({ id, data }) => {
    const dataset = data();
    const whole = await trained(dataset, planOf([id]));
    const ends = whole.saved.at(-1) as RunCheckpoint;
    if (aboutMethod(id).ownAlgorithm) {
      // It has no steps to go on with: it begins again, and comes to the same.
      expect(whole.saved[0].methods[0].trainer?.plan ?? null).toBeNull();
      const { saved } = await trained(dataset, planOf([id]), whole.saved[0]);
      expect(timeless(saved.at(-1))).toEqual(timeless(ends));
      return;
    }
    const from = whole.saved.find((checkpoint) => epochsOf(checkpoint) === 2) as RunCheckpoint;
    const { saved, run } = await trained(dataset, planOf([id]), from);
    expect(saved.map(epochsOf)).toEqual([3, 4, 4]);
    // Weights, moments, counters, curves, the stopping rule and its weights, snapshots: all of every epoch.
    expect(timeless(saved)).toEqual(timeless(whole.saved.slice(2)));
    expect(run.finished.get(id)?.predictions).toEqual(whole.run.finished.get(id)?.predictions);
    expect(run.finished.get(id)?.vectors).toEqual(whole.run.finished.get(id)?.vectors);
  });

  it('one that was ended by hand before a method began gives its results again, and trains nothing', async () => {
    const dataset = datasetOf(methodCases()[0]);
    const plan = planOf(['ignore', 'embeddings', 'mean'], { order: 'sequential', patience: null });
    const saved: RunCheckpoint[] = [];
    const keep = (checkpoint: RunCheckpoint) => {
      saved.push(structuredClone(checkpoint));
      if (checkpoint.methods[1].trainer?.lane.epoch === 2) run.stop();
    };
    const run: Run = new Run(dataset, plan, () => undefined, null, null, { from: null, keep, pace: always });
    await run.train();
    const ended = saved.at(-1) as RunCheckpoint;
    expect(ended.methods.map(({ trainer }) => trainer?.lane.status)).toEqual(['done', 'done', 'waiting']);
    expect(ended.stopped).toBe(true);

    const again = await trained(dataset, plan, ended);
    expect([...again.run.finished.keys()]).toEqual(['ignore', 'embeddings']);
    expect(again.run.status).toBe('stopped');
    expect(timeless(again.saved)).toEqual([timeless(ended)]);
    // The press came, and the engine died before it had any results.
    const pressed = { ...saved.find(({ methods }) => methods[1].trainer?.lane.epoch === 1), stopped: true } as RunCheckpoint;
    const late = await trained(dataset, plan, pressed);
    expect(late.saved.at(-1)?.methods.map(({ trainer }) => trainer?.lane.epoch)).toEqual([EPOCHS, 1, 0]);
  });
});

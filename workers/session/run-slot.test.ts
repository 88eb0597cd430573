/** A run that goes on from what was kept of it. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawing } from '../data/prepare';
import { runToEnd } from '../data/simulation-parts';
import { useBackend } from '../engine/testing';
import { experimentSchema } from '../spec/experiment';
import type { RunCheckpoint } from '../training/checkpoint';
import type { RunEvent } from '../training/run';
import { RunSlot } from './run-slot';

const spec = experimentSchema.parse({
  dataset: { kind: 'simulated', task: 'regression', levels: [8], trainRows: 120, testRows: 40 },
  methods: [{ id: 'ignore' }, { id: 'embeddings', settings: { d: 2 } }],
  training: { batchSize: 32, epochs: 5000, patience: null, drawPastStop: false },
});
const dataset = runToEnd(drawing(spec.dataset as never, spec.seeds));
const slot = new RunSlot(async (_, report) => {
  await report(0.5);
  return dataset;
});

/** Runs to the end from a checkpoint; `meanwhile` hears of every event, and at once of nothing. */
async function run(from: RunCheckpoint | null, meanwhile: (event?: RunEvent | RunCheckpoint) => void) {
  const events: RunEvent[] = [];
  const emit = (event: RunEvent) => {
    events.push(event);
    meanwhile(event);
  };
  const pace = { due: () => from === null, taken: () => undefined };
  const keep = (checkpoint: RunCheckpoint) => meanwhile(structuredClone(checkpoint));
  const ended = slot.start(
    slot.ends,
    () => spec,
    emit,
    null,
    () => ({ from, keep, pace }),
  );
  meanwhile();
  await ended;
  const statuses = events.flatMap((event) => (event.type === 'status' ? [event.status] : []));
  return { end: statuses[statuses.length - 1], results: events.filter(({ type }) => type === 'result').length };
}

/** The first checkpoint with an epoch of every method, of a run that was not stopped yet. */
async function firstCheckpoint(): Promise<RunCheckpoint> {
  let first: RunCheckpoint | null = null;
  await run(null, (told) => {
    if (!told || !('methods' in told) || first || told.methods.some(({ trainer }) => !trainer || trainer.lane.epoch === 0)) return;
    first = told;
    slot.stop();
  });
  if (!first) throw new Error('nothing was kept');
  return first;
}

describe('a run that goes on from a checkpoint', () => {
  let checkpoint: RunCheckpoint;
  beforeAll(async () => {
    await useBackend('wasm');
    checkpoint = await firstCheckpoint();
  });

  it('gives its results where Stop is pressed before it trains: at once, or while its data or a method is prepared', async () => {
    const atOnce = await run(checkpoint, (told) => {
      if (!told) slot.stop();
    });
    expect(atOnce).toEqual({ end: 'stopped', results: 2 });
    for (const kind of ['data', 'method']) {
      const stopped = await run(checkpoint, (told) => {
        if (told && 'type' in told && told.type === 'status' && told.preparing?.kind === kind) slot.stop();
      });
      expect({ kind, ...stopped }).toEqual({ kind, end: 'stopped', results: 2 });
    }
  });

  it('is given up where it is reset, and so is a run that begins where it is stopped', async () => {
    let reset: Promise<void> | null = null;
    const dropped = await run(checkpoint, (told) => {
      if (!told) reset = slot.reset();
    });
    await reset;
    expect(dropped).toEqual({ end: 'idle', results: 0 });
    const begun = await run(null, (told) => {
      if (!told) slot.stop();
    });
    expect(begun).toEqual({ end: 'idle', results: 0 });
  });

  it('is refused by name where its weights are those of another model, and leaves nothing in memory', async () => {
    const other = structuredClone(checkpoint);
    for (const { trainer } of other.methods)
      if (trainer?.plan) trainer.plan.weights = new Map([...trainer.plan.weights].map(([name, values]) => [`old/${name}`, values]));
    await slot.reset();
    const { numTensors } = tf.memory();
    await expect(run(other, () => undefined)).rejects.toMatchObject({
      code: 'record-damaged',
      message: expect.stringMatching(/^What was kept of Ignore does not fit its model: .+\.$/),
    });
    await slot.reset();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

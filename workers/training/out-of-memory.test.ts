/** What becomes of a run one of whose methods needs more memory than WebAssembly has. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { memoryUse } from '../engine/memory';
import { RecordedStep } from '../engine/recorded/recorded-step';
import { useBackend } from '../engine/testing';
import { testDataset, testSettings } from '../methods/testing/test-model';
import type { RunCheckpoint } from './checkpoint';
import { isExhaustion, LackOfMemory, MethodExhausted } from './out-of-memory';
import { Run, type RunEvent } from './run';
import { trainingSchema } from './schema';

const always = { due: () => true, taken: () => undefined };
const planOf = (ids: readonly string[], batchSize: number, changes: object = {}) => ({
  methods: ids.map((id) => ({ id, settings: { ...testSettings(id, { d: 2, decoder: [4], encoder: [4] }), ...changes } })),
  training: trainingSchema.parse({ batchSize, epochs: 4, patience: null, learningRate: 0.01, drawPastStop: false }),
  seeds: { data: 1, split: 1, weights: 1 },
});

describe('too little memory', () => {
  beforeAll(() => useBackend('wasm'));

  it('a step that cannot fit is known before it is tried: its method is left out by name, and the others train', async () => {
    const data = testDataset('regression', 3, [20], 112_000, 3);
    const plan = planOf(['ignore', 'tabnet'], 70_000);
    plan.training.epochs = 1;
    plan.methods[1].settings = { ...plan.methods[1].settings, width: 128, steps: 2 };
    const before = memoryUse();
    const events: RunEvent[] = [];
    const run = new Run(data, plan, (event) => void events.push(event));
    await run.train();
    expect([...run.finished.keys()]).toEqual(['ignore']);
    const lanes = events.filter((event) => event.type === 'lanes').at(-1)?.lanes;
    const lane = lanes?.find(({ method }) => method === 'tabnet');
    expect(lane).toMatchObject({ status: 'diverged', outOfMemory: true, epoch: 0 });
    expect(lane?.stopReason).toMatch(
      /^A step with a batch of 70,000 rows takes about [\d.]+ GiB, and WebAssembly has 3\.5 GiB\. A batch of [\d,]+ rows fits\.$/,
    );
    expect(run.status).toBe('done');
    expect(memoryUse()).toEqual(before);
  });

  it('memory that runs out in a step is told as the failure of its method, and the run goes on without it', async () => {
    const data = testDataset('regression', 2, [20], 300, 3);
    const plan = planOf(['ignore', 'tabnet', 'embeddings'], 60);
    const alone = new Run(data, planOf(['ignore', 'embeddings'], 60), () => undefined);
    await alone.train();
    const saved: RunCheckpoint[] = [];
    const keep = (checkpoint: RunCheckpoint): void => void saved.push(checkpoint);
    const step = RecordedStep.prototype.run;
    const stepping = vi.spyOn(RecordedStep.prototype, 'run').mockImplementation(function (this: RecordedStep, rows) {
      if (saved.length > 4) throw new WebAssembly.RuntimeError('table index is out of bounds');
      return step.call(this, rows);
    });
    const failing = new Run(data, plan, () => undefined, null, null, { from: null, keep, pace: always });
    const failure = await failing.train().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    stepping.mockRestore();
    expect(failure).toBeInstanceOf(MethodExhausted);
    expect(failure).toMatchObject({
      code: 'method-exhausted',
      method: 'tabnet',
      message: 'TabNet ran out of memory (table index is out of bounds).',
    });
    const events: RunEvent[] = [];
    const left = new Map([['tabnet', 'It ran out of memory.']]);
    const run = new Run(data, plan, (event) => void events.push(event), null, null, { from: saved.at(-1) ?? null, keep, pace: always, left });
    await run.train();
    const metrics = (one: Run) => ['ignore', 'embeddings'].map((id) => one.finished.get(id)?.result.metrics);
    expect(metrics(run)).toEqual(metrics(alone));
    const lanes = events.filter((event) => event.type === 'lanes').at(-1)?.lanes;
    expect(lanes?.find(({ method }) => method === 'tabnet')).toMatchObject({ outOfMemory: true, stopReason: 'It ran out of memory.', epoch: 2 });
    // What was saved at the end knows it too.
    expect(saved.at(-1)?.methods.find(({ id }) => id === 'tabnet')?.trainer?.lane.outOfMemory).toBe(true);
  });

  it('what ran out of memory is told from a refusal and from an error of the program', () => {
    expect(isExhaustion(new WebAssembly.RuntimeError('Aborted()'))).toBe(true);
    expect(isExhaustion(new RangeError('Array buffer allocation failed'))).toBe(true);
    expect(isExhaustion(new Error('WebAssembly.Memory(): could not allocate memory: out of memory'))).toBe(true);
    expect(isExhaustion(new LackOfMemory(10, 1, 1, 1))).toBe(false);
    expect(isExhaustion(new TypeError('x is undefined'))).toBe(false);
  });
});

import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { startWasm } from '../engine/backends/wasm';
import { nodeWasmPath } from '../engine/node';
import { setPlanThreads } from '../engine/wasm/threads';
import { aboutMethod } from '../methods/registry';
import { levelsOf, NeededRows, placesOf } from './needed-rows';
import { Pacer } from './pacer';
import { trainingSchema } from './schema';
import { dataset } from './testing/fused-cases';
import { Trainer } from './trainer';

const pacer = new Pacer(1000);
beforeAll(() => startWasm(nodeWasmPath()));
afterEach(() => setPlanThreads(null));
afterAll(() => pacer.close());

it('takes the rows that share a level with a row that is wanted, in their order', () => {
  const data = dataset('regression', 3, 40_000, 20_000);
  const numbers = fc.integer({ min: 20_000, max: 39_999 });
  fc.assert(
    fc.property(fc.uniqueArray(numbers, { minLength: 1, maxLength: 6 }), (wanted) => {
      const { train } = data.split;
      const shares = (row: number) => data.categorical.some(({ codes }) => wanted.some((other) => codes[other] === codes[row]));
      const expected = [...train].filter(shares);
      const places = placesOf(data, train, levelsOf(data, Uint32Array.from(wanted)));
      if (places) expect(Array.from(places, (place) => train[place])).toEqual(expected);
      else expect(expected.length).toBeGreaterThan(0.95 * train.length);
    }),
    { numRuns: 20 },
  );
});

it('takes the rows that share a tag with a row that is wanted, not those without tags', () => {
  const offsets = Uint32Array.of(0, 2, 2, 3, 5, 6);
  const column = { name: 'tags', offsets, ids: Int32Array.of(0, 3, 1, 1, 3, 2), labels: ['a', 'b', 'c', 'd'], parents: new Int32Array(4) };
  const data = { categorical: [], tags: [column] };
  const levels = levelsOf(data, Uint32Array.of(0, 1));
  expect(levels).toEqual([Uint8Array.of(1, 0, 0, 1)]);
  expect(placesOf(data, Uint32Array.of(4, 3, 1, 2), levels)).toEqual(Uint32Array.of(1));
  // Beside levels: either is enough.
  const both = { ...data, categorical: [{ name: 'z', cardinality: 2, codes: Int32Array.of(0, 1, 1, 1, 0), labels: null }] };
  expect(placesOf(both, Uint32Array.of(4, 3, 1, 2), levelsOf(both, Uint32Array.of(0)))).toEqual(Uint32Array.of(0, 1));
});

it('says nothing where nearly all rows are needed', () => {
  const data = dataset('regression', 1);
  expect(placesOf(data, data.split.train, levelsOf(data, data.split.train))).toBeUndefined();
});

it('looks for them once, whichever part of the rows and whichever wanted rows are asked for in turn', () => {
  const data = dataset('regression', 1, 40_000, 20_000);
  const { train } = data.split;
  const needed = new NeededRows(data);
  // Parts of the same rows that begin at the same place, other rows of the same length there, and other rows
  // that are wanted.
  const parts = [train.subarray(0, 5000), train.subarray(0, 3000), train.subarray(5000, 9000), train.slice(5000, 10_000)];
  const wanted = [Uint32Array.of(20_000, 20_001), Uint32Array.of(30_000)];
  const asks = fc.array(fc.record({ part: fc.constantFrom(...parts), of: fc.constantFrom(...wanted) }), { maxLength: 12 });
  fc.assert(
    fc.property(asks, (all) => {
      for (const { part, of } of all) expect(needed.of(part, of)).toEqual(placesOf(data, part, levelsOf(data, of)));
    }),
    { numRuns: 20 },
  );
  const first = needed.of(parts[0], wanted[0]);
  needed.of(parts[2], wanted[0]);
  expect(needed.of(parts[0], wanted[0])).toBe(first);
});

/** The rows of `dataset`, of which few validate. */
function fewValidate(K: number): Dataset {
  const data = dataset('regression', K, 40_000, 20_000);
  return { ...data, split: { ...data.split, validation: data.split.validation.slice(0, 2) } };
}

it.each([
  { K: 1, threads: 1, settings: {} },
  { K: 1, threads: 2, settings: { extraction: 'mean' } },
  { K: 2, threads: 2, settings: { logVarAveraging: 'log-of-mean' } },
])('leave the losses of an epoch as they are: K = $K, $threads threads, $settings', async ({ K, threads, settings }) => {
  setPlanThreads(threads);
  const data = fewValidate(K);
  const needed = placesOf(data, data.split.train, levelsOf(data, data.split.validation));
  expect(needed?.length).toBeLessThan(0.5 * data.split.train.length);
  const small = { encoder: [17, 10], decoder: [4], d: 3 };
  const chosen = {
    id: 'mmbeddings',
    settings: aboutMethod('mmbeddings').settings.parse({ ...small, ...settings }) as Record<string, unknown>,
    dataset: data,
    training: trainingSchema.parse({ batchSize: 4000 }),
    weightSeed: 4,
  };
  const curves = await Promise.all(
    [true, false].map(async (everyLevel) => {
      const trainer = await Trainer.create(chosen);
      expect(trainer.lane.engine?.kind).toBe('fused WASM');
      const tables: Float32Array[] = [];
      for (let epoch = 0; epoch < 3; epoch++) {
        await trainer.epoch(pacer, () => {}, everyLevel);
        tables.push((await trainer.evaluator.levelVectors())[0].values);
      }
      trainer.dispose();
      return { ...trainer.curves, tables };
    }),
  );
  expect(curves[1].predictive).toEqual(curves[0].predictive);
  expect(curves[1].objective).toEqual(curves[0].objective);
  expect(curves[1].training).toEqual(curves[0].training);
  // What is left out is left out.
  expect(curves[1].tables).not.toEqual(curves[0].tables);
});

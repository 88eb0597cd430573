/**
 * Random small tables through every method that accepts them: WASM, fused where there is such a step, gives
 * what the CPU gives op by op.
 */
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { LabFailure } from '../data/failure';
import type { TagShape } from '../data/tag-rows';
import { useBackend } from '../engine/testing';
import { aboutMethod } from '../methods/registry';
import { OF_TABLES, RESPONSES, type ResponseKind, SMALL_TAGS } from '../methods/testing/every-method';
import { testDataset, testSettings } from '../methods/testing/test-model';
import { Run } from './run';
import { trainingSchema } from './schema';

const TABLES = 2;

interface Table extends ResponseKind {
  task: Dataset['task'];
  p: number;
  /** Levels of each categorical column; a column of one level, and levels that no training row has. */
  levels: number[];
  /** Columns of tags; the last tag of each is in no training row. */
  tags?: readonly TagShape[];
  rows: number;
  batch: number;
  seed: number;
  special: 'none' | 'constant response' | 'constant column' | 'large numbers' | 'one level trains' | 'two training rows';
}

const tables: fc.Arbitrary<Table> = fc.record({
  task: fc.constantFrom('regression', 'binary'),
  p: fc.integer({ min: 0, max: 3 }),
  levels: fc.array(fc.constantFrom(1, 2, 5, 40), { maxLength: 3 }),
  rows: fc.integer({ min: 12, max: 40 }),
  batch: fc.constantFrom(1, 7, 1000),
  seed: fc.nat(1000),
  special: fc.constantFrom('none', 'none', 'constant response', 'constant column', 'large numbers', 'one level trains', 'two training rows'),
});

function datasetOf({ task, p, levels, tags, rows, seed, special, ...kind }: Table): Dataset {
  const data = testDataset(task, p, levels, rows, seed, tags, kind);
  if (special === 'constant response') data.y.fill(1);
  if (special === 'constant column') for (let row = 0; row < rows && p > 0; row++) data.x[row * p] = 0;
  if (special === 'large numbers') for (const i of data.x.keys()) data.x[i] *= 100;
  if (special === 'one level trains') for (const { codes } of data.categorical) for (const row of data.split.train) codes[row] = 0;
  if (special === 'two training rows') data.split.train = data.split.train.slice(0, 2);
  return data;
}

/**
 * What a run ended with; `refused`: the sentence of a method that finds such data unfit, or diverges on them.
 */
interface Outcome {
  refused: string | null;
  losses: number[];
  predictions: number[];
}

async function outcomeOf(id: string, table: Table): Promise<Outcome> {
  tf.dispose(Array.from({ length: 100 }, (_, i) => tf.fill([i + 1], Number.NaN)));
  const training = trainingSchema.parse({ batchSize: table.batch, epochs: 2, patience: null, learningRate: 0.01, drawPastStop: false });
  // A second stage of hundreds of steps would show rounding.
  const settings = testSettings(id, { d: 3, decoder: [6], encoder: [8], postTraining: false });
  const losses: number[] = [];
  let refused: string | null = null;
  const tensors = tf.memory().numTensors;
  const run = new Run(datasetOf(table), { methods: [{ id, settings }], training, seeds: { data: 1, split: 1, weights: 1 } }, (event) => {
    if (event.type === 'curves') losses.push(...event.curves.training);
    if (event.type === 'lanes' && event.lanes[0]?.status === 'diverged') refused = event.lanes[0].stopReason;
  });
  try {
    await run.train();
  } catch (failure) {
    if (!(failure instanceof LabFailure)) throw failure;
    refused = failure.message;
  }
  expect(tf.memory().numTensors).toBe(tensors);
  return { refused, losses, predictions: [...(run.finished.get(id)?.predictions ?? [])] };
}

const difference = (actual: readonly number[], expected: readonly number[]): number =>
  actual.length === expected.length
    ? Math.max(...expected.map((value, i) => Math.abs(actual[i] - value) / Math.max(1, Math.abs(value))))
    : Number.NaN;

describe('random tables', () => {
  beforeAll(async () => {
    await useBackend('cpu');
    await useBackend('wasm');
  });

  it.each(OF_TABLES.map(({ id }) => id))('%s gives on WASM what it gives on the CPU', { timeout: 120_000 }, async (id) => {
    const { refusal, tags } = aboutMethod(id);
    const one = { task: 'regression' as const, p: 1, levels: [5] };
    const kind = refusal?.(one) ? RESPONSES.find((kind) => !refusal({ ...one, ...kind })) : undefined;
    let refusedInTurn = 0;
    // Growth curves take one number and one column, counts and times one column: narrowed here, as few random
    // tables are of that kind.
    const accepted = tables
      .map((table) => (/^growth|lindstrom/.test(id) ? { ...table, ...one } : table))
      .map((table) => (kind ? { ...table, ...one, p: table.p, ...kind } : table))
      .map((table) => (tags === 'own' ? { ...table, tags: SMALL_TAGS.slice(0, 1 + (table.seed % 2)) } : table))
      .filter((table) => {
        refusedInTurn = refusal?.(table) ? refusedInTurn + 1 : 0;
        // The filter asks for another table without end.
        if (refusedInTurn > 1_000) throw new Error(`${id} accepts no random table`);
        return refusedInTurn === 0;
      });
    await fc.assert(
      fc.asyncProperty(accepted, async (table) => {
        await tf.setBackend('cpu');
        const expected = await outcomeOf(id, table);
        await tf.setBackend('wasm');
        const actual = await outcomeOf(id, table);
        expect(actual.refused).toBe(expected.refused);
        if (expected.refused !== null) return;
        expect(expected.predictions.every(Number.isFinite)).toBe(true);
        expect(expected.predictions.length).toBeGreaterThan(0);
        // Batch norms amplify rounding from step to step.
        const most = id === 'tabnet' ? 0.5 : 1e-3;
        expect(difference(actual.losses, expected.losses)).toBeLessThan(most);
        expect(difference(actual.predictions, expected.predictions)).toBeLessThan(most);
      }),
      { numRuns: TABLES, seed: 13 },
    );
  });
});

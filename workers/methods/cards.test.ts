/** What the cards say of levels with few rows and of vectors that share, beside the mathematics of it. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import { aboutMethod, buildModel } from './registry';
import { testDataset } from './testing/test-model';

/** Rows of six levels; the responses are 1 in one level and 0 in the others, each level in turn. */
const COUNTS = [1, 3, 10, 20, 40, 60];
const ROWS = COUNTS.reduce((sum, n) => sum + n, 0);

/** Weight of each level's own mean where steps against a gradient end; responses of the level `own` are 1. */
function weights(gradient: (e: number[], own: number) => number[]): number[] {
  return COUNTS.map((_, own) => {
    let e = COUNTS.map(() => 0);
    for (let step = 0; step < 20_000; step++) {
      const slope = gradient(e, own);
      e = e.map((value, j) => value - 0.5 * slope[j]);
    }
    return e[own];
  });
}

describe('levels with few rows', () => {
  it('are pulled more where levels are exchanged, as rows of the others reach all alike', () => {
    const p = 0.1;
    const y = (level: number, own: number) => Number(level === own);
    const found = weights((e, own) =>
      e.map((value, j) =>
        COUNTS.reduce((sum, n, from) => sum + ((from === j ? 1 - p : p / (COUNTS.length - 1)) * n * (value - y(from, own))) / ROWS, 0),
      ),
    );
    COUNTS.forEach((n, j) => {
      const others = (p * (ROWS - n)) / (COUNTS.length - 1);
      expect(found[j]).toBeCloseTo(((1 - p) * n) / ((1 - p) * n + others), 6);
    });
    expect(found[0]).toBeLessThan(0.3);
    expect(found[5]).toBeGreaterThan(0.9);
    expect(aboutMethod('shared-embeddings').whenToUse).toContain('shrinks levels with few rows more');
  });

  it('are pulled more by one penalty for all, by the weight of a mixed model', () => {
    const lambda = 0.05;
    const found = weights((e, own) => e.map((value, j) => (COUNTS[j] * (value - Number(j === own))) / ROWS + lambda * value));
    // n σ²_b / (n σ²_b + σ²), where the penalty times the rows is σ² / σ²_b.
    COUNTS.forEach((n, j) => {
      expect(found[j]).toBeCloseTo(n / (n + lambda * ROWS), 6);
    });
    const { idea, whenToUse } = aboutMethod('embeddings-l2');
    expect(idea).toContain('those with few rows are pulled closest to zero, as in a mixed model');
    expect(idea + whenToUse).not.toMatch(/equally|does not depend/);
  });
});

describe('vectors', () => {
  beforeAll(() => useBackend('cpu'));

  it('of one remainder have half of their numbers in common only where the two rows stand side by side', async () => {
    const data = testDataset('regression', 1, [16], 20, 1);
    const inCommon = async (rule: string): Promise<number> => {
      const problem = { task: 'regression' as const, p: 1, levels: [16], batchSize: 4 };
      const settings = aboutMethod('quotient-remainder').settings.parse({ rule });
      const model = buildModel('quotient-remainder', problem, settings, new RandomStream(1, 'cards'), data);
      const [table] = await model.levelVectors([], () => []);
      const values = await table.data();
      const d = table.shape[1];
      // Levels 0 and 4 of the four remainders.
      const same = Array.from({ length: d }, (_, m) => values[m] === values[4 * d + m]).filter(Boolean).length;
      tf.dispose(table);
      model.dispose();
      return same / d;
    };
    expect([await inCommon('multiply'), await inCommon('add'), await inCommon('concatenate')]).toEqual([0, 0, 0.5]);
    expect(aboutMethod('quotient-remainder').settings.parse({})).toMatchObject({ rule: 'multiply' });
    expect(aboutMethod('quotient-remainder').whenToUse).toContain('share one of the two rows that make their vector');
  });

  it.each(['mmbeddings', 'tag-mmbeddings'])('of %s are plain averages, unless shrinkage is chosen', (id) => {
    expect(aboutMethod(id).settings.parse({})).toMatchObject({ shrinkage: 'none' });
    expect(aboutMethod(id).idea).toContain('takes the plain average over');
  });
});

import { describe, expect, it } from 'vitest';
import { useBackend } from '../engine/testing';
import { LevelHistory } from './level-history';
import { Run } from './run';
import { trainingSchema } from './schema';
import { dataset } from './testing/fused-cases';

const tables = (epoch: number, q: number) => [{ values: Float32Array.from({ length: 2 * q }, (_, i) => epoch * 1000 + i), levels: q, d: 2 }];

describe('pictures of level vectors while a method trains', () => {
  it('are at most 30, evenly spaced, whatever the epochs, and hold the sampled levels', () => {
    const data = dataset('regression', 1);
    const { cardinality } = data.categorical[0];
    for (const epochs of [1, 29, 30, 31, 61, 500]) {
      const history = new LevelHistory(data, 1);
      for (let epoch = 1; epoch <= epochs; epoch++) history.add(epoch, tables(epoch, cardinality));
      const kept = history.pictures.map(({ epoch }) => epoch);
      expect(kept[0]).toBe(1);
      expect(kept.length).toBeLessThanOrEqual(30);
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(epochs, 15));
      expect(new Set(kept.slice(1).map((epoch, i) => epoch - kept[i])).size).toBeLessThanOrEqual(1);
      for (const { epoch, tables: pictured } of history.pictures)
        expect([...pictured[0].values]).toEqual([...history.levels[0]].flatMap((level) => [epoch * 1000 + 2 * level, epoch * 1000 + 2 * level + 1]));
    }
  });

  it('are asked for beside other things only while they take at most 3 % of the time', () => {
    const history = new LevelHistory(dataset('regression', 1), 1);
    expect(history.affords(2)).toBe(false);
    history.spent(100, 'plain');
    expect(history.affords(2)).toBe(true);
    history.spent(110, 'picture');
    expect(history.affords(3)).toBe(false);
    history.spent(100, 'plain');
    history.spent(100, 'plain');
    expect(history.affords(4)).toBe(true);
  });

  it('of a run are there when it ends, of no more levels than 2,000, and change none of its numbers', async () => {
    await useBackend('cpu');
    const data = dataset('regression', 1);
    const plan = {
      methods: [
        { id: 'embeddings', settings: { d: 3, decoder: [4] } },
        { id: 'ignore', settings: { decoder: [4] } },
      ],
      training: trainingSchema.parse({ batchSize: 40, epochs: 12, patience: null, drawPastStop: false }),
      seeds: { data: 1, split: 1, weights: 1 },
    };
    const [kept, plain] = [new Run(data, plan, () => {}, null, true), new Run(data, plan, () => {})];
    await kept.train();
    await plain.train();
    const [finished, other] = [kept.finished.get('embeddings'), plain.finished.get('embeddings')];
    const { history } = finished as NonNullable<typeof finished>;
    expect(history?.pictures.length).toBeGreaterThan(0);
    expect(history?.pictures.at(-1)?.tables[0].values).toHaveLength(3 * (history?.levels[0].length ?? 0));
    expect(finished?.predictions).toEqual(other?.predictions);
    expect(finished?.vectors).toEqual(other?.vectors);
    expect(other?.history).toBeUndefined();
    expect(other?.typical).toBeUndefined();
    expect(kept.finished.get('ignore')?.history?.pictures).toEqual([]);
  });
});

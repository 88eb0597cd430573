import { describe, expect, it } from 'vitest';
import { useBackend } from '../engine/testing';
import { aboutMethod } from '../methods/registry';
import { levelPosterior } from './evaluate';
import { finishSnapshot } from './finish-snapshot';
import { Pacer } from './pacer';
import { Run } from './run';
import { trainingSchema } from './schema';
import { SnapshotSchedule } from './snapshot-schedule';
import { MethodSnapshots, snapshotBytes, snapshotSample, takeSnapshot } from './snapshots';
import { predictionMetrics } from './test-metrics';
import { dataset } from './testing/fused-cases';
import { Trainer } from './trainer';

const tables = (epoch: number, q: number) => [{ values: Float32Array.from({ length: 2 * q }, (_, i) => epoch * 1000 + i), d: 2 }];

describe('snapshots of a method while it trains', () => {
  it('are 30 where there are as many epochs, closer at the beginning, and hold the sampled levels', () => {
    const data = dataset('regression', 1);
    const { cardinality } = data.categorical[0];
    const sample = snapshotSample(data, 1);
    for (const epochs of [1, 29, 30, 31, 59, 61, 500]) {
      const schedule = new SnapshotSchedule();
      const snapshots = new MethodSnapshots(sample, schedule);
      for (let epoch = 1; epoch <= epochs; epoch++)
        if (schedule.takes(epoch)) snapshots.add({ epoch, tables: tables(epoch, cardinality), posteriors: [null], predictions: new Float64Array(3) });
      const kept = snapshots.pictures.map(({ epoch }) => epoch);
      expect(kept).toEqual(schedule.epochs);
      expect(kept[0]).toBe(1);
      expect(kept).toHaveLength(Math.min(epochs, 30));
      const steps = kept.slice(1).map((epoch, i) => epoch - kept[i]);
      expect(steps).toEqual(steps.toSorted((a, b) => a - b));
      expect((steps.at(-1) ?? 1) / (steps[0] ?? 1)).toBeLessThanOrEqual(2);
      expect(epochs - (kept.at(-1) as number)).toBeLessThan(steps.at(-1) ?? 1);
      for (const { epoch, tables: pictured } of snapshots.pictures)
        expect([...(pictured[0].values as Float32Array)]).toEqual(
          [...sample.levels[0]].flatMap((level) => [epoch * 1000 + 2 * level, epoch * 1000 + 2 * level + 1]),
        );
      expect(snapshotBytes(snapshots)).toBe(kept.length * (8 * sample.levels[0].length + 24));
    }
  });

  it('are 30 of all methods together, where some stop long before others', () => {
    const data = dataset('regression', 1);
    const sample = snapshotSample(data, 1);
    const schedule = new SnapshotSchedule();
    const [early, late] = [90, 300].map((stop) => {
      const kept = new MethodSnapshots(sample, schedule);
      return { kept, stop };
    });
    for (let epoch = 1; epoch <= 300; epoch++)
      for (const { kept, stop } of [early, late])
        if (epoch <= stop && schedule.takes(epoch)) kept.add({ epoch, tables: [], posteriors: [], predictions: null });
    const epochs = ({ kept }: typeof early) => kept.pictures.map(({ epoch }) => epoch);
    expect(epochs(late)).toEqual(schedule.epochs);
    expect(epochs(early)).toEqual(schedule.epochs.filter((epoch) => epoch <= 90));
    expect(new Set([...epochs(early), ...epochs(late)]).size).toBe(30);
  });

  it('are taken after the same epochs of every method, also of one that comes later', () => {
    const schedule = new SnapshotSchedule();
    const first = Array.from({ length: 40 }, (_, e) => schedule.takes(e + 1));
    const second = Array.from({ length: 40 }, (_, e) => schedule.takes(e + 1));
    expect(second.flatMap((taken, e) => (taken ? [e + 1] : []))).toEqual(schedule.epochs);
    expect(first.filter(Boolean).length).toBeGreaterThan(schedule.epochs.length);
  });

  it('wait while they have taken more than their share of the time', () => {
    const schedule = new SnapshotSchedule();
    expect(schedule.takes(1)).toBe(true);
    schedule.spent('embeddings', 1, 100, 80);
    expect(schedule.takes(2)).toBe(true);
    // 2 ms more than an epoch without, for looking at all levels.
    schedule.spent('embeddings', 2, 102, 11);
    // By the third epoch 10 of the 100 ms, and 1 % of 293.
    expect(schedule.takes(3)).toBe(false);
    expect(schedule.takes(4)).toBe(true);
    // An epoch that waited for other work: its snapshot counts, and 2 ms once more.
    schedule.spent('embeddings', 4, 300, 90);
    // 105 ms: all 100 that are free, and 1 % of 683, from the thirtieth on.
    for (let epoch = 5; epoch <= 30; epoch++) schedule.takes(epoch);
    expect(schedule.epochs).not.toContain(29);
    expect(schedule.epochs).toContain(30);
  });

  it('are counted with what their epochs take more than those without, never less than nothing, also by a run that goes on', () => {
    const schedule = new SnapshotSchedule();
    schedule.spent('embeddings', 1, 100, 80);
    schedule.spent('embeddings', 2, 103, 7);
    // As yet without an epoch to compare with, then with one that took longer.
    schedule.spent('ignore', 2, 50, 5);
    expect(schedule.save().spent).toBe(7 + 3 + 5);
    schedule.spent('ignore', 3, 60, null);
    expect(schedule.save()).toMatchObject({ all: 180 + 110 + 55 + 60, spent: 15 });
    const other = new SnapshotSchedule();
    for (const taken of [9, null]) other.spent('embeddings', 3, taken === null ? 1 : 500, taken);
    other.restore(schedule.save());
    expect(other.save()).toEqual(schedule.save());
  });

  it('predict the rows that are drawn and an even sample of the others by the rows of their level', () => {
    const data = dataset('regression', 1, 9000, 100);
    const { rows, scored } = snapshotSample(data, 1);
    expect(rows.length).toBeLessThanOrEqual(2000);
    expect(scored).toHaveLength(1600);
    const counts = new Map<number, number>();
    for (const row of [...data.split.train, ...data.split.validation])
      counts.set(data.categorical[0].codes[row], (counts.get(data.categorical[0].codes[row]) ?? 0) + 1);
    const mean = (places: ArrayLike<number>) =>
      Array.from(places, (place) => counts.get(data.categorical[0].codes[data.split.test[place]]) ?? 0).reduce((sum, n) => sum + n, 0) /
      places.length;
    expect(mean(scored.map((i) => rows[i]))).toBeCloseTo(mean(Uint32Array.from(data.split.test.keys())), 1);
    // Every so-manieth of all test rows by the rows of their level, equal ones in their own order.
    const ofPlace = (place: number) => counts.get(data.categorical[0].codes[data.split.test[place]]) ?? 0;
    const ordered = [...data.split.test.keys()].sort((a, b) => ofPlace(a) - ofPlace(b) || a - b);
    const even = Array.from({ length: 1600 }, (_, i) => ordered[Math.floor(((i + 0.5) * ordered.length) / 1600)]);
    expect(Array.from(scored, (i) => rows[i])).toEqual(even.sort((a, b) => a - b));
    expect(snapshotSample(dataset('regression', 1), 1).rows).toHaveLength(49);
  });

  it('of an encoder compute its posterior when it is asked for, with the weights of their epoch', async () => {
    await useBackend('cpu');
    const data = dataset('regression', 1);
    const [sample, pacer] = [snapshotSample(data, 1), new Pacer()];
    const training = trainingSchema.parse({ batchSize: 40, epochs: 3, patience: null });
    const settings = aboutMethod('mmbeddings').settings.parse({ d: 3, encoder: [5], decoder: [4] }) as Record<string, unknown>;
    const trainer = await Trainer.create({ id: 'mmbeddings', settings, dataset: data, training, weightSeed: 1 });
    await trainer.epoch(pacer, () => {});
    const kept = new MethodSnapshots(sample, new SnapshotSchedule());
    kept.schedule.takes(1);
    kept.add(await takeSnapshot(trainer, 1, await trainer.evaluator.levelVectors(), sample, pacer));
    const [picture] = kept.pictures;
    expect(picture.posteriors).toEqual([null]);
    const now = await levelPosterior(trainer.evaluator, sample.drawnLevelRows, pacer);
    await trainer.epoch(pacer, () => {});
    await finishSnapshot({ id: 'mmbeddings', dataset: data, weightSeed: 1 }, kept, picture);
    expect(picture.late).toBeUndefined();
    expect(picture.posteriors[0]?.means.values).toEqual(now?.means[0].values);
    expect(picture.posteriors[0]?.variances.values).toEqual(now?.variances[0].values);
    expect(picture.posteriors[0]?.prior).toEqual([1, 1, 1]);
    const later = await levelPosterior(trainer.evaluator, sample.drawnLevelRows, pacer);
    expect(later?.means[0].values).not.toEqual(now?.means[0].values);
    trainer.dispose();
  });

  it('of a run change none of its numbers, and predict what it would', async () => {
    await useBackend('cpu');
    const data = dataset('regression', 1);
    const methods = [
      { id: 'embeddings', settings: { d: 3, decoder: [4] } },
      { id: 'regbeddings', settings: { d: 3, decoder: [4], beta: 0.1, priorVariance: 1 } },
      { id: 'ignore', settings: { decoder: [4] } },
    ];
    const runs = async (epochs: number, keeps: boolean) => {
      const training = trainingSchema.parse({ batchSize: 40, epochs, patience: null, drawPastStop: false });
      const run = new Run(
        data,
        { methods, training, seeds: { data: 1, split: 1, weights: 1 } },
        () => {},
        null,
        keeps ? new SnapshotSchedule(Number.POSITIVE_INFINITY) : null,
      );
      await run.train();
      return run.finished;
    };
    const [kept, plain, short] = [await runs(12, true), await runs(12, false), await runs(5, false)];
    for (const { id } of methods) {
      expect(kept.get(id)?.predictions).toEqual(plain.get(id)?.predictions);
      expect(kept.get(id)?.vectors).toEqual(plain.get(id)?.vectors);
      expect(plain.get(id)?.snapshots).toBeUndefined();
    }
    const snapshots = kept.get('regbeddings')?.snapshots;
    expect(snapshots?.pictures.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const fifth = snapshots?.pictures[4];
    const posterior = short.get('regbeddings')?.posterior;
    expect(fifth?.posteriors[0]?.variances.values).toEqual(posterior?.variances[0].values);
    expect(kept.get('ignore')?.snapshots?.pictures[4].tables).toEqual([]);
    // Without level vectors nothing is learned from validation rows: a run that ends there predicts the same.
    const ignored = kept.get('ignore')?.snapshots?.pictures[4].predictions as Float64Array;
    expect(ignored).toEqual(short.get('ignore')?.predictions);
    expect(predictionMetrics(data, ignored).mse).toBe(short.get('ignore')?.result.metrics.mse);
    expect(kept.get('embeddings')?.snapshots?.pictures[4].predictions).toEqual(short.get('embeddings')?.predictions);
  });
});

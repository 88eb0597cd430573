import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { inverseWithLogDeterminant } from './dense';
import { Kriging } from './kriging';
import { PlaceTree } from './neighbours';

const now = async (): Promise<void> => {};
const random = new RandomStream(4, 'kriging');

describe('kriging', () => {
  it('at places and at new ones equals golden/lmmnn-spatial.json', async () => {
    const { config, inputs, expected } = JSON.parse(readFileSync(join(import.meta.dirname, '../../golden/lmmnn-spatial.json'), 'utf8'));
    const after = expected.parametersAfter;
    const numbers = (name: string): number[] => after[name].values;
    const [width] = config.network;
    // The network of the fixture, one hidden layer.
    const f = Array.from({ length: config.n }, (_, i) => {
      const x = inputs.X.values.slice(i * config.p, (i + 1) * config.p);
      let sum = numbers('network/output/bias')[0];
      for (let h = 0; h < width; h++) {
        let unit = numbers('network/dense0/bias')[h];
        for (let j = 0; j < config.p; j++) unit += x[j] * numbers('network/dense0/kernel')[j * width + h];
        sum += Math.max(0, unit) * numbers('network/output/kernel')[h];
      }
      return sum;
    });
    const counts = new Float64Array(config.qs[0]);
    const means = new Float64Array(config.qs[0]);
    inputs.Z[0].forEach((place: number, i: number) => {
      counts[place]++;
      means[place] += inputs.y.values[i] - f[i];
    });
    for (let j = 0; j < means.length; j++) if (counts[j] > 0) means[j] /= counts[j];
    const [variance, squaredLength] = numbers('kernel');
    const kriging = await Kriging.of(Float64Array.from(inputs.locations.values), counts, { variance, squaredLength }, numbers('sigma2e')[0], now);
    (await kriging.effects(means, now)).forEach((value, j) => {
      expect(value).toBeCloseTo(expected.blup[0].values[j], 6);
    });
    (await kriging.at(expected.newLocations.values, means)).forEach((value, j) => {
      expect(value).toBeCloseTo(expected.blupAtNewLocations.values[j], 6);
    });
  });

  it('has the conditional variances of dense algebra, and all of the variance where nothing is near', async () => {
    const points = Float64Array.from({ length: 24 }, (_, i) => (i < 22 ? 3 * random.uniform() : 1000));
    const counts = Array.from({ length: 12 }, (_, j) => (j === 4 || j === 11 ? 0 : 1 + (j % 3)));
    const k = (i: number, j: number): number =>
      2 * Math.exp(-((points[2 * i] - points[2 * j]) ** 2 + (points[2 * i + 1] - points[2 * j + 1]) ** 2) / (2 * 1.5));
    const kriging = await Kriging.of(points, counts, { variance: 2, squaredLength: 1.5 }, 0.3, now);
    const seen = counts.flatMap((count, j) => (count > 0 ? [j] : []));
    const n = seen.length;
    const a = Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [seen[Math.floor(at / n)], seen[at % n]];
      return k(i, j) + (i === j ? 0.3 / counts[i] : 0);
    });
    const inverse = inverseWithLogDeterminant(a, n)?.inverse as Float64Array;
    const found = await kriging.variances(now);
    for (let place = 0; place < 12; place++) {
      let explained = 0;
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) explained += k(place, seen[i]) * inverse[i * n + j] * k(place, seen[j]);
      expect(found[place]).toBeCloseTo(2 - explained, 8);
    }
    expect(found[11]).toBeCloseTo(2, 8);
  });

  it('of many places is near the exact one, from the nearest', async () => {
    const q = 1_200;
    const points = Float64Array.from({ length: 2 * q }, () => 10 * random.uniform());
    const field = Float64Array.from({ length: q }, (_, j) => Math.sin(points[2 * j]) + Math.cos(points[2 * j + 1]));
    const means = field.map((value) => value + 0.1 * random.normal());
    const near = await Kriging.of(points, new Float64Array(q).fill(10), { variance: 1, squaredLength: 1 }, 0.1, now);
    expect(near.weights(means)).toBeNull();
    const effects = await near.effects(means, now);
    const error = Math.sqrt(effects.reduce((sum, value, j) => sum + (value - field[j]) ** 2, 0) / q);
    expect(error).toBeLessThan(0.04);
    // At a place's own point it is the place's effect.
    const [at] = await near.at(points.slice(14, 16), means);
    expect(at).toBeCloseTo(effects[7], 9);
  });

  it('rests between places that are predicted from many', async () => {
    const points = Float64Array.from({ length: 500 }, () => random.uniform());
    const counts = Float64Array.from({ length: 250 }, (_, j) => (j < 20 ? 1 : 0));
    const kriging = await Kriging.of(points, counts, { variance: 1, squaredLength: 1 }, 0.1, now);
    let rests = 0;
    const effects = await kriging.effects(counts, async () => void rests++);
    expect([effects.length, rests]).toEqual([250, 2]);
  });

  it('finds the nearest points', () => {
    const points = Float64Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? 4 : 1) * random.uniform());
    const tree = new PlaceTree(points);
    for (let i = 0; i < 20; i++) {
      const [x, y] = [4 * random.uniform(), random.uniform()];
      const squared = (j: number): number => (points[2 * j] - x) ** 2 + (points[2 * j + 1] - y) ** 2;
      const right = Array.from({ length: 300 }, (_, j) => j).sort((a, b) => squared(a) - squared(b));
      expect([...tree.nearest(x, y, 12)].sort()).toEqual(right.slice(0, 12).sort());
    }
    expect(tree.nearest(0, 0, 400)).toHaveLength(300);
  });

  it('finds the nearest points soon also where one lies far outside, and of equal ones the first', () => {
    const count = 5_000;
    let reads = 0;
    const points = new Float64Array(2 * count).map(() => random.uniform());
    points.set([1e9, 1e9], 2 * 7);
    // Two hundred places at the same coordinates.
    for (let j = 100; j < 300; j++) points.set([0.5, 0.5], 2 * j);
    const counted = new Proxy(points, {
      get(of, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
        const value = Reflect.get(of, key, of);
        return typeof value === 'function' ? value.bind(of) : value;
      },
    });
    const tree = new PlaceTree(counted);
    reads = 0;
    const found = tree.nearest(0.1, 0.2, 12);
    expect(reads).toBeLessThan(1_000);
    const squared = (j: number): number => (points[2 * j] - 0.1) ** 2 + (points[2 * j + 1] - 0.2) ** 2;
    expect([...found]).toEqual(
      Array.from({ length: count }, (_, j) => j)
        .sort((a, b) => squared(a) - squared(b))
        .slice(0, 12),
    );
    expect([...tree.nearest(0.5, 0.5, 3)]).toEqual([100, 101, 102]);
    expect(tree.nearest(1e9, 1e9, 1)[0]).toBe(7);
  });
});

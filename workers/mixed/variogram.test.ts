import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { inOneGo } from './dense';
import { inUnits, variogram } from './variogram';

describe('a variogram', () => {
  it('of independent places is their variance at all distances', () => {
    const random = new RandomStream(1, 'variogram');
    const points = Float64Array.from({ length: 800 }, () => random.uniform());
    const means = Float64Array.from({ length: 400 }, () => 2 * random.normal());
    const work = variogram(points, new Float64Array(400).fill(4), means, { variance: 3, squaredLength: 0.01 }, 8);
    // It rests every hundred places, twice through.
    for (let rest = 0; rest < 8; rest++) expect(work.next().done).toBe(false);
    const found = inOneGo(work);
    for (const { semivariance } of found?.bins ?? []) expect(Math.abs(semivariance - 4)).toBeLessThan(1);
    expect(found?.bins).toHaveLength(15);
    // σ²_e / N, and with the field's whole variance far away.
    expect(found?.nugget).toBeCloseTo(2, 10);
    expect(found?.fitted[0]).toEqual({ distance: 0, semivariance: 2 });
    expect(found?.fitted.at(-1)?.semivariance).toBeCloseTo(5, 6);
  });

  it('of three places on a line has their pairs, in any unit', () => {
    const found = inOneGo(variogram([0, 0, 1, 0, 10, 0, 99, 0], [1, 2, 1, 0], [1, 3, 9, 100], { variance: 1, squaredLength: 1 }, 1));
    // Half of the largest distance is 5; the fourth has no rows.
    expect(found?.bins).toEqual([{ distance: 1, semivariance: 2, pairs: 1 }]);
    expect(found?.nugget).toBeCloseTo(0.75, 10);
    expect(found && inUnits(found, 3, 100).bins).toEqual([{ distance: 3, semivariance: 200, pairs: 1 }]);
  });

  it('of too few places, or of one point, is none', () => {
    expect(inOneGo(variogram([0, 0, 1, 1], [1, 1], [1, 2], { variance: 1, squaredLength: 1 }, 1))).toBeNull();
    expect(inOneGo(variogram([0, 0, 0, 0, 0, 0], [1, 1, 1], [1, 2, 3], { variance: 1, squaredLength: 1 }, 1))).toBeNull();
  });
});

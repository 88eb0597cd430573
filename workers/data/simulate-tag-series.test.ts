import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ownResponse } from './dataset';
import { LabFailure } from './failure';
import { drawing } from './prepare';
import { type TagSeriesDataset, tagSeriesSchema } from './schema';
import { recur, traitsOf } from './series/recurrence';
import { placeOf, type Series } from './series/series';
import { timeParts } from './series/split';
import { runToEnd } from './simulation-parts';

interface Matrix {
  shape: number[];
  values: number[];
}
interface Fixture {
  config: { sigma: number; tau: number; rho: number; period: number };
  T: Matrix;
  effects: Matrix;
  phases: Matrix;
  featureShocks: Matrix;
  targetShocks: Matrix;
  autoregression: Matrix;
  amplitude: Matrix;
  loading: Matrix;
  features: Matrix;
  target: Matrix;
}

const make = (changes: object = {}): TagSeriesDataset => tagSeriesSchema.parse({ kind: 'tag-series', ...changes });
const draw = (spec: TagSeriesDataset, seeds = { data: 1, split: 1 }) => runToEnd(drawing(spec, seeds));
const seriesOf = (spec: TagSeriesDataset, seeds?: { data: number; split: number }): Series => draw(spec, seeds).series as Series;

const near = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThan(1e-6);
};

describe('simulated series', () => {
  it('equal the reference from the same shocks', () => {
    const fixture = JSON.parse(readFileSync(new URL('../../golden/tag-series-simulation.json', import.meta.url), 'utf8')) as Fixture;
    const [count, K] = fixture.T.shape;
    const sets = Array.from({ length: count }, (_, f) => Array.from({ length: K }, (_, j) => j).filter((j) => fixture.T.values[f * K + j] === 1));
    const traits = traitsOf(fixture.effects.values, sets, 0.95);
    near(traits.memory, fixture.autoregression.values);
    near(traits.amplitude, fixture.amplitude.values);
    near(traits.loading, fixture.loading.values);
    const { sigma, tau, rho, period } = fixture.config;
    const [steps] = fixture.features.shape;
    const shocks = { series: fixture.featureShocks.values.values(), target: fixture.targetShocks.values.values() };
    const { series, target } = recur(
      traits,
      fixture.phases.values,
      { seriesDeviation: sigma, targetDeviation: tau, targetMemory: rho, strongestMemory: 0.95, period },
      { series: () => shocks.series.next().value as number, target: () => shocks.target.next().value as number },
      steps,
      0,
    );
    near(
      series,
      Array.from({ length: count * steps }, (_, i) => fixture.features.values[(i % steps) * count + Math.floor(i / steps)]),
    );
    near(target, fixture.target.values);
  });

  it('what no past tells has the variance asked for: the true recurrence leaves nothing else', () => {
    const spec = make({ series: 12, heldOut: 0, steps: 4000, seriesVariance: 0.49, targetVariance: 0.16, predicts: 'forecast', length: 48 });
    const data = draw(spec);
    const { values, target, steps } = data.series as Series;
    const { tags, truth, targetScale, targetMean } = data;
    const column = tags?.[0];
    const sets = Array.from({ length: 12 }, (_, f) => column?.ids.subarray(column.offsets[f], column.offsets[f + 1]) as Int32Array);
    const traits = traitsOf(truth?.effects[0] as Float32Array, sets, 0.95);
    const y = Float64Array.from(target as Float32Array, (value) => value * targetScale + targetMean);
    let [ofSeries, ofTarget] = [0, 0];
    for (let t = 1; t < steps; t++) {
      const driven = traits.loading.reduce((sum, loading, f) => sum + loading * values[f * steps + t - 1], 0);
      ofTarget += (y[t] - 0.6 * y[t - 1] - driven) ** 2 / (steps - 1);
    }
    // Of a series, what its memory leaves is its season and the shock; a season is taken away by its
    // regression.
    for (let f = 0; f < 12; f++) {
      const left = Float64Array.from({ length: steps - 1 }, (_, t) => values[f * steps + t + 1] - traits.memory[f] * values[f * steps + t]);
      const wave = (of: (x: number) => number) => left.reduce((sum, value, t) => sum + value * of((2 * Math.PI * t) / 24), 0) * (2 / left.length);
      const [a, b] = [wave(Math.sin), wave(Math.cos)];
      expect(Math.hypot(a, b)).toBeCloseTo(Math.abs(traits.amplitude[f]), 1);
      ofSeries +=
        left.reduce((sum, value, t) => sum + (value - a * Math.sin((2 * Math.PI * t) / 24) - b * Math.cos((2 * Math.PI * t) / 24)) ** 2, 0) /
        left.length /
        12;
    }
    // Standard errors of the two means are 0.0032 and 0.0036.
    expect(ofSeries).toBeGreaterThan(0.48);
    expect(ofSeries).toBeLessThan(0.5);
    expect(ofTarget).toBeGreaterThan(0.149);
    expect(ofTarget).toBeLessThan(0.171);
  });

  it('windows train in the first part of time, and held-out series only test', () => {
    const spec = make({ series: 9, heldOut: 3, steps: 400, length: 24 });
    const data = draw(spec);
    const series = data.series as Series;
    const { validation, test } = timeParts({ steps: 400, outputs: 24 }, 0.75);
    expect([validation, test]).toEqual([270, 300]);
    expect(series.known.reduce((sum, one) => sum + one, 0)).toBe(6);
    for (const row of data.split.train) {
      const { series: f, start } = placeOf(series, row);
      expect(series.known[f]).toBe(1);
      expect(start + 24).toBeLessThan(validation);
    }
    for (const row of data.split.validation) {
      const { series: f, start } = placeOf(series, row);
      expect([series.known[f], start + 1 >= validation, start + 24 < test]).toEqual([1, true, true]);
    }
    for (const row of data.split.test) expect(placeOf(series, row).start + 1).toBeGreaterThanOrEqual(test);
    expect(new Set([...data.split.test].map((row) => placeOf(series, row).series)).size).toBe(9);
    // Test windows begin at many hours of the day, not at one.
    expect(new Set([...data.split.test].map((row) => placeOf(series, row).start % 24)).size).toBeGreaterThan(12);
    expect(data.split.train).toHaveLength(6 * (270 - 24));
  });

  it('a forecast asks for every step of the test once, and looks back into the past for it', () => {
    const data = draw(make({ predicts: 'forecast', series: 5, steps: 400, length: 48, horizon: 4 }));
    const series = data.series as Series;
    expect(placeOf(series, data.split.test[0]).start + 48).toBe(300);
    const asked = ownResponse(data, data.split.test);
    const own = Float64Array.from((series.target as Float32Array).subarray(300, 400), (value) => value * data.targetScale + data.targetMean);
    expect([...asked]).toEqual([...own]);
  });

  it('seeds draw what they are for', () => {
    const spec = make({ series: 6, heldOut: 2, steps: 200 });
    const [first, data, split] = [
      { data: 1, split: 1 },
      { data: 2, split: 1 },
      { data: 1, split: 2 },
    ].map((seeds) => seriesOf(spec, seeds));
    expect([...first.values]).toEqual([...split.values]);
    expect([...first.values]).not.toEqual([...data.values]);
    expect([...draw(spec).split.test]).not.toEqual([...draw(spec, { data: 1, split: 2 }).split.test]);
  });

  it('a window longer than a part of time is refused by name', () => {
    const refused = () => draw(make({ steps: 100, length: 30, series: 4, heldOut: 0 }));
    expect(refused).toThrow(LabFailure);
    expect(refused).toThrow('The test part has 25 of the 100 steps, and a window takes 30.');
    expect(() => draw(make({ series: 4, heldOut: 4 }))).toThrow('4 of 4 series are to be held out');
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { levelGraph } from '../data/edges/level-graph';
import { LevelField } from './correlated-levels';
import { inOneGo } from './dense';
import { DEPENDENCES, dependenceAt, fitDependence, graphAlike, graphCorrelations, graphDeviance, placeOf, STEPS } from './graph-levels';

const now = async (): Promise<void> => {};

interface Golden {
  nodes: number;
  levels: number;
  alone: number;
  edges: { shape: [number, number]; values: number[] };
  correlations: { pair: [number, number]; values: number[] }[];
  sums: number[];
  seen: number[];
  unseen: number[];
  vectors: { shape: [number, number]; values: number[] };
  variances: { values: number[] };
  prior: number[];
  asked: number;
  means: { values: number[] };
  spread: { values: number[] };
  deviances: { place: number; vecchia: number }[];
  best: { place: number; deviance: number };
}
const golden: Golden = JSON.parse(readFileSync(join(import.meta.dirname, '../../golden/graph-levels.json'), 'utf8'));
const q = golden.levels;
const cells = (column: number): number[] => golden.edges.values.filter((_, at) => at % 3 === column);
const graph = levelGraph(0, q, {
  nodes: golden.nodes,
  from: Int32Array.from(cells(0)),
  to: Int32Array.from(cells(1)),
  weights: Float64Array.from(cells(2)),
});
const correlations = inOneGo(graphCorrelations(graph, q));
const seen = Int32Array.from(golden.seen);
const d = golden.vectors.shape[1];
const vectors = golden.vectors.values;

describe('levels that are alike along edges', () => {
  it('have the correlations of NumPy at every dependence: a node that is no level joins, a level without edges is like no other', () => {
    for (const { pair, values } of golden.correlations)
      for (const [step, value] of values.entries()) expect(correlations.values[(pair[0] * q + pair[1]) * STEPS + step]).toBeCloseTo(value, 6);
    for (const [step, sum] of golden.sums.entries()) {
      let own = 0;
      for (let at = step; at < correlations.values.length; at += STEPS) own += correlations.values[at];
      expect(Math.abs(own / sum - 1)).toBeLessThan(1e-6);
    }
    expect(graph.alone).toBe(golden.alone);
    const { of } = graphAlike(correlations, 4.5);
    for (let level = 0; level < q; level++) if (level !== 7) expect(of(7, level)).toBe(0);
  });

  it('have the deviance of NumPy by Vecchia’s terms, and the dependence of the largest likelihood', async () => {
    const deviance = graphDeviance(correlations, seen, vectors, d);
    for (const { place, vecchia } of golden.deviances) expect(Math.abs(deviance(place) - vecchia)).toBeLessThan(1e-3);
    const found = await fitDependence(correlations, seen, vectors, d, now);
    expect(Math.abs((found ?? 0) - golden.best.place)).toBeLessThan(0.01);
    expect(await fitDependence(correlations, seen, new Float64Array(q * d), d, now)).toBeNull();
    expect(await fitDependence(correlations, seen.subarray(0, 2), vectors, d, now)).toBeNull();
  });

  it('give those without rows the conditional means and variances of NumPy, and 0 without edges', async () => {
    const field = await LevelField.of(graphAlike(correlations, golden.asked), seen, now);
    const [quick, slow, variances] = [vectors, vectors, golden.variances.values].map((values) => Float32Array.from(values));
    await field.complete(quick, d, now);
    await field.complete(slow, d, now, { variances, prior: golden.prior });
    for (const [u, level] of golden.unseen.entries())
      for (let m = 0; m < d; m++) {
        expect(quick[level * d + m]).toBeCloseTo(golden.means.values[u * d + m], 4);
        expect(slow[level * d + m]).toBeCloseTo(golden.means.values[u * d + m], 4);
        expect(variances[level * d + m]).toBeCloseTo(golden.spread.values[u * d + m], 4);
      }
    expect([...quick.subarray(7 * d, 8 * d)]).toEqual([0, 0, 0]);
  });

  it('have nearest levels where too many have rows to be solved together', () => {
    const nearest = graphAlike(correlations, 3).nearestOf(seen);
    const found = nearest(golden.unseen[0], 5);
    const of = graphAlike(correlations, 3).of;
    const all = [...seen].sort((a, b) => of(golden.unseen[0], b) - of(golden.unseen[0], a));
    expect(found).toEqual(all.slice(0, 5));
  });

  it('have places among the dependences that say the same both ways', () => {
    for (const [step, dependence] of DEPENDENCES.entries()) {
      expect(placeOf(dependence)).toBeCloseTo(step + 1, 10);
      expect(dependenceAt(step + 1)).toBeCloseTo(dependence, 12);
    }
    for (const dependence of [0, 0.2, 0.5, 0.7, 0.9, 0.99]) expect(dependenceAt(placeOf(dependence))).toBeCloseTo(dependence, 12);
    expect(placeOf(0.9999)).toBe(STEPS);
  });
});

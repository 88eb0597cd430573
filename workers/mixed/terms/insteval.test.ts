import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { differ } from './golden';
import { LinearRows } from './linear-rows';

interface Fit {
  logLik: number;
  beta: number[];
  standardErrors: number[];
  /** Of s, d and dept. */
  deviations: number[];
  residual: number;
  departments: number[];
}
/** Of lme4 (golden/make/lme4-insteval.R). */
const golden = JSON.parse(readFileSync(new URL('../../../golden/lme4-insteval.json', import.meta.url), 'utf8')) as {
  departments: string[];
  ml: Fit;
  reml: Fit;
};

/** lme4's InstEval is under the GPL and not a part of the lab: it is read where somebody has put it. */
const TABLE = new URL('../../../../shared/data/InstEval.csv.gz', import.meta.url);

function instEval(): Promise<LinearRows> {
  const [head, ...lines] = gunzipSync(readFileSync(TABLE)).toString('utf8').trim().split('\n');
  const places = ['s', 'd', 'dept', 'service', 'y'].map((name) => head.split(',').indexOf(name));
  const cells = lines.map((line) => {
    const row = line.split(',');
    return places.map((place) => row[place]);
  });
  const terms = [0, 1, 2].map((k) => {
    // Departments in lme4's order, the others as they come.
    const codes = new Map(k === 2 ? golden.departments.map((label, at) => [label, at]) : []);
    const own = Int32Array.from(cells, (row) => {
      const code = codes.get(row[k]) ?? codes.size;
      codes.set(row[k], code);
      return code;
    });
    return { codes: own, levels: codes.size, width: 1, design: null };
  });
  const x = Float64Array.from({ length: 2 * cells.length }, (_, at) => (at % 2 === 0 ? 1 : Number(cells[at >> 1][3])));
  return LinearRows.of({ rows: cells.length, x, p: 2, y: Float64Array.from(cells, (row) => Number(row[4])), terms }, async () => {});
}

// Skipped where the table is not beside the lab: see above.
describe.skipIf(!existsSync(TABLE))('InstEval, at the estimates of lme4', () => {
  it('has the likelihood, β and modes of lme4, and no better estimates near, by ML and by REML', async () => {
    const rows = await instEval();
    for (const reml of [false, true]) {
      const { logLik, beta, standardErrors, deviations, residual, departments } = golden[reml ? 'reml' : 'ml'];
      const theta = Float64Array.from(deviations, (deviation) => deviation / residual);
      const at = await rows.evaluate(theta, { reml, residualVariance: null, gradient: true }, async () => {});
      expect(Math.abs(at.value / -2 - logLik)).toBeLessThan(1e-4);
      expect(differ([...at.beta, Math.sqrt(at.residualVariance)], [...beta, residual])).toBeLessThan(1e-6);
      const errors = [0, 1].map((c) => Math.sqrt(at.betaCovariance[3 * c]));
      expect(differ(errors, standardErrors)).toBeLessThan(1e-5);
      // A Newton step from there, as a share of each θ.
      for (const [k, slope] of at.gradient.entries()) expect(Math.abs(slope / at.curvature[k] / theta[k])).toBeLessThan(1e-4);
      const first = rows.layout.firsts[2];
      const modes = Float64Array.from(departments, (_, j) => theta[2] * at.spherical[first + j]);
      expect(differ(modes, departments)).toBeLessThan(1e-4);
    }
  }, 60_000);
});

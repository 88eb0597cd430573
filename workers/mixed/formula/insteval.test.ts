import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { differ } from '../terms/golden';
import { fitLinear } from './fit';
import type { Frame } from './frame';
import { modelOf } from './model';
import { parseFormula } from './parse';

interface Fit {
  logLik: number;
  beta: number[];
  standardErrors: number[];
  deviations: number[];
  residual: number;
  departments: number[];
}
/** Of lme4 (golden/make/lme4-insteval.R). */
const golden = JSON.parse(readFileSync(new URL('../../../golden/lme4-insteval.json', import.meta.url), 'utf8')) as {
  formula: string;
  departments: string[];
  ml: Fit;
  reml: Fit;
};

/** lme4's InstEval is under the GPL and not a part of the lab: it is read where somebody has put it. */
const TABLE = new URL('../../../../shared/data/InstEval.csv.gz', import.meta.url);

function instEval(): Frame {
  const [head, ...lines] = gunzipSync(readFileSync(TABLE)).toString('utf8').trim().split('\n');
  const rows = lines.map((line) => line.split(','));
  const column = (name: string): string[] => rows.map((row) => row[head.split(',').indexOf(name)]);
  const levels = (name: string) => {
    if (!['s', 'd', 'dept', 'service'].includes(name)) return null;
    const cells = column(name);
    const labels = [...new Set(cells)].sort((a, b) => Number(a) - Number(b));
    const places = new Map(labels.map((label, at) => [label, at]));
    return { kind: 'levels' as const, codes: Int32Array.from(cells, (cell) => places.get(cell) ?? -1), labels };
  };
  return {
    rows: rows.length,
    names: head.split(','),
    variable: (name) => levels(name) ?? { kind: 'numbers', values: Float64Array.from(column(name), Number) },
    levels,
  };
}

// Skipped where the table is not beside the lab: see above.
describe.skipIf(!existsSync(TABLE))('InstEval gives what lme4 gives', () => {
  it('by maximum likelihood', async () => {
    const fit = await fitLinear(modelOf(parseFormula(golden.formula), instEval(), 'gaussian'), { reml: false }, async () => {});
    const { logLik, beta, standardErrors, deviations, residual, departments } = golden.ml;
    expect(Math.abs((fit.fit?.logLikelihood ?? 0) - logLik)).toBeLessThan(1e-3);
    expect(differ([...fit.random.map((term) => term.deviations[0]), fit.residual ?? 0], [...deviations, residual])).toBeLessThan(1e-4);
    expect(
      differ(
        fit.fixed.map(({ estimate }) => estimate ?? 0),
        beta,
      ),
    ).toBeLessThan(1e-4);
    expect(
      differ(
        fit.fixed.map(({ standardError }) => standardError ?? 0),
        standardErrors,
      ),
    ).toBeLessThan(1e-4);
    const modes = new Map(fit.random[2].modes.map(({ label, values }) => [label, values[0]]));
    expect(
      differ(
        golden.departments.map((label) => modes.get(label) ?? Number.NaN),
        departments,
      ),
    ).toBeLessThan(1e-3);
  });
});

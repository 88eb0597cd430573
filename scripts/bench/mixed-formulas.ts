import { readFileSync } from 'node:fs';
import { openTable } from '../../workers/data/csv';
import { bootstrapLinear } from '../../workers/mixed/after/bootstrap';
import { estimateLinear, fitLinear } from '../../workers/mixed/formula/fit';
import { fitGeneralised } from '../../workers/mixed/formula/fit-generalised';
import { type Frame, frameOf } from '../../workers/mixed/formula/frame';
import { modelOf } from '../../workers/mixed/formula/model';
import { parseFormula } from '../../workers/mixed/formula/parse';
import type { Family } from '../../workers/mixed/formula/response';
import { RandomStream } from '../../workers/random/random';
import type { MixedDesign } from './mixed-designs';
import { startR } from './r-process';
import { type MixedTimes, processorSeconds, takeTurns } from './turns';

interface FormulaDesign {
  id: string;
  label: string;
  formula: string;
  family: 'gaussian' | 'binomial' | 'poisson';
  csv: string;
}

/** A fit by maximum likelihood. */
interface TimedFit {
  /** Processor seconds. */
  seconds: number;
  logLik: number;
}

/** Refits that are done one by one as well. */
const SINGLE = 6;

const atOnce = async (): Promise<void> => {};

/** Rows of x, g and h with random slopes of x by g and intercepts of both; the response from η. */
function simulated(rows: number, g: number, h: number, seed: number, draw: (eta: number, random: RandomStream) => number): string {
  const random = new RandomStream(seed, 'formulas');
  const intercepts = [g, h].map((levels) => Float64Array.from({ length: levels }, () => 0.6 * random.normal()));
  const slopes = Float64Array.from({ length: g }, (_, j) => 0.3 * random.normal() - 0.2 * intercepts[0][j]);
  const lines = Array.from({ length: rows }, () => {
    const [one, other, x] = [random.integer(g), random.integer(h), Number(random.normal().toFixed(4))];
    const eta = 0.3 + (0.5 + slopes[one]) * x + intercepts[0][one] + intercepts[1][other];
    return `${draw(eta, random)},${x},g${one},h${other}`;
  });
  return `y,x,g,h\n${lines.join('\n')}\n`;
}

const normal = (eta: number, random: RandomStream): number => Number((eta + random.normal()).toFixed(4));
const binary = (eta: number, random: RandomStream): number => (random.uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0);

/** A Poisson count by inversion; the means are small. */
function count(eta: number, random: RandomStream): number {
  const mean = Math.exp(Math.min(eta, 4));
  let [left, value] = [random.uniform(), 0];
  for (let share = Math.exp(-mean); left > share && value < 1000; value++) {
    left -= share;
    share *= mean / (value + 1);
  }
  return value;
}

const designs = (): FormulaDesign[] => [
  {
    id: 'slopes',
    label: 'slopes: 20,000 rows, 1,000 levels with slopes',
    formula: 'y ~ x + (1 + x | g)',
    family: 'gaussian',
    csv: simulated(20_000, 1000, 1, 1, normal),
  },
  {
    id: 'slopes-crossed',
    label: 'slopes, crossed: 20,000 rows, 600 levels with slopes × 80 levels',
    formula: 'y ~ x + (1 + x | g) + (1 | h)',
    family: 'gaussian',
    csv: simulated(20_000, 600, 80, 2, normal),
  },
  {
    id: 'binary-crossed',
    label: 'binary, crossed: 7,200 rows, 300 × 24 levels, Laplace',
    formula: 'y ~ x + (1 | g) + (1 | h)',
    family: 'binomial',
    csv: simulated(7200, 300, 24, 3, binary),
  },
  {
    id: 'counts-slopes',
    label: 'counts: 10,000 rows, 500 levels with slopes, Laplace',
    formula: 'y ~ x + (1 + x | g)',
    family: 'poisson',
    csv: simulated(10_000, 500, 1, 4, count),
  },
];

async function fitOurs(formula: string, frame: Frame, family: Family): Promise<TimedFit> {
  const start = processorSeconds();
  const model = modelOf(parseFormula(formula), frame, family);
  const { fit } = family === 'gaussian' ? await fitLinear(model, { reml: false }, atOnce) : await fitGeneralised(model, { nodes: 1 }, atOnce);
  return { seconds: processorSeconds() - start, logLik: fit?.logLikelihood ?? Number.NaN };
}

/** Formulas by the lab and by lme4, taking turns, on one thread. */
export async function formulaTimes(rounds: number, wanted: (id: string) => boolean, say: (line: string) => void): Promise<MixedTimes[]> {
  const report: MixedTimes[] = [];
  for (const { id, label, formula, family, csv } of designs()) {
    if (!wanted(id)) continue;
    say(label);
    const frame = frameOf(await openTable(new File([csv], `${id}.csv`)));
    const R = await startR<TimedFit>('formulas.R', csv, [formula, family]);
    const words = ({ logLik }: TimedFit): string => `log likelihood ${logLik.toFixed(4)}`;
    report.push(await takeTurns({ id, label }, () => fitOurs(formula, frame, family), R, rounds, words, say));
  }
  return report;
}

/** Refits of a parametric bootstrap of random intercepts, in processor seconds. */
export async function bootstrapTime({ label, names, y, factors }: MixedDesign, times: number, say: (line: string) => void): Promise<void> {
  const columns = new Map(
    factors.map(({ codes, levels }, k) => [names[k], { kind: 'levels' as const, codes, labels: Array.from({ length: levels }, (_, j) => `${j}`) }]),
  );
  const frame: Frame = {
    rows: y.length,
    names: ['y', ...names],
    variable: (name) => (name === 'y' ? { kind: 'numbers', values: y } : (columns.get(name) ?? null)),
    levels: (name) => columns.get(name) ?? null,
  };
  const formula = parseFormula(`y ~ 1 + ${names.map((name) => `(1 | ${name})`).join(' + ')}`);
  const fitted = await estimateLinear(modelOf(formula, frame, 'gaussian'), { reml: false }, atOnce);
  const start = processorSeconds();
  const { shared, values, parameters } = await bootstrapLinear(fitted, { times, seed: 1 }, atOnce);
  const seconds = processorSeconds() - start;
  const how = shared ? `, ${shared.refits} by a common surface (${shared.error.toExponential(1)} off at most)` : '';
  say(`bootstrap of ${label}: ${times} refits in ${seconds.toFixed(1)} s${how}`);
  if (!shared) return;
  // So few are done one by one; they are of the same responses as the first of all.
  const began = processorSeconds();
  const alone = await bootstrapLinear(fitted, { times: SINGLE, seed: 1 }, atOnce);
  const size = parameters.length;
  const apart = parameters.map((_, at) => {
    const own = Array.from({ length: times }, (__, time) => values[time * size + at]);
    const mean = own.reduce((sum, value) => sum + value / times, 0);
    const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (times - 1));
    return Math.max(...Array.from({ length: SINGLE }, (__, time) => Math.abs(alone.values[time * size + at] - own[time]) / deviation));
  });
  say(
    `  ${SINGLE} of them one by one: ${((processorSeconds() - began) / SINGLE).toFixed(1)} s each; the common ones differ by ${Math.max(...apart).toExponential(1)} bootstrap deviations at most`,
  );
}

/** Refits of lme4's sleepstudy with correlated slopes, of the table that the tests have. */
export async function sleepstudyTime(times: number, say: (line: string) => void): Promise<void> {
  const { designs: known } = JSON.parse(readFileSync(new URL('../../golden/lme4-terms.json', import.meta.url), 'utf8')) as {
    designs: Record<string, { formula: string; table: Record<string, { numbers: number[] } | { codes: number[]; labels: string[] }> }>;
  };
  const { formula, table } = known.sleepstudy;
  const of = (name: string) => {
    const column = table[name];
    if (!column) return null;
    if ('numbers' in column) return { kind: 'numbers' as const, values: Float64Array.from(column.numbers) };
    return { kind: 'levels' as const, codes: Int32Array.from(column.codes), labels: column.labels };
  };
  const levels: Frame['levels'] = (name) => {
    const column = of(name);
    return column?.kind === 'levels' ? column : null;
  };
  const frame: Frame = { rows: 180, names: Object.keys(table), variable: of, levels };
  const fitted = await estimateLinear(modelOf(parseFormula(formula), frame, 'gaussian'), { reml: true }, atOnce);
  const start = processorSeconds();
  await bootstrapLinear(fitted, { times, seed: 1 }, atOnce);
  say(`bootstrap of sleepstudy, ${formula}: ${times.toLocaleString('en')} refits in ${(processorSeconds() - start).toFixed(2)} s`);
}

import type { MixedRow } from '../../workers/bench/every-method';
import { fitIteratively } from '../../workers/mixed/iterative/fit';
import { MixedModel } from '../../workers/mixed/mixed-model';
import { areas, crossed, instEval, type MixedDesign, school, single } from './mixed-designs';
import { bootstrapTime, formulaTimes, sleepstudyTime } from './mixed-formulas';
import { startR } from './r-process';
import { type MixedTimes, processorSeconds, takeTurns } from './turns';

/** A fit by maximum likelihood; standard deviations by factor. */
interface TimedFit {
  /** Processor seconds. */
  seconds: number;
  deviance: number;
  deviations: number[];
  residual: number;
}

async function fitOurs({ y, factors }: MixedDesign): Promise<TimedFit> {
  const start = processorSeconds();
  const rows = y.length;
  const fit = await new MixedModel({ rows, x: new Float64Array(rows).fill(1), p: 1, y, factors }).fit(async () => {});
  return {
    seconds: processorSeconds() - start,
    deviance: fit.deviance,
    deviations: Array.from(fit.variances, Math.sqrt),
    residual: Math.sqrt(fit.residualVariance),
  };
}

/** The table of a design, for mixed.R. */
const csvOf = ({ y, names, factors }: MixedDesign): string =>
  `${['y', ...names].join(',')}\n${Array.from(y, (value, i) => [value, ...factors.map(({ codes }) => codes[i])].join(',')).join('\n')}\n`;

const digits = (value: number): string => value.toPrecision(5);

/** How far two fits are apart. */
function apart(ours: TimedFit, lme4: TimedFit): string {
  const [own, others] = [ours, lme4].map(({ deviations, residual }) => [...deviations, residual]);
  const most = Math.max(...own.map((value, k) => Math.abs(value / others[k] - 1)));
  return `apart: estimates ${most.toExponential(1)} of themselves, log likelihood ${(Math.abs(ours.deviance - lme4.deviance) / 2).toExponential(1)}`;
}

/**
 * Linear mixed models by maximum likelihood on this machine, one thread: the lab's fit (double precision, in
 * Node) and lme4's taking turns on the same tables.
 */
export async function mixedTimes(rounds: number, only: readonly string[], say: (line: string) => void): Promise<MixedTimes[]> {
  const wanted = (id: string): boolean => only.length === 0 || only.includes(id);
  const found = instEval();
  if (!found) say('InstEval: skipped, ../shared/data/InstEval.csv.gz is not there');
  const report: MixedTimes[] = [];
  for (const design of [...(found ? [found] : []), school(), areas()]) {
    if (!wanted(design.id)) continue;
    say(design.label);
    const R = await startR<TimedFit>('mixed.R', csvOf(design));
    const words = ({ deviance, deviations, residual }: TimedFit): string =>
      `deviance ${deviance.toFixed(3)}, deviations ${[...deviations, residual].map(digits).join(', ')}`;
    report.push(await takeTurns(design, () => fitOurs(design), R, rounds, words, say, apart));
  }
  report.push(...(await formulaTimes(rounds, wanted, say)));
  if (wanted('sleepstudy')) await sleepstudyTime(1000, say);
  if (found && wanted('bootstrap')) await bootstrapTime(found, 200, say);
  if (wanted('single')) report.push(await alone(single(), fitOurs, say));
  if (wanted('crossed')) report.push(await alone(crossed(), fitIterated, say));
  return report;
}

/** Those of them that `bench -- all` ends with: what lme4 fits in seconds. */
export async function mixedRows(rounds: number, say: (line: string) => void): Promise<MixedRow[]> {
  say('\nMixed models, whole fits: processor seconds on one thread');
  const times = await mixedTimes(rounds, ['insteval', 'school', 'areas', 'slopes', 'slopes-crossed', 'binary-crossed', 'counts-slopes'], say);
  const seconds = (fits: readonly { seconds: number }[]): number[] => fits.map((fit) => Number(fit.seconds.toPrecision(3)));
  return times.map(({ label, ours, lme4 }) => ({ label, lab: seconds(ours), lme4: seconds(lme4) }));
}

/** A fit that lme4 is not asked for, with the memory that the process has had at most. */
async function alone(
  design: MixedDesign,
  fitOf: (design: MixedDesign) => Promise<TimedFit & { words?: string }>,
  say: (line: string) => void,
): Promise<MixedTimes> {
  say(design.label);
  const fit = await fitOf(design);
  const deviations = [...fit.deviations, fit.residual].map(digits).join(', ');
  say(
    `  lab  ${fit.seconds.toFixed(1)} s; deviations ${deviations}${fit.words ?? ''}; ${Math.round(process.resourceUsage().maxRSS / 1e3)} MB at most so far`,
  );
  return { design: design.id, label: design.label, ours: [fit], lme4: [], ratio: null };
}

/** Without a factor. */
async function fitIterated({ y, factors }: MixedDesign): Promise<TimedFit & { words: string }> {
  const start = processorSeconds();
  const rows = y.length;
  const terms = factors.map(({ codes, levels }) => ({ codes, levels, width: 1, design: null }));
  const fit = await fitIteratively({ rows, x: new Float64Array(rows).fill(1), p: 1, y, terms }, { reml: false }, async () => {});
  return {
    seconds: processorSeconds() - start,
    deviance: fit.deviance,
    deviations: fit.terms.map(({ covariance }) => Math.sqrt(covariance[0])),
    residual: Math.sqrt(fit.residualVariance),
    words: `, log likelihood ${(fit.deviance / -2).toFixed(1)} ± ${fit.iterative.logLikelihoodError.toPrecision(2)}, ${fit.evaluations} evaluations`,
  };
}

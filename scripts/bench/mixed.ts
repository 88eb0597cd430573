import { MixedModel } from '../../workers/mixed/mixed-model';
import { areas, instEval, type MixedDesign, school, single } from './mixed-designs';
import { bootstrapTime, formulaTimes } from './mixed-formulas';
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

/**
 * Linear mixed models by maximum likelihood on this machine, one thread: the lab's fit (double precision, in
 * Node) and lme4's taking turns on the same tables.
 */
export async function mixedTimes(rounds: number, say: (line: string) => void): Promise<MixedTimes[]> {
  const found = instEval();
  if (!found) say('InstEval: skipped, ../shared/data/InstEval.csv.gz is not there');
  const report: MixedTimes[] = [];
  for (const design of [...(found ? [found] : []), school(), areas()]) {
    say(design.label);
    const R = await startR<TimedFit>('mixed.R', csvOf(design));
    const words = ({ deviance, deviations, residual }: TimedFit): string =>
      `deviance ${deviance.toFixed(3)}, deviations ${[...deviations, residual].map(digits).join(', ')}`;
    report.push(await takeTurns(design.id, () => fitOurs(design), R, rounds, words, say));
  }
  report.push(...(await formulaTimes(rounds, say)));
  if (found) await bootstrapTime(found, 200, say);
  const large = single();
  say(large.label);
  const fit = await fitOurs(large);
  say(
    `  lab  ${fit.seconds.toFixed(1)} s; deviation ${digits(fit.deviations[0])}, residual ${digits(fit.residual)}; ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  );
  report.push({ design: large.id, ours: [fit], lme4: [], ratio: null });
  return report;
}

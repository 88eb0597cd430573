import { MixedModel } from '../../workers/mixed/mixed-model';
import { areas, instEval, type MixedDesign, school, single } from './mixed-designs';
import { bootstrapTime, formulaTimes } from './mixed-formulas';
import { startR } from './r-process';

/** A fit by maximum likelihood; standard deviations by factor. */
interface TimedFit {
  /** Processor seconds. */
  seconds: number;
  deviance: number;
  deviations: number[];
  residual: number;
}

export interface MixedTimes {
  design: string;
  ours: Pick<TimedFit, 'seconds'>[];
  /** Empty where R with lme4 is not there, or the design is not for it. */
  lme4: Pick<TimedFit, 'seconds'>[];
  /** Median of ours over median of lme4's. */
  ratio: number | null;
}

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

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

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
};

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
    const [ours, lme4]: TimedFit[][] = [[], []];
    // The first fit compiles code; it does not count.
    await fitOurs(design);
    for (let round = 0; round < rounds; round++) {
      ours.push(await fitOurs(design));
      if (R) lme4.push(await R.timedFit());
    }
    R?.close();
    const ratio = lme4.length > 0 ? median(ours.map(({ seconds }) => seconds)) / median(lme4.map(({ seconds }) => seconds)) : null;
    for (const [label, fits] of [
      ['lab ', ours],
      ['lme4', lme4],
    ] as const) {
      if (fits.length === 0) continue;
      const [{ deviance, deviations, residual }] = fits;
      say(
        `  ${label} ${fits.map(({ seconds }) => seconds.toFixed(2)).join(', ')} s; deviance ${deviance.toFixed(3)}, deviations ${[...deviations, residual].map(digits).join(', ')}`,
      );
    }
    say(ratio === null ? '  lme4 is not there (Rscript with lme4; RSCRIPT names it)' : `  ratio of medians: ${ratio.toFixed(2)} times lme4's time`);
    report.push({ design: design.id, ours, lme4, ratio });
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

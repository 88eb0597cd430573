import { median } from '../../workers/bench/statistics';
import type { RProcess } from './r-process';

/** Processor seconds of a design's fits, of the lab and of lme4. */
export interface MixedTimes {
  design: string;
  /** What the design is, its size first. */
  label: string;
  ours: { seconds: number }[];
  /** Empty where R with lme4 is not there, or the design is not for it. */
  lme4: { seconds: number }[];
  /** Median of ours over median of lme4's; null without lme4. */
  ratio: number | null;
}

export const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/**
 * The lab's fits of a design and lme4's, taking turns.
 * @param words what is said of the first fit of each @param difference what is said of both
 */
export async function takeTurns<Fit extends { seconds: number }>(
  { id, label }: { id: string; label: string },
  timedFit: () => Promise<Fit>,
  R: RProcess<Fit> | null,
  rounds: number,
  words: (fit: Fit) => string,
  say: (line: string) => void,
  difference?: (ours: Fit, lme4: Fit) => string,
): Promise<MixedTimes> {
  const [ours, lme4]: Fit[][] = [[], []];
  // The first fit compiles code; it does not count.
  await timedFit();
  for (let round = 0; round < rounds; round++) {
    ours.push(await timedFit());
    if (R) lme4.push(await R.timedFit());
  }
  R?.close();
  for (const [name, fits] of [
    ['lab ', ours],
    ['lme4', lme4],
  ] as const)
    if (fits.length > 0) say(`  ${name} ${fits.map(({ seconds }) => seconds.toFixed(2)).join(', ')} s; ${words(fits[0])}`);
  if (difference && lme4.length > 0) say(`  ${difference(ours[0], lme4[0])}`);
  const middle = (fits: readonly Fit[]): number => median(fits.map(({ seconds }) => seconds));
  const ratio = lme4.length > 0 ? middle(ours) / middle(lme4) : null;
  say(ratio === null ? '  lme4 is not there (Rscript with lme4; RSCRIPT names it)' : `  ratio of medians: ${ratio.toFixed(2)} times lme4's time`);
  return { design: id, label, ours, lme4, ratio };
}

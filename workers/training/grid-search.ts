import type { Candidate } from '../methods/method';
import type { Preparing } from './lane';
import type { GridSearch } from './method-result';
import { type Pacer, RunCancelled } from './pacer';
import { Trainer, type TrainerOptions } from './trainer';

export interface Searched {
  /** Settings of the candidate that was taken. */
  settings: Record<string, unknown>;
  search: GridSearch;
}

/**
 * Trains a method with each of the candidates, as a run would, and takes the one whose weights (the last, or
 * the best where those are restored) have the least predictive validation loss. Test rows have no say. When
 * all diverge the first is taken.
 *
 * @throws RunCancelled when the run is cancelled or stopped: a search has no results to keep
 */
export async function searchGrid(
  options: TrainerOptions,
  candidates: readonly Candidate[],
  pacer: Pacer,
  report: (preparing: Preparing) => void,
): Promise<Searched> {
  const tried: GridSearch['tried'] = [];
  for (const [index, { title, settings }] of candidates.entries()) {
    const told = (epoch: number) => report({ kind: 'search', id: options.id, title, place: index + 1, of: candidates.length, epoch });
    told(0);
    tried.push({ title, loss: await lossOf({ ...options, settings }, pacer, told) });
  }
  const losses = tried.map(({ loss }) => loss ?? Number.POSITIVE_INFINITY);
  const chosen = losses.indexOf(Math.min(...losses));
  return { settings: candidates[chosen].settings, search: { tried, chosen } };
}

/** Predictive validation loss of one candidate, or null when it diverges. */
async function lossOf(options: TrainerOptions, pacer: Pacer, told: (epoch: number) => void): Promise<number | null> {
  return trial(options, pacer, told, ({ curves, rule }) =>
    options.training.restoreBest ? curves.predictive[rule.bestEpoch - 1] : curves.predictive[curves.predictive.length - 1],
  );
}

/**
 * Trains a method apart from the run, to the end of its own settings, and reads a number off it; null when it
 * diverges.
 */
export async function trial(
  options: TrainerOptions,
  pacer: Pacer,
  told: (epoch: number) => void,
  lossOf: (trainer: Trainer) => number,
): Promise<number | null> {
  const breathe = async (): Promise<void> => {
    if (pacer.stopped) throw new RunCancelled();
    await pacer.breathe();
  };
  const trainer = await Trainer.create(options, breathe);
  try {
    while (trainer.active) {
      const end = await trainer.epoch(pacer, () => {}, false);
      told(end.epoch);
      await breathe();
    }
    return trainer.lane.status === 'diverged' ? null : lossOf(trainer);
  } finally {
    trainer.dispose();
  }
}

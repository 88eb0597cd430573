import { trial } from './grid-search';
import type { Preparing } from './lane';
import type { ChosenTraining } from './method-result';
import type { Pacer } from './pacer';
import { LEARNING_RATES, resolveTraining, trialEpochs } from './protocol';
import { protocolFacts, type TrainerOptions } from './trainer';

export interface FoundRate {
  learningRate: number;
  rates: NonNullable<ChosenTraining['rates']>;
}

/**
 * The learning rate of "auto" for one method: each of `LEARNING_RATES` trains from the same weights, on the
 * same batches, for a few epochs; the one that reaches the least predictive validation loss is taken. Test
 * rows have no say. When all diverge the least rate is taken.
 *
 * @throws RunCancelled when the run is cancelled or stopped
 */
export async function searchRate(options: TrainerOptions, pacer: Pacer, report: (preparing: Preparing) => void): Promise<FoundRate> {
  const started = performance.now();
  const facts = protocolFacts(options.dataset);
  const resolved = resolveTraining(options.training, facts);
  const epochs = Math.min(resolved.epochs, trialEpochs(resolved.batchSize, facts.trainRows));
  const tried: FoundRate['rates']['tried'] = [];
  for (const [index, learningRate] of LEARNING_RATES.entries()) {
    const title = `learning rate ${learningRate}`;
    const told = (epoch: number) => report({ kind: 'search', id: options.id, title, place: index + 1, of: LEARNING_RATES.length, epoch });
    told(0);
    const training = { ...options.training, learningRate, epochs, patience: null, restoreBest: false };
    const loss = await trial({ ...options, training }, pacer, told, ({ curves }) => Math.min(...curves.predictive));
    tried.push({ learningRate, loss });
  }
  const losses = tried.map(({ loss }) => loss ?? Number.POSITIVE_INFINITY);
  const best = Math.min(...losses);
  const learningRate = Number.isFinite(best) ? tried[losses.indexOf(best)].learningRate : Math.min(...LEARNING_RATES);
  return { learningRate, rates: { tried, epochs, seconds: (performance.now() - started) / 1000 } };
}

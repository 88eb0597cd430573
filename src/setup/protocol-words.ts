import type { MethodResult } from '../../workers/protocol';
import type { DatasetFacts } from '../../workers/spec/facts';
import { batchOf, changedFromProtocol, dimensionFor, type ProtocolId, patienceOf, type TrainingSettings } from '../../workers/spec/protocol';
import { trainingSchema } from '../../workers/spec/schemas';
import { whole as count, listed } from '../text/numbers';
import { labelOf } from '../ui/method-line';
import { fieldsOf } from './form-fields';

/** The name of a protocol on the page. */
export const PROTOCOL_LABELS: Readonly<Record<ProtocolId, string>> = { published: 'As published', recommended: 'Recommended' };

/** What a protocol does, in a sentence. */
export const PROTOCOL_WHAT: Readonly<Record<ProtocolId, string>> = {
  published:
    'As in the papers: the validation objective stops training, the last weights are kept, post-training always stays, and all methods share one learning rate.',
  recommended:
    'The predictive loss on validation rows decides for every method: when it stops, which epoch’s weights it keeps, whether post-training stays, and its learning rate.',
};

/** Titles of the settings of training by their keys. */
export const TITLES = new Map(fieldsOf(trainingSchema).map(({ key, title }) => [key, title]));

/**
 * What the rules of a protocol come to on these data: "Here: batch 256, patience 24, level vectors of 10
 * numbers."
 */
export function ruledWords(training: TrainingSettings, facts: Pick<DatasetFacts, 'trainRows' | 'levels'> | null): string | null {
  if (!facts || facts.trainRows === 0) return null;
  const parts: string[] = [];
  if (training.batchSize === 'auto') parts.push(`batch ${count(batchOf(training, facts))}`);
  if (training.patience === 'auto') parts.push(`patience ${count(patienceOf(training, facts) ?? 0)}`);
  if (training.dimensions === 'auto' && facts.levels.length > 0) parts.push(`d = ${count(dimensionFor(facts.levels))} unless it was changed`);
  return parts.length === 0 ? null : `Here: ${listed(parts)}.`;
}

/**
 * Which settings are other than the protocol has them: "Changed from recommended: patience and learning
 * rate."
 */
export function changedWords(training: TrainingSettings, published: TrainingSettings): string | null {
  const changed = changedFromProtocol(training, published).map((key) => (TITLES.get(key) ?? key).toLowerCase());
  return changed.length === 0 ? null : `Changed from ${PROTOCOL_LABELS[training.protocol].toLowerCase()}: ${listed(changed)}.`;
}

/** The learning rates that a run found: "Found: 0.01 for Ignore and MMbeddings; 0.001 for Embeddings." */
export function foundWords(results: readonly Pick<MethodResult, 'method' | 'chosen'>[]): string | null {
  const methods = new Map<number, string[]>();
  for (const { method, chosen } of results)
    if (chosen?.rates && chosen.learningRate !== null)
      methods.set(chosen.learningRate, [...(methods.get(chosen.learningRate) ?? []), labelOf(method)]);
  if (methods.size === 0) return null;
  const parts = [...methods].sort(([a], [b]) => b - a).map(([rate, labels]) => `${rate} for ${listed(labels)}`);
  return `Learning rates found: ${parts.join('; ')}.`;
}

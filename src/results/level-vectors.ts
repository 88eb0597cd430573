import type { EmbeddingView } from '../../workers/protocol';
import type { TruthInput } from '../charts/embedding-chart';
import { labelOf } from '../ui/method-line';
import { sizeSentence } from '../words/levels';
import { recoverySentence } from '../words/recovery';
import { LEVEL, type Thing } from '../words/thing';

/** What the level vectors show: the truth recovered, or whether rare levels are kept short. */
export function embeddingSentence({ method, truth, width, levels, counts, lengths }: EmbeddingView, thing: Thing): string {
  const label = labelOf(method);
  return truth
    ? recoverySentence({ label, r2: truth.dimensions.map(({ r2 }) => r2), width, levels }, thing)
    : sizeSentence({ counts, values: lengths }, label, 'vector', thing);
}

/** What the lengths of the vectors are drawn from, where there is no truth. */
export const lengthsInput = ({ counts, lengths }: EmbeddingView, color: string, thing: Thing = LEVEL) => ({
  counts,
  values: lengths,
  title: `Length of the ${thing.one}’s vector`,
  color,
  thing,
});

/** What the small multiples are drawn from; null without a truth. */
export function truthInput({ truth, drawn }: EmbeddingView, match: 'best' | 'aligned', color: string, limit?: number): TruthInput | null {
  if (!truth) return null;
  const { dimensions, actual, matched, aligned } = truth;
  return { dimensions, levels: drawn, actual, estimated: match === 'aligned' ? aligned : matched, showR: match === 'best', color, limit };
}

/** Where level vectors would stand: what keeps them away, or what brings them. */
export function emptyWords(of: {
  /** Whether the data have levels or tags; null: not known yet. */
  embeddable: boolean | null;
  /** Whether a method of the run learns vectors; null: there is no run. */
  learns: boolean | null;
  failed: boolean;
  going: boolean;
  hasTruth: boolean;
  thing: Thing;
}): string {
  if (of.embeddable === false) return 'These data have neither levels nor tags, so there is nothing to embed.';
  if (of.learns === false) return 'Ignore learns no embeddings. Add a method that does.';
  if (of.failed) return 'No embeddings were learned.';
  if (of.going) return 'The first snapshot of the embeddings will appear here.';
  return `Press Train: the ${of.thing.one} embeddings appear here${of.hasTruth ? ' next to the truth they were drawn from' : ''}.`;
}

import { isSeries } from '../../workers/spec/division';
import { beginFrom, coverage, keptOpen } from '../lab-client/begin-from-vectors';
import { exportLevels } from '../lab-client/levels';
import { namedAfterRun } from '../results/save';
import { haveSeenTestRows } from '../state/given-vectors';
import { levelColumns } from '../state/level-columns';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { labelOf } from '../ui/method-line';
import { SEEN_TEST_ROWS } from '../words/given-vectors';
import type { LevelsShown } from './shown';

/**
 * Takes the vectors of a finished run over: the data on the page begin from them, where they have a column of
 * that name, and any other column can choose them. Says what was done. Rejects with a LabError.
 */
export async function forNextRun({ method, feature, view }: Pick<LevelsShown, 'method' | 'feature' | 'view'>): Promise<string> {
  const [{ name, bytes }] = await exportLevels({ method, feature, what: 'vectors' });
  const trained = useRun.getState().spec;
  const vectors = await keptOpen(new File([bytes as BlobPart], namedAfterRun(name)), trained);
  const { spec } = useSpec.getState();
  const id = view.kind === 'tags' ? 'tag-pretrained' : 'embeddings';
  const { levels, tags } = levelColumns(spec.dataset);
  const there = !isSeries(spec.dataset) && (view.kind === 'tags' ? tags : levels).includes(view.featureName);
  if (!there)
    return `The vectors of ${view.featureName} by ${labelOf(method)} are open as ${name}. Let ${labelOf(id)} begin from vectors of a file, and choose them there for a column.`;
  const refusal = beginFrom(view.featureName, vectors, id);
  if (refusal !== null) return refusal;
  const begins = `${labelOf(id)} begins from these vectors when you train next.`;
  const seen = haveSeenTestRows(trained, useSpec.getState().spec) ? SEEN_TEST_ROWS : '';
  return [begins, await coverage(view.featureName), seen].filter(Boolean).join(' ');
}

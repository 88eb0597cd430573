import { isSeries } from '../../workers/spec/division';
import { beginFrom, coverage, keptOpen } from '../lab-client/begin-from-vectors';
import { exportLevels } from '../lab-client/levels';
import { haveSeenTestRows } from '../state/given-vectors';
import { levelColumns } from '../state/level-columns';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { labelOf } from '../ui/method-line';
import { SEEN_TEST_ROWS } from '../words/given-vectors';
import type { LevelsShown } from './shown';

/** Letters of a column's name in that of its vectors. */
const MOST_LETTERS = 120;

/**
 * Takes the vectors of a finished run over: the data on the page begin from them, where they have a column of
 * that name, and any other column can choose them. Says what was done. Rejects with a LabError.
 */
export async function forNextRun({ method, feature, view }: Pick<LevelsShown, 'method' | 'feature' | 'view'>): Promise<string> {
  const [{ bytes }] = await exportLevels({ method, feature, what: 'vectors' });
  const { spec: trained, source, number } = useRun.getState();
  const run = source.kind === 'live' ? `run ${number}` : 'recorded run';
  const name = `${labelOf(method)} of ${view.featureName.slice(0, MOST_LETTERS)}, ${run}`;
  const vectors = await keptOpen(new File([bytes as BlobPart], name), trained);
  const { spec } = useSpec.getState();
  const id = view.kind === 'tags' ? 'tag-pretrained' : 'embeddings';
  if (isSeries(spec.dataset))
    return `‘${name}’ is open. No method for series begins from vectors; with a table on the page it can be chosen for a column.`;
  const { levels, tags } = levelColumns(spec.dataset);
  const there = (view.kind === 'tags' ? tags : levels).includes(view.featureName);
  if (!there)
    return `‘${name}’ is open, and the data on the page have no column ${view.featureName}. Let ${labelOf(id)} begin from vectors of a file, and choose it there for a column.`;
  const refusal = beginFrom(view.featureName, vectors, id);
  if (refusal !== null) return refusal;
  const begins = `${labelOf(id)} begins from these vectors when you train next.`;
  const seen = haveSeenTestRows(trained, useSpec.getState().spec) ? SEEN_TEST_ROWS : '';
  return [begins, await coverage(view.featureName, spec.dataset), seen].filter(Boolean).join(' ');
}

import { useMemo } from 'react';
import type { EmbeddingView } from '../../workers/protocol';
import { useRun } from '../state/run';
import { useShownEmbeddings } from '../state/scrub';
import { useView } from '../state/view';
import { methodsOf } from './model';
import { levelMethods } from './random-effects';

/**
 * Whose single levels the panels of random effects draw, and whose they could: the chosen method, else
 * MMbeddings, else the first.
 */
export function useLevelMethod(): { available: string[]; shown: EmbeddingView | null } {
  const spec = useRun((state) => state.spec);
  const embeddings = useShownEmbeddings();
  const results = useRun((state) => state.results);
  const chosen = useView((state) => state.levelMethod);
  return useMemo(() => {
    const available = levelMethods(methodsOf(spec), embeddings, results);
    const method = available.find((id) => id === chosen) ?? available.find((id) => id === 'mmbeddings') ?? available[0];
    return { available, shown: method === undefined ? null : embeddings[method] };
  }, [spec, embeddings, results, chosen]);
}

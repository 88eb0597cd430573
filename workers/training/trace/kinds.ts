import type { StepTrace } from './types';

/**
 * Methods whose rows can be followed, and which of the diagrams theirs is. Plain data: the page has it too.
 */
export const TRACED: Readonly<Record<string, StepTrace['kind']>> = {
  ignore: 'no-levels',
  'one-hot': 'one-hot',
  embeddings: 'tables',
  'embeddings-l2': 'tables',
  regbeddings: 'sampled-tables',
  mmbeddings: 'encoder',
  lmmnn: 'intercepts',
  'linear-mixed-model': 'intercepts',
};

import type { FusedDescription } from '../../engine/step-plan';
import type { MethodAbout, Model, Problem } from '../method';
import { sizesOf } from './counts';

/**
 * The shape of the data as a method sees it: a method that takes tags by their average has a column of them
 * for one more feature, whose levels are the tags; one that does not see tags has none.
 */
export function seenBy<Shape extends Pick<Problem, 'levels' | 'tags'>>(
  tags: MethodAbout['tags'],
  problem: Shape,
): Shape & Pick<Problem, 'tagFeatures'> {
  if (tags === 'own' || !problem.tags) return problem;
  const levelsOnly = { ...problem, tags: undefined };
  return tags === 'average' ? { ...levelsOnly, levels: sizesOf(problem), tagFeatures: problem.tags.length } : levelsOnly;
}

/** What a method says of itself, of the shape of the data as it sees it. */
export function seeing(about: MethodAbout): MethodAbout {
  const { tags, parameterCount, inputWidth, refusal } = about;
  return {
    ...about,
    parameterCount: (problem, settings) => parameterCount(seenBy(tags, problem), settings),
    ...(inputWidth && { inputWidth: (problem, settings) => inputWidth(seenBy(tags, problem), settings) }),
    ...(refusal && { refusal: (problem) => refusal(seenBy(tags, problem)) }),
  };
}

/**
 * A model that takes columns of tags by the average of their vectors, as features of its. Its fused
 * description speaks of features: here the last ones become columns of tags, where fused plans know them.
 */
export function withAverages(model: Model, { levels, tags = [] }: Pick<Problem, 'levels' | 'tags'>): Model {
  if (!model.fused || tags.length === 0) return model;
  return { ...model, fused: averaged(model.fused, levels.length, tags.length) };
}

function averaged(fused: FusedDescription, levels: number, columns: number): FusedDescription | undefined {
  const pooling = 'mean';
  const features = Array.from({ length: columns }, (_, column) => levels + column);
  if (fused.kind === 'tables' && !fused.lookups && !fused.biases)
    return { ...fused, tags: features.map((k) => ({ pooling, table: `embedding${k}/table` })) };
  if (fused.kind === 'encoder')
    return { ...fused, tags: features.map((k) => ({ pooling, draw: 'row', mean: `encoder/mean${k}`, logVar: `encoder/logVar${k}` })) };
  return fused.kind === 'no-levels' ? fused : undefined;
}

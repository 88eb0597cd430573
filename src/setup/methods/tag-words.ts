import type { MethodAbout } from '../../../workers/spec/methods';

/**
 * What a method makes of so many columns of tags, as a sentence; null for one that is about them, and where
 * there are none.
 */
export function tagWords({ tags }: Pick<MethodAbout, 'tags'>, columns: number): string | null {
  if (columns === 0 || tags === 'own') return null;
  const one = columns === 1;
  if (tags === 'average')
    return one
      ? 'The column of tags is one more feature: a row takes the average of its tags’ vectors.'
      : `The ${columns} columns of tags are features too: of each a row takes the average of its tags’ vectors.`;
  return `It does not see the ${one ? 'column' : `${columns} columns`} of tags and trains on the rest.`;
}

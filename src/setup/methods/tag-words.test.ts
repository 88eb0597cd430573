import { describe, expect, it } from 'vitest';
import { tagWords } from './tag-words';

describe('what a method makes of columns of tags', () => {
  it('is said where there are some and the method is not about them', () => {
    expect(tagWords({}, 1)).toBe('It does not see the column of tags and trains on the rest.');
    expect(tagWords({}, 2)).toBe('It does not see the 2 columns of tags and trains on the rest.');
    expect(tagWords({ tags: 'average' }, 1)).toBe('The column of tags is one more feature: a row takes the average of its tags’ vectors.');
    expect(tagWords({ tags: 'average' }, 3)).toBe('The 3 columns of tags are features too: of each a row takes the average of its tags’ vectors.');
    expect([tagWords({}, 0), tagWords({ tags: 'average' }, 0), tagWords({ tags: 'own' }, 2)]).toEqual([null, null, null]);
  });
});

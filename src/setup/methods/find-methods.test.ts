import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ABOUTS } from '../../../workers/spec/methods';
import { FAMILIES, findMethods } from './find-methods';

const ids = (query: string): string[] => findMethods(ABOUTS, query).flatMap(({ methods }) => methods.map(({ id }) => id));

describe('the list of methods', () => {
  it('has every method once, by group, when nothing is asked for', () => {
    expect([...ids('')].sort()).toEqual(ABOUTS.map(({ id }) => id).sort());
    for (const { family, methods } of findMethods(ABOUTS, '')) for (const about of methods) expect(about.family).toBe(family);
  });

  it('finds by name, idea, paper and group, whatever the case and the accents', () => {
    expect(ids('MMBEDDINGS')).toContain('mmbeddings');
    expect(ids('encoder prior')).toContain('mmbeddings');
    expect(ids('wuthrich')).toContain('regbeddings');
    expect(ids('random effects')).toContain('mmbeddings');
    expect(ids('no method says this')).toEqual([]);
  });

  it('finds fewer with every further word', () => {
    const words = ['embeddings', 'level', 'simchoni', '2025', 'x', 'prior'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words)), fc.constantFrom(...words), (query, more) => {
        const before = ids(query.join(' '));
        expect(before).toEqual(expect.arrayContaining(ids([...query, more].join(' '))));
      }),
    );
  });

  it('knows every group that a method names', () => {
    expect(FAMILIES.map(({ family }) => family)).toEqual(expect.arrayContaining([...new Set(ABOUTS.map(({ family }) => family))]));
  });
});

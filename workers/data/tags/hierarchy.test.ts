import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from '../../../golden/tag-columns.json';
import { hierarchyFromLabels, hierarchyFromPairs, parentLabel } from './hierarchy';

describe('the hierarchy of tags', () => {
  it('follows from labels as in the fixture tag-columns', () => {
    const { labels, vocabulary, parentOf } = fixture.hierarchy;
    const found = hierarchyFromLabels(labels);
    expect(found.labels).toEqual(vocabulary);
    expect([...found.parents]).toEqual(parentOf);
  });

  it('appends whole chains, and shares them', () => {
    const { labels, parents } = hierarchyFromLabels(['a > b > c', 'a > d', 'e:f/g']);
    expect(labels).toEqual(['a > b > c', 'a > d', 'e:f/g', 'a > b', 'a', 'e:f', 'e']);
    expect([...parents]).toEqual([3, 4, 5, 4, -1, 6, -1]);
  });

  it('takes signs at the beginning for no level', () => {
    expect(parentLabel('/a')).toBeNull();
    expect(parentLabel('a//b')).toBe('a');
    expect(parentLabel(': b')).toBeNull();
  });

  it('leads every tag to a top, and keeps the labels in front', () => {
    const label = fc.stringMatching(/^[ab/:> ]{1,9}$/).filter((text) => text.trim() === text && text !== '');
    fc.assert(
      fc.property(fc.uniqueArray(label, { maxLength: 12 }), (given) => {
        const { labels, parents } = hierarchyFromLabels(given);
        expect(labels.slice(0, given.length)).toEqual(given);
        expect(new Set(labels).size).toBe(labels.length);
        expect(parents).toHaveLength(labels.length);
        labels.forEach((one, tag) => {
          expect(parents[tag] < 0 ? null : labels[parents[tag]]).toBe(parentLabel(one));
          let steps = 0;
          for (let up = tag; up >= 0; up = parents[up]) expect(++steps).toBeLessThanOrEqual(labels.length);
        });
      }),
    );
  });

  it('comes from pairs, with names that no cell has at the end', () => {
    const { labels, parents } = hierarchyFromPairs(
      ['cat', 'dog'],
      [
        ['dog', 'pet'],
        ['cat', 'pet'],
        ['pet', 'animal'],
      ],
    );
    expect(labels).toEqual(['cat', 'dog', 'pet', 'animal']);
    expect([...parents]).toEqual([2, 2, 3, -1]);
  });

  it('refuses a circle and a second parent by name', () => {
    const circle: [string, string][] = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ];
    expect(() => hierarchyFromPairs(['x', 'a'], circle)).toThrow('The hierarchy of tags goes in a circle: "a" → "b" → "c" → "a".');
    expect(() => hierarchyFromPairs(['a'], [['a', 'a']])).toThrow('"a" → "a"');
    const twice: [string, string][] = [
      ['a', 'b'],
      ['a', 'c'],
    ];
    expect(() => hierarchyFromPairs(['a'], twice)).toThrow('gives the tag "a" two parents, "b" and "c"');
  });
});

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

  it('is refused by name where more than 64 tags are above one, from labels or pairs, in any order', () => {
    const chain = (depth: number) => Array.from({ length: depth + 1 }, (_, i) => `t${i}`);
    const pairs = (depth: number) =>
      chain(depth)
        .slice(1)
        .map((child, i): [string, string] => [child, `t${i}`]);
    const label = (depth: number) => chain(depth).join('/');
    expect(hierarchyFromLabels([label(64)]).labels).toHaveLength(65);
    expect(hierarchyFromPairs(['t64'], pairs(64)).parents).toHaveLength(65);
    expect(() => hierarchyFromLabels([label(65)])).toThrow('more than 64 tags above it');
    // Each names few that are new.
    expect(() => hierarchyFromLabels([label(40), label(64), label(65)])).toThrow('more than 64 tags above it');
    expect(() => hierarchyFromPairs([], pairs(65))).toThrow('The tag "t65" has more than 64');
    expect(() => hierarchyFromPairs([], pairs(200).reverse())).toThrow('more than 64');
    const began = performance.now();
    expect(() => hierarchyFromLabels(Array.from({ length: 100 }, (_, i) => `${i}${'/a'.repeat(5_000)}`))).toThrow('more than 64');
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

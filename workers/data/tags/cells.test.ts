import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTags, TAG_SEPARATORS, type TagSeparator, writeTags } from './cells';

describe('the labels of a cell', () => {
  it('reads a cell of quotes that nothing closes in one pass', () => {
    expect(parseTags(Array.from({ length: 40_000 }, (_, i) => `"${i}`).join(';'), ';')).toHaveLength(40_000);
  });

  it('trims, strips one pair of brackets and quotes, drops what is empty or repeated', () => {
    expect(parseTags(' [ "a", \'b\' ,, b ] ', ',')).toEqual(['a', 'b']);
    expect(parseTags('{x;y}', ';')).toEqual(['x', 'y']);
    expect(parseTags('[[a]]', ';')).toEqual(['[a]']);
    expect(parseTags('Drama|(no genres listed)', '|')).toEqual(['Drama', '(no genres listed)']);
    expect(parseTags('red; Red;red', ';')).toEqual(['red', 'Red']);
    expect(parseTags('a\tb \n c', ' ')).toEqual(['a', 'b', 'c']);
    expect(parseTags(' ; ', ';')).toEqual([]);
    expect(parseTags("''", ';')).toEqual([]);
  });

  it('does not split at a separator between the quotes of a label', () => {
    expect(parseTags('"rock; roll"; jazz', ';')).toEqual(['rock; roll', 'jazz']);
    expect(parseTags("'New York' Paris", ' ')).toEqual(['New York', 'Paris']);
    expect(parseTags('"a, b" , "c"', ',')).toEqual(['a, b', 'c']);
  });

  it('takes quotes that close no label as characters', () => {
    expect(parseTags("'n sync; rock 'n roll", ';')).toEqual(["'n sync", "rock 'n roll"]);
    expect(parseTags('5" screen; 7" screen', ';')).toEqual(['5" screen', '7" screen']);
    expect(parseTags('"open; b', ';')).toEqual(['"open', 'b']);
  });

  it('gives back the labels that were written', () => {
    const label = fc.oneof(fc.stringMatching(/^[a-zA-Z0-9;|, '"\-()[\]{}/:]{1,12}$/), fc.string({ minLength: 1, maxLength: 10 }));
    const property = fc.property(fc.uniqueArray(label, { maxLength: 8 }), fc.constantFrom<TagSeparator>(...TAG_SEPARATORS), (labels, separator) => {
      let cell: string;
      try {
        cell = writeTags(labels, separator);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        // Only labels with space at their ends or with quotes cannot be written.
        expect(labels.some((one) => one.trim() !== one || one === '' || /['"]/.test(one))).toBe(true);
        return;
      }
      expect(parseTags(cell, separator)).toEqual(labels);
    });
    fc.assert(property, { numRuns: 1000 });
    expect(writeTags(['a;b', 'c'], ';')).toBe('"a;b"; c');
    expect(writeTags(['[a', 'b]'], ',')).toBe('"[a", "b]"');
  });
});

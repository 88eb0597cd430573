import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { openTable } from '../../../workers/data/csv';
import { quote } from '../../../workers/data/refusals';
import { printable, printableJson, printableLines, shortened } from '../../../workers/data/shown-text';
import { escapeMarkup } from '../../charts/escape';
import { oneLine } from '../../levels/labels';
import { cellText } from '../../results/twin';
import { quoted } from './words';

/** What a name may hold that does more than be read, and how it is shown. */
const HOSTILE: [what: string, text: string, shown: string][] = [
  ['an override of direction', 'a\u202Etxt.exe', 'atxt.exe'],
  ['embeddings and isolates', '\u202Ax\u202C\u2066y\u2069\u200F', 'xy'],
  ['an escape sequence', '\u001b[2J\u001b[31mred', ' [2J [31mred'],
  ['a title of the terminal', '\u001b]0;own\u0007', ' ]0;own '],
  ['a sequence of C1', '\u009b31mred', ' 31mred'],
  ['a carriage return', 'good\rbad', 'good bad'],
  ['backspaces and a bell', 'ab\b\b\u0007', 'ab   '],
  ['line separators', 'a\u2028b\u2029c', 'a b c'],
  ['half a character', 'x\ud800y', 'x\ufffdy'],
  ['a byte order mark', '\ufeffname', 'name'],
  ['letters, joiners and emoji', 'naïve שלום 👩‍🔬 a\u200cb', 'naïve שלום 👩‍🔬 a\u200cb'],
];
/** Characters that must reach nobody's eyes or terminal. */
const UNSEEN = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

describe('texts of a person', () => {
  it.each(HOSTILE)('with %s', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
    for (const show of [quote, quoted, oneLine, escapeMarkup, cellText]) expect(show(text)).not.toMatch(UNSEEN);
  });

  it('are cut with a sign, and never inside a character', () => {
    expect(shortened('abc', 3)).toBe('abc');
    expect(shortened('abcd', 3)).toBe('ab…');
    expect(shortened('ab👩', 3)).toBe('ab…');
    expect(shortened(`\u202e${'x'.repeat(10_000)}`, 5)).toBe('xxxx…');
    expect(quote('y'.repeat(10_000))).toHaveLength(42);
  });

  it('whatever they hold, have nothing unseen and no more than their limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 2, max: 50 }), (text, limit) => {
        const shown = shortened(text, limit);
        expect(shown).not.toMatch(UNSEEN);
        expect(shown.length).toBeLessThanOrEqual(limit);
        expect(printableLines(text).replaceAll('\n', '')).not.toMatch(UNSEEN);
        const json = printableJson(JSON.stringify({ [text]: text }));
        expect(json).not.toMatch(/[\u007f-\u009f\u202a-\u202e]/);
        expect(JSON.parse(json)).toEqual({ [text]: text });
      }),
    );
  });
});

test('names of columns and of the file are read without what does not print; values stay what they are', async () => {
  const table = await openTable(new File(['y,a\u202Ebc,x\u001b[31m\n1,p\u202Eq,2\n2,r,3\n'], 'a\u202E.csv'));
  expect(table.name).toBe('a.csv');
  expect(table.columns.map(({ name }) => name)).toEqual(['y', 'abc', 'x [31m']);
  expect(table.columns[1].dictionary).toEqual(['p\u202Eq', 'r']);
  const json = await openTable(new File(['{"y\u202E": 1, "g": "a"}\n{"y\u202E": 2, "g": "b"}\n'], 'a.jsonl'));
  expect(json.columns.map(({ name }) => name)).toEqual(['y', 'g']);
  // Two names that only marks tell apart would be one name to a reader.
  await expect(openTable(new File(['a,a\u200e\n1,2\n3,4\n'], 'a.csv'))).resolves.toMatchObject({ columns: [{ name: 'a' }, { name: 'a (2)' }] });
});

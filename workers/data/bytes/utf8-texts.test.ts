import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { previewTable } from '../columns';
import { Fingerprint } from '../fingerprint';
import { tableOf } from '../reading/apply';
import { Beginnings } from '../reading/beginnings';
import { guessColumnSteps } from '../reading/guess';
import { MISSING_WORDS, wordOf } from '../reading/missing';
import { plainNumber } from '../reading/numbers';
import type { ColumnStep } from '../reading/steps';
import { checkRoles } from '../roles';
import type { RawColumn, RawTable } from '../table';
import { shareWith } from '../tags/parsed';
import { atOnce } from '../work';
import { utf8Of } from './dictionary';
import { ByteKernel } from './kernel';
import { levelColumn } from './level-column';

/**
 * Texts that some rule looks at closely: words for missing, numbers, dates, labels, signs of many lengths.
 */
const TEXT = fc
  .oneof(
    fc.constantFrom(...MISSING_WORDS, 'NA ', ' N/A', 'No', 'yes', '\u212a', 'n\u212a', 'N\u00a0A', '\u00a0na', 'None\u2003', '-', '+', '???'),
    fc.constantFrom('007', ' 01', '0', '0.5', '9007199254740993', '1.106', '2.205', '1,5', '$3.50', '−2', '1e400', '2024-01-31', '1/2/2024'),
    fc.constantFrom(
      'drama;comedy',
      'a|b',
      'two words',
      ' lead',
      'trail ',
      'a \u2003b',
      'x\u00a0y',
      'Alpha',
      'alpha',
      'alpha ',
      'ALPHA',
      'a--b',
      'a_1',
      'a_',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
    fc.integer({ min: -3, max: 40 }).map(String),
  )
  .filter((text) => text.trim() !== '' && !/[\ud800-\udfff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '')) && !text.includes('\0'));

const COLUMN = fc.uniqueArray(TEXT, { minLength: 1, maxLength: 30 });

/** A column of these texts, as strings or as bytes. */
function columnOf(name: string, texts: readonly string[], inBytes: boolean): RawColumn {
  const numbers = Float64Array.from(texts, plainNumber).map((value) => (Number.isFinite(value) ? value : Number.NaN));
  const counts = Uint32Array.from(texts, (_, code) => 1 + (code % 3));
  const codes = Int32Array.from([...counts].flatMap((count, code) => Array<number>(count).fill(code)));
  const column = { codes, numbers, counts, missing: 0 };
  return inBytes ? levelColumn(name, column, utf8Of(texts)) : { name, ...column, texts: [...texts] };
}

describe('texts in bytes', () => {
  test('say what they say as strings: steps, fingerprint, facts, spellings, tags, questions and roles', () => {
    fc.assert(
      fc.property(COLUMN, COLUMN, fc.array(fc.constantFrom('na', 'alpha', '-', 'x', '007', 'ünd'), { maxLength: 2 }), (first, second, words) => {
        const opened = [true, false].map((inBytes) => {
          const rows = 20;
          const all = [first, second].map((texts, j) => columnOf(`c${j}`, texts, inBytes));
          const columns = all.map((column) => ({ ...column, ...cut(column, rows) }));
          const raw: RawTable = { columns: inBytes ? columns.map(inUtf8) : columns, separator: ',', steps: [], doubt: null };
          const asked: ColumnStep[] = words.length > 0 ? [{ kind: 'missing-words', columns: ['c0'], words }] : [];
          const steps = guessColumnSteps(raw.columns, ',', asked);
          const table = atOnce(tableOf({ name: 'a.csv', bytes: 1, rows, line: (row) => row, raw }, steps));
          const cells = table.columns.map(({ codes, dictionary, numbers, counts, missing, textLevels }) => ({
            ...{ codes, dictionary, numbers, counts, missing, textLevels },
          }));
          const preview = previewTable(table);
          const policy = { numeric: 'mean', categorical: 'own-level' } as const;
          return { steps, cells, preview, roles: checkRoles(table, preview.columns, policy, 0.2) };
        });
        expect(opened[0]).toEqual(opened[1]);
      }),
      { numRuns: 400 },
    );
  });

  test('one by one, in length, without some of them, and by a sign', () => {
    fc.assert(
      fc.property(COLUMN, fc.integer({ min: 0 }), (texts, seed) => {
        const utf8 = utf8Of(texts);
        expect(texts.map((_, code) => utf8.text(code))).toEqual(texts);
        expect(texts.map((_, code) => utf8.characters(code))).toEqual(texts.map(({ length }) => length));
        const gone = Uint8Array.from(texts, (_, code) => (seed >> (code % 8)) & 1);
        expect(utf8.without(gone).all).toEqual(texts.filter((_, code) => gone[code] === 0));
        expect(utf8.has(46)).toBe(texts.some((text) => text.includes('.')));
        const [bytes, strings] = [new Fingerprint(), new Fingerprint()];
        for (const text of texts) strings.text(text);
        expect(bytes.allUtf8(utf8.held).digest()).toBe(strings.digest());
        for (const separator of [';', '|', ',', ' '] as const) {
          const shares = [true, false].map((inBytes) => {
            const { codes, counts, numbers, texts: dictionary, utf8: own } = columnOf('a', texts, inBytes);
            return shareWith({ name: 'a', codes, counts, numbers, dictionary, missing: 0, textLevels: 0, utf8: own }, separator);
          });
          expect(shares[0]).toBe(shares[1]);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('a long text of one byte a character, and thousands of them, have the fingerprint of their strings', () => {
    const texts = ['x'.repeat(4095), 'y'.repeat(4096), 'z'.repeat(9000), ...Array.from({ length: 3000 }, (_, i) => `level ${i}`)];
    const strings = new Fingerprint();
    for (const text of texts) strings.text(text);
    const utf8 = utf8Of(texts);
    expect(new Fingerprint().allUtf8(utf8.held).digest()).toBe(strings.digest());
    // Asked for one by one they become strings together.
    expect(texts.map((_, code) => utf8.text(code))).toEqual(texts);
  });

  test('the compiled reader adds words to a fingerprint as it does itself', async () => {
    const kernel = (await ByteKernel.load()) as ByteKernel;
    const words = fc.array(fc.integer(), { maxLength: 50 }).map((all) => Int32Array.from(all));
    const long = Int32Array.from({ length: 40_000 }, (_, i) => Math.imul(i, 0x9e3779b1));
    const numbers = Float64Array.from({ length: 9000 }, (_, i) => (i % 7 === 0 ? Number.NaN : i % 5 === 0 ? -0 : Math.sin(i)));
    fc.assert(
      fc.property(words, fc.string(), (some, text) => {
        const [own, plain] = [kernel, null].map((one) =>
          new Fingerprint(one).text(text).integers(some).word(7).integers(long).numbers(numbers).digest(),
        );
        expect(own).toBe(plain);
      }),
      { numRuns: 20 },
    );
  });

  test('no word is missed by the beginning of a text', () => {
    const words = [...MISSING_WORDS, 'ünd', 'a b'];
    const beginnings = new Beginnings(words.map(wordOf));
    const spelled = fc.tuple(fc.constantFrom(' ', '', '\u00a0'), fc.constantFrom(...words), fc.boolean(), fc.constantFrom('', '\t', '\u2003'));
    const encoder = new TextEncoder();
    fc.assert(
      fc.property(spelled, ([before, word, upper, after]) => {
        const text = before + (upper ? word.toUpperCase() : word) + after;
        const bytes = encoder.encode(text);
        expect([beginnings.mayBe(bytes, 0, bytes.length), beginnings.mayBeText(text)]).toEqual([true, true]);
      }),
    );
    const bytes = encoder.encode('user 12');
    expect([beginnings.mayBe(bytes, 0, bytes.length), beginnings.mayBeText('n12')]).toEqual([false, false]);
  });
});

/** The first rows of a column, their texts alone. */
function cut({ codes, texts, numbers }: RawColumn, rows: number): Pick<RawColumn, 'codes' | 'texts' | 'numbers' | 'counts' | 'missing'> {
  const own = Int32Array.from({ length: rows }, (_, row) => codes[row % codes.length]);
  const used = [...new Set(own)];
  const counts = Uint32Array.from(used, (code) => own.filter((one) => one === code).length);
  return {
    codes: own.map((code) => used.indexOf(code)),
    texts: used.map((code) => texts[code]),
    numbers: Float64Array.from(used, (code) => numbers[code]),
    counts,
    missing: 0,
  };
}

const inUtf8 = ({ name, codes, texts, numbers, counts, missing }: RawColumn): RawColumn =>
  levelColumn(name, { codes, numbers, counts, missing }, utf8Of(texts));

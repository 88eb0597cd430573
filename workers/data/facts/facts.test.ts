import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../random/random';
import { previewTable } from '../columns';
import { openTable } from '../csv';
import { MISSING, type TableColumn } from '../table';
import { booleanValues } from './booleans';
import { datesOf } from './dates';
import { leakOf } from './leaks';
import { hasLeadingZeros, hasLongNumbers } from './long-numbers';
import { nestings, runningPlaces } from './nested';
import { plainSpelling, spellingsOf } from './spellings';

const caseTable = (name: string) => openTable(new File([readFileSync(new URL(`../../../cases/${name}`, import.meta.url))], name));

function columnOf(name: string, cells: readonly (string | number | null)[]): TableColumn {
  const dictionary = [...new Set(cells.filter((cell) => cell !== null).map(String))];
  const codes = Int32Array.from(cells, (cell) => (cell === null ? MISSING : dictionary.indexOf(String(cell))));
  const counts = new Uint32Array(dictionary.length);
  for (const code of codes) if (code !== MISSING) counts[code]++;
  const numbers = Float64Array.from(dictionary, Number);
  return {
    name,
    codes,
    dictionary,
    numbers,
    counts,
    missing: codes.filter((code) => code === MISSING).length,
    textLevels: numbers.filter(Number.isNaN).length,
  };
}

describe('yes and no', () => {
  test.each([
    [
      ['yes', 'No', 'YES'],
      [1, 0, 1],
    ],
    [
      ['F', 'T'],
      [0, 1],
    ],
    [
      [' true', 'FALSE '],
      [1, 0],
    ],
    [
      ['nein', 'Ja'],
      [0, 1],
    ],
    [
      ['oui', 'non'],
      [1, 0],
    ],
    [
      ['Sí', 'no'],
      [1, 0],
    ],
  ])('%j', (texts, values) => {
    expect([...(booleanValues(texts) ?? [])]).toEqual(values);
  });
  test.each([[['m', 'f']], [['yes']], [['yes', 'maybe']], [['yes', 'no', 'maybe']], [['true', 'no']], [['no', 'on']]])('not %j', (texts) => {
    expect(booleanValues(texts)).toBeNull();
  });
});

describe('dates', () => {
  const at = (...parts: [number, number, number, number?, number?]) =>
    Date.UTC(parts[0], parts[1] - 1, ...(parts.slice(2) as [number, number?, number?]));
  test.each<[string, string[], number[]]>([
    ['ISO', ['2024-01-31', '2024-02-29', '2023-12-01'], [at(2024, 1, 31), at(2024, 2, 29), at(2023, 12, 1)]],
    [
      'with a clock',
      ['2024-01-31 08:15', '2024-01-31T18:00:30Z', '2024-02-01'],
      [at(2024, 1, 31, 8, 15), at(2024, 1, 31, 18) + 30_000, at(2024, 2, 1)],
    ],
    [
      'with parts of a second, and an offset of hours',
      ['2024-01-31 08:15:00.100', '2024-01-31 08:15:00,2', '2024-01-31T08:15:59.123456+00'],
      [at(2024, 1, 31, 8, 15) + 100, at(2024, 1, 31, 8, 15) + 200, at(2024, 1, 31, 8, 15) + 59_123.456],
    ],
    [
      'with offsets: the last hour of summer time and the first after it',
      ['2024-10-27T02:30:00+02:00', '2024-10-27T02:15:00+01:00', '2024-10-26 23:00 -0330'],
      [at(2024, 10, 27, 0, 30), at(2024, 10, 27, 1, 15), at(2024, 10, 27, 2, 30)],
    ],
    ['German', ['31.01.2024', '1.2.2024', '05.03.24'], [at(2024, 1, 31), at(2024, 2, 1), at(2024, 3, 5)]],
    ['month first', ['1/31/2024', '2/1/2024', '12/24/2023'], [at(2024, 1, 31), at(2024, 2, 1), at(2023, 12, 24)]],
    ['day first', ['31/1/2024', '1/2/2024', '24/12/2023'], [at(2024, 1, 31), at(2024, 2, 1), at(2023, 12, 24)]],
    ['names of months', ['31 Jan 2024', '1. März 2024', '24-Dec-2023'], [at(2024, 1, 31), at(2024, 3, 1), at(2023, 12, 24)]],
    ['names of months with short years', ['31-Jan-24', '1-Sept-70', '24-DEC-99'], [at(2024, 1, 31), at(1970, 9, 1), at(1999, 12, 24)]],
    ['French names', ['1 juin 2024', '2 juil. 2024', '3 décembre 2023'], [at(2024, 6, 1), at(2024, 7, 2), at(2023, 12, 3)]],
    ['months by name', ['Jan-24', 'Feb 2024', 'Dezember 2023'], [at(2024, 1, 1), at(2024, 2, 1), at(2023, 12, 1)]],
    ['American names', ['Jan 31, 2024', 'February 1, 2024', 'Dec 24, 2023 3:05 PM'], [at(2024, 1, 31), at(2024, 2, 1), at(2023, 12, 24, 15, 5)]],
    ['eight digits', ['20240131', '20240201', '20231224'], [at(2024, 1, 31), at(2024, 2, 1), at(2023, 12, 24)]],
    ['months', ['2024-01', '2024-02', '2023-12'], [at(2024, 1, 1), at(2024, 2, 1), at(2023, 12, 1)]],
  ])('%s', (_, texts, times) => {
    expect([...(datesOf(texts)?.times ?? [])]).toEqual(times);
  });

  test('day and month that could be swapped say so, and are settled by a choice', () => {
    const texts = ['3/4/2024', '5/6/2024', '7/8/2024'];
    expect(datesOf(texts)).toMatchObject({ ambiguous: true, dayFirst: false });
    expect(datesOf(texts, true)?.times[0]).toBe(at(2024, 4, 3));
    expect(datesOf(['3.4.2024', '5.6.2024', '7.8.2024'])).toMatchObject({ ambiguous: true, dayFirst: true });
    expect(datesOf(['13/4/2024', '5/6/2024', '7/8/2024'])).toMatchObject({ ambiguous: false, dayFirst: true });
  });

  test.each<[string, string[]]>([
    ['days that do not exist', ['2024-02-30', '2024-01-01', '2024-01-02']],
    ['both orders in one column', ['31/1/2024', '1/31/2024', '1/1/2024']],
    ['one cell that is none', ['2024-01-01', '2024-01-02', 'soon']],
    ['versions', ['1.2.3', '1.2.4', '2.0.0']],
    ['numbers of eight digits', ['20240131', '20249999', '20240201']],
    ['words that begin like months', ['Marble-24', 'Mayor-23', 'Decor-22']],
    ['a beginning of two months', ['1 jui 2024', '2 jui 2024', '3 jui 2024']],
    ['months with a day and no year', ['Jan 24', 'Feb 12', 'Mar 1']],
    ['years', ['2021', '2022', '2023']],
    ['telephone numbers', ['040-12-3456', '030-11-2222', '089-44-1234']],
  ])('not %s', (_, texts) => {
    expect(datesOf(texts)).toBeNull();
  });
});

test('identifiers of 64 bits stay text, and so do numbers with leading zeros', async () => {
  const ids = ['9007199254740993', '9007199254740992', '12'];
  expect(hasLongNumbers(columnOf('id', ids))).toBe(true);
  expect(hasLongNumbers(columnOf('id', ['1e300', '2']))).toBe(false);
  expect([hasLeadingZeros(columnOf('zip', ['01067', '10115'])), hasLeadingZeros(columnOf('zip', ['0', '0.5', '10']))]).toEqual([true, false]);
  const rows = Array.from({ length: 120 }, (_, row) => `${9007199254740992n + BigInt(row % 6)},${row % 7},${row / 3}`);
  const table = await openTable(new File([['advertiser,n,y', ...rows].join('\n')], 'ads.csv'));
  const [advertiser] = previewTable(table).columns;
  // Double precision would make four of the six: every second odd one is rounded.
  expect(advertiser).toMatchObject({ kind: 'text', role: 'categorical', levels: 6, longNumbers: true, min: null });
});

describe('spellings', () => {
  test('of case, space, quotes, hyphens, composed letters and forms of a number', () => {
    for (const [a, b] of [
      ['Alpha', ' ALPHA '],
      ['New  York', 'new york'],
      ['O’Brien', "O'Brien"],
      ['2010–2015', '2010-2015'],
      ['Zu\u0308rich', 'Zürich'],
      ['101', '101.0'],
      ['0101', '101'],
      ['1e3', '1000'],
      ['-0', '0'],
    ])
      expect(plainSpelling(a)).toBe(plainSpelling(b));
    for (const [a, b] of [
      ['New-York', 'New York'],
      ['9007199254740993', '9007199254740992'],
      ['Ärzte', 'Arzte'],
      ['a1', 'a1.0'],
    ])
      expect(plainSpelling(a)).not.toBe(plainSpelling(b));
  });

  test('the most frequent spelling stays', () => {
    const of = (dictionary: string[], counts: number[]) => spellingsOf({ dictionary, counts: Uint32Array.from(counts) });
    expect(of(['alpha', 'Alpha', 'Alpha ', 'Beta'], [3, 40, 2, 9])).toEqual([{ into: 'Alpha', from: ['alpha', 'Alpha '], of: 3 }]);
    expect(of(['Alpha ', 'alpha'], [40, 2])).toEqual([{ into: 'Alpha', from: ['Alpha ', 'alpha'], of: 2 }]);
    expect(of(['a', 'b'], [1, 1])).toEqual([]);
  });

  test.each([
    ['62-float-ids.csv', 48],
    ['66-case-and-space.csv', 17],
  ])('%s: so many spellings of 12 levels (cases/62-float-ids, 66-case-and-space)', async (name, labels) => {
    const [column] = (await caseTable(name)).columns;
    const spellings = spellingsOf(column);
    expect(column.dictionary).toHaveLength(labels);
    const merged = new Map(spellings.flatMap(({ into, from }) => from.map((text) => [text, into] as const)));
    expect(new Set(column.dictionary.map((text) => merged.get(text) ?? text)).size).toBe(12);
  });
});

describe('leaks', () => {
  const random = new RandomStream(3, 'leaks');
  const n = 400;
  const y = Float64Array.from({ length: n }, () => Math.round(random.normal() * 1e4) / 1e4);
  const won = Float64Array.from(y, (value) => (value > 0.3 ? 1 : 0));
  const noise = () => random.normal();
  const of = (cells: (row: number) => string | number | null, target = y, categorical = false) =>
    leakOf(
      columnOf(
        'x',
        Array.from({ length: n }, (_, row) => cells(row)),
      ),
      target,
      categorical,
    );

  test('a copy, another unit, a rounded value, a threshold and the score behind a class', () => {
    expect(of((row) => y[row])).toBe('copy');
    expect(of((row) => (row % 10 === 0 ? null : y[row]))).toBe('copy');
    expect(of((row) => 32 + 1.8 * y[row])).toBe('monotone');
    expect(of((row) => -Math.exp(y[row]))).toBe('monotone');
    expect(of((row) => Math.round(2 * y[row]))).toBe('monotone');
    // Gross and net, each rounded by itself.
    expect(of((row) => Math.round(119 * y[row] + 0.3 * noise()) / 100)).toBe('linear');
    expect(of((row) => won[row])).toBe('monotone');
    expect(of((row) => y[row], won)).toBe('monotone');
    expect(of((row) => 1 - won[row], won)).toBe('monotone');
  });

  test('names of the target, and a level that decides', () => {
    expect(of((row) => (won[row] ? 'winner' : 'loser'), won, true)).toBe('one-to-one');
    const byLevel = Float64Array.from({ length: n }, (_, row) => (row % 20) ** 2);
    expect(of((row) => `g${row % 20}`, byLevel, true)).toBe('one-to-one');
    expect(of((row) => `g${row % 40}`, byLevel, true)).toBe('decides');
    // A code for each value, in no order.
    expect(of((row) => ((row % 20) * 7) % 20, byLevel)).toBe('one-to-one');
  });

  test('what only explains well is none', () => {
    expect(of((row) => y[row] + 0.05 * noise())).toBeNull();
    expect(of((row) => y[row] + noise(), won)).toBeNull();
    expect(of(noise)).toBeNull();
    expect(of((row) => row)).toBeNull();
    expect(of((row) => `g${row % 20}`, won, true)).toBeNull();
    expect(of((row) => `u${row}`, y, true)).toBeNull();
    expect(of(() => 1)).toBeNull();
    // A rare class at one end by chance.
    const rare = Float64Array.from({ length: n }, (_, row) => (row >= n - 3 ? 1 : 0));
    expect(of((row) => row, rare)).toBeNull();
  });

  test('an exception beyond the first thousand rows is found', () => {
    const long = Float64Array.from({ length: 5000 }, (_, row) => row % 701);
    const cells = Array.from(long, (value, row) => (row === 4321 ? value ** 2 + 5000 : value ** 2));
    expect(leakOf(columnOf('x', cells), long, false)).toBeNull();
    cells[4321] = long[4321] ** 2;
    expect(leakOf(columnOf('x', cells), long, false)).toBe('monotone');
  });
});

describe('nested labels', () => {
  test('running labels', () => {
    expect([...(runningPlaces(['cask2', 'cask1', 'cask3']) ?? [])]).toEqual([1, 0, 2]);
    expect([...(runningPlaces(['b', 'a']) ?? [])]).toEqual([1, 0]);
    expect(runningPlaces(['cask2', 'cask3'])).toBeNull();
    expect(runningPlaces(['red', 'green'])).toBeNull();
    expect(runningPlaces(['a1', 'b2'])).toBeNull();
    expect(runningPlaces(['1', '2', '4'])).toBeNull();
  });

  test('casks within batches, with the target’s word for it (cases/m03-nested-reused, m03b-nested-unique)', async () => {
    const [reused, unique] = [await caseTable('m03-nested-reused.csv'), await caseTable('m03b-nested-unique.csv')];
    const y = ({ columns }: typeof reused) => Float64Array.from(columns[3].codes, (code) => columns[3].numbers[code]);
    expect(nestings(reused.columns.slice(0, 2), y(reused))).toEqual([
      { inner: 'cask', outer: 'batch', labels: 4, pairs: unique.columns[1].dictionary.length, evident: true },
    ]);
    expect(nestings(unique.columns.slice(0, 2), y(unique))).toEqual([]);
  });

  test('crossed columns: items that each participant sees have means of their own, a lab that all share too', () => {
    const random = new RandomStream(5, 'crossed');
    const [subject, rater] = [Array.from({ length: 20 }, () => random.normal()), Array.from({ length: 6 }, () => 2 * random.normal())];
    const rows = Array.from({ length: 960 }, (_, row) => ({ s: row % 20, r: Math.floor(row / 20) % 6 }));
    const y = Float64Array.from(rows, ({ s, r }) => subject[s] + rater[r] + random.normal());
    const columns = [
      columnOf(
        'participant',
        rows.map(({ s }) => s + 1),
      ),
      columnOf(
        'rater',
        rows.map(({ r }) => r + 1),
      ),
    ];
    expect(nestings(columns, y).filter(({ evident }) => evident)).toEqual([]);
    expect(nestings([columns[0], { ...columns[1], name: 'item' }], y).filter(({ inner }) => inner === 'item')).toEqual([]);
  });
});

/** Tables that people bring, with what is right for each: cases/README.md. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { previewTable } from '../columns';
import { openTable } from '../csv';
import type { LabFailure } from '../failure';
import { MISSING, type Table, type TableColumn } from '../table';
import { withSteps } from './apply';

const bytes = (name: string) => readFileSync(new URL(`../../../cases/${name}`, import.meta.url));
const file = (name: string) => new File([bytes(name)], name);
const open = (name: string) => openTable(file(name));

function column(table: Table, name: string): TableColumn {
  const found = table.columns.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no column ${name}: ${table.columns.map((one) => one.name)}`);
  return found;
}
const numbers = ({ codes, numbers: values }: TableColumn) => Array.from(codes, (code) => (code === MISSING ? null : values[code]));
const texts = ({ codes, dictionary }: TableColumn) => Array.from(codes, (code) => (code === MISSING ? null : dictionary[code]));
const kinds = (table: Table) => table.steps.map(({ kind }) => kind);

/** The 240 shops, by a reader that has nothing to do with this one. */
const SHOPS = new TextDecoder()
  .decode(bytes('52-jsonl.jsonl'))
  .trim()
  .split('\n')
  .map((line): { shop: string; size: number; y: number } => JSON.parse(line));

describe('the same 240 shops, as they come', () => {
  test.each([
    ['01-pandas-index.csv', ['row', 'shop', 'size', 'y'], ['index-column']],
    ['02-r-write-csv.csv', ['row', 'shop', 'size', 'y'], ['index-column']],
    ['03-r-write-table.txt', ['row', 'shop', 'size', 'y'], ['index-column']],
    ['04-excel-trailing-columns.csv', ['shop', 'size', 'y'], ['drop-empty-columns']],
    ['06-trailing-separator-rows-only.csv', ['shop', 'size', 'y'], ['trailing-separators']],
    ['07-sep-line.csv', ['shop', 'size', 'y'], ['separator', 'decimal', 'decimal']],
    ['09-short-rows.csv', ['shop', 'size', 'y', 'note'], ['short-rows']],
    ['10-title-above-header.csv', ['shop', 'size', 'y'], ['skip-lines']],
    ['12-two-header-lines.csv', ['shop', 'size', 'y'], ['header']],
    ['15-no-header.csv', ['column 1', 'column 2', 'column 3'], ['header']],
    ['16-duplicate-columns.csv', ['shop', 'size', 'y', 'size (2)'], ['name-columns']],
    ['21-tab-decimal-comma.tsv', ['shop', 'size', 'y'], ['decimal', 'decimal']],
    ['22-comma-quoted-decimal-comma.csv', ['shop', 'size', 'y'], ['decimal', 'decimal']],
    ['35-utf16le-bom.csv', ['shop', 'size', 'y'], ['encoding']],
    ['50-zip.csv.zip', ['shop', 'size', 'y'], ['archive']],
    ['52-jsonl.jsonl', ['shop', 'size', 'y'], ['json']],
    ['53-json.json', ['shop', 'size', 'y'], ['json']],
  ])('%s (cases)', async (name, names, steps) => {
    const table = await open(name);
    expect(table.columns.map((one) => one.name)).toEqual(names);
    expect(kinds(table)).toEqual(steps);
    const first = names.indexOf(names[0].startsWith('column') ? 'column 1' : 'shop');
    const [shop, size, y] = table.columns.slice(first);
    expect(numbers(size)).toEqual(SHOPS.map((row) => row.size));
    expect(numbers(y)).toEqual(SHOPS.map((row) => row.y));
    if (name.startsWith('35')) expect([texts(shop)[0], texts(shop)[1], texts(shop)[2]]).toEqual(['Café Zürich', 'Łódź', 'shop C']);
    else expect(texts(shop)).toEqual(SHOPS.map((row) => row.shop));
    // Each step is told, and without them the file is another or is refused.
    const preview = previewTable(table);
    for (const { words } of preview.steps) expect(words).toMatch(/^\S.*[.…”]$/);
    expect(preview.columns.filter(({ index }) => index).map((one) => [one.name, one.role])).toEqual(names[0] === 'row' ? [['row', 'ignore']] : []);
    const plain = await openTable(file(name), { steps: table.steps.filter(({ kind }) => kind === 'archive' || kind === 'encoding') }).catch(
      (refusal: LabFailure) => refusal.code,
    );
    if (!name.startsWith('35') && !name.startsWith('50'))
      expect(typeof plain === 'string' ? plain : plain.columns.map(numbers)).not.toEqual(table.columns.map(numbers));
    // The same steps give the same table.
    expect((await openTable(file(name), { steps: table.steps })).columns).toEqual(table.columns);
  });

  test('the second name stands for the second column (cases/16-duplicate-columns)', async () => {
    const table = await open('16-duplicate-columns.csv');
    expect(numbers(column(table, 'size (2)'))[0]).toBe(7.328);
  });

  test('short rows end in missing cells, and say where (cases/09-short-rows)', async () => {
    const table = await open('09-short-rows.csv');
    expect(column(table, 'note').missing).toBe(160);
    expect(previewTable(table).steps[0].words).toBe('160 rows have fewer cells than the header, the first on line 3: the rest is missing.');
  });

  test('the first line may be names after all: it is asked (cases/15-no-header)', async () => {
    const table = await open('15-no-header.csv');
    const [question] = previewTable(table).questions;
    expect(question).toMatchObject({ id: 'header', column: null });
    expect(question.answers.map(({ taken }) => taken)).toEqual([true, false]);
    const named = await openTable(file('15-no-header.csv'), { steps: question.answers[1].steps, before: table });
    expect(named.columns.map(({ name }) => name)).toEqual(['shop A', '6.328', '4.656']);
    expect([named.rows, table.rows]).toEqual([239, 240]);
  });

  test('quotes inside a cell of a tab-separated file are characters (cases/43-tsv-bare-quotes)', async () => {
    const table = await open('43-tsv-bare-quotes.tsv');
    expect(column(table, 'shop').dictionary.slice(0, 4)).toEqual(['"the big" one', '5" pipe', '12" pipe', '"Gold"']);
    expect(numbers(column(table, 'size'))).toEqual(SHOPS.map(({ size }) => size));
    expect(kinds(table)).toEqual(['quotes']);
  });

  test('Windows-1252 is proposed with what the line would say (cases/37-latin1)', async () => {
    const refusal: LabFailure = await open('37-latin1.csv').then(
      () => Promise.reject(new Error('was read')),
      (error) => error,
    );
    expect(refusal).toMatchObject({ code: 'csv-not-text', message: expect.stringContaining('line 2 has') });
    expect(refusal.question?.text).toContain('"Café Zürich,6.328,4.656"');
    const table = await openTable(file('37-latin1.csv'), { given: refusal.question?.answers[0].steps });
    expect(texts(column(table, 'shop'))[0]).toBe('Café Zürich');
    expect(kinds(table)).toEqual(['encoding']);
    expect(numbers(column(table, 'y'))).toEqual(SHOPS.map(({ y }) => y));
  });
});

describe('numbers', () => {
  test('a comma between thousands where another column has decimal points; both readings are offered (cases/23-thousands)', async () => {
    const table = await open('23-thousands.csv');
    expect(numbers(column(table, 'size'))).toEqual(SHOPS.map(({ size }) => Math.round(size * 1000)));
    expect(numbers(column(table, 'y'))).toEqual(SHOPS.map(({ y }) => y));
    const [question] = previewTable(table).questions;
    expect(question.answers.map(({ label, taken }) => [label, taken])).toEqual([
      ['6,328 is 6.328', false],
      ['6,328 is 6328', true],
    ]);
    expect(numbers(column(withSteps(table, question.answers[0].steps), 'size'))).toEqual(SHOPS.map(({ size }) => size));
  });

  test('a comma that both could be is asked about (cases/22-comma-quoted-decimal-comma)', async () => {
    const table = await open('22-comma-quoted-decimal-comma.csv');
    expect(previewTable(table).questions.map(({ id }) => id)).toEqual(['decimal:size']);
  });

  test('a German rent of 1.106 is 1106 (cases/81-german-thousands-dot)', async () => {
    const table = await open('81-german-thousands-dot.csv');
    const miete = previewTable(table).columns.find(({ name }) => name === 'miete');
    expect(miete).toMatchObject({ min: 151, max: 1304, role: 'target' });
    expect(miete?.mean).toBeCloseTo(772, 0);
    expect(previewTable(table).questions.map(({ id }) => id)).toEqual(['decimal:miete']);
  });

  test.each([
    ['31-inf.csv', 'size', '239 of 240 cells of "size" are numbers; line 9 has "Inf".', { count: 1, numbers: 239, line: 9, value: 'Inf' }],
    [
      '91-one-bad-cell.csv',
      'size',
      '199 of 200 cells of "size" are numbers; line 152 has "12..5".',
      { count: 1, numbers: 199, line: 152, value: '12..5' },
    ],
    ['x-1e400.csv', 'x', '199 of 200 cells of "x" are numbers; line 19 has "1e400".', { count: 1, numbers: 199, line: 19, value: '1e400' }],
  ])('%s: one bad cell is named and asked about, never a column of texts (cases)', async (name, of, text, cells) => {
    const table = await open(name);
    const preview = previewTable(table);
    expect(preview.columns.find((one) => one.name === of)).toMatchObject({ badCells: cells, role: 'numeric' });
    expect(preview.questions).toEqual([expect.objectContaining({ id: `bad-cells:${of}`, text, pressing: true })]);
    const [missing, category] = preview.questions[0].answers.map(({ steps }) => withSteps(table, steps));
    expect(column(missing, of)).toMatchObject({ missing: 1, textLevels: 0 });
    expect(numbers(column(missing, of)).every((value) => value === null || Number.isFinite(value))).toBe(true);
    expect(column(category, of).textLevels).toBe(column(category, of).dictionary.length);
    for (const answered of [missing, category]) expect(previewTable(answered).questions).toEqual([]);
  });

  test('0 and 0.0, 1 and 1.0 are two values (cases/b04-mixed-0-0.0)', async () => {
    const table = await open('b04-mixed-0-0.0.csv');
    expect(column(table, 'y').dictionary).toEqual(['1', '0']);
    const plain = numbers(column(withSteps(table, []), 'y'));
    expect(numbers(column(table, 'y'))).toEqual(plain);
    expect(previewTable(table)).toMatchObject({ task: 'binary' });
  });
});

describe('missing words', () => {
  test.each(['68-missing-dash.csv', '68-missing-backslashN.csv'])('%s: size is numeric, 30 missing (cases)', async (name) => {
    const table = await open(name);
    expect(column(table, 'size')).toMatchObject({ missing: 30, textLevels: 0 });
    expect(previewTable(table).columns.find((one) => one.name === 'size')).toMatchObject({ role: 'numeric', missing: 30 });
  });

  test('NA can be a country (cases/69-namibia)', async () => {
    const table = await open('69-namibia.csv');
    expect(column(table, 'country')).toMatchObject({ missing: 57 });
    const [question] = previewTable(table).questions;
    expect(question).toMatchObject({ id: 'missing-words:country', column: 'country' });
    const levels = withSteps(table, question.answers[1].steps);
    expect(column(levels, 'country')).toMatchObject({ missing: 0 });
    expect(column(levels, 'country').dictionary).toHaveLength(12);
    // The other columns keep their words, and the table its name.
    expect(levels.fingerprint).toBe(table.fingerprint);
    expect(previewTable(levels).questions[0].answers.map(({ taken }) => taken)).toEqual([false, true]);
  });
});

test('dates are days since the first, or parts, or names (cases/70-dates)', async () => {
  const table = await open('70-dates.csv');
  const when = column(table, 'when');
  expect(when.textLevels).toBe(0);
  const days = (text: string) => (Date.parse(text) - Date.parse('2024-01-01')) / 86_400_000;
  const written = texts(when).map((text) => days(text ?? ''));
  expect(numbers(when)).toEqual(written);
  const [question] = previewTable(table).questions;
  const parts = withSteps(table, question.answers[1].steps);
  expect(parts.columns.map(({ name }) => name)).toEqual(['shop', 'when', 'size', 'y', 'when (year)', 'when (month)', 'when (weekday)']);
  const months = texts(when).map((text) => Number((text ?? '').slice(5, 7)));
  expect(numbers(column(parts, 'when (month)'))).toEqual(months);
  // 1 January 2024 was a Monday.
  expect(numbers(column(parts, 'when (weekday)'))[0]).toBe(1);
  expect(column(withSteps(table, question.answers[2].steps), 'when').textLevels).toBe(when.dictionary.length);
});

test('spellings are merged by steps, and come back without them (cases/62-float-ids, 66-case-and-space)', async () => {
  const table = await open('66-case-and-space.csv');
  const { dictionary } = column(table, 'shop');
  expect(dictionary).toHaveLength(17);
  const from = dictionary.filter((text) => text.trim().toLowerCase() === 'alpha' && text !== 'Alpha');
  const merged = withSteps(table, [{ kind: 'merge-levels', column: 'shop', from, into: 'Alpha' }]);
  expect(column(merged, 'shop').dictionary).toHaveLength(12);
  expect(texts(column(merged, 'shop')).map((text) => text?.trim().toLowerCase())).toEqual(
    texts(column(table, 'shop')).map((text) => text?.trim().toLowerCase()),
  );
  expect(withSteps(merged, []).columns).toEqual(table.columns);
  const ids = await open('62-float-ids.csv');
  const spelled = column(ids, 'shop_id').dictionary;
  expect(spelled).toHaveLength(48);
  const steps = [...new Set(spelled.map(Number))].map((id) => ({
    kind: 'merge-levels' as const,
    column: 'shop_id',
    from: spelled.filter((text) => Number(text) === id && text !== String(id)),
    into: String(id),
  }));
  expect(column(withSteps(ids, steps), 'shop_id').dictionary).toHaveLength(12);
});

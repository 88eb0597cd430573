/** Faults of real files that the tables of `cases` do not have. */
import { gzipSync } from 'node:zlib';
import { strToU8, Zip, ZipDeflate, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { previewTable } from '../columns';
import { type OpenOptions, openTable } from '../csv';
import type { LabFailure } from '../failure';
import { prepareDataset } from '../prepare';
import { tableSchema } from '../schema';
import { MISSING, type Table } from '../table';
import { withSteps } from './apply';
import type { Step } from './steps';

const open = (content: BlobPart, name = 'a.csv', options: OpenOptions = {}) => openTable(new File([content], name), options);
const refusal = (content: BlobPart, name?: string, options?: OpenOptions): Promise<LabFailure> =>
  open(content, name, options).then(
    () => Promise.reject(new Error('was read')),
    (error) => error,
  );
const cells = (table: Table) =>
  Array.from({ length: table.rows }, (_, row) =>
    table.columns.map(({ codes, dictionary }) => (codes[row] === MISSING ? null : dictionary[codes[row]])),
  );
const numbers = (table: Table, j = 0) => Array.from(table.columns[j].codes, (code) => (code === MISSING ? null : table.columns[j].numbers[code]));
const names = (table: Table) => table.columns.map(({ name }) => name);
const bytes = (text: string, encoding: 'utf-16le' | 'utf-16be', mark: boolean): Uint8Array<ArrayBuffer> => {
  const units = [...(mark ? '\ufeff' : ''), ...text].join('');
  return Uint8Array.from({ length: 2 * units.length }, (_, i) => {
    const unit = units.charCodeAt(i >> 1);
    return (i & 1) === (encoding === 'utf-16le' ? 0 : 1) ? unit & 255 : unit >> 8;
  });
};

describe('encodings', () => {
  const text = 'café,n\nÄpfel,1\nœuf,2\nЖ,3\n';
  test.each([
    ['UTF-16LE with its mark', bytes(text, 'utf-16le', true)],
    ['UTF-16BE with its mark', bytes(text, 'utf-16be', true)],
    ['UTF-16LE without', bytes(text, 'utf-16le', false)],
    ['UTF-16BE without', bytes(text, 'utf-16be', false)],
    ['UTF-8 with its mark', new TextEncoder().encode(`\ufeff${text}`)],
    ['UTF-16LE in gzip', Uint8Array.from(gzipSync(bytes(text, 'utf-16le', true)))],
  ])('%s', async (_, content) => {
    const table = await open(content);
    expect(names(table)).toEqual(['café', 'n']);
    expect(cells(table).map(([word]) => word)).toEqual(['Äpfel', 'œuf', 'Ж']);
  });

  test('Windows-1252 shows the line that needs it, wherever it is', async () => {
    const content = Uint8Array.from([
      ...new TextEncoder().encode(`name,n\r\n${'plain,1\r\n'.repeat(3000)}price `),
      0x80,
      0x35,
      0x2c,
      0x39,
      0x0d,
      0x0a,
    ]);
    const { question } = await refusal(content);
    expect(question?.text).toContain('line 3,002 reads "price €5,9"');
    const table = await open(content, 'a.csv', { given: question?.answers[0].steps });
    expect([table.rows, cells(table)[3000]]).toEqual([3001, ['price €5', '9']]);
  });
});

describe('separators and headers', () => {
  test.each([
    ['sep=;', ';'],
    ['sep=|', '|'],
    ['SEP=\t', '\t'],
    ['sep=,', ','],
  ])('a first line %j', async (line, separator) => {
    const table = await open(`${line}\r\na${separator}b\r\n1${separator}x\r\n`);
    expect([names(table), cells(table), table.line(0)]).toEqual([['a', 'b'], [['1', 'x']], 3]);
  });

  test("R's write.table: spaces, quotes, row names, a header one shorter", async () => {
    const table = await open('"shop" "size"\n"1" "shop A" 6.3\n"2" "shop B" -1\n"3" "shop C" 2\n', 'a.txt');
    expect(names(table)).toEqual(['row', 'shop', 'size']);
    expect(cells(table)[0]).toEqual(['1', 'shop A', '6.3']);
    expect(previewTable(table).columns[0]).toMatchObject({ role: 'ignore', index: true });
  });

  test('columns aligned by spaces', async () => {
    const table = await open('  x     y\n 1.5    2\n10.25  30\n   3    4\n', 'a.dat');
    expect([names(table), numbers(table, 0), numbers(table, 1)]).toEqual([
      ['x', 'y'],
      [1.5, 10.25, 3],
      [2, 30, 4],
    ]);
  });

  test('pandas read back and written again: Unnamed: 0', async () => {
    const table = await open('Unnamed: 0,a,y\n0,u,1.5\n1,v,2.5\n2,u,3.5\n');
    expect(names(table)).toEqual(['Unnamed: 0', 'a', 'y']);
    expect(previewTable(table).columns[0]).toMatchObject({ role: 'ignore', index: true });
    const undone = withSteps(table, []);
    expect(names(undone)).toEqual(names(table));
  });

  test('years can be names: they are, and it is asked', async () => {
    const table = await open('country,2019,2020\nFR,1.5,2\nDE,2.5,3\nIT,4.25,1\n');
    expect(names(table)).toEqual(['country', '2019', '2020']);
    expect(previewTable(table).questions[0].answers.map(({ taken }) => taken)).toEqual([false, true]);
  });

  test('only numbers in the first line are refused, with both ways to go on', async () => {
    const { code, question } = await refusal('1.5,2\n3,4');
    expect(code).toBe('csv-no-header');
    const [data, named] = (question?.answers ?? []).map(({ steps }) => steps);
    expect(cells(await open('1.5,2\n3,4', 'a.csv', { given: data }))).toEqual([
      ['1.5', '2'],
      ['3', '4'],
    ]);
    expect(names(await open('1.5,2\n3,4', 'a.csv', { given: named }))).toEqual(['1.5', '2']);
  });

  test('a title without separators, a comment, an export line', async () => {
    const table = await open('Sales report\n# made by hand, in May\nexported;2024-05-01\n\nshop;size;y\nA;1,5;2\nB;2,5;3\nC;3,5;4\n');
    expect([names(table), table.rows, table.line(0)]).toEqual([['shop', 'size', 'y'], 3, 6]);
    expect(table.steps[0]).toEqual({ kind: 'skip-lines', lines: 4 });
  });

  test('units in a second line, joined on request', async () => {
    const content = 'shop,size,y\nname,m2,kEUR\nA,1,2\nB,2,3\nC,3,4\n';
    const table = await open(content);
    expect(names(table)).toEqual(['shop', 'size', 'y']);
    const joined = await open(content, 'a.csv', { given: [{ kind: 'header', lines: 2, join: true }] });
    expect([names(joined), joined.rows]).toEqual([['shop name', 'size m2', 'y kEUR'], 3]);
  });

  test('a row of words among numbers is data when it is no second header', async () => {
    expect((await open('a,y\nu,n.d.\nv,1\nw,2\nx,3\nz,4\n')).rows).toBe(5);
  });

  test('a cell in a column without name is refused where it stands', async () => {
    expect(await refusal(`a,b,\n${'1,2,\n'.repeat(20_000)}3,4,note\n`)).toMatchObject({ code: 'csv-empty-column-name' });
  });

  test('a tab-separated file whose quotes go wrong far down is read again', async () => {
    const table = await open(`a\tb\n${'x\t1\n'.repeat(30_000)}"5 inch" pipe\t2\n`, 'a.tsv');
    expect(cells(table).at(-1)).toEqual(['"5 inch" pipe', '2']);
  });

  test('surplus cells that are empty are left out, others refused', async () => {
    expect(cells(await open('a,b\n1,2,,\n3,4\n'))).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(await refusal('a,b\n1,2,,5\n3,4\n')).toMatchObject({ code: 'csv-ragged-row', message: 'Line 2 of a.csv has 4 cells, the header has 2.' });
  });
});

describe('numbers', () => {
  test.each([
    ['space and comma', 'a;b\n1 234,5;x\n12,25;y\n', [1234.5, 12.25]],
    ['no-break space', 'a;b\n1\u00a0234\u202f567;x\n12;y\n', [1234567, 12]],
    ['apostrophe', "a;b\n1'234.50;x\n12.25;y\n", [1234.5, 12.25]],
    ['comma and point', 'a,b\n"1,234.50",x\n12.25,y\n', [1234.5, 12.25]],
    ['point and comma', 'a;b\n-1.234,50;x\n12,25;y\n', [-1234.5, 12.25]],
    ['percent', 'a;b\n12,5 %;x\n3%;y\n', [12.5, 3]],
    ['dollars', 'a,b\n"$1,234.50",x\n-$3,y\n', [1234.5, -3]],
    ['euros after', 'a;b\n1.234,50 €;x\n3,00 €;y\n', [1234.5, 3]],
    ['a true minus', 'a,b\n\u22125.5,x\n3,y\n', [-5.5, 3]],
    ['missing among them', 'a;b\n1,5;x\n-;y\nk. A.;z\n', [1.5, null, null]],
  ])('%s', async (_, content, expected) => {
    const table = await open(content, 'a.csv', {
      given: content.includes('k. A.') ? [{ kind: 'missing-words', columns: ['a'], words: ['-', 'k. A.'] }] : [],
    });
    expect(numbers(table)).toEqual(expected);
    expect(numbers(await open(content, 'a.csv', { steps: table.steps }))).toEqual(expected);
  });

  test('points are decimals without a question in an ordinary file', async () => {
    const table = await open('a,b\n1.234,x\n2.345,y\n');
    expect([numbers(table), previewTable(table).questions]).toEqual([[1.234, 2.345], []]);
  });

  test('a few numbers among names, and codes that begin like numbers, stay names', async () => {
    expect((await open('a,b\n1,x\n2,y\nother,x\n3,y\n')).columns[0].textLevels).toBe(1);
    expect(previewTable(await open('a,b\n1,x\n2,y\nother,x\n3,y\n')).questions).toEqual([]);
  });

  test('half of the cells may say "n.d." in a column of numbers: it is asked', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 2 === 0 ? 'n.d.' : i / 4},g${i % 3}`).join('\n');
    const table = await open(`a,b\n${rows}\n`);
    const preview = previewTable(table);
    expect(preview.columns[0]).toMatchObject({ kind: 'number', badCells: { count: 30, numbers: 30, line: 2, value: 'n.d.' } });
    expect(preview.questions[0].text).toBe('30 of 60 cells of "a" are numbers; line 2 has "n.d.", and 29 more are none either.');
    const [missing] = preview.questions[0].answers;
    const answered = withSteps(table, missing.steps);
    expect(previewTable(answered).steps[0].words).toBe('30 cells of a that are no numbers are missing, the first on line 2.');
    // A question about a column that has another name by now is about that name.
    expect(previewTable(withSteps(table, [{ kind: 'rename', column: 'a', to: 'z' }])).questions[0]).toMatchObject({ id: 'bad-cells:a', column: 'z' });
  });

  test('a sentinel is missing when a person says so', async () => {
    const table = await open('a,b\n1,x\n-999,y\n3,x\n', 'a.csv', { given: [{ kind: 'missing-words', columns: ['a'], words: ['-999'] }] });
    expect(numbers(table)).toEqual([1, null, 3]);
  });
});

describe('missing words', () => {
  test('the minus of "+" and "-" is a level', async () => {
    expect((await open('a,b\n+,1\n-,2\n+,3\n')).columns[0]).toMatchObject({ missing: 0, dictionary: ['+', '-'] });
  });

  test('are told per column and can be given per column', async () => {
    const table = await open('a,b,c\nNA,-,1\nx,1,2\ny,2,NA\n');
    expect(previewTable(table).columns.map(({ missingWords }) => missingWords)).toEqual([
      [{ word: 'NA', count: 1 }],
      [{ word: '-', count: 1 }],
      [{ word: 'NA', count: 1 }],
    ]);
    const kept = await open('a,b,c\nNA,-,1\nx,1,2\ny,2,NA\n', 'a.csv', { given: [{ kind: 'missing-words', columns: ['a'], words: [] }] });
    expect(kept.columns.map(({ missing }) => missing)).toEqual([0, 1, 1]);
  });
});

describe('archives and other files', () => {
  const csv = strToU8('a,b\n1,x\n2,y\n');
  /** As programs write it that do not know sizes beforehand. */
  const streamed = (files: Record<string, Uint8Array>): Uint8Array<ArrayBuffer> => {
    const parts: Uint8Array[] = [];
    const zip = new Zip((_, part) => parts.push(part));
    for (const [name, content] of Object.entries(files)) {
      const entry = new ZipDeflate(name);
      zip.add(entry);
      entry.push(content, true);
    }
    zip.end();
    return Uint8Array.from(parts.flatMap((part) => [...part]));
  };

  test.each([
    ['sizes first', (files: Record<string, Uint8Array>) => Uint8Array.from(zipSync(files))],
    ['sizes last', streamed],
    ['stored', (files: Record<string, Uint8Array>) => Uint8Array.from(zipSync(files, { level: 0 }))],
  ])('the one table of an archive (%s), what macOS adds left out', async (_, pack) => {
    const table = await open(pack({ '__MACOSX/._t.csv': csv, 'data/': new Uint8Array(), 'data/t.csv': csv, 'readme.md': strToU8('hello') }), 'a.zip');
    expect(cells(table)).toEqual([
      ['1', 'x'],
      ['2', 'y'],
    ]);
    expect(table.steps).toEqual([{ kind: 'archive', entry: 'data/t.csv' }]);
  });

  test('several tables are asked about by name', async () => {
    const archive = Uint8Array.from(zipSync({ 'one.csv': csv, 'two.tsv': strToU8('c\td\n5\tz\n') }));
    const { code, message, question } = await refusal(archive, 'a.zip');
    expect([code, message]).toEqual(['zip-several', 'a.zip holds 2 files: "one.csv", "two.tsv".']);
    const given = question?.answers.find(({ label }) => label === 'two.tsv')?.steps;
    expect(cells(await open(archive, 'a.zip', { given }))).toEqual([['5', 'z']]);
    expect(await refusal(archive, 'a.zip', { given: [{ kind: 'archive', entry: 'three.csv' }] })).toMatchObject({ code: 'zip-no-entry' });
  });

  test.each<[string, BlobPart, RegExp]>([
    ['a.ods', Uint8Array.from(zipSync({ mimetype: csv, 'content.xml': csv })), /OpenDocument/],
    ['a.xls', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), /old kind \(\.xls\)/],
    ['a.html', '<!DOCTYPE html><table>', /web page/],
    ['a.rds', Uint8Array.from(gzipSync('X\n\0\0\0\x03')), /R objects/],
  ])('%s is named as what it is', async (name, content, told) => {
    expect(await refusal(content, name)).toMatchObject({ code: 'csv-not-text', message: expect.stringMatching(told) });
  });

  test('JSON: names that come late or not at all, 64-bit ids, texts with braces, in any pieces', async () => {
    const content = '[{"id": 12345678901234567890, "t": "a } \\" {"},\n {"id": 2, "t": null, "late": true}]';
    const table = await open(content, 'a.json');
    expect([names(table), cells(table)]).toEqual([
      ['id', 't', 'late'],
      [
        ['12345678901234567890', 'a } " {', null],
        ['2', null, 'true'],
      ],
    ]);
    expect([table.line(0), table.line(1)]).toEqual([1, 2]);
    expect(await refusal('{"a": 1, "b": 2}\n{"a": [{}], "b": 2}', 'a.jsonl')).toMatchObject({
      code: 'json-nested',
      message: expect.stringContaining('line 2'),
    });
    expect(await refusal('{"a": 1, "b": 2}\n{"a": 1, "b" 2}', 'a.jsonl')).toMatchObject({
      code: 'json-malformed',
      message: expect.stringContaining('line 2'),
    });
    expect(await refusal('{"a": 1, "b": 2}\n{"a": 1, "b": ', 'a.jsonl')).toMatchObject({ code: 'json-malformed' });
  });
});

test('JSON: whole numbers of 64 bits keep their digits, in lists, under names that come twice and beside decimals', async () => {
  const content =
    '{"id": 9007199254740993, "t": [-9007199254740995, 1, 0.1234567890123456, "9007199254740993 \\" 9007199254740997"]}\n' +
    '{"id": 1, "t": [], "id": 9223372036854775807, "x": 1e20, "say": "\\"id\\": 3"}';
  expect(cells(await open(content, 'a.jsonl'))).toEqual([
    ['9007199254740993', `-9007199254740995; 1; 0.1234567890123456; 9007199254740993 " 9007199254740997`, null, null],
    ['9223372036854775807', '[]', '100000000000000000000', '"id": 3'],
  ]);
});

test('JSON: a record without an end is refused by its line before it fills the memory', async () => {
  expect(await refusal(`{"a": 1, "b": 2}\n{"a": "${'x'.repeat(9e6)}`, 'a.jsonl')).toMatchObject({
    code: 'json-too-long',
    message: 'The record that begins on line 2 of a.jsonl is longer than 8,388,608 characters.',
  });
});

test('JSON: lists are sets of tags, missing where there is none, and empty where there is nothing in them', async () => {
  const content = '{"y": 1, "t": ["drama", "sci-fi; new", "drama"]}\n{"y": 2, "t": []}\n{"y": 3, "t": null}\n{"y": 4, "t": [7, true, null]}';
  const table = await open(content, 'a.jsonl');
  expect(cells(table).map((row) => row[1])).toEqual(['drama; "sci-fi; new"', '[]', null, '7; true']);
  expect(table.steps[0]).toEqual({ kind: 'json', form: 'lines', lists: ['t'] });
  expect(previewTable(table).columns[1]).toMatchObject({ role: 'tags', tagSeparator: ';' });
  expect(await refusal('{"a": 1, "t": ["a\\";b\';c"]}', 'a.jsonl')).toMatchObject({ code: 'list-label', message: expect.stringContaining('line 1') });
});

describe('steps', () => {
  const content = 'size;size;g\n1,5;1;a\n2,5;-;b\n';

  test('renaming, merging and a name that is taken', async () => {
    const table = await open(content);
    const steps: Step[] = [
      ...table.steps,
      { kind: 'merge-levels', column: 'g', from: ['b'], into: 'a' },
      { kind: 'rename', column: 'g', to: 'group' },
    ];
    const renamed = withSteps(table, steps);
    expect([names(renamed), renamed.columns[2].dictionary]).toEqual([['size', 'size (2)', 'group'], ['a']]);
    expect(() => withSteps(table, [{ kind: 'rename', column: 'g', to: 'size' }])).toThrow('already has a column "size"');
    expect(() => withSteps(table, [{ kind: 'category', column: 'gone' }])).toThrow('no column "gone"');
  });

  test('of a file that change names find the columns anew and keep what is known of the others', async () => {
    const table = await open(content);
    expect(table.steps.map(({ kind }) => kind)).toEqual(['name-columns', 'missing-words', 'decimal']);
    const other: Step[] = [{ kind: 'name-columns', names: [{ position: 2, name: 'width' }] }, ...table.steps.slice(1)];
    const again = await open(content, 'a.csv', { steps: other, before: table });
    expect([names(again), numbers(again, 0), numbers(again, 1)]).toEqual([
      ['size', 'width', 'g'],
      [1.5, 2.5],
      [1, null],
    ]);
    expect(again.fingerprint).not.toBe(table.fingerprint);
  });

  test('a spec reads its table by its own steps, and one of earlier versions as it was read then', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},5;${['a', 'b', '-'][i % 3]};${i % 4 === 0 ? 'NA' : `${i}`}`).join('\n');
    const table = await open(`y;g;x\n${rows}\n`);
    const spec = (reading?: Step[]) => ({
      dataset: tableSchema.parse({
        kind: 'table',
        name: 'a.csv',
        fingerprint: table.fingerprint,
        task: 'regression',
        columns: [
          { name: 'y', role: 'target' },
          { name: 'g', role: 'categorical' },
          { name: 'x', role: 'numeric' },
        ],
        ...(reading && { reading }),
      }),
      seeds: { data: 1, split: 1 },
    });
    const tables = new Map([[table.fingerprint, table]]);
    const labels = async (reading?: Step[]) => (await prepareDataset(spec(reading), tables)).categorical[0].labels;
    expect(await labels(table.steps)).toEqual(['a', 'b', '(missing)']);
    expect(await labels()).toEqual(['a', 'b', '-']);
    const kept = table.steps.map((step): Step => (step.kind === 'missing-words' ? { ...step, words: ['NA'] } : step));
    expect(await labels(kept)).toEqual(['a', 'b', '-']);
    const undone = table.steps.filter(({ kind }) => kind !== 'decimal');
    await expect(prepareDataset(spec(undone), tables)).rejects.toMatchObject({ code: 'target-not-numeric' });
  });
});

describe('the line below the names', () => {
  const sixty = (row: (i: number) => string) => Array.from({ length: 60 }, (_, i) => row(i + 1)).join('\n');
  test.each([
    ['values that are not known', `patient,crp,ldh\nP001,n.d.,n.d.\n${sixty((i) => `P${100 + i},${i}.5,${200 + i}`)}\n`, 61],
    ['values below what can be measured', `site,value,other\nA,<0.1,<0.1\n${sixty((i) => `${'BCD'[i % 3]},${i},${i}.5`)}\n`, 61],
    ['a day without trade', `date,open,volume\n2024-01-01,halted,halted\n${sixty((i) => `2024-02-${10 + (i % 18)},${i}.5,${i}`)}\n`, 61],
    ['a number in brackets, below 0', `site,value,unit\nA,(1.5),mg\n${sixty((i) => `B,${i}.5,mg`)}\n`, 61],
    ['a site of other rows', `site,value,other\nB,closed,closed\n${sixty((i) => `${'BCD'[i % 3]},${i},${i}.5`)}\n`, 61],
    ['a word as long as those below', `town,value,other\nname,mg/l,kg\n${sixty((i) => `${['Lyon', 'Rome', 'Graz'][i % 3]},${i},${i}.5`)}\n`, 60],
    ['units of numbers, and words for the rest', `site,value,other\nname,mg/l,(10^9/l)\n${sixty((i) => `${'BCD'[i % 3]},${i},${i}.5`)}\n`, 60],
    ['units alone', `site,value,other\n,(m2),10^9/l\n${sixty((i) => `${'BCD'[i % 3]},${i},${i}.5`)}\n`, 60],
  ])('%s', async (_, content, rows) => {
    expect((await open(content)).rows).toBe(rows);
  });
});

describe('sums of money with a comma and three digits', () => {
  test.each<[string, (i: number) => string, number, string]>([
    ['dollars', (i: number) => `$${38 + i},000`, 38_000, ','],
    ['dollars between semicolons', (i: number) => `$${38 + i},000`, 38_000, ';'],
    ['pounds', (i: number) => `£ ${38 + i},500`, 38_500, ','],
    // As anywhere else: a measurement with three decimals.
    ['shares', (i: number) => `${38 + i},000 %`, 38, ','],
  ])('%s', async (_, cell, first, separator) => {
    const rows = Array.from({ length: 40 }, (_, i) => [i, `"${cell(i)}"`, 30 + i]);
    const table = await open([['id', 'salary', 'age'], ...rows].map((cells) => cells.join(separator)).join('\n'));
    expect(numbers(table, 1)[0]).toBe(first);
  });

  test('dollars beside a column of decimal commas have them too', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i};$${38 + i},000;${i},5`).join('\n');
    expect(numbers(await open(`id;salary;size\n${rows}\n`), 1)[0]).toBe(38);
  });
});

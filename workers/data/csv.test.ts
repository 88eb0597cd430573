import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTable } from './csv';
import { csvBytes } from './csv-write';
import { withSteps } from './reading/apply';
import { numberReader, plainNumber } from './reading/numbers';
import type { ShareRequest } from './sources/second';
import { readShare } from './sources/text';
import { MISSING, type Table } from './table';

const file = (content: BlobPart, name = 'a.csv') => new File([content], name);
const open = (content: BlobPart, name?: string) => openTable(file(content, name));

/** Cells by row; null is missing. */
function cells(table: Table): (string | null)[][] {
  return Array.from({ length: table.rows }, (_, row) =>
    table.columns.map(({ codes, dictionary }) => (codes[row] === MISSING ? null : dictionary[codes[row]])),
  );
}

describe('parsing', () => {
  const cell = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', ',', ';', '\t', '"', '\n', ' ', 'é', '😀', '|', '1') }));

  test('what is written is read back: quotes, separators, line ends, any Unicode, any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 50 }), async (rows, size) => {
        const text = rows.map((row) => row.map((value) => value.replaceAll('\0', '').replaceAll('\r', '')));
        // One cell that is never blank keeps each row apart from a blank line.
        const bytes = csvBytes(
          ['left', 'mid', 'right', 'n'],
          text.map((row, i) => [...row, i]),
          { guardFormulas: false },
        );
        for (const kernel of [true, false]) {
          const table = await openTable(file(bytes), { steps: [], piece: size, kernel });
          expect(cells(table)).toEqual(text.map((row, i) => [...row.map((value) => (value.trim() === '' ? null : value)), String(i)]));
        }
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['semicolon', 'a;b\n1,5;x\n2,5;y', 'a.csv'],
    ['tab', 'a\tb\n1,5\tx\n2,5\ty', 'a.tsv'],
    ['pipe', 'a|b\n1,5|x\n2,5|y', 'a.txt'],
    ['comma with quotes', 'a,b\n"1,5",x\n"2,5",y', 'a.csv'],
  ])('separator: %s', async (_, content, name) => {
    expect(cells(await open(content, name))).toEqual([
      ['1,5', 'x'],
      ['2,5', 'y'],
    ]);
  });

  test('decimal commas are numbers wherever a column has them; undone, they are texts', async () => {
    expect([...(await open('a;b\n1,5;x')).columns[0].numbers]).toEqual([1.5]);
    const table = await open('a,b\n"1,5",x');
    expect(table.steps).toEqual([{ kind: 'decimal', column: 'a', decimal: ',', thousands: '' }]);
    expect([...table.columns[0].numbers]).toEqual([1.5]);
    expect(withSteps(table, []).columns[0].textLevels).toBe(1);
  });

  test('byte order mark, CRLF cut in two, old Mac line ends, blank lines, no last line end', async () => {
    for (const text of ['\ufeffa,b\r\n1,x\r\n\r\n2,y', '\ufeffa,b\r1,x\r\r2,y\r', 'a,b\n1,x\n\n2,y\n\n']) {
      for (const size of [1, 2, 7, 1000]) {
        const table = await openTable(file(text), { piece: size });
        expect(table.columns.map((column) => column.name)).toEqual(['a', 'b']);
        expect(cells(table)).toEqual([
          ['1', 'x'],
          ['2', 'y'],
        ]);
        expect([table.line(0), table.line(1)]).toEqual([2, 4]);
      }
    }
  });

  test('lines count the line ends inside cells', async () => {
    const table = await open('a,b\n"1\n1",x\n2,"y\n\ny"\n3,z\n4,z\n');
    expect([0, 1, 2, 3].map(table.line)).toEqual([2, 4, 7, 8]);
  });

  test('gzip is told by its content, and the fingerprint by the cells', async () => {
    const text = 'a,b\n1,x\n2,y\n';
    const plain = await open(text);
    expect(plain.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect((await open(gzipSync(text), 'a.csv.gz')).fingerprint).toBe(plain.fingerprint);
    expect((await open(gzipSync(text), 'a.csv')).fingerprint).toBe(plain.fingerprint);
    expect((await open('a\tb\r\n1\tx\r\n2\ty', 'other.tsv')).fingerprint).toBe(plain.fingerprint);
    expect((await open('a,b\n1,x\n2,z\n')).fingerprint).not.toBe(plain.fingerprint);
  });

  test('missing words, whatever their case', async () => {
    const [{ missing, dictionary }] = (await open('a,b\n,1\nNA,2\n n/a ,3\nNaN,4\nNULL,5\n?,6\n.,7\nNone,8\nx,9\n')).columns;
    expect([missing, dictionary]).toEqual([8, ['x']]);
  });

  test('names of object prototypes are ordinary levels', async () => {
    const [column] = (await open('a,b\nconstructor,1\n__proto__,2\nconstructor,3\n')).columns;
    expect([column.dictionary, [...column.counts]]).toEqual([
      ['constructor', '__proto__'],
      [2, 1],
    ]);
  });

  test('numbers', () => {
    expect(['1', ' -2.5 ', '+.5', '3.', '1e-3'].map(plainNumber)).toEqual([1, -2.5, 0.5, 3, 0.001]);
    for (const text of ['', '0x10', '1 2', 'Infinity', '1_000', '--1', '1e', '1,5']) expect(plainNumber(text)).toBeNaN();
    expect(numberReader({ decimal: ',', thousands: '' })('-1,5')).toBe(-1.5);
  });
});

describe('refusals', () => {
  test('the line of a byte that is not UTF-8, wherever it lies and however the file is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom([0xe9, 0x6c], [0xff], [0xe2, 0x82], [0xc3]),
        async (before, end, size, bad) => {
          const good = new TextEncoder().encode(['a,b', ...Array.from({ length: before }, (_, i) => `é€😀${i},1`), ''].join(end));
          const bytes = Uint8Array.from([...good, ...bad, ...new TextEncoder().encode(`,2${end}3,4`)]);
          await expect(openTable(file(bytes), { piece: size })).rejects.toMatchObject({ message: expect.stringContaining(`line ${before + 2} has`) });
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7])('one byte that is not UTF-8, alone in a text of ASCII, after %i others in its row', async (before) => {
    const ascii = new TextEncoder().encode('a,b\n');
    const bytes = Uint8Array.from([...ascii, ...new Array(before).fill(120), 0xe9, ...new TextEncoder().encode('x,1\n')]);
    await expect(openTable(file(bytes))).rejects.toMatchObject({ message: expect.stringContaining('line 2 has') });
  });

  test('without the step that allows for it, a short row and a name given twice are refused', async () => {
    await expect(openTable(file('a,b,c\n1,2,3\n4,5\n'), { steps: [] })).rejects.toMatchObject({
      code: 'csv-ragged-row',
      message: 'Line 3 of a.csv has 2 cells, the header has 3.',
    });
    await expect(openTable(file('a,b, a\n1,2,3'), { steps: [] })).rejects.toMatchObject({
      code: 'csv-duplicate-column',
      message: 'a.csv has two columns called "a": columns 1 and 3.',
    });
  });

  const gz = gzipSync(Array.from({ length: 5000 }, (_, i) => (i * 0.7319) % 1).join(','));
  const damaged = Uint8Array.from(gz).fill(255, 40, 300);
  test.each<[string, string, BlobPart, string, string?]>([
    ['empty', 'csv-empty', '', 'a.csv is empty.'],
    ['blank', 'csv-empty', '\n \n', 'a.csv is empty.'],
    ['no header', 'csv-no-header', '1.5,2\n3,4', 'its first row holds only numbers (it begins with "1.5")'],
    ['header only', 'csv-no-rows', 'a,b\n', 'a header and no rows'],
    ['one column', 'csv-one-column', 'a\n1\n2', 'a single column, "a"'],
    ['long row', 'csv-ragged-row', 'a,b,c\n1,2,3\n4,5,6,7\n', 'Line 3 of a.csv has 4 cells, the header has 3.'],
    ['long row after a cell of two lines', 'csv-ragged-row', 'a,b\n"1\n1",2\n3,4,5\n', 'Line 4 of a.csv has 3 cells, the header has 2.'],
    ['empty name', 'csv-empty-column-name', 'a,,b\n1,2,3', 'Column 2 of a.csv has no name.'],
    ['__proto__', 'csv-forbidden-column-name', 'a,__proto__\n1,2', 'Column 2 of a.csv is called "__proto__"'],
    ['zero bytes', 'csv-not-text', Uint8Array.of(97, 0, 44), 'zero bytes'],
    [
      'not UTF-8',
      'csv-not-text',
      Uint8Array.of(97, 44, 98, 10, 0xe9, 44, 49),
      'a.csv is not a text table in UTF-8: line 2 has a character of another encoding.',
    ],
    ['a cut UTF-8 letter at the end', 'csv-not-text', Uint8Array.of(97, 44, 98, 10, 49, 44, 0xc3), 'line 2 has'],
    ['a spreadsheet', 'csv-not-text', Uint8Array.of(0x50, 0x4b, 3, 4, 9), 'a zip archive or a spreadsheet'],
    ['not gzip', 'csv-not-gzip', 'a,b\n1,2', 'does not begin like a gzip file', 'a.csv.gz'],
    ['gzip cut short', 'csv-not-gzip', gz.subarray(0, 200), 'damaged or cut short', 'a.csv.gz'],
    ['gzip damaged', 'csv-not-gzip', damaged, 'damaged or cut short', 'a.csv.gz'],
    ['unclosed quote', 'csv-bad-quotes', 'a,b\n1,2\n3,"4\n5,6\n', 'Line 3 of a.csv has a double quote'],
    ['text after a quote', 'csv-bad-quotes', 'a,b\n1,"2"x\n', 'Line 2 of a.csv has a double quote'],
  ])('%s', async (_, code, content, message, name) => {
    const failure = await open(content, name).catch((error) => error);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(message);
    expect(failure.hint.length).toBeGreaterThan(10);
  });

  test('a file above the limit, with both sizes', async () => {
    await expect(openTable(file('x'.repeat(3 * 2 ** 20)), { limit: 2 ** 20 })).rejects.toMatchObject({
      code: 'csv-too-large',
      message: 'a.csv is 3.0 MiB; the limit is 1.0 MiB.',
    });
  });

  test('a small file that inflates to a table above the limit', async () => {
    const text = `a,b\n${Array.from({ length: 60_000 }, (_, i) => `${i},${i % 7}\n`).join('')}`;
    await expect(openTable(file(gzipSync(text), 'a.csv.gz'), { limit: 2 ** 20 })).rejects.toMatchObject({
      code: 'csv-too-large',
      message: expect.stringContaining('the limit is 1.0 MiB'),
    });
  });

  test('a table of different numbers above the limit, with the columns that take the room', async () => {
    const text = `a,b,c\n${Array.from({ length: 9_000 }, (_, i) => `${i / 7},${i / 3},${i % 7}\n`).join('')}`;
    await expect(openTable(file(text), { limit: 2 ** 20 })).rejects.toMatchObject({
      code: 'csv-too-large',
      message: expect.stringContaining('2 of its 3 columns have another value in most rows'),
      hint: expect.stringContaining('round the numbers'),
    });
  });

  test('a file that unpacks a thousand times, early and with both sizes', async () => {
    const bomb = file(gzipSync(Buffer.alloc(8 * 2 ** 20, `a,${'b'.repeat(997)}\n`)), 'bomb.csv.gz');
    await expect(openTable(bomb, { limit: 4 * 2 ** 20 })).rejects.toMatchObject({
      code: 'csv-bomb',
      message: expect.stringMatching(/^bomb\.csv\.gz unpacks to more than \d+ times its size \(4\.\d MiB/),
    });
  });

  test('a quote never closed in a large file ends early', async () => {
    await expect(open(`a,b\n1,"${'x,y\n'.repeat(4_000_000)}`)).rejects.toMatchObject({
      code: 'csv-bad-quotes',
      message: expect.stringContaining('Line 2 '),
    });
  });

  test('cancelling', async () => {
    const abort = new AbortController();
    const opening = openTable(file(`a,b\n${'1,2\n'.repeat(200_000)}`), { piece: 4096, signal: abort.signal });
    abort.abort();
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('progress ends with all bytes and rows', async () => {
  const heard: { bytesRead: number; bytesTotal: number; rows: number }[] = [];
  await openTable(file('a,b\n1,2\n3,4\n'), { onProgress: (progress) => heard.push(progress) });
  expect(heard.at(-1)).toMatchObject({ bytesRead: 12, bytesTotal: 12, rows: 2 });
});

test('the first rows of a long file are heard before the others, as a table of their own; of a short one nothing is', async () => {
  const lines = (count: number) => `y,level,x\n${Array.from({ length: count }, (_, i) => `${i % 7},u${i % 300},${i}.5\n`).join('')}`;
  for (const [content, name] of [
    [lines(40_000), 'long.csv'],
    [gzipSync(lines(40_000)), 'long.csv.gz'],
  ] as const) {
    const heard: Table[] = [];
    const table = await openTable(file(content, name), { onBeginning: (first) => heard.push(first) });
    expect([heard.length, table.rows]).toEqual([1, 40_000]);
    const [first] = heard;
    // 64 kB, to the end of a line.
    expect(first.rows).toBeGreaterThan(4000);
    expect(first.rows).toBeLessThan(6000);
    expect(cells(first)).toEqual(cells(table).slice(0, first.rows));
    expect(first.columns.map(({ name }) => name)).toEqual(['y', 'level', 'x']);
  }
  const heard: Table[] = [];
  await openTable(file(lines(10)), { onBeginning: (first) => heard.push(first) });
  // What is wrong in the first rows is told by the reading of the whole.
  await expect(openTable(file(`a,b\n1,2,3\n${'1,2\n'.repeat(100_000)}`), { onBeginning: (first) => heard.push(first) })).rejects.toMatchObject({
    code: 'csv-ragged-row',
  });
  expect(heard).toEqual([]);
});

describe('writing', () => {
  const written = (rows: (string | number | null)[][], options?: { guardFormulas?: boolean }) =>
    new TextDecoder().decode(csvBytes(['h', 'k'], rows, options));
  test('quotes where needed; null and NaN are empty', () => {
    expect(
      written([
        ['a,b', 'say "x"'],
        [null, Number.NaN],
        [-1.5, 'two\nlines'],
      ]),
    ).toBe('h,k\n"a,b","say ""x"""\n,\n-1.5,"two\nlines"\n');
  });
  test('formulas are disarmed, numbers are not', () => {
    expect(
      written([
        ['=1+1', '@x'],
        ['-2.5', '+1e-3'],
        ['-x', 'ok'],
      ]),
    ).toBe(`h,k\n"'=1+1","'@x"\n-2.5,+1e-3\n"'-x",ok\n`);
    expect(written([['=1', 'x']], { guardFormulas: false })).toBe('h,k\n=1,x\n');
  });
  test('chunks join without gaps', () => {
    expect(written(Array.from({ length: 20_000 }, (_, i) => [i, 'x'])).split('\n').length).toBe(20_002);
  });
});

describe('two readers of one file', () => {
  const lines = (row: (i: number) => string) => `user,x,,place\n${Array.from({ length: 2_000 }, (_, i) => row(i)).join('')}`;
  const plain = (i: number) => `user number ${i % 5000},${i}.25,,"the place ${i % 7}"\n`;

  /** In this thread, and through the messages that workers exchange. */
  const second = (stopped: () => void) => (request: ShareRequest) => ({
    share: readShare(request).then(
      ({ share, buffers }) => structuredClone(share, { transfer: buffers }),
      () => null,
    ),
    stop: stopped,
  });

  test('give the table that one gives, and its refusals', async () => {
    const text = lines(plain);
    let stops = 0;
    const both = { second: second(() => stops++) };
    const [together, alone] = [await openTable(file(text), both), await openTable(file(text))];
    expect([together.fingerprint, stops]).toEqual([alone.fingerprint, 1]);
    expect(together.columns.map(({ name, missing }) => [name, missing])).toEqual(alone.columns.map(({ name, missing }) => [name, missing]));
    const late = `${text}u,1,,"p\n`;
    const refusal = await openTable(file(late)).catch(({ message }) => message);
    await expect(openTable(file(late), both)).rejects.toMatchObject({ message: refusal });
    // A name after many different numbers: its column is read again.
    const named = `y,user,x,place\n${Array.from({ length: 200 }, (_, i) => `${i}.5,${i},${i}.5,p\n`).join('')}1,007,1,p\n`;
    expect((await openTable(file(named), { ...both, many: 50 })).fingerprint).toBe((await openTable(file(named), { many: 50 })).fingerprint);
    // Where the other fails, one reads alone.
    const failing = { second: () => ({ share: Promise.resolve(null), stop: () => stops++ }) };
    expect((await openTable(file(text), failing)).fingerprint).toBe(alone.fingerprint);
  });

  test('waiting for the other ends with a cancel, and it is stopped', async () => {
    const cancel = new AbortController();
    let stops = 0;
    const never = () => ({
      // Asked for when this reader has come to the end.
      get share() {
        setTimeout(() => cancel.abort());
        return new Promise<null>(() => undefined);
      },
      stop: () => stops++,
    });
    await expect(openTable(file(lines(plain)), { second: never, signal: cancel.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(stops).toBe(1);
  });

  test('the first rows are told once, and a file that is read again has one other at a time', async () => {
    const long = `user,x\n${Array.from({ length: 30_000 }, (_, i) => `u${i},${i}.25\n`).join('')}`;
    let heard = 0;
    const failing = { second: () => ({ share: Promise.resolve(null), stop: () => undefined }), onBeginning: () => heard++ };
    await openTable(file(long), failing);
    expect(heard).toBe(1);
    let [running, most] = [0, 0];
    const counted = () => {
      most = Math.max(most, ++running);
      return { share: new Promise<null>((resolve) => setTimeout(() => resolve(null), 5)), stop: () => running-- };
    };
    await openTable(file(`a\tb\n${'1\tz\n'.repeat(20_000)}1\t"x" y\n`, 'a.tsv'), { second: counted });
    expect([running, most]).toEqual([0, 1]);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBlankIn } from './column-store';
import { ByteKernel } from './kernel';
import { KernelDictionary } from './kernel-dictionary';
import { numberIn } from './number';

const encoder = new TextEncoder();

async function load(): Promise<ByteKernel> {
  const kernel = await ByteKernel.load();
  if (!kernel) throw new Error('workers/data/bytes/build/reader.wasm cannot be run');
  return kernel;
}

/** A kernel that has divided these rows of cells, none of which holds a comma, a quote or a line end. */
async function divided(rows: readonly (readonly string[])[], width: number) {
  const kernel = await load();
  kernel.begin(new Array(width).fill(false));
  const bytes = encoder.encode(rows.map((cells) => `${cells.join(',')}\n`).join(''));
  const at = kernel.put(bytes, 0, bytes.length);
  return { kernel, bytes, at, ...kernel.divide(at, at + bytes.length, 44, true) };
}

test('cells lie where separators and line ends leave them, whatever their length', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '1', 'é', '€', ' '), maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 9 }), async (rows) => {
      const { kernel, bytes, at, rows: count, next } = await divided(rows, 3);
      // It ends before the first row that has not three cells.
      const regular = rows.findIndex(({ length }) => length !== 3);
      expect(count).toBe(regular < 0 ? rows.length : regular);
      const text = (row: number, column: number) => {
        const [start, end] = kernel.cell(row, column);
        return new TextDecoder().decode(bytes.subarray(start - at, end - at));
      };
      expect(Array.from({ length: count }, (_, row) => [0, 1, 2].map((column) => text(row, column)))).toEqual(rows.slice(0, count));
      expect(next - at).toBe(
        encoder.encode(
          rows
            .slice(0, count)
            .map((cells) => `${cells.join(',')}\n`)
            .join(''),
        ).length,
      );
    }),
    { numRuns: 300 },
  );
});

test('quotes around whole cells are left out; before any other the kernel ends', async () => {
  const rowsOf = async (text: string) => {
    const kernel = await load();
    kernel.begin([false, false]);
    const bytes = encoder.encode(text);
    const at = kernel.put(bytes, 0, bytes.length);
    const { rows, next } = kernel.divide(at, at + bytes.length, 44, true);
    const cells = Array.from({ length: rows }, (_, row) =>
      [0, 1].map((column) => {
        const [start, end] = kernel.cell(row, column);
        return new TextDecoder().decode(bytes.subarray(start - at, end - at));
      }),
    );
    return [cells, next - at];
  };
  expect(await rowsOf('"a,b",1\nc"d,"2"\n"",x\n')).toEqual([
    [
      ['a,b', '1'],
      ['c"d', '2'],
      ['', 'x'],
    ],
    21,
  ]);
  for (const odd of ['"a""b",1\n', '"a\nb",1\n', '"a" ,1\n', '"a,1\n', '"a"b,1\n', '\n', ' \n', 'a\n', 'a,b,c\n']) {
    expect(await rowsOf(`x,y\n${odd}`)).toEqual([[['x', 'y']], 4]);
  }
});

test('numbers are those of numberIn, bit for bit, or left to it', async () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 20 });
  const written = fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      digits,
      fc.constantFrom('', '.'),
      digits,
      fc.constantFrom('', '', 'e', 'E-', 'e+'),
      fc.integer({ min: 0, max: 400 }),
    )
    .map(([sign, whole, point, fraction, e, power]) => `${sign}${whole}${point}${fraction}${e}${e ? power : ''}`);
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);
  const measured = fc
    .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 12 }))
    .map(([value, places]) => value.toFixed(places));
  const other = fc.constantFrom(
    '',
    ' ',
    'x',
    '-',
    '.',
    '1e',
    '1e+',
    '1e-',
    '0x1',
    '1-',
    '007',
    '0',
    '-0',
    '9007199254740993',
    '9007199254740991',
    '1.106',
  );
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(written, doubles, measured, other), { minLength: 1, maxLength: 40 }), async (cells) => {
      const { kernel, rows } = await divided(
        cells.map((cell) => [cell, 'x']),
        2,
      );
      for (let row = 0; row < rows; row++) {
        const bytes = encoder.encode(cells[row]);
        const { numbers, missing } = kernel.numbers(0, row, row + 1);
        if (missing === 1) expect(isBlankIn(bytes, 0, bytes.length)).toBe(true);
        else if (numbers.length === 1) {
          expect(numbers[0]).toBe(numberIn(bytes, 0, bytes.length));
          taken++;
        } else if (/^-?[1-9]\d{0,9}(\.\d{1,4})?$/.test(cells[row])) throw new Error(`${cells[row]} was left`);
      }
    }),
    { numRuns: 400 },
  );
  // Arrays of chance lengths: some 1,000 numbers.
  expect(taken).toBeGreaterThan(300);
});

test('a cell is blank where nothing but white space is in it, of any kind and up to fifteen of it', async () => {
  const points = Array.from({ length: 0x10000 }, (_, point) => point).filter(
    (point) => (point < 0xd800 || point > 0xdfff) && ![0, 10, 13, 34, 44].includes(point),
  );
  const cells = [...points.map((point) => String.fromCharCode(point)), '\u3000'.repeat(15), ' '.repeat(16), '\u00a0 \t'.repeat(5), ' x', '\u2003é'];
  const kernel = await load();
  kernel.begin([false, false]);
  for (let from = 0; from < cells.length; from += 4096) {
    const some = cells.slice(from, from + 4096);
    const bytes = encoder.encode(some.map((cell) => `${cell},\n`).join(''));
    const at = kernel.put(bytes, 0, bytes.length);
    const { rows } = kernel.divide(at, at + bytes.length, 44, true);
    expect(rows).toBe(some.length);
    const { codes } = kernel.codes(0, 0, rows, kernel.newDictionary(), 1 << 20);
    const right = some.map((cell) => isBlankIn(encoder.encode(cell), 0, encoder.encode(cell).length));
    expect(Array.from(codes, (code) => code < 0)).toEqual(right);
  }
});

test('texts of any length keep their codes while the dictionary grows', async () => {
  const dictionary = new KernelDictionary(await load());
  const texts = Array.from({ length: 5000 }, (_, i) => `${i}${'xé'.repeat(i % 9)}`);
  const code = (text: string) => {
    const bytes = encoder.encode(`,${text},`);
    return dictionary.code(bytes, 1, bytes.length - 1);
  };
  for (let round = 0; round < 2; round++) expect(texts.map(code)).toEqual([...texts.keys()]);
  expect([dictionary.size, dictionary.texts(), dictionary.text(1234)]).toEqual([5000, texts, texts[1234]]);
});

test('codes end with the text that is one too many', async () => {
  const { kernel } = await divided(
    ['a', 'b', 'a', '', 'c', 'd'].map((cell) => [cell, '1']),
    2,
  );
  const dictionary = kernel.newDictionary();
  const { codes, missing } = kernel.codes(0, 0, 6, dictionary, 3);
  expect([[...codes], missing]).toEqual([[0, 1, 0, -1, 2], 1]);
  expect([...kernel.codes(0, 5, 6, dictionary, 3).codes]).toEqual([3]);
});

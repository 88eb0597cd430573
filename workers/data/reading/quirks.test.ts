/** Whatever program wrote a table, its content is the same. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { openTable } from '../csv';
import { MISSING, type Table } from '../table';

interface Content {
  words: (string | null)[];
  numbers: (number | null)[];
  whole: number[];
}

interface Quirks {
  separator: ',' | ';' | '\t' | '|';
  told: boolean;
  end: '\n' | '\r\n' | '\r';
  encoding: 'utf-8' | 'utf-8 with mark' | 'utf-16le' | 'utf-16be';
  index: 'none' | 'no name' | 'left out';
  decimal: '.' | ',';
  thousands: '' | '.' | ',' | ' ';
  missing: '' | 'NA' | '-' | '\\N';
  titles: number;
  trailing: 'none' | 'rows' | 'all';
  pack: 'plain' | 'gzip' | 'zip';
  piece: number;
}

const word = fc
  .string({ unit: fc.constantFrom('a', 'b', 'É', 'ж', '😀', ' ', ',', ';', '|', '\t', '"', '\n', '.', '7'), maxLength: 8 })
  .map((text) => `w${text}`);
const content: fc.Arbitrary<Content> = fc.integer({ min: 4, max: 25 }).chain((rows) =>
  fc.record({
    words: fc.array(fc.option(word, { freq: 6 }), { minLength: rows, maxLength: rows }),
    // One number in quarters more than once a table, so that its sign has one meaning only.
    numbers: fc
      .array(
        fc.option(
          fc.integer({ min: -8_000_000, max: 8_000_000 }).map((n) => n / 4),
          { freq: 6 },
        ),
        { minLength: rows, maxLength: rows },
      )
      .map((list) => [0.25, 1234567.5, ...list.slice(2)]),
    whole: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: rows, maxLength: rows }),
  }),
);
const quirks: fc.Arbitrary<Quirks> = fc.record({
  separator: fc.constantFrom(',', ';', '\t', '|'),
  told: fc.boolean(),
  end: fc.constantFrom('\n', '\r\n', '\r'),
  encoding: fc.constantFrom('utf-8', 'utf-8 with mark', 'utf-16le', 'utf-16be'),
  index: fc.constantFrom('none', 'no name', 'left out'),
  decimal: fc.constantFrom('.', ','),
  thousands: fc.constantFrom('', '.', ',', ' '),
  missing: fc.constantFrom('', 'NA', '-', '\\N'),
  titles: fc.integer({ min: 0, max: 2 }),
  trailing: fc.constantFrom('none', 'rows', 'all'),
  pack: fc.constantFrom('plain', 'gzip', 'zip'),
  piece: fc.integer({ min: 1, max: 300 }),
});

/** A number as this program writes it. */
function written(value: number, { decimal, thousands }: Quirks): string {
  const [whole, part] = String(Math.abs(value)).split('.');
  const groups = thousands === '' ? whole : whole.replace(/\B(?=(\d{3})+$)/g, thousands);
  return `${value < 0 ? '-' : ''}${groups}${part ? decimal + part : ''}`;
}

function textOf(content: Content, given: Quirks): string {
  const { separator, index, end, missing, trailing } = given;
  const cell = (text: string) =>
    /[\s,;|"]/.test(text) && (text.includes(separator) || /["\n]/.test(text)) ? `"${text.replaceAll('"', '""')}"` : text;
  const line = (cells: string[], tail: boolean) => cells.map(cell).join(separator) + (tail ? separator.repeat(2) : '');
  const names = ['word', 'number', 'whole'];
  const header = index === 'no name' ? ['', ...names] : names;
  const rows = content.words.map((text, i) => {
    const number = content.numbers[i];
    const cells = [text ?? missing, number === null ? missing : written(number, given), String(content.whole[i])];
    return line(index === 'none' ? cells : [String(i + 1), ...cells], trailing !== 'none');
  });
  const titles = ['Report of the year', 'by somebody']
    .slice(0, given.titles)
    .map((title) => (separator === '\t' ? title : title + separator.repeat(2)));
  return [...(given.told ? [`sep=${separator}`] : []), ...titles, line(header, trailing === 'all'), ...rows, ''].join(end);
}

function bytesOf(text: string, encoding: Quirks['encoding']): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const marked = `\ufeff${text}`;
  if (encoding === 'utf-8 with mark') return new TextEncoder().encode(marked);
  const little = encoding === 'utf-16le';
  return Uint8Array.from({ length: 2 * marked.length }, (_, i) =>
    (i & 1) === (little ? 0 : 1) ? marked.charCodeAt(i >> 1) & 255 : marked.charCodeAt(i >> 1) >> 8,
  );
}

function fileOf(text: string, { encoding, pack, piece }: Quirks) {
  const bytes = bytesOf(text, encoding);
  const packed = Uint8Array.from(pack === 'gzip' ? gzipSync(bytes) : pack === 'zip' ? zipSync({ 'table.csv': bytes }) : bytes);
  return Object.assign(new File([packed], 'a.csv'), {
    stream: () =>
      new ReadableStream<Uint8Array<ArrayBuffer>>({
        start(controller) {
          for (let at = 0; at < packed.length; at += piece) controller.enqueue(packed.slice(at, at + piece));
          controller.close();
        },
      }),
  });
}

const cells = (table: Table, name: string) => {
  const column = table.columns.find((one) => one.name === name);
  if (!column) throw new Error(`no column ${name}`);
  const { codes, dictionary, numbers } = column;
  return {
    texts: Array.from(codes, (code) => (code === MISSING ? null : dictionary[code])),
    numbers: Array.from(codes, (code) => (code === MISSING ? null : numbers[code])),
  };
};

test('a table reads the same from every program, and again from its steps', async () => {
  await fc.assert(
    fc.asyncProperty(content, quirks, async (content, given) => {
      fc.pre(given.decimal !== given.thousands && !(given.index === 'left out' && given.trailing !== 'none'));
      // Without a name, a column of blank cells next to a row name is one of the quirks itself.
      fc.pre(!(given.told && given.titles > 0 && given.separator === '\t'));
      const file = fileOf(textOf(content, given), given);
      const table = await openTable(file, { piece: given.piece });
      // A carriage return inside a cell is a line end like those between rows.
      expect(cells(table, 'word').texts).toEqual(content.words);
      expect(cells(table, 'number').numbers).toEqual(content.numbers);
      expect(cells(table, 'whole').numbers).toEqual(content.whole);
      expect(table.columns.map(({ name }) => name)).toEqual([...(given.index === 'none' ? [] : ['row']), 'word', 'number', 'whole']);
      const again = await openTable(file, { steps: table.steps, kernel: false });
      expect([again.columns, again.steps, again.fingerprint]).toEqual([table.columns, table.steps, table.fingerprint]);
    }),
    { numRuns: 150 },
  );
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { severalFiles } from '../../spec/several-files';
import { NumberColumn } from '../bytes/number-column';
import { type OpenOptions, openTable } from '../csv';
import { stepFindings } from '../reading/apply';
import { stepWords } from '../reading/words';
import type { Table } from '../table';
import type { ReadCells, ReadingContext } from './source';
import { readText } from './text';
import { readTogether } from './together';

const text = (name: string, content: BlobPart): File => new File([content], name);
const open = (files: File[], options: OpenOptions = {}): Promise<Table> => openTable(severalFiles(files), options);
const refused = (files: File[]): Promise<string> =>
  open(files).then(
    () => 'was read',
    (error: Error) => error.message,
  );
const numbered = (name: string, from: number, rows: number, extra = ''): File =>
  text(name, `y,g\n${Array.from({ length: rows }, (_, i) => `${(from + i) / 4},g${(from + i) % 7}\n`).join('')}${extra}`);

describe('several files', () => {
  it('are one table, in the order of their names, and their rows are numbered through', async () => {
    const table = await open([text('b-10.csv', 'g,y\nz,4\n,5\n'), text('b-9.csv', 'y,g\n1,a\n2,z\n')]);
    expect(table.name).toBe('b-9.csv and 1 more file');
    const whole = await openTable(text('b.csv', 'y,g\n1,a\n2,z\n4,z\n5,\n'), {});
    expect([table.rows, table.fingerprint]).toEqual([4, whole.fingerprint]);
    expect(table.columns.map(({ codes, dictionary, counts, missing }) => ({ codes, dictionary, counts, missing }))).toEqual(
      whole.columns.map(({ codes, dictionary, counts, missing }) => ({ codes, dictionary, counts, missing })),
    );
    expect([table.line(2), table.unit]).toEqual([3, 'row']);
    const [{ step, found }] = stepFindings(table);
    expect(stepWords(step, found)).toBe(
      '2 files are read as one table, one after the other: “b-9.csv” (rows 1 to 2) and “b-10.csv” (rows 3 to 4). Rows are numbered through all of them.',
    );
  });

  it('open again by their own steps, which one file may need and another not', async () => {
    const files = [text('a.csv', 'y,g\n1.5,a\n1.75,b\n2.5,a\n2.5\n'), text('b.csv', 'y,g\n3.5,a,,\n')];
    const table = await open(files);
    expect(Array.from(table.columns[0].numbers)).toEqual([1.5, 1.75, 2.5, 3.5]);
    expect(table.steps.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['files', 'short-rows', 'trailing-separators']));
    const again = await open(files, { steps: table.steps });
    expect([again.fingerprint, again.steps]).toEqual([table.fingerprint, table.steps]);
  });

  it('tell how far they are over all files, their first rows once, and what a person has answered to all of them', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i / 4};"a name ${i % 7}"\n`).join('');
    const files = ['a.csv', 'b.csv'].map((name) => text(name, `sep=;\ny;g\n${rows}`));
    let beginnings = 0;
    const met: [number, number][] = [];
    const together = readTogether(files, async (_, given) => ({
      archive: false,
      source: async (context) => {
        expect(given).toEqual(met.length === 0 ? [] : [{ kind: 'separator', separator: ';', told: true }]);
        await context.turn(100, 10);
        context.onBeginning?.({} as ReadCells);
        return readText(context);
      },
    }));
    const whole = severalFiles(files);
    const context: ReadingContext = {
      ...{ file: whole, limit: 1e9, given: [], exact: false, levels: new Set<string>() },
      onBeginning: () => beginnings++,
      turn: async (bytes, own) => {
        met.push([bytes, own]);
      },
    };
    await together(context);
    // Both of the first file: the one above, and that of its own reader.
    expect(beginnings).toBe(2);
    expect(met).toContainEqual([100, 10]);
    expect(met).toContainEqual([files[0].size + 100, 30_010]);
    expect(Math.max(...met.map(([bytes]) => bytes))).toBe(files[0].size + files[1].size);
    const many = readTogether(
      Array.from({ length: 10_001 }, () => files[0]),
      () => Promise.reject(new Error('read')),
    );
    await expect(many(context)).rejects.toMatchObject({ code: 'files-too-many' });
  });

  it('of several forms are one table where their columns have the same names', async () => {
    const parquet = parquetWriteBuffer({
      columnData: [
        { name: 'g', data: ['a', 'b'], type: 'STRING' },
        { name: 'y', data: [0.25, 3], type: 'DOUBLE' },
      ],
    });
    const message = await refused([text('a.csv', 'y,g\n1,a\n'), text('b.parquet', parquet)]);
    expect(message).toBe('b.parquet is written in another way than a.csv: it has another format, encoding, separator or header.');
    const table = await open([text('a.parquet', parquet), text('b.parquet', parquet)]);
    expect([table.rows, table.columns[1].dictionary, table.columns[1].counts]).toEqual([4, ['0.25', '3'], Uint32Array.of(2, 2)]);
  });

  it('are refused by the file and the column that differ', async () => {
    const first = text('a.csv', 'y,g\n1,a\n');
    expect(await refused([first, text('b.csv', 'y,h\n1,a\n')])).toBe('b.csv has no column "g", which a.csv has.');
    expect(await refused([first, text('b.csv', 'y,g,h\n1,a,2\n')])).toBe('b.csv has a column "h", which a.csv does not have.');
    expect(await refused([first, text('b.csv', 'y,g\n1,a\n2,b,c\n')])).toBe('Line 3 of b.csv has 3 cells, the header has 2.');
    expect(await refused([first, text('b.zip', zipSync({ 'c.csv': new Uint8Array(3) }) as Uint8Array<ArrayBuffer>)])).toBe(
      'b.zip is an archive among other files.',
    );
    expect(await refused([first, text('b.csv', '')])).toBe('b.csv is empty.');
  });

  it('numbers held row by row join lists of numbers, and names stay names in all of them', async () => {
    const many = numbered('a.csv', 0, 70_000);
    const table = await open([many, numbered('b.csv', 7, 5, 'n.d.,g0\n,g0\n')]);
    const whole = await openTable(text('w.csv', (await many.text()) + (await numbered('b.csv', 7, 5, 'n.d.,g0\n,g0\n').text()).slice(4)), {});
    const [y, expected] = [table.raw.columns[0], whole.raw.columns[0]];
    expect(y).toBeInstanceOf(NumberColumn);
    expect(table.fingerprint).toBe(whole.fingerprint);
    expect(y.missing).toBe(expected.missing);
    const named = await open([many, text('b.csv', 'y,g\n007,a\n')]);
    expect(named.raw.columns[0]).not.toBeInstanceOf(NumberColumn);
    expect(named.raw.columns[0].texts).toContain('007');
  });
});

describe('columns of several files', () => {
  const parquet = (name: string, zip: (string | bigint | null)[], type: 'INT64' | 'STRING'): File =>
    text(
      name,
      parquetWriteBuffer({
        columnData: [
          { name: 'y', data: zip.map((_, i) => i / 4), type: 'DOUBLE' },
          { name: 'zip', data: zip, type },
        ],
      }),
    );

  it('are numbers in all or in none, where the files have types; one without a cell is neither', async () => {
    const [numbers, none, texts] = [
      parquet('a.parquet', [1n, 2n], 'INT64'),
      parquet('b.parquet', [null, null], 'STRING'),
      parquet('c.parquet', ['01', '02'], 'STRING'),
    ];
    expect(await refused([numbers, none, texts])).toBe('c.parquet has texts in "zip", where a.parquet has numbers.');
    expect((await open([numbers, none])).columns[1]).toMatchObject({ dictionary: ['1', '2'], missing: 2 });
    expect((await open([none, texts])).columns[1]).toMatchObject({ dictionary: ['01', '02'], missing: 2 });
  });

  it('say of each which decimals were rounded', async () => {
    const of = (rounded: string): ReadCells => ({
      raw: { columns: [], separator: ',', steps: [{ step: { kind: 'columnar', format: 'parquet', rounded: [rounded, 'w'] } }], doubt: null },
      ...{ rows: 1, line: (row) => row },
    });
    const files = ['u', 'v'].map((name) => text(name, 'x'));
    const together = readTogether(files, async (file) => ({ archive: false, source: async () => of(file.name) }));
    const context = { file: files[0], limit: 1e6, given: [], exact: false, levels: new Set<string>(), turn: async () => undefined };
    expect((await together(context)).raw.steps.map(({ step }) => step)).toContainEqual({
      ...{ kind: 'columnar', format: 'parquet', rounded: ['u', 'w', 'v'] },
    });
  });

  it('numbers of files with types are numbers, however long or short they are written', async () => {
    const of = (name: string, data: number[]): File =>
      text(name, parquetWriteBuffer({ columnData: ['x', 'y'].map((column) => ({ name: column, data, type: 'DOUBLE' as const })) }));
    const many = Array.from({ length: 60 }, (_, i) => i);
    const table = await open([of('a.parquet', many), of('b.parquet', [1e20, 1.106])], { many: 50 });
    expect(table.raw.columns[0]).toBeInstanceOf(NumberColumn);
    expect(Array.from((table.raw.columns[0] as NumberColumn).cells.values.slice(-2))).toEqual([1e20, 1.106]);
  });

  it('hold lists where one of them shows it', async () => {
    const files = [text('a.jsonl', '{"y": 1, "t": null}\n'), text('b.jsonl', '{"y": 2, "t": ["u", "v"]}\n')];
    const table = await open(files);
    expect(table.steps).toContainEqual({ kind: 'json', form: 'lines', lists: ['t'] });
    const again = await open(files, { steps: table.steps });
    expect([again.fingerprint, again.steps]).toEqual([table.fingerprint, table.steps]);
  });

  it.each([
    ['numbers that may have thousands', '1.106,g\n', false],
    ['600 other words', Array.from({ length: 600 }, (_, i) => `v${i},g\n`).join(''), false],
    ['a number beyond 2⁵³ that is no whole one as it is written', '1e20,g\n', true],
  ])('%s are read as they would be in one file', async (_, cells, held) => {
    const first = `y,g\n${Array.from({ length: 60 }, (_, i) => `${i},g\n`).join('')}${Array.from({ length: 600 }, (_, i) => `w${i},g\n`).join('')}`;
    const table = await open([text('a.csv', first), text('b.csv', `y,g\n${cells}`)], { many: 50 });
    const whole = await openTable(text('w.csv', first + cells), { many: 50 });
    expect(table.fingerprint).toBe(whole.fingerprint);
    expect([table, whole].map(({ raw }) => raw.columns[0] instanceof NumberColumn)).toEqual([held, held]);
  });

  it('take the memory of their texts too', async () => {
    const of = (file: string) =>
      text(`${file}.csv`, `y,g\n${Array.from({ length: 10_000 }, (_, i) => `${i % 7},a longer name ${file}${i}\n`).join('')}`);
    const limit = 2e6;
    await open([of('a')], { limit });
    await expect(open([of('a'), of('b')], { limit })).rejects.toMatchObject({ code: 'csv-too-large' });
  });
});

describe('tar', () => {
  it('as the system’s own tar writes it, with a folder and a long name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tar-'));
    try {
      const long = `${'long-'.repeat(30)}.csv`;
      writeFileSync(join(folder, 'a.csv'), 'y,g\n1,a\n');
      writeFileSync(join(folder, long), 'y,g\n2,b\n');
      for (const format of ['ustar', 'pax', 'gnu']) {
        const names = format === 'ustar' ? ['a.csv'] : ['a.csv', long];
        execFileSync('tar', ['-C', folder, `--format=${format}`, '-cf', join(folder, 'all.tar'), ...names], { timeout: 20_000 });
        const table = await openTable(text('all.tar', readFileSync(join(folder, 'all.tar'))), {});
        expect(table.steps[0]).toEqual({ kind: 'files', files: names.map((name) => ({ name, rows: 1 })) });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads the names that it writes, however long and whatever their letters', async () => {
    for (const length of [1, 99, 100, 101, 5000]) {
      const name = `${'ä'.repeat(length)}.csv`;
      const table = await open([text(name, 'y,g\n1,a\n'), text('0.csv', 'y,g\n1,a\n')]);
      expect(table.steps[0]).toMatchObject({ files: [{ name: '0.csv' }, { name: name.slice(0, 1000) }] });
    }
  });

  it('that is cut short is refused', async () => {
    const whole = severalFiles([text('a.csv', 'y,g\n1,a\n'), text('b.csv', 'y,g\n1,a\n')]);
    const cut = text('cut.tar', (await whole.arrayBuffer()).slice(0, 1200));
    await expect(openTable(cut, {})).rejects.toMatchObject({
      message: 'cut.tar could not be read: it is a tar archive that is damaged or cut short.',
    });
  });
});

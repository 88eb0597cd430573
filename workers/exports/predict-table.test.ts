import { expect, it, vi } from 'vitest';
import { NumberColumn } from '../data/bytes/number-column';
import { openTable } from '../data/csv';
import { openModel } from './opened';
import { predictTable } from './predict-table';
import { predictedCsv } from './predicted-csv';
import { smallModel } from './testing';

const open = (text: string, many?: number) => openTable(new File([text], 'new.csv'), { many });
const opened = openModel(smallModel());

async function csvOf(text: string, many?: number): Promise<string> {
  const table = await open(text, many);
  return new TextDecoder().decode(Uint8Array.from([...predictedCsv(table, await predictTable(table, opened))].flatMap((piece) => [...piece])));
}

it('predicts each row, with a missing number and a new level at the mean of training, and keeps the file as it was', async () => {
  const text = 'note,x1,level0,x2,.fitted\n"a, b",1,0,2,9\n,2.50,2,-1,9\n,,1,0,9\n=1,0,new,0,9\n';
  const reach = 0.5 * 1.959963984540054;
  const row = (own: string, fitted: number, unseen: number) =>
    [own, ...[fitted, fitted - reach, fitted + reach].map((value) => String(Number(value.toPrecision(9)))), unseen, unseen ? 0 : 1].join();
  expect((await csvOf(text)).split('\n')).toEqual([
    'note,x1,level0,x2,.fitted,.lower,.upper,.unseen,.rows',
    row('"a, b",1,0,2', 1 + 2 * (1 + 4 + 3 + 8), 0),
    row(',2.50,2,-1', 1 + 2 * (2.5 - 2 + 15 + 24), 0),
    // The mean of x1 over training and validation rows, in single precision.
    row(',,1,0', 1 + 2 * Math.fround(Math.fround(4 / 3) + 25), 0),
    // The mean of the levels' vectors, each by its rows.
    row("'=1,0,new,0", 1 + 2 * (9 + 16), 1),
    '',
  ]);
});

it('numbers that are held row by row are predicted and written without a list of their texts', async () => {
  const rows = Array.from({ length: 4200 }, (_, i): [number | null, number, number] => [i % 17 === 3 ? null : (i * 37) / 100, i, i % 4]);
  const text = ['x1,x2,level0', ...rows.map(([x1, x2, level]) => [x1?.toFixed(2), x2, level].join())].join('\n');
  const encoded = vi.spyOn(NumberColumn.prototype, 'codes', 'get');
  const lines = (await csvOf(text, 50)).split('\n');
  expect((await open(text, 50)).columns.map((column) => column instanceof NumberColumn)).toEqual([true, true, false]);
  expect(encoded).not.toHaveBeenCalled();
  encoded.mockRestore();
  const vectors = [11, 25, 39, 25];
  const wrong = rows.filter(([x1, x2, level], row) => {
    const [first, second, third, fitted] = lines[row + 1].split(',');
    const kept = first === (x1 === null ? '' : String(x1)) && second === String(x2) && third === String(level);
    return !kept || Math.abs(Number(fitted) / (1 + 2 * ((x1 ?? 4 / 3) + 2 * x2 + vectors[level])) - 1) > 1e-6;
  });
  expect([lines.length, wrong]).toEqual([4202, []]);
});

it('of several classes, writes the most probable one and the probability of each, whatever the classes are called', async () => {
  const table = await open('x1,".fitted: a, b"\n1,0\n2,0\n');
  const fitted = Float64Array.from([0.2, 0.5, 0.3, 0.6, 0.3, 0.1]);
  const none = { lower: null, upper: null, unseen: null, rows: null };
  const pieces = [...predictedCsv(table, { fitted, classes: ['low', 'a, b', 'high'], ...none })];
  expect(new TextDecoder().decode(Uint8Array.from(pieces.flatMap((piece) => [...piece])))).toBe(
    'x1,.fitted,.fitted: low,".fitted: a, b",.fitted: high,.lower,.upper,.unseen,.rows\n1,"a, b",0.2,0.5,0.3,,,,\n2,low,0.6,0.3,0.1,,,,\n',
  );
});

it('refuses a table by the column and the line that the model cannot take', async () => {
  const refused = async (text: string, many?: number) => predictTable(await open(text, many), opened);
  // A file that says that it has three classes, and whose graph gives one number a row.
  const three = { ...opened, facts: { ...opened.facts, task: 'classes' as const, classes: ['a', 'b', 'c'] } };
  await expect(predictTable(await open('x1,x2,level0\n1,2,0\n3,4,1\n'), three)).rejects.toMatchObject({
    code: 'model-damaged',
    message: 'The model gives 2 numbers for 2 rows, and not 3 a row.',
  });
  await expect(refused('x1,other\n1,2\n')).rejects.toMatchObject({ code: 'columns-missing', message: expect.stringContaining('"x2", "level0"') });
  const rows = Array.from({ length: 200 }, (_, i) => `${i / 8},${i === 150 ? 'many' : i / 4},0`);
  for (const many of [50, undefined])
    await expect(refused(['x1,x2,level0', ...rows].join('\n'), many)).rejects.toMatchObject({
      code: 'numeric-text',
      message: 'The column "x2" holds "many" on line 152; the model needs numbers there.',
    });
});

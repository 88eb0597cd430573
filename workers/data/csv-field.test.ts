import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { toCsv, toTsv } from '../../src/results/twin';
import { csvField } from './csv-field';

const FORMULAS = ['=1+1', '+cmd|" /C calc"!A0', '-2+3', '@SUM(A1:A9)', '\t=1', '\r=1', '=HYPERLINK("http://x","y")'];

describe('a field of a CSV file', () => {
  it('is read back as it was, or with an apostrophe in front where a spreadsheet would compute it', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom(...FORMULAS), fc.string({ unit: fc.constantFrom('=', '-', '"', ',', '\n', '\r', '1', 'e') }));
    fc.assert(
      fc.property(text, (cell) => {
        const [[read]] = Papa.parse<string[]>(`${csvField(cell)},end\r\n`, { newline: '\r\n', delimiter: ',' }).data;
        expect(read === cell || read === `'${cell}`).toBe(true);
        if (/^[=+\-@\t\r]/.test(read)) expect(Number.isFinite(Number(read))).toBe(true);
      }),
    );
  });

  it('leaves numbers alone, negative ones too', () => {
    for (const number of ['-8.8e-8', '+1', '-.5', '1e+21', '-3']) expect(csvField(number)).toBe(number);
    expect(csvField(-3)).toBe('-3');
    expect(csvField(null)).toBe('');
  });

  it('no table of a chart is a formula, as a file or on the clipboard', () => {
    const twin = { columns: ['=level', 'mean'], rows: FORMULAS.map((label) => [label, -1.5]) };
    const [header, ...rows] = Papa.parse<string[]>(toCsv(twin).trimEnd(), { newline: '\r\n' }).data;
    expect(header[0]).toBe("'=level");
    for (const [index, [label, mean]] of rows.entries()) expect([label, mean]).toEqual([`'${FORMULAS[index]}`, '-1.5']);
    for (const line of toTsv(twin).split('\n')) expect(line).toMatch(/^'/);
  });
});

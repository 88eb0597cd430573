import { describe, expect, test } from 'vitest';
import { readSource, type TableSource } from './source';
import { MISSING } from './table';

/** Rows in pieces of 100: a number, a level, a text. */
const source = (rows: number, number: (row: number) => number): TableSource => ({
  columns: () => ['n', 'level', 'text'],
  rows,
  steps: [],
  async read(_range, { columns: [n, level, text], took }) {
    for (let from = 0; from < rows; from += 100) {
      const piece = Array.from({ length: Math.min(100, rows - from) }, (_, i) => from + i);
      n.numbers(piece.map(number));
      level.levels(
        piece.map((row) => (row % 5) - 1),
        ['a', 'b', 'c', 'd'],
      );
      for (const row of piece) text.text(row % 2 === 0 ? `row ${row}` : '');
      await took(piece.length, { line: from + 1, bytesRead: from });
    }
  },
});
const options = { name: 'made.parquet', bytes: 1000, limit: 2 ** 30 };

describe('the columns of a source', () => {
  test('numbers, levels and texts come as they were given, with their lines', async () => {
    const { raw, rows, line } = await readSource(
      source(950, (row) => (row === 7 ? Number.NaN : row / 4)),
      options,
    );
    expect([rows, line(0), line(949)]).toEqual([950, 1, 950]);
    const [n, level, text] = raw.columns;
    expect(Array.from(n.codes.slice(6, 9), (code) => (code === MISSING ? null : n.numbers[code]))).toEqual([1.5, null, 2]);
    expect(Array.from(level.codes.slice(0, 6), (code) => level.texts[code] ?? null)).toEqual([null, 'a', 'b', 'c', 'd', null]);
    expect([text.texts[474], text.missing]).toEqual(['row 948', 475]);
  });

  test('cancelling ends it at the next piece, and a table that grows too large is refused', async () => {
    const controller = new AbortController();
    const reading = readSource(source(1e6, Number), {
      ...options,
      signal: controller.signal,
      onProgress: ({ rows }) => rows >= 300 && controller.abort(),
    });
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    await expect(readSource(source(1e5, Number), { ...options, limit: 1e5 })).rejects.toMatchObject({ code: 'csv-too-large' });
    await expect(readSource(source(0, Number), options)).rejects.toMatchObject({ code: 'csv-no-rows' });
  });
});

import { describe, expect, it } from 'vitest';
import { eachPiece, Piece, piecesOf } from './pieces';
import { type Series, windowResponses, windowsOf, windowValues } from './series/series';
import { paddedTags } from './tag-rows';

const own = { rows: 3, p: 2, x: Float32Array.of(1, 2, 3, 4, 5, 6), y: Float32Array.of(7, 8, 9), categorical: [] };
const column = {
  name: 'genres',
  offsets: Uint32Array.of(0, 1, 1, 6),
  ids: Int32Array.of(0, 0, 1, 2, 3, 4),
  labels: ['a', 'b', 'c', 'd', 'e'],
  parents: new Int32Array(5),
};

describe('pieces of a table', () => {
  it('are x, y, codes, and the ids and the mask of each column of tags', () => {
    const codes = Int32Array.of(4, 5, 6);
    const data = { ...own, categorical: [{ name: 'z', cardinality: 7, codes, labels: null }], tags: [column] };
    const pieces = eachPiece(piecesOf(data));
    expect(pieces.map(({ shape, dtype }) => `[${shape}] ${dtype}`)).toEqual(['[2] float32', '[1] float32', '[] int32', '[8] int32', '[8] float32']);
    const rows = Uint32Array.of(2, 1, 0, 2);
    const [x, y, z, ids, mask] = pieces.map((piece) => piece.take(rows));
    expect([...x]).toEqual([5, 6, 3, 4, 1, 2, 5, 6]);
    expect([...y]).toEqual([9, 8, 7, 9]);
    expect(z).toEqual(Int32Array.of(6, 5, 4, 6));
    expect({ ids, mask }).toEqual(paddedTags(column, rows, 8));
  });

  it('may have no numbers', () => {
    expect(eachPiece(piecesOf({ ...own, p: 0, x: new Float32Array(0) }))[0].take(Uint32Array.of(1, 2))).toEqual(new Float32Array(0));
  });

  it('cut a set at the places there are', () => {
    const piece = new Piece([2], { from: 'list', list: column.ids, starts: column.offsets, rowsASet: 1 });
    expect(piece.take(Uint32Array.of(2, 0))).toEqual(Int32Array.of(0, 1, 0, 0));
  });
});

describe('pieces of windows', () => {
  const steps = 10;
  const series = (given: Partial<Series>): Series => ({
    task: 'next-step',
    steps,
    length: 3,
    outputs: 3,
    names: ['a', 'b'],
    values: Float32Array.from({ length: 2 * steps }, (_, i) => i),
    scales: null,
    clock: [1, 2].map((sign) => Float32Array.from({ length: steps }, (_, t) => -sign * t)),
    target: null,
    known: Uint8Array.of(1, 1),
    innovationVariance: null,
    times: null,
    ...given,
  });
  const target = Float32Array.from({ length: steps }, (_, t) => 100 + t);

  it.each<[string, Series]>([
    ['next-step', series({})],
    ['next-step without a clock', series({ clock: [] })],
    ['regression', series({ task: 'regression', target })],
    ['forecast', series({ task: 'forecast', target, outputs: 2, clock: [] })],
  ])('are those of %s', (_, given) => {
    const rows = Uint32Array.from({ length: windowsOf(given) }, (_, row) => row).reverse();
    const data = { rows: rows.length, p: 0, x: new Float32Array(0), y: new Float32Array(0), categorical: [], series: given };
    const pieces = eachPiece(piecesOf(data));
    expect(pieces[1].take(rows)).toEqual(windowResponses(given, rows));
    expect(pieces[2].take(rows)).toEqual(windowValues(given, rows));
    expect(pieces[2].width * rows.length).toBe(windowValues(given, rows).length);
  });

  it('have the set of their series', () => {
    const given = series({});
    const data = { rows: 14, p: 0, x: new Float32Array(0), y: new Float32Array(0), categorical: [], series: given, tags: [column] };
    const ids = eachPiece(piecesOf(data))[2];
    // Series 0 has one tag and series 1 none.
    expect([...ids.take(Uint32Array.of(6, 7))]).toEqual([...paddedTags(column, Uint32Array.of(0, 1), 8).ids]);
    const forecast = { ...data, rows: 6, series: series({ task: 'forecast', target, outputs: 2 }) };
    expect(eachPiece(piecesOf(forecast))).toHaveLength(3);
  });
});

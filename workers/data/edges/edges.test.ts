import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvBytes } from '../csv-write';
import type { Dataset, LevelGraph } from '../dataset';
import type { DatasetSpec } from '../schema';
import type { EdgeFile } from './edge-file';
import { factsOfEdges } from './edge-file';
import { withEdges } from './given';
import { edgesWords, MOST_NODES, matchEdges } from './level-graph';
import { readEdges } from './read-edges';

const read = (text: string | Uint8Array<ArrayBuffer>, options = {}): Promise<EdgeFile> => readEdges(new File([text], 'edges.csv'), options);

const column = (labels: string[]) => ({ name: 'state', labels, cardinality: labels.length });

const matched = async (text: string, labels: string[]): Promise<LevelGraph> => matchEdges(await read(text), 0, column(labels));

/** Pairs of nodes with their weights, in any order and direction. */
const pairsOf = ({ from, to, weights }: LevelGraph): string[] =>
  Array.from(from, (a, i) => [...[a, to[i]].sort((x, y) => x - y), weights[i]].join(' ')).sort();

describe('edges of a column', () => {
  const dataset = { categorical: [{ name: 'state', ...{ cardinality: 2, codes: new Int32Array(0), labels: ['a', 'b'] } }] } as unknown as Dataset;
  const table = (edges: object | undefined, role = 'categorical') =>
    ({
      kind: 'table',
      columns: [
        { name: 'y', role: 'target' },
        { name: 'state', role, ...(edges && { edges }) },
      ],
    }) as unknown as DatasetSpec;

  it('become the graph of the data, told in words; a file that is not open is asked for by name', async () => {
    const file = await read('a,b\nb,Guam\n');
    const asked = { name: file.name, fingerprint: file.fingerprint };
    const files = new Map([[file.fingerprint, file]]);
    const joined = withEdges(dataset, table(asked), files);
    expect(joined.graph).toMatchObject({ feature: 0, nodes: 3, alone: 0 });
    expect(edgesWords(joined.graph as LevelGraph, joined.categorical[0])).toBe(
      'edges.csv joins 2 of the 2 levels of "state" by 2 edges. Its name "Guam" in line 2 is no level: levels with an edge to it are joined through it.',
    );
    const [few] = [matchEdges(await read('a,b\n'), 0, column(['a', 'b', 'c', 'd']))];
    expect(edgesWords(few, { name: 'state', cardinality: 4 })).toBe(
      'edges.csv joins 2 of the 4 levels of "state" by 1 edge. The others have no edge, and are independent of all.',
    );
    expect(() => withEdges(dataset, table(asked), new Map())).toThrow('The file of edges edges.csv is not open in this page');
    const other = { ...dataset, categorical: [...dataset.categorical, { ...dataset.categorical[0], name: 'town' }] };
    const twice = table(asked) as Extract<DatasetSpec, { kind: 'table' }>;
    const both = { ...twice, columns: [...twice.columns, { ...twice.columns[1], name: 'town' }] };
    expect(() => withEdges(other, both, files)).toThrow('"state" and "town" both have edges.');
    for (const spec of [table(undefined), table(asked, 'ignore')]) expect(withEdges(dataset, spec, files).graph).toBeUndefined();
  });
});

describe('files of edges', () => {
  it('are the same graph in any order, direction and form, with names of columns or without', async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 6, unit: 'grapheme' })
      .map((text) => text.replace(/[\r\n\0\uFEFF]/g, '_').trim())
      .filter((text) => text !== '');
    const graph = fc
      .record({ labels: fc.uniqueArray(name, { minLength: 3, maxLength: 8 }), weighted: fc.boolean(), header: fc.boolean(), both: fc.boolean() })
      .chain(({ labels, ...form }) =>
        fc.record({
          labels: fc.constant(labels),
          form: fc.constant(form),
          edges: fc
            .uniqueArray(fc.tuple(fc.nat(labels.length - 1), fc.nat(labels.length - 1), fc.double({ min: 1e-3, max: 1e3, noNaN: true })), {
              minLength: 2,
              selector: ([a, b]) => [a, b].sort((x, y) => x - y).join(),
            })
            .filter((edges) => edges.filter(([a, b]) => a !== b).length >= 2),
        }),
      );
    await fc.assert(
      fc.asyncProperty(graph, async ({ labels, form: { weighted, header, both }, edges }) => {
        const kept = edges.filter(([a, b]) => a !== b);
        const rows = [
          ...kept.map(([a, b, w]) => [labels[a], labels[b], w] as const),
          ...(both ? kept.map(([a, b, w]) => [labels[b], labels[a], w] as const) : []),
        ];
        const head = header ? ['no level α', 'no level β', 'weight'] : null;
        const cells = rows.map((row) => row.slice(0, weighted ? 3 : 2));
        const bytes = head
          ? csvBytes(head.slice(0, weighted ? 3 : 2), cells, { guardFormulas: false })
          : csvBytes(cells[0].map(String), cells.slice(1), { guardFormulas: false });
        const found = matchEdges(await read(bytes), 0, column(labels));
        const expected = kept.map(([a, b, w]) => [...[a, b].sort((x, y) => x - y), weighted ? w : 1].join(' ')).sort();
        expect(pairsOf(found)).toEqual(expected);
        expect(found.nodes).toBe(labels.length);
        expect(found.alone).toBe(labels.filter((_, level) => !kept.some(([a, b]) => a === level || b === level)).length);
      }),
      { numRuns: 60 },
    );
  });

  it('take tabs, semicolons with decimal commas, and spaces; names of no level are nodes that edges go through', async () => {
    const labels = ['a', 'b', 'c d', 'e'];
    const tabs = await matched('from\tto\tweight\na\tb\t1\nb\tc d\t0.5\n', labels);
    expect(pairsOf(tabs)).toEqual(['0 1 1', '1 2 0.5']);
    expect(tabs.alone).toBe(1);
    expect(pairsOf(await matched('a;b;1\r\nb;c d;0,5\r\n', labels))).toEqual(['0 1 1', '1 2 0.5']);
    expect(pairsOf(await matched('a b\nb e', labels))).toEqual(['0 1 1', '1 3 1']);
    const through = await matched('a,Guam\nGuam,b\n', labels);
    expect(pairsOf(through)).toEqual(['0 4 1', '1 4 1']);
    expect(through).toMatchObject({ nodes: 5, alone: 2, file: { name: 'edges.csv', others: 1, firstOther: { name: 'Guam', line: 1 } } });
    expect(factsOfEdges(await read('from,to\na,b\nb,e\n'))).toMatchObject({ edges: 2, names: 3, weighted: false });
    // Levels without labels are numbers.
    expect(pairsOf(matchEdges(await read('0,1\n1,2\n'), 0, { name: 'z1', labels: null, cardinality: 3 }))).toEqual(['0 1 1', '1 2 1']);
  });

  it.each([
    ['', 'edges.csv has no edge.'],
    ['\n\n', 'edges.csv has no edge.'],
    ['a,b\nb\n', 'Line 2 of edges.csv has one cell.'],
    ['a,b,1,2\n', 'Line 1 of edges.csv has 4 cells.'],
    ['a,b\nb,c,1\n', 'Line 2 of edges.csv has 3 cells, and the lines before have 2.'],
    ['a,b\nb, \n', 'Line 2 of edges.csv has an empty cell where a level should be.'],
    ['a,b\n"b,c\n', 'Line 2 of edges.csv opens a quote that it does not close.'],
    ['from,to,w\na,b,-1\n', 'Line 2 of edges.csv has the weight "-1" for the edge of "a" and "b".'],
    ['a,b,0\n', 'Line 1 of edges.csv has the weight "0" for the edge of "a" and "b".'],
    ['a,b,NaN\n', 'Line 1 of edges.csv has the weight "NaN" for the edge of "a" and "b".'],
    ['a,b,1\nb,c,Infinity\n', 'Line 2 of edges.csv has the weight "Infinity" for the edge of "b" and "c".'],
    ['a,b,1\nb,c,1e999\n', 'Line 2 of edges.csv has the weight "1e999" for the edge of "b" and "c".'],
    ['a,b\nb,b\n', 'Line 2 of edges.csv joins "b" with itself.'],
    ['a,b\nb,c\na,b\n', 'Line 3 of edges.csv has the edge of "a" and "b" again, which line 1 has too.'],
    ['a,b,1\nb,a,2\n', 'Line 2 of edges.csv has the edge of "b" and "a" again, which line 1 has too.'],
    [`a,b\n${'x'.repeat(70_000)}`, 'Line 2 of edges.csv is longer than two names can be.'],
    [`a,b\n${'x'.repeat(70_000)}\nb,c\n`, 'Line 2 of edges.csv is longer than two names can be.'],
  ])('refuse %j', async (text, words) => {
    await expect(read(text)).rejects.toThrow(words);
  });

  it('refuse what is too much, no text, or of other levels', async () => {
    await expect(read('a,b\nb,c\nc,d\n', { most: 2 })).rejects.toThrow('edges.csv has more than 2 edges.');
    await expect(read(Uint8Array.from([0, 1, 2, 255, 254, 0, 0, 1]))).rejects.toMatchObject({ code: expect.stringMatching(/^edges-/) });
    await expect(matched('x,y\ny,z\n', ['a', 'b'])).rejects.toThrow(
      'edges.csv has no edge of a level of "state": line 1 begins with "x", and the first level of the data is "a".',
    );
    // The first line, where its names are a level and no names of columns.
    await expect(matched('a,a\nb,c\n', ['a', 'b', 'c'])).rejects.toThrow('Line 1 of edges.csv joins "a" with itself.');
    const many = Array.from({ length: MOST_NODES }, (_, j) => String(j));
    await expect(matched('0,1\n1,Guam\n', many)).rejects.toThrow(
      'The graph of "state" has 2,001 nodes: 2,000 levels and 1 more that edges.csv names. Correlations of all pairs are held for up to 2,000.',
    );
    expect((await matched('0,1\n1,2\n', many)).nodes).toBe(MOST_NODES);
  });
});

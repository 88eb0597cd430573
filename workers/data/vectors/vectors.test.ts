import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/random';
import { csvBytes } from '../csv-write';
import { LabFailure } from '../failure';
import { matchVectors } from './match';
import { readVectors } from './read-vectors';
import type { VectorFile } from './vector-file';

interface Fixture {
  files: { text: string; format: string; d: number; levels: string[]; values: number[] }[];
  matching: { levels: string[]; file: number; matched: boolean[]; unusedInFile: number };
}
const fixture = JSON.parse(readFileSync(new URL('../../../golden/vector-files.json', import.meta.url), 'utf8')) as Fixture;

const read = (text: string | Uint8Array<ArrayBuffer>, name = 'vectors.txt', options = {}): Promise<VectorFile> =>
  readVectors(new File([text], name), options);

const feature = (name: string, labels: string[] | null, cardinality = labels?.length ?? 0) => ({ name, labels, cardinality });

describe('files of level vectors', () => {
  it.each(fixture.files.map((file) => [file.format, file] as const))('golden: %s', async (_, { text, format, d, levels, values }) => {
    const file = await read(text);
    expect([file.format, file.d, file.labels]).toEqual([format, d, levels]);
    expect([...file.values]).toEqual(values.map(Math.fround));
  });

  it('golden: matched by label', async () => {
    const { levels, file, matched, unusedInFile } = fixture.matching;
    const given = matchVectors(await read(fixture.files[file].text), feature('city', levels));
    expect([...given.known]).toEqual(matched.map(Number));
    expect([given.matched, given.missing, given.unused]).toEqual([2, 1, unusedInFile]);
    expect([...given.values.subarray(0, 3)]).toEqual([1, 2, 3]);
    expect([...given.values.subarray(3, 6)]).toEqual([0, 0, 0]);
    expect([...given.values.subarray(6)]).toEqual([0.5, -1, 0]);
    // Variances of the file's two vectors, over both.
    expect([...given.variances]).toEqual([0.0625, 2.25, 2.25]);
  });

  it('every form holds the same levels and numbers, in any order of lines', async () => {
    const random = new RandomStream(7, 'vectors test');
    for (let round = 0; round < 20; round++) {
      const d = 1 + random.integer(6);
      const n = 1 + random.integer(30);
      const labels = Array.from({ length: n }, (_, i) => `level ${i}${'ä"\n,;\t=-x'[random.integer(9)] ?? ''}`);
      const plain = labels.map((label) => label.replace(/["\n\t,;]/g, '').replace(/ /g, '_'));
      const numbers = labels.map(() => Array.from({ length: d }, () => Math.fround(random.normal())));
      const order = Int32Array.from(labels.keys());
      random.shuffle(order);
      const lines = (names: string[], separator: string) => [...order].map((i) => [names[i], ...numbers[i]].join(separator)).join('\n');
      const forms: [string, string[], string | Uint8Array<ArrayBuffer>][] = [
        [
          'csv',
          labels,
          csvBytes(
            ['name', ...numbers[0].map((_, m) => `v${m}`)],
            [...order].map((i) => [labels[i], ...numbers[i]]),
            { guardFormulas: false },
          ),
        ],
        ['tsv', plain, lines(plain, '\t')],
        ['word2vec', plain, `${n} ${d}\n${lines(plain, ' ')}\n`],
        ['glove', plain, lines(plain, ' ').replaceAll('\n', '\r\n')],
      ];
      for (const [format, names, text] of forms) {
        const file = await read(text);
        expect([file.format, file.d, file.labels.length]).toEqual([format, d, n]);
        const given = matchVectors(file, feature('any', names));
        expect([...given.values], format).toEqual(numbers.flat());
        expect([given.matched, given.missing, given.unused]).toEqual([n, 0, 0]);
      }
    }
  });

  it('a decimal comma between semicolons, labels with spaces, blank lines, a byte order mark and gzip', async () => {
    expect([...(await read('level;v1;v2\nparis;0,5;-1\n')).values]).toEqual([0.5, -1]);
    const spaced = await read('\uFEFFparis 0.5 1\n\nnew  york 2 3\n. . 4 5');
    expect(spaced.labels).toEqual(['paris', 'new york', '. .']);
    const zipped = new Response(new File(['2 1\na 1\nb 2\n'], 'x').stream().pipeThrough(new CompressionStream('gzip')));
    expect((await read(new Uint8Array(await zipped.arrayBuffer()), 'vectors.txt.gz')).labels).toEqual(['a', 'b']);
  });

  it('levels of a simulation are numbers', async () => {
    const given = matchVectors(await read('level,v1\n2,20\n0,10\n7,1\n'), feature('z1', null, 3));
    expect([...given.values]).toEqual([10, 0, 20]);
    expect([given.matched, given.missing, given.unused]).toEqual([2, 1, 1]);
  });

  it('of several features, the one with the same name, else the one that shares most labels', async () => {
    const file = await read('feature,level,training_rows,e1,e2,sd1,sd2\ncity,paris,3,1,2,9,9\ncity,oslo,3,3,4,9,9\nriver,paris,1,5,6,9,9\n');
    expect([file.d, file.features]).toEqual([2, ['city', 'city', 'river']]);
    expect([...matchVectors(file, feature('river', ['paris'])).values]).toEqual([5, 6]);
    expect([...matchVectors(file, feature('town', ['oslo', 'paris'])).values]).toEqual([3, 4, 1, 2]);
  });

  it('of a feature whose vectors are narrower, in their own width', async () => {
    const file = await read('feature,level,training_rows,e1,e2,e3\ncity,paris,3,1,2,3\nriver,seine,1,5,6\nriver,loire,1,7,9\n');
    expect([...(file.widths ?? [])]).toEqual([
      ['city', 3],
      ['river', 2],
    ]);
    const given = matchVectors(file, feature('river', ['loire', 'seine']));
    expect([given.d, [...given.values], [...given.variances]]).toEqual([2, [7, 9, 5, 6], [1, 2.25]]);
    await expect(read('feature,level,e1,e2\ncity,paris,1,2\ncity,oslo,3\n')).rejects.toThrow(/Line 3 .* has 1 number for "oslo"/);
  });

  it('the fingerprint is of the content', async () => {
    const [a, b, c] = await Promise.all([read('a 1 2\nb 3 4'), read('a\t1\t2\nb\t3\t4\n', 'other.tsv'), read('a 1 2\nb 3 5')]);
    expect(a.fingerprint).toBe(b.fingerprint);
    expect(a.fingerprint).not.toBe(c.fingerprint);
  });
});

describe('hostile files', () => {
  it.each<[string, string, RegExp]>([
    ['nothing', '\n\n', /no level with a vector/],
    ['a header alone', 'level,v1\n', /no level with a vector/],
    ['no numbers', 'paris\noslo\n', /Line 1 of vectors.txt has no numbers after "paris"/],
    ['a shorter line', 'paris,1,2\noslo,1\n', /Line 2 .* has 1 number for "oslo", and the lines before have 2/],
    ['a longer line', 'paris 1 2\n\noslo 1 2 3 4\n', /Line 3 .* has 4 numbers for "oslo", and the lines before have 2/],
    ['text among numbers', 'level,v1,v2\nparis,1,2\noslo,1,two\n', /Line 3 .* "two" where number 2 of "oslo"/],
    ['an empty cell', 'level,v1,v2\nparis,,2\n', /Line 2 .* "" where number 1/],
    ['not finite', 'level,v1\nparis,NaN\n', /"NaN" where number 1/],
    ['beyond single precision', 'level,v1\nparis,1e99\n', /"1e99" where number 1/],
    ['no label', 'level,v1\nparis,1\n  ,2\n', /Line 3 .* has no label/],
    ['a level twice', 'paris 1\noslo 2\nparis 3\n', /Line 3 .* second vector for "paris", which line 1 has too/],
    ['cut short', '3 2\nparis 1 2\noslo 3 4\n', /promises 3 levels, and 2 follow/],
    ['another width than promised', '1 3\nparis 1 2\n', /Line 2 .* has 2 numbers for "paris", and the lines before have 3/],
    ['an open quote', 'level,v1\n"paris,1\noslo,2\n', /Line 2 .* double quote that is not closed/],
    ['too wide', `paris ${'1 '.repeat(1025)}\n`, /Line 1 .* has 1,025 numbers; a vector may have 1,024/],
    ['zero bytes', 'a\0b 1 2\n', /zero bytes/],
  ])('%s', async (_, text, message) => {
    const failure = await read(text).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(LabFailure);
    expect((failure as LabFailure).message).toMatch(message);
    expect((failure as LabFailure).question).toBeUndefined();
  });

  // Before, the one took four minutes of a small file and the other never came to an end.
  it.each([
    ['a line without an end', Buffer.alloc(64e6, 'a'), /Line 1 of .* is longer than any vector/],
    ['a quote that never closes, over many lines', Buffer.from(`"a\n${'""\n'.repeat(1e6)}`), /Line 1 .* double quote that is not closed/],
  ])('%s, at once', async (_, bytes, told) => {
    const began = performance.now();
    await expect(read(bytes as Uint8Array<ArrayBuffer>)).rejects.toThrow(told);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('too large, by its line', async () => {
    await expect(read('a 1 2\nb 3 4\nc 5 6\n', 'v.txt', { most: 4 })).rejects.toThrow(/more than 4 numbers by line 3/);
  });

  it('nothing in common with the column', async () => {
    const file = await read('paris 1\n');
    expect(() => matchVectors(file, feature('river', ['Seine']))).toThrow(
      /no vector for any level of "river": it begins with "paris", and the first level of the data is "Seine"/,
    );
  });
});

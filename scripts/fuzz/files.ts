/**
 * Files beside tables of one's own that somebody may give: columns of tags, series, vectors of levels,
 * hand-ins of lessons, a folder of an experiment; and what a browser may have kept.
 */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { ColumnChoice, ColumnRole } from '../../workers/data/schema';
import { LESSONS } from '../../workers/spec/lessons';
import { type HandIn, handInCode } from '../../workers/spec/lessons/hand-in';
import { lessonHash } from '../../workers/spec/lessons/schema';
import { pack } from '../../workers/store/pack';
import { CELL, EVEN, NAME, spoiled } from './inputs';

export interface NamedBytes {
  name: string;
  bytes: Uint8Array;
}

const ROLES: readonly ColumnRole[] = ['target', 'numeric', 'numeric', 'categorical', 'tags', 'key', 'time', 'ignore'];

/** How a column is taken, whatever it holds; its name is still missing. */
export type Taken = Omit<ColumnChoice, 'name'>;
/** The choices of as many columns as a table has, over and over. */
export const CHOICES: fc.Arbitrary<Taken[]> = fc.array(
  fc.record({
    role: fc.constantFrom(...ROLES),
    tagSeparator: fc.option(fc.constantFrom(';' as const, '|' as const, ',' as const, ' ' as const), { nil: undefined }),
    dayFirst: fc.option(fc.boolean(), { nil: undefined }),
    hierarchy: fc.option(
      fc.oneof(
        fc.constantFrom('labels' as const, 'none' as const),
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.constantFrom('a', 'b', 'c', 'd')), { maxLength: 6 }),
      ),
      { nil: undefined },
    ),
  }),
  { minLength: 1, maxLength: 5 },
);
/** A role each, and the target first: a table that can be used more often than not. */
export const LIKELY: fc.Arbitrary<Taken[]> = fc
  .constantFrom<ColumnRole>('categorical', 'ignore', 'key', 'numeric')
  .map((last) => [{ role: 'target' }, { role: 'tags' }, { role: last }]);

const quoted = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map((cell) => `"${cell.replace(/"/g, '""')}"`).join(',')).join('\n');

/** Cells with labels in them, and signs that separate, enclose and quote. */
const TAG_CELL = fc.oneof(
  fc
    .array(fc.oneof(CELL, fc.constantFrom('a', 'b/c', 'b', 'c>d>e', ':', '/', '>', '[', ']', '{}', "'a;b'")), { maxLength: 5 })
    .map((cells) => cells.join('; ')),
  fc.array(CELL, { maxLength: 80 }).map((cells) => cells.join('|')),
  fc.constantFrom('['.repeat(10_000), '"'.repeat(9_999), ';'.repeat(10_000), 'a/'.repeat(5_000), "'".repeat(9_999)),
);

/** Tables with a column that could be a target, and one of labels. */
export const TAG_FILES: fc.Arbitrary<NamedBytes> = fc.array(fc.tuple(TAG_CELL, CELL), { minLength: 20, maxLength: 40 }).map((rows) => ({
  name: 'a.csv',
  bytes: Buffer.from(quoted([['y', 'tags', 'g'], ...rows.map(([tags, cell], i) => [String(i % 7), tags, cell])])),
}));

export const WHOLE_TAGS: NamedBytes = {
  name: 'a.csv',
  bytes: Buffer.from(quoted([['y', 'tags', 'g'], ...Array.from({ length: 40 }, (_, i) => [String(i % 7), `a; b${i % 3}/c`, 'pqr'[i % 3]])])),
};
export const WHOLE_ROLES: Taken[] = [{ role: 'target' }, { role: 'tags' }, { role: 'categorical' }];

const NUMBER = fc.oneof(
  fc.integer({ min: -9, max: 9 }).map(String),
  fc.integer({ min: -9, max: 9 }).map(String),
  fc.constantFrom('', '1e308', '-1e308', 'NaN', 'x', '1,5', 'Infinity'),
);
const TIME = fc.oneof(fc.nat(80).map(String), fc.constantFrom('2020-01-01', '2020-02-30', '31/12/2020', '', '9999999999999', '-1', 'x'));

/** A long table of series and the table of their tags. */
export const SERIES: fc.Arbitrary<{ long: NamedBytes; features: NamedBytes }> = fc
  .record({
    names: fc.array(NAME, { minLength: 2, maxLength: 4 }),
    rows: fc.integer({ min: 0, max: 60 }),
    right: fc.boolean(),
    cells: fc.array(NUMBER, { minLength: 4, maxLength: 40 }),
    times: fc.array(TIME, { minLength: 1, maxLength: 60 }),
    tags: fc.array(TAG_CELL, { minLength: 1, maxLength: 4 }),
    wrong: fc.array(NAME, { minLength: 1, maxLength: 3 }),
  })
  .map(({ names, rows, right, cells, times, tags, wrong }) => {
    const series = [...new Set(names.map((name, i) => name.trim() || `s${i}`))];
    const time = (t: number): string =>
      right ? `2020-01-01 ${String(t % 24).padStart(2, '0')}:${String(Math.floor(t / 24)).padStart(2, '0')}` : times[t % times.length];
    const long = Array.from({ length: rows }, (_, t) => [
      right ? String(t) : time(t),
      ...series.map((_, f) => (right ? String((t * 7 + f) % 5) : cells[(t * series.length + f) % cells.length])),
    ]);
    const named = right ? series : wrong;
    return {
      long: { name: 'long.csv', bytes: Buffer.from(quoted([['time', ...series], ...long])) },
      features: { name: 'tags.csv', bytes: Buffer.from(quoted([['sensor', 'kinds'], ...named.map((name, f) => [name, tags[f % tags.length]])])) },
    };
  });

const VECTOR_LINE = fc.record({
  label: fc.oneof(CELL, NAME),
  numbers: fc.array(fc.oneof(fc.double({ noNaN: true }).map(String), NUMBER), { minLength: 0, maxLength: 6 }),
});
const VECTOR_TEXT = fc
  .record({
    lines: fc.array(VECTOR_LINE, { maxLength: 20 }),
    separator: fc.constantFrom(',', ';', '\t', ' '),
    first: fc.constantFrom('', '', '3 2', '99999999 2', '2 99999999', 'level,e1,e2', 'feature,level,rows,e1,e2', 'feature;level;e1', '-1 -1'),
    wide: fc.constantFrom(0, 0, 2, 3, 2_000),
  })
  .map(({ lines, separator, first, wide }) => {
    const numbers = (own: readonly string[]): string[] =>
      wide === 0
        ? [...own]
        : Array.from({ length: wide }, (_, m) => (m < own.length && !/[^0-9.-]/.test(own[m]) && own[m] !== '' ? own[m] : String(m)));
    return [...(first === '' ? [] : [first]), ...lines.map((line) => [line.label, ...numbers(line.numbers)].join(separator))].join('\n');
  });

export const WHOLE_VECTORS: NamedBytes = { name: 'a.vec', bytes: Buffer.from('level,e1,e2\na,1,2\n"b, c",3,4\n') };

/** Files of vectors: text of every form, gzip cut and changed, bytes, lines without an end. */
export const VECTOR_FILES: fc.Arbitrary<NamedBytes> = fc.oneof(
  { weight: 6, arbitrary: VECTOR_TEXT.map((text) => ({ name: 'a.vec', bytes: Buffer.from(text) })) },
  { weight: 1, arbitrary: EVEN.map((text) => ({ name: 'a.csv', bytes: Buffer.from(text) })) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }).map((bytes) => ({ name: 'a.vec', bytes })) },
  {
    weight: 1,
    arbitrary: fc.record({ text: VECTOR_TEXT, cut: fc.nat() }).map(({ text, cut }) => {
      const bytes = gzipSync(text);
      return { name: 'a\u202e.vec.gz', bytes: bytes.subarray(0, cut % bytes.length) };
    }),
  },
);

const [lesson] = LESSONS;
/** A hand-in as a learner has it. */
export const HAND_IN: HandIn = {
  kind: 'mmbeddings-lab/hand-in',
  version: 1,
  lesson: lesson.id,
  hash: lessonHash(lesson),
  name: 'Ada',
  answers: {
    before: { kind: 'choice', chosen: lesson.before.options[0].id },
    look: { kind: 'number', value: 9 },
    drawn: {
      kind: 'sketch',
      curves: {
        embeddings: [
          [1, 2],
          [3, 4],
        ],
      },
    },
    order: { kind: 'rank', order: ['embeddings', 'mmbeddings'] },
    marked: { kind: 'mark', marks: { least: [1, 2] } },
  },
  numbers: [{ label: 'MSE', value: 0.5 }],
  again: { seed: 3, held: true },
};

/** Texts for the collector: files, codes whole, cut and broken into lines, words around them, lists. */
export const HAND_INS: fc.Arbitrary<() => Promise<string>> = fc.oneof(
  spoiled(HAND_IN).map((value) => async () => JSON.stringify(value) ?? ''),
  fc.array(spoiled(HAND_IN), { maxLength: 5 }).map((values) => async () => JSON.stringify(values)),
  fc
    .record({
      values: fc.array(spoiled(HAND_IN), { minLength: 1, maxLength: 3 }),
      cut: fc.nat(),
      line: fc.integer({ min: 1, max: 90 }),
      whole: fc.boolean(),
    })
    .map(({ values, cut, line, whole }) => async () => {
      const codes = await Promise.all(values.map((value) => handInCode(value as HandIn)));
      const text = codes.map((code) => code.replace(new RegExp(`.{${line}}`, 'g'), '$&\n')).join('\nBest wishes, Ada\n');
      return whole ? text : text.slice(0, cut % text.length);
    }),
  fc.string({ unit: 'binary', maxLength: 300 }).map((text) => async () => `MML1-${text}`),
  fc.string({ unit: 'binary', maxLength: 300 }).map((text) => async () => text),
  fc
    .constantFrom('MML1-'.repeat(20_000), `MML1-A ${'-aaaaaa '.repeat(20_000)}`, '['.repeat(100_000), `[${'{},'.repeat(5_000)}{}]`)
    .map((text) => async () => text),
);

/** What lies in the files of an experiment's folder. */
export const folderFiles = (whole: unknown): fc.Arbitrary<{ name: string; content: string }[]> =>
  fc.array(
    fc.record({
      name: fc.constantFrom(
        'e.c.rep=1.json',
        'e.c.rep=2.json',
        'e.__proto__.rep=3.json',
        'other.json',
        'e.c.rep=4.json.77.part',
        'e.c.rep=5.json.lock',
      ),
      content: fc.oneof(
        spoiled(whole).map((value) => JSON.stringify(value) ?? ''),
        fc.nat().map((cut) => JSON.stringify(whole).slice(0, cut % JSON.stringify(whole).length)),
        fc.string({ unit: 'binary', maxLength: 100 }),
        fc.constant(JSON.stringify(whole)),
      ),
    }),
    { minLength: 1, maxLength: 5 },
  );

const CHECKPOINT = {
  version: 1,
  methods: [
    { id: 'embeddings', settings: {}, trainer: null, finished: null, snapshots: [], weights: new Map([['kernel', Float32Array.of(1, 2, 3)]]) },
  ],
  schedule: null,
  elapsedSeconds: 1.5,
};

/** Kept checkpoints: other values whole, and bytes cut or changed. */
export const KEPT: fc.Arbitrary<ArrayBuffer> = fc.oneof(
  // Lists and objects as JSON has them: no list of a record has names of its own.
  spoiled({ ...CHECKPOINT, methods: [] }).map((value) => pack(JSON.parse(JSON.stringify(value) ?? 'null'))),
  fc.record({ at: fc.nat(), bit: fc.integer({ min: 1, max: 255 }), cut: fc.boolean() }).map(({ at, bit, cut }) => {
    const bytes = new Uint8Array(pack(CHECKPOINT));
    if (cut) return bytes.slice(0, at % bytes.length).buffer;
    bytes[at % bytes.length] ^= bit;
    return bytes.buffer;
  }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => bytes.slice().buffer),
  fc.constant(pack(CHECKPOINT)),
);
